"""A template's references, resolved against the stack that was deployed: just those that repairs meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.errors import LocalRunError
from local.layout import REGION
from local.ministack.server import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.ministack.server import Ministack


class UnresolvedError(LocalRunError):
    """A reference of a kind that is not resolved here."""


class References:
    """Logical ids, and what stands beside them in a `Ref` → what they became."""

    def __init__(self, emulator: Ministack, stack: str, template: Mapping[str, Any]) -> None:
        reply = emulator.client("cloudformation").describe_stack_resources(StackName=stack)
        self._physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in reply["StackResources"]}
        self._types = {name: resource["Type"] for name, resource in template["Resources"].items()}
        self._physical |= {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws"}

    def physical_id(self, logical_id: str) -> str:
        """The id that the emulator gave to a resource. Raises `UnresolvedError` for one that it has not made."""
        if logical_id not in self._physical:
            raise UnresolvedError(f"the AWS emulator has no {logical_id}")
        return str(self._physical[logical_id])

    def resolved(self, value: Any) -> Any:
        """The same value without references."""
        match value:
            case {"Ref": name}:
                return self.physical_id(name)
            case {"Fn::GetAtt": [name, "Arn"]} if self._types[name] == "AWS::Logs::LogGroup":
                return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{self.physical_id(name)}"
            case {"Fn::Join": [separator, parts]}:
                return separator.join(str(self.resolved(part)) for part in parts)
            case dict() if any(name.startswith("Fn::") for name in value):
                raise UnresolvedError(f"references like {value} are not resolved for repairs")
            case dict():
                return {name: self.resolved(one) for name, one in value.items()}
            case list():
                return [self.resolved(one) for one in value]
        return value
