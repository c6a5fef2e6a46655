"""One run at a time for each state folder: a lock, a record of who holds it, and the clearing away of what is left.

The lock is the kernel's, so it cannot go stale; the record only says whom to ask to stop. Knows nothing of AWS.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from local.errors import LocalRunError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.layout import Layout

_POLL_SECONDS = 0.1


class AlreadyUpError(LocalRunError):
    """Another process holds this state folder."""


@dataclass(frozen=True, slots=True)
class Record:
    """Who owns a state folder. Processes are named by pid and birth, since a pid alone may be someone else's by now."""

    pid: int
    born: str
    phase: Literal["starting", "up"] = "starting"
    era: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    """Process groups that it started: id of the leader → its birth."""


class Claim:
    """The lock, held. Its holder notes here how far it is."""

    def __init__(self, layout: Layout, record: Record) -> None:
        self._path = layout.record
        self.record = record
        self._write()

    def note_up(self) -> None:
        """The cloud answers and the first pictures are made."""
        self._change(replace(self.record, phase="up"))

    def note_groups(self, groups: list[int]) -> None:
        """These process groups are ours, in case nobody is left to end them."""
        known = self.record.groups
        births = {str(group): known.get(str(group)) or birth(group) or "" for group in groups}
        self._change(replace(self.record, groups=births))

    def _change(self, record: Record) -> None:
        self.record = record
        self._write()

    def _write(self) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self.record)))
        fresh.replace(self._path)


@contextmanager
def claimed(layout: Layout, era: str) -> Iterator[Claim]:
    """Own the state folder while the body runs; raise `AlreadyUpError` when another process does.

    What a run before left behind is cleared away first, and what this one writes for its own time at the end.
    """
    with _locked(layout):
        clear(layout)
        layout.function_log.unlink(missing_ok=True)
        for folder in (layout.temporary, layout.logs, layout.pictures):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            yield Claim(layout, Record(pid=os.getpid(), born=birth(os.getpid()) or "", era=era))
        finally:
            clear(layout)


@contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    layout.state.mkdir(parents=True, exist_ok=True)
    with layout.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyUpError(f"{layout.state} is in use by a local run") from None
        yield


def holder(layout: Layout) -> Record | None:
    """Who holds the state folder now, or None."""
    if not layout.lock.exists():
        return None
    with layout.lock.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(layout.record) or Record(pid=0, born="")
    return None


def stop(layout: Layout, *, timeout: float) -> bool:
    """Ask the holder to stop and wait for it, then insist. Whether there was one; leftovers are cleared either way."""
    record = holder(layout)
    if record is not None:
        _signal(record, signal.SIGTERM)
        if not _gone(record, layout, timeout):
            _signal(record, signal.SIGKILL)
            _gone(record, layout, timeout)
    with suppress(AlreadyUpError), _locked(layout):
        clear(layout)
    return record is not None


def clear(layout: Layout) -> None:
    """End the process groups in the record, if they are still those, and remove what only a living run may have."""
    record = _read(layout.record)
    for group, born in record.groups.items() if record else ():
        if birth(int(group)) == born:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(int(group), signal.SIGKILL)
    shutil.rmtree(layout.temporary, ignore_errors=True)
    for file in (layout.outputs, layout.authority, layout.record):
        file.unlink(missing_ok=True)


def birth(pid: int) -> str | None:
    """When a process was born, in the words of the system; None when there is no such process."""
    stat = Path(f"/proc/{pid}/stat")
    with suppress(OSError):
        state, *_, started = stat.read_text().rpartition(")")[2].split()[:20]
        return None if state == "Z" else started
    if Path("/proc/self/stat").exists():
        return None
    answer = subprocess.run(  # noqa: S603 - a number, no shell
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 - where there is no /proc
        capture_output=True,
        text=True,
        timeout=5,
        check=False,
    )
    return answer.stdout.strip() or None


def _gone(record: Record, layout: Layout, timeout: float) -> bool:
    """Wait until the holder has ended, at most so many seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if birth(record.pid) != record.born if record.pid else holder(layout) is None:
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _signal(record: Record, number: signal.Signals) -> None:
    if record.pid and birth(record.pid) == record.born:
        with suppress(ProcessLookupError):
            os.kill(record.pid, number)


def _read(path: Path) -> Record | None:
    try:
        return Record(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
