"""How many requests wait for their job at this moment, counted in the table, so that they never use up the account.

A waiting request occupies a function, and so one unit of the account's Lambda concurrency. Waits are counted in windows
that are longer than any wait: those of this window and of the one before it may still be going on. So a count that a
crash left behind is forgotten by itself.

    pk      sk              what
    WAITS   {window}        how many waits began in it and have not ended
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

WINDOW_SECONDS = 30
"""Longer than any wait."""
KEPT_SECONDS = 3600


class Waits:
    """The seats for those who wait."""

    def __init__(self, dynamodb: Any, table: str, most: int) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._most = most

    def enter(self, now: float) -> int | None:
        """Take a seat: its window, by which it is left again; None when no seat is free."""
        window = int(now // WINDOW_SECONDS)
        free = self._most - self._taken(window - 1)
        if free <= 0:
            return None
        expires = int(now) + KEPT_SECONDS
        values = {":one": 1, ":most": free, ":ttl": expires}
        condition = "attribute_not_exists(waits) OR waits < :most"
        try:
            self._update(window, "ADD waits :one SET #ttl = :ttl", values, {"#ttl": "ttl"}, condition)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return None
        return window

    def leave(self, window: int) -> None:
        """Give a seat back. One that cannot be given back now is forgotten within two windows."""
        with suppress(ClientError, BotoCoreError):
            self._update(window, "ADD waits :less", {":less": -1})

    def _taken(self, window: int) -> int:
        item = self._dynamodb.get_item(TableName=self._table, Key=_key(window)).get("Item", {})
        return max(0, int(item.get("waits", {"N": "0"})["N"]))

    def _update(
        self,
        window: int,
        expression: str,
        values: dict[str, int],
        names: dict[str, str] | None = None,
        condition: str | None = None,
    ) -> None:
        self._dynamodb.update_item(
            TableName=self._table,
            Key=_key(window),
            UpdateExpression=expression,
            ExpressionAttributeValues={name: {"N": str(value)} for name, value in values.items()},
            **({"ExpressionAttributeNames": names} if names else {}),
            **({"ConditionExpression": condition} if condition else {}),
        )


def _key(window: int) -> dict[str, Any]:
    return {"pk": {"S": "WAITS"}, "sk": {"S": str(window)}}
