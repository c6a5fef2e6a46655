"""Why messages failed: a note under each message's id, for whoever finds it among the dead letters.

    pk                  sk       what
    FAILURE#{message}   FAILURE  its last failure: reason, times, at; kept for KEPT_DAYS

SQS leaves a message its id when it makes a dead letter of it. Knows neither jobs nor queues. A note holds no prompt:
of an error only the name is kept, except of our own, whose text never holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.darkroom.errors import DarkroomError

if TYPE_CHECKING:
    from typing import Self

    from functions.darkroom.table import Table

KEPT_DAYS = 21
"""A week longer than SQS keeps the dead letter itself."""
LONGEST_REASON = 1000
ITEM_VERSION = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """What is known of a message that failed."""

    reason: str
    times: int
    """How often it had been handed out by then."""
    at: float
    """Seconds since the epoch."""

    @classmethod
    def of(cls, error: Exception, times: int, at: float) -> Self:
        """The failure that an error was."""
        return cls(_reason(error), times, at)


class Failures:
    """The notes in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, message: str, failure: Failure) -> None:
        """Keep a message's failure, in place of the one before."""
        item = {
            **_key(message),
            "v": {"N": str(ITEM_VERSION)},
            "reason": {"S": failure.reason},
            "times": {"N": str(failure.times)},
            "at": {"N": f"{failure.at:.3f}"},
            "ttl": {"N": str(int(failure.at) + KEPT_DAYS * 86_400)},
        }
        self._table.put(item)

    def find(self, message: str) -> Failure | None:
        """A message's last failure; None where its function died before it could say."""
        found = self._table.get(_key(message))
        if not found:
            return None
        return Failure(found["reason"]["S"], int(found["times"]["N"]), float(found["at"]["N"]))


def _key(message: str) -> dict[str, Any]:
    return {"pk": {"S": f"FAILURE#{message}"}, "sk": {"S": "FAILURE"}}


def _reason(error: Exception) -> str:
    name = type(error).__name__
    if isinstance(error, DarkroomError):
        return f"{name}: {error}"[:LONGEST_REASON]
    # An error of AWS that botocore has no class for is told by its code, which is a word of AWS's own.
    code = getattr(error, "response", {}).get("Error", {}).get("Code")
    return f"{name}: {code}" if code and code != name else name
