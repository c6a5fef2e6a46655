"""How many requests wait for their job at this moment, counted in the table, so that they never use up the account.

A waiting request occupies a function, and so one unit of the account's Lambda concurrency. Waits are counted in windows
that are longer than any wait: those of this window and of the one before it may still be going on. So a count that a
crash left behind is forgotten by itself.

    pk      sk              what
    WAITS   {window}        how many waits began in it and have not ended
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.darkroom.table import number, numbers

if TYPE_CHECKING:
    from functions.darkroom.table import Table

WINDOW_SECONDS = 30
"""Longer than any wait."""
KEPT_SECONDS = 3600


class Waits:
    """The seats for those who wait."""

    def __init__(self, table: Table, most: int) -> None:
        self._table = table
        self._most = most

    def enter(self, now: float) -> int | None:
        """Take a seat: its window, by which it is left again; None when no seat is free."""
        window = int(now // WINDOW_SECONDS)
        free = self._most - self._taken(window - 1)
        if free <= 0:
            return None
        values = numbers(one=1, most=free, ttl=int(now) + KEPT_SECONDS)
        condition = "attribute_not_exists(waits) OR waits < :most"
        seat = self._table.update(_key(window), "ADD waits :one SET #ttl = :ttl", values, condition=condition)
        return None if seat is None else window

    def leave(self, window: int) -> None:
        """Give a seat back. One that cannot be given back now is forgotten within two windows."""
        with suppress(ClientError, BotoCoreError):
            self._table.update(_key(window), "ADD waits :less", numbers(less=-1))

    def _taken(self, window: int) -> int:
        return max(0, number(self._table.get(_key(window), consistent=False), "waits"))


def _key(window: int) -> dict[str, Any]:
    return {"pk": {"S": "WAITS"}, "sk": {"S": str(window)}}
