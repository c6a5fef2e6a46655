"""Stability's models: judges a request, asks the filter, and puts the one picture of a call into a reply.

What the filter stops is an HTTP 200 with a reason and no picture. The fields are in `services`, read by `edits`. Knows
no HTTP, and not the product whose requests it judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.bedrock import moderation
from local.bedrock.contract.edits import read_edit
from local.bedrock.contract.schema import Fields
from local.bedrock.contract.services import SERVICES
from local.bedrock.editing import carry_out
from local.bedrock.pictures import encoded

if TYPE_CHECKING:
    from local.bedrock.contract.conditions import Conditions
    from local.bedrock.contract.services import Service
    from local.bedrock.orders import Edit

PROMPT, INPUT, OUTPUT = "Filter reason: prompt", "Filter reason: input image", "Filter reason: output image"
FAILED = "Inference error"


def answer(model: str, body: bytes, conditions: Conditions) -> dict[str, Any]:
    """The reply's JSON to one call.

    Raises:
        BedrockError: ValidationException, for what the contract refuses.
    """
    service = SERVICES[model]
    edit = read_edit(Fields.parse(body), service)
    reason = _stopped(edit, service, conditions)
    if reason:
        return {"finish_reasons": [reason]}
    picture = carry_out(edit, fast=conditions.fast)
    return {"seeds": [edit.seed], "finish_reasons": [None], "images": [encoded(picture)]}


def _stopped(edit: Edit, service: Service, conditions: Conditions) -> str | None:
    """Why there is no picture: the filter looks at prompts, then at pictures, then at what was made."""
    if conditions.spoil == "blocked":
        return PROMPT if "prompt" in service.fields else INPUT
    if moderation.flags(*edit.prompts):
        return PROMPT
    if any(moderation.marked(file) for file in edit.files):
        return INPUT
    if conditions.spoil == "partial" or not moderation.kept(1, *edit.prompts):
        return OUTPUT
    return FAILED if conditions.spoil == "inference" else None
