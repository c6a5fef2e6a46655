"""`up`, `down` and `status`: the same run without a terminal. Knows the supervisor only as a process."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from local import claim, outputs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from local.layout import Layout
    from local.progress import Progress

_POLL_SECONDS = 0.2
_UP_SECONDS = 480
_DOWN_SECONDS = 30


def up(layout: Layout, era: str, progress: Progress) -> int:
    """Start a supervisor in a session of its own and show what it says until the cloud is up."""
    if claim.holder(layout):
        progress.say(f"It is up already ({layout.base_url}). `make status` shows it, `make down` ends it.")
        return 0
    layout.logs.mkdir(parents=True, exist_ok=True)
    log = layout.logs / "supervisor.log"
    supervisor = _detach([sys.executable, "-u", "-m", "local", "run", "--era", era], layout.root, log)
    try:
        return _watch(layout, supervisor, log, progress)
    except KeyboardInterrupt:
        down(layout, progress)
        return 130


def down(layout: Layout, progress: Progress) -> int:
    """End the run that holds the state folder, and clear away what one without an end left behind."""
    was_up = claim.stop(layout, timeout=_DOWN_SECONDS)
    progress.say("It is down." if was_up else "It was not up.")
    return 0


def status(layout: Layout, progress: Progress) -> int:
    """Say whether it is up and where; the exit code is 0 only then."""
    record = claim.holder(layout)
    if record is None:
        progress.say("It is not up. `make run` or `make up` starts it.")
        return 1
    if record.phase != "up":
        progress.say(f"It is starting (process {record.pid}).")
        return 1
    known = outputs.read(layout)
    progress.say(f"It is up (process {record.pid}, era {record.era}).")
    for name in ("base_url", "base_url_tls", "aws_endpoint_url", "bedrock_endpoint_url"):
        progress.say(f"  {name:<22}{known[name]}")
    progress.say(f"  {'outputs':<22}{layout.outputs}\n  {'logs':<22}{layout.logs}")
    return 0


def _detach(argv: Sequence[str], cwd: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(  # noqa: S603 - our own module
            argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


def _watch(layout: Layout, supervisor: subprocess.Popen[bytes], log: Path, progress: Progress) -> int:
    deadline = time.monotonic() + _UP_SECONDS
    with log.open("r", errors="replace") as said:
        while time.monotonic() < deadline:
            ended = supervisor.poll() is not None
            progress.hand_on(said.read())
            if ended:
                return supervisor.returncode or 1
            record = claim.holder(layout)
            if record and record.phase == "up" and record.pid == supervisor.pid:
                progress.say(f"{said.read()}It stays up in the background; `make down` ends it.")
                return 0
            time.sleep(_POLL_SECONDS)
    progress.say(f"It was not up within {_UP_SECONDS} seconds.")
    down(layout, progress)
    return 1
