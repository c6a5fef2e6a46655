"""What a waiting person sees, on a terminal and in a log."""

from __future__ import annotations

import io
import time

import pytest

from local.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_a_line_when_a_step_begins_and_one_when_it_is_done():
    out = io.StringIO()

    with Progress(out).step("deploy the stack"):
        pass

    begun, done = out.getvalue().splitlines()
    assert begun == "  ... deploy the stack"
    assert done.split() == ["deploy", "the", "stack", "0.0", "s"]


def test_a_step_that_fails_says_so():
    out = io.StringIO()

    with pytest.raises(ValueError, match="broken"), Progress(out).step("deploy the stack"):
        raise ValueError("broken")

    assert "deploy the stack" in out.getvalue()
    assert "failed after" in out.getvalue()


def test_a_terminal_shows_what_is_running_at_this_moment():
    out = Terminal()
    progress = Progress(out)

    with progress.step("bootstrap"), progress.step("synthesise"):
        deadline = time.monotonic() + 5
        while "bootstrap 0 s, synthesise 0 s" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.05)

    assert "bootstrap 0 s, synthesise 0 s" in out.getvalue()
    assert "\n  ... " not in out.getvalue()
