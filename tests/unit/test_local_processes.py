"""Children end with their owner, whatever they do, and what went wrong is told with the end of their log."""

from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from local.claim import birth
from local.processes import ClosedError, Command, ProcessError, Processes, tail

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, 1); time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def processes(tmp_path):
    made = Processes(tmp_path)
    yield made
    made.close()


def python(code, folder, name="child", grace=0.3):
    return Command(name, [sys.executable, "-c", code], {"PATH": os.defpath}, folder, grace)


def test_a_child_that_ignores_the_polite_signal_ends_with_its_own_children(processes, tmp_path):
    child = processes.start(python(STUBBORN, tmp_path))
    processes.wait_until_serving(child, lambda: child.log.read_text().endswith("\n"), timeout=10)
    grandchild = int(child.log.read_text())

    processes.close()

    assert birth(child.process.pid) is None
    assert birth(grandchild) is None


def test_a_child_has_exactly_the_environment_it_is_given(processes, tmp_path):
    processes.run(python("import os; print(sorted(os.environ))", tmp_path), timeout=10)

    assert "AWS" not in (tmp_path / "child.log").read_text()
    assert "PATH" in (tmp_path / "child.log").read_text()


def test_a_failed_command_shows_the_end_of_its_log(processes, tmp_path):
    with pytest.raises(ProcessError, match=r"child failed with code 3(.|\n)*child\.log(.|\n)*the reason"):
        processes.run(python("print('the reason'); raise SystemExit(3)", tmp_path), timeout=10)


def test_a_command_that_takes_too_long_is_ended(processes, tmp_path):
    with pytest.raises(ProcessError, match="waited 0 s for child to end"):
        processes.run(python("import time; time.sleep(60)", tmp_path), timeout=0.3)

    assert processes.ended() is None


def test_a_server_that_dies_before_it_answers_is_told(processes, tmp_path):
    child = processes.start(python("print('no such module')", tmp_path))

    with pytest.raises(ProcessError, match=r"ended with code 0(.|\n)*no such module"):
        processes.wait_until_serving(child, lambda: False, timeout=10)


def test_a_server_that_died_is_found(processes, tmp_path):
    child = processes.start(python("pass", tmp_path))
    child.process.wait(10)

    assert processes.ended() is child


def test_a_wait_ends_as_soon_as_the_owner_does(processes, tmp_path):
    threading.Timer(0.2, processes.close).start()
    began = time.monotonic()

    with pytest.raises(ClosedError):
        processes.run(python("import time; time.sleep(60)", tmp_path), timeout=60)

    assert time.monotonic() - began < 10


def test_nothing_is_started_after_the_end(processes, tmp_path):
    processes.close()

    with pytest.raises(ClosedError):
        processes.start(python("pass", tmp_path))


def test_the_living_groups_are_noted(tmp_path):
    noted = []
    processes = Processes(tmp_path, note=noted.append)

    child = processes.start(python("import time; time.sleep(60)", tmp_path))
    processes.close()

    assert noted == [[child.process.pid], []]


def test_the_tail_of_a_log_is_short_whatever_is_in_it(tmp_path):
    log = tmp_path / "long.log"
    log.write_text("\n".join(["x" * 10_000] * 1_000) + "\nthe last line\n")

    shown = tail(log)

    assert shown.endswith("the last line")
    assert len(shown) < 20_000
