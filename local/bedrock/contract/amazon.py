"""Titan Image Generator and Nova Canvas: judges a request, asks the filter, and puts the pictures into a reply.

Knows no HTTP, and not the product whose requests it judges. The numbers are in `limits`, the fields in `tasks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.bedrock import moderation
from local.bedrock.catalogue import NOVA_CANVAS
from local.bedrock.contract.limits import EMULATED, LIMITS
from local.bedrock.contract.schema import Fields
from local.bedrock.contract.tasks import read_order
from local.bedrock.errors import invalid, refusal
from local.bedrock.fulfilment import fulfil
from local.bedrock.pictures import encoded

if TYPE_CHECKING:
    from local.bedrock.contract.conditions import Conditions
    from local.bedrock.contract.limits import Limits
    from local.bedrock.fulfilment import Work
    from local.bedrock.orders import Order


def answer(model: str, body: bytes, conditions: Conditions) -> dict[str, Any]:
    """The reply's JSON to one call.

    Raises:
        BedrockError: ValidationException, for what the contract or the content filter refuses. Or ModelErrorException,
            where a fault was ordered that Stability's models tell in their reply.
    """
    limits = LIMITS[model]
    fields = Fields.parse(body)
    task = fields.choice("taskType", limits.tasks, required=True)
    if task is None:
        fields.finish()
        raise AssertionError("a missing taskType was not refused")
    if task not in EMULATED:
        raise invalid(f"{task} is published for this model but not emulated by the Darkroom Bedrock emulator.")
    order = read_order(fields, task, limits)
    _moderate(order, limits, conditions)
    if conditions.spoil == "inference":
        raise refusal("ModelErrorException", "The model could not finish this request.")
    work = fulfil(order, fast=conditions.fast)
    return _reply(model, order, work, conditions)


def _moderate(order: Order, limits: Limits, conditions: Conditions) -> None:
    """The filter before any work: prompts first, then the images, the mask among them."""
    if conditions.spoil == "blocked" or moderation.flags(*order.prompts):
        raise invalid(limits.texts.prompt)
    if any(moderation.marked(file) for file in order.files):
        raise invalid(limits.texts.image)


def _reply(model: str, order: Order, work: Work, conditions: Conditions) -> dict[str, Any]:
    """What the filter leaves of the pictures. Titan always has `error`, Canvas only when there is one."""
    made = len(work.pictures)
    left = moderation.kept(made, *order.prompts)
    if conditions.spoil == "partial":
        left = min(left, made - 1)
    texts = LIMITS[model].texts
    error = None if left == made else texts.some_outputs if left else texts.every_output
    reply: dict[str, Any] = {"images": [encoded(picture) for picture in work.pictures[:left]]}
    if work.mask is not None:
        reply["maskImage"] = encoded(work.mask)
    if error or model != NOVA_CANVAS:
        reply["error"] = error
    return reply
