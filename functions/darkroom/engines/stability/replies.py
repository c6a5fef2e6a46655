"""Stability's replies: one picture and its seed, or HTTP 200 with the reason why there is none. Knows no task."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from functions.darkroom.engines import Drawn
from functions.darkroom.errors import Blocked, InferenceFailed, ModelError, ModelFailed, ReplyUnreadable
from functions.darkroom.job import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.darkroom.errors import Stage

REFUSED = "Filter reason"
STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        "Filter reason: prompt": "prompt",
        "Filter reason: input image": "input-image",
        "Filter reason: output image": "output",
    }
)
"""`finish_reasons` → what the filter was looking at."""
FAILED = "Inference error"
"""The one reason that the guide calls worth another try."""


def drawn(reply: Any) -> Drawn:
    """The picture of a reply. Raises ModelError where there is none."""
    if not isinstance(reply, dict):
        raise ReplyUnreadable("the reply is not an object")
    for reason in reply.get("finish_reasons") or ():
        if reason is not None:
            raise _why_not(str(reason))
    pictures, seeds = reply.get("images") or [], reply.get("seeds") or [None]
    if len(pictures) != 1 or not isinstance(pictures[0], Picture):
        raise ReplyUnreadable("the reply does not hold exactly one picture")
    return Drawn(picture=pictures[0], seed=seeds[0])


def _why_not(reason: str) -> ModelError:
    told = f"the model answered: {reason}"
    if reason.startswith(REFUSED):
        return Blocked(told, stage=STAGES.get(reason))
    return InferenceFailed(told) if reason == FAILED else ModelFailed(told)
