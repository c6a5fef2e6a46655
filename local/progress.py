"""Tells a waiting person what is being done and for how long. Knows nothing of what the steps are."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_REDRAW_SECONDS = 0.2
_WIDTH = 78
"""A live line must not wrap: only one line can be taken back."""


class Progress:
    """Steps with their seconds: one line each when done, and on a terminal a live line for what is running."""

    def __init__(self, out: TextIO) -> None:
        """`out` is usually `sys.stdout`; only a terminal gets the live line."""
        self._out = out
        self._live = out.isatty()
        self._running: dict[str, float] = {}
        self._lock = threading.Lock()
        if self._live:
            threading.Thread(target=self._redraw, name="progress", daemon=True).start()

    def say(self, text: str = "") -> None:
        """Print a line that stays."""
        with self._lock:
            self._clear()
            self._write(text + "\n")

    def hand_on(self, text: str) -> None:
        """Print what another process said, as it is."""
        with self._lock:
            self._write(text)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show `title` while the body runs, and its seconds afterwards, whether it went well or not."""
        self._begin(title)
        outcome = "failed after"
        try:
            yield
            outcome = ""
        finally:
            self._end(title, outcome)

    def _begin(self, title: str) -> None:
        with self._lock:
            self._running[title] = time.monotonic()
            if not self._live:
                self._write(f"  ... {title}\n")

    def _end(self, title: str, outcome: str) -> None:
        with self._lock:
            seconds = time.monotonic() - self._running.pop(title)
            self._clear()
            self._write(f"  {title:<58} {outcome:>12} {seconds:6.1f} s\n")

    def _redraw(self) -> None:
        while True:
            time.sleep(_REDRAW_SECONDS)
            with self._lock:
                if self._running:
                    self._clear()
                    self._write(self._now()[:_WIDTH])

    def _now(self) -> str:
        now = time.monotonic()
        return "  " + ", ".join(f"{title} {now - began:.0f} s" for title, began in self._running.items())

    def _clear(self) -> None:
        if self._live:
            self._write("\r\033[K")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
