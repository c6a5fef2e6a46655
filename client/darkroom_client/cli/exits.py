"""The exit codes, and what each one means."""

from __future__ import annotations

from darkroom_client.errors import (
    AccessDenied,
    Blocked,
    DarkroomError,
    OutcomeUnknown,
    PictureUnusable,
    RequestRefused,
    StillRunning,
    TargetUnknown,
)

DONE = 0
FAILED = 1
REFUSED = 2
BLOCKED = 3
PARTIAL = 4
NO_ACCESS = 5
UNKNOWN = 6

MEANINGS = {
    DONE: "done",
    FAILED: "failed, or not available just now",
    REFUSED: "wrong use, or the request was refused",
    BLOCKED: "blocked by content filters",
    PARTIAL: "fewer pictures than asked for",
    NO_ACCESS: "the key was not accepted",
    UNKNOWN: "the outcome is not known, or the job is still running",
}
TABLE = "\n".join(f"  {code}  {meaning}" for code, meaning in MEANINGS.items())

_CODES: list[tuple[type[DarkroomError], int]] = [
    (Blocked, BLOCKED),
    (AccessDenied, NO_ACCESS),
    (RequestRefused, REFUSED),
    (PictureUnusable, REFUSED),
    (TargetUnknown, REFUSED),
    (OutcomeUnknown, UNKNOWN),
    (StillRunning, UNKNOWN),
]


def code_of(error: DarkroomError) -> int:
    """The exit code that an error ends with."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)
