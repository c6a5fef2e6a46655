"""The one DynamoDB table, as the modules that keep items in it use it: get, put, update, query. Knows no item.

A condition that does not hold is an answer and no error: whoever set it knows what it means. Items, keys and values are
as DynamoDB types them: `{"N": "1"}`. In expressions `ttl`, a reserved word, is called `#ttl`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    type Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The table, by its name."""

    dynamodb: Any
    name: str

    def get(self, key: Item, *, consistent: bool = True) -> Item:
        """An item as it stands now, or, not `consistent`, as it stood a moment ago; empty where there is none."""
        item: Item = self.dynamodb.get_item(TableName=self.name, Key=key, ConsistentRead=consistent).get("Item", {})
        return item

    def put(self, item: Item, condition: str | None = None, values: Item | None = None) -> bool:
        """Write an item whole, and tell whether its condition held."""
        return _unless_refused(self.dynamodb.put_item, self.putting(item, condition, values)) is not None

    def putting(self, item: Item, condition: str | None = None, values: Item | None = None) -> Item:
        """What `put` asks for; a part of a transaction under `Put`."""
        return {"TableName": self.name, "Item": item} | _expressions({"Condition": condition}, values)

    def update(
        self,
        key: Item,
        expression: str,
        values: Item | None = None,
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Item | None:
        """Update an item, and give it as it is then; None where the condition did not hold."""
        asked = _expressions({"Update": expression, "Condition": condition}, values, names)
        where = {"TableName": self.name, "Key": key, "ReturnValues": "ALL_NEW"}
        reply = _unless_refused(self.dynamodb.update_item, where | asked)
        return None if reply is None else reply["Attributes"]

    def all(self, condition: str, values: Item, **more: Any) -> Iterator[Item]:
        """Everything that a query finds, page by page."""
        asked = {"TableName": self.name, "KeyConditionExpression": condition, "ExpressionAttributeValues": values}
        while True:
            found = self.dynamodb.query(**asked, **more)
            yield from found["Items"]
            if "LastEvaluatedKey" not in found:
                return
            asked["ExclusiveStartKey"] = found["LastEvaluatedKey"]


def numbers(**values: int) -> Item:
    """Numbers as the values of an expression: `calls=3` is its `:calls`."""
    return {f":{name}": {"N": str(value)} for name, value in values.items()}


def number(item: Mapping[str, Any], name: str) -> int:
    """A whole number of an item; 0 where it has none."""
    return int(item.get(name, {"N": "0"})["N"])


def _expressions(said: Mapping[str, str | None], values: Item | None, names: Mapping[str, str] | None = None) -> Item:
    """Expressions with their values and names, without those that are empty, which DynamoDB refuses."""
    expressions = {f"{kind}Expression": text for kind, text in said.items() if text}
    called = dict(names or {}) | ({"#ttl": "ttl"} if any("#ttl" in text for text in expressions.values()) else {})
    told = {"ExpressionAttributeValues": values, "ExpressionAttributeNames": called}
    return expressions | {name: one for name, one in told.items() if one}


def _unless_refused(ask: Callable[..., Item], asked: Item) -> Item | None:
    """The reply; None where the condition did not hold."""
    try:
        return ask(**asked)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return None
