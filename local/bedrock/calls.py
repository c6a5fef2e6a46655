"""What was asked of the emulator and what became of it: the last calls, and the last pictures for the page.

Bounded: pictures in requests are kept as their hash and size, and old calls make room for new ones. Knows no HTTP.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Any

import pybase64

LAST_CALLS = 1000
LAST_PICTURES = 12
LONGEST_SHOWN = 12_000
"""A string longer than any prompt is a picture, whatever its field is called."""
_PICTURES = frozenset({"image", "images", "maskImage", "conditionImage", "referenceImage"})


@dataclass(slots=True)
class Call:
    """One InvokeModel call, noted when it arrives; `status` stays None until a reply is on its way."""

    modelId: str
    body: Any
    faults: list[str] = field(default_factory=list)
    status: int | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    pictures: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The call as the control route tells it."""
        return {name: getattr(self, name) for name in ("at", "modelId", "body", "status", "faults")}


class CallLog:
    """The last calls, oldest first, and the last pictures by number."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=LAST_CALLS)
        self._pictures: deque[tuple[int, bytes]] = deque(maxlen=LAST_PICTURES)
        self._numbers = count(1)
        self._lock = Lock()

    def note(self, model: str, body: bytes) -> Call:
        """Remember a call that has just arrived."""
        call = Call(model, _shown(body))
        with self._lock:
            self._calls.append(call)
        return call

    def keep(self, call: Call, reply: dict[str, Any]) -> None:
        """Remember a reply's pictures, and its mask, for the page."""
        mask = reply.get("maskImage")
        for image in [*reply.get("images", ()), *([mask] if mask else ())]:
            with self._lock:
                number = next(self._numbers)
                self._pictures.append((number, pybase64.b64decode(image)))
            call.pictures.append(number)

    def calls(self) -> list[Call]:
        """Every call that is remembered, oldest first."""
        with self._lock:
            return list(self._calls)

    def picture(self, number: int) -> bytes | None:
        """A picture's file, while it is among the last ones."""
        with self._lock:
            return dict(self._pictures).get(number)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._calls.clear()
            self._pictures.clear()


def _shown(body: bytes) -> Any:
    try:
        return _elided("", json.loads(body, parse_constant=str))
    except (ValueError, RecursionError):
        return _digest(body)


def _elided(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {_clean(key): _elided(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_elided(name, inner) for inner in value]
    if isinstance(value, str) and (name in _PICTURES or len(value) > LONGEST_SHOWN):
        return _digest(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, str):
        return _clean(value)
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _clean(text: str) -> str:
    """The text without lone surrogates, which JSON may spell but UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _digest(text: bytes) -> dict[str, Any]:
    """A picture's own hash and size where the text is base64, else the text's."""
    try:
        data = pybase64.b64decode(text, validate=True)
    except ValueError:
        data = text
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
