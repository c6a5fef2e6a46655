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

from botocore.exceptions import ClientError

from functions.darkroom.governor import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.governor import Lane

TRIES = 12
"""How often a pace is read again that somebody else changed in between."""
_NONE = {"N": "0"}


class Paces:
    """Every model's pace."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
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
        key = _key(model, f"LINE#{lane}")
        line = self._update(key, "ADD calls :calls", {":calls": calls})
        ahead = max(0, int(line["calls"]["N"]) - calls)
        return self._turn(model, lane, tenant, calls, int(line.get("turn", _NONE)["N"])), ahead

    def leave(self, model: str, lane: Lane, calls: int, turn: int | None = None) -> None:
        """So many calls have left the line; where the last of them has been started, its turn is the current one."""
        key, left = _key(model, f"LINE#{lane}"), {":calls": -calls}
        if turn:  # whoever was sent to the head of the line has none
            self._update(key, "ADD calls :calls SET turn = :turn", left | {":turn": turn})
        else:
            self._update(key, "ADD calls :calls", left)

    def emptied(self, model: str, lane: Lane) -> None:
        """Nobody stands in line. What a crash or a canceled job left in the count is gone."""
        self._update(_key(model, f"LINE#{lane}"), "SET calls = :none", {":none": 0})

    def in_line(self, model: str, lane: Lane) -> int:
        """How many calls stand in line, about."""
        return int(self._get(_key(model, f"LINE#{lane}")).get("calls", _NONE)["N"])

    def _turn(self, model: str, lane: Lane, tenant: str, calls: int, current: int) -> int:
        key = _key(model, f"TURN#{lane}#{tenant}")
        values = {":current": current, ":calls": calls}
        try:
            item = self._update(key, "SET turn = turn + :calls", values, "turn >= :current")
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            item = self._update(key, "SET turn = :next", {":next": current + calls})
        return int(item["turn"]["N"]) - calls

    def _read(self, model: str) -> tuple[Pace, int]:
        item = self._get(_key(model, "PACE"))
        if not item:
            return Pace(), 0
        return Pace(**json.loads(item["doc"]["S"])), int(item["rev"]["N"])

    def _write(self, model: str, pace: Pace, revision: int) -> bool:
        told = {"doc": {"S": json.dumps(asdict(pace))}, "rev": {"N": str(revision + 1)}, "v": {"N": "1"}}
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=_key(model, "PACE") | told,
                ConditionExpression="attribute_not_exists(pk) OR rev = :rev",
                ExpressionAttributeValues={":rev": {"N": str(revision)}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _get(self, key: dict[str, Any]) -> dict[str, Any]:
        item: dict[str, Any] = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get(
            "Item", {}
        )
        return item

    def _update(
        self, key: dict[str, Any], expression: str, values: dict[str, int], condition: str | None = None
    ) -> dict[str, Any]:
        """Update an item whose attributes are numbers, and give it as it is then."""
        update = self._dynamodb.update_item(
            TableName=self._table,
            Key=key,
            UpdateExpression=expression,
            ExpressionAttributeValues={name: {"N": str(value)} for name, value in values.items()},
            ReturnValues="ALL_NEW",
            **({"ConditionExpression": condition} if condition else {}),
        )
        item: dict[str, Any] = update["Attributes"]
        return item


def _key(model: str, kind: str) -> dict[str, Any]:
    return {"pk": {"S": f"PACE#{model}"}, "sk": {"S": kind}}
