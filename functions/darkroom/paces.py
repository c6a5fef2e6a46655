"""The pace of each model, kept in the table: its slots, its lines, and whose turn it is. Knows no job's inside.

    pk             sk                    what
    PACE#{model}   PACE                  the governor's Pace, written on condition of its revision
    PACE#{model}   LINE#{lane}           how many calls stand in line, and the turn that was started last
    PACE#{model}   TURN#{lane}#{tenant}  the turn after the tenant's last one

Turns are start-time fair queueing: a tenant's next turn follows its last one, or the one that was started last,
whichever is later. So the line, in the order of turns, goes round among the tenants by itself.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from functions.darkroom.governor import Pace
from functions.darkroom.table import number, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.governor import Lane
    from functions.darkroom.table import Table

TRIES = 12
"""How often a pace is read again that somebody else changed in between."""


class Paces:
    """Every model's pace."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, model: str) -> Pace:
        """A model's pace as it stands."""
        return self._read(model)[0]

    def change[T](self, model: str, move: Callable[[Pace], tuple[Pace, T]]) -> T:
        """Move a model's pace, as if nobody else did at the same time, and give what the move gave beside it.

        A move that changes nothing writes nothing.
        """
        for left in reversed(range(TRIES)):
            pace, revision = self._read(model)
            moved, given = move(pace)
            if moved == pace or self._write(model, moved, revision):
                return given
            time.sleep(random.uniform(0.005, 0.03) * (TRIES - left))  # noqa: S311  (no secret)
        raise ConnectionError(f"the pace of {model} never came to rest")

    def join(self, model: str, lane: Lane, tenant: str, calls: int) -> tuple[int, int]:
        """Stand in line: the turn, and how many calls stand before it at most."""
        line = self._table.update(_key(model, f"LINE#{lane}"), "ADD calls :calls", numbers(calls=calls)) or {}
        ahead = max(0, number(line, "calls") - calls)
        return self._turn(model, lane, tenant, calls, number(line, "turn")), ahead

    def leave(self, model: str, lane: Lane, calls: int, turn: int | None = None) -> None:
        """So many calls have left the line; where the last of them has been started, its turn is the current one."""
        key = _key(model, f"LINE#{lane}")
        if turn:  # whoever was sent to the head of the line has none
            self._table.update(key, "ADD calls :calls SET turn = :turn", numbers(calls=-calls, turn=turn))
        else:
            self._table.update(key, "ADD calls :calls", numbers(calls=-calls))

    def emptied(self, model: str, lane: Lane) -> None:
        """Nobody stands in line. What a crash or a canceled job left in the count is gone."""
        self._table.update(_key(model, f"LINE#{lane}"), "SET calls = :none", numbers(none=0))

    def in_line(self, model: str, lane: Lane) -> int:
        """How many calls stand in line, about."""
        return number(self._table.get(_key(model, f"LINE#{lane}")), "calls")

    def _turn(self, model: str, lane: Lane, tenant: str, calls: int, current: int) -> int:
        key, values = _key(model, f"TURN#{lane}#{tenant}"), numbers(current=current, calls=calls)
        follows = self._table.update(key, "SET turn = turn + :calls", values, condition="turn >= :current")
        item = follows or self._table.update(key, "SET turn = :next", numbers(next=current + calls)) or {}
        return number(item, "turn") - calls

    def _read(self, model: str) -> tuple[Pace, int]:
        item = self._table.get(_key(model, "PACE"))
        return (Pace(**json.loads(item["doc"]["S"])) if item else Pace()), number(item, "rev")

    def _write(self, model: str, pace: Pace, revision: int) -> bool:
        told = {"doc": {"S": json.dumps(asdict(pace))}, "rev": {"N": str(revision + 1)}, "v": {"N": "1"}}
        condition = "attribute_not_exists(pk) OR rev = :rev"
        return self._table.put(_key(model, "PACE") | told, condition, numbers(rev=revision))


def _key(model: str, kind: str) -> dict[str, Any]:
    return {"pk": {"S": f"PACE#{model}"}, "sk": {"S": kind}}
