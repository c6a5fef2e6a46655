"""The functions' own words, out of the emulator's log groups into one file: what a failure is explained by."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.ministack.server import Ministack

_EVENTS = 2000
"""The newest of each group."""

_FRAME = ("START RequestId", "END RequestId", "REPORT RequestId")


def save(emulator: Ministack, target: Path) -> None:
    """Write every log group's events to `target`, oldest first. An emulator that is gone has none."""
    with suppress(ClientError, BotoCoreError):
        events = sorted(_events(emulator.client("logs")), key=lambda event: event[0])
        target.write_text("".join(f"{_clock(at)} {group}: {_readable(message)}\n" for at, group, message in events))


def _events(logs: Any) -> Iterator[tuple[int, str, str]]:
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        reply = logs.filter_log_events(logGroupName=name, limit=_EVENTS)
        for event in reply["events"]:
            if not event["message"].startswith(_FRAME):
                yield event["timestamp"], name.rpartition("/")[2], event["message"].rstrip()


def _readable(message: str) -> str:
    """The message with its traceback, if it has one, on lines of its own."""
    try:
        entry = json.loads(message)
        trace = entry.pop("exception")
        entry.pop("stack_trace", None)
    except (ValueError, KeyError, AttributeError):
        return message
    return f"{json.dumps(entry)}\n{trace}"


def _clock(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
