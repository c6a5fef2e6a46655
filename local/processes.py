"""Child processes that do not outlive their owner: own groups, output in log files, bounded waits.

Knows nothing of what it runs. `start` and `run` belong in worker threads: a signal is raised in the main thread only,
so it can never fall between the birth of a child and the note that it lives.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.errors import LocalRunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

_POLL_SECONDS = 0.05
_KILL_SECONDS = 5
_LOG_LINES = 30
_LINE_LENGTH = 400


class ProcessError(LocalRunError):
    """A child failed, ended too soon or took too long; the message ends with the last lines of its log."""


class ClosedError(Exception):
    """The owner is ending: nothing more is started or waited for."""


@dataclass(frozen=True, slots=True)
class Command:
    """One program to run. Its environment is exactly `env`."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    grace: float = 3.0
    """Seconds between the polite signal and the final one."""


@dataclass(frozen=True, slots=True)
class Child:
    """A started command, leader of its own process group."""

    command: Command
    process: subprocess.Popen[bytes]
    log: Path
    started: float = field(default_factory=time.monotonic)

    @property
    def ended(self) -> bool:
        """Whether the leader has ended."""
        return self.process.poll() is not None


class Processes:
    """All children of one owner. `close` ends every one of them with its descendants."""

    def __init__(self, logs: Path, note: Callable[[list[int]], None] = lambda _groups: None) -> None:
        """Logs go to `logs/{name}.log`; `note` is told the living process groups at every change."""
        self._logs = logs
        self._note = note
        self._children: list[Child] = []
        self._closed = threading.Event()
        self._lock = threading.Lock()

    def start(self, command: Command) -> Child:
        """Start a command in the background."""
        with self._lock:
            self._refuse_when_closed()
            log = self._logs / f"{command.name}.log"
            with log.open("wb") as out:
                process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                    list(command.argv),
                    env=dict(command.env),
                    cwd=command.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            child = Child(command, process, log)
            self._children.append(child)
            self._tell()
        return child

    def run(self, command: Command, *, timeout: float) -> None:
        """Run a command to its end; raise `ProcessError` on failure and after `timeout` seconds."""
        child = self.start(command)
        try:
            self.wait_until(lambda: child.ended, timeout=timeout, what=f"{command.name} to end", log=child.log)
            self._refuse_when_closed()
            if child.process.returncode:
                raise ProcessError(f"{command.name} failed with code {child.process.returncode}{tail(child.log)}")
        finally:
            self.end(child)

    def wait_until_serving(self, child: Child, ready: Callable[[], bool], *, timeout: float) -> None:
        """Wait until `ready`; raise `ProcessError` when the child ends first or `timeout` seconds pass."""
        name = child.command.name
        self.wait_until(lambda: child.ended or ready(), timeout=timeout, what=f"{name} to answer", log=child.log)
        if child.ended:
            raise ProcessError(f"{name} ended with code {child.process.returncode}{tail(child.log)}")

    def wait_until(self, done: Callable[[], bool], *, timeout: float, what: str, log: Path) -> None:
        """Poll `done`; raise `ProcessError` with the end of `log` after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not done():
            if time.monotonic() > deadline:
                raise ProcessError(f"waited {timeout:.0f} s for {what}{tail(log)}")
            self.rest(_POLL_SECONDS)

    def rest(self, seconds: float) -> None:
        """Sleep for a moment; raise `ClosedError` as soon as the owner is ending."""
        self._closed.wait(seconds)
        self._refuse_when_closed()

    def ended(self) -> Child | None:
        """The first child that ended by itself, or None while all live."""
        with self._lock:
            return next((child for child in self._children if child.ended), None)

    def end(self, child: Child) -> None:
        """End one child and its descendants."""
        _end([child])
        with self._lock:
            if child in self._children:
                self._children.remove(child)
                self._tell()

    def close(self) -> None:
        """End everything; nothing can be started afterwards."""
        self._closed.set()
        with self._lock:
            _end(self._children)
            self._children.clear()
            self._tell()

    def _refuse_when_closed(self) -> None:
        if self._closed.is_set():
            raise ClosedError("the local run is ending")

    def _tell(self) -> None:
        self._note([child.process.pid for child in self._children])


def tail(log: Path) -> str:
    """The last lines of a log, as the end of an error message."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    shown = [line[:_LINE_LENGTH] for line in lines if line.strip()][-_LOG_LINES:]
    return f"\n--- the last lines of {log}\n" + "\n".join(shown) if shown else f" (its log {log} is empty)"


def _end(children: Iterable[Child]) -> None:
    """Ask all groups at once, then insist; a group whose leader has ended may still hold its children."""
    living = [child for child in children if _signal(child, signal.SIGTERM)]
    living = _left_after(max((child.command.grace for child in living), default=0), living)
    for child in living:
        _signal(child, signal.SIGKILL)
    _left_after(_KILL_SECONDS, living)


def _left_after(seconds: float, living: Iterable[Child]) -> list[Child]:
    """Which groups are still there after so long; reaps the leaders that have ended."""
    deadline = time.monotonic() + seconds
    left = [child for child in living if _lives(child)]
    while left and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        left = [child for child in left if _lives(child)]
    return left


def _lives(child: Child) -> bool:
    child.process.poll()
    return _signal(child, 0)


def _signal(child: Child, number: int) -> bool:
    try:
        os.killpg(child.process.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
