"""From a checked order to the files of a reply: chooses who does the work, and writes into each file who did.

The one place where orders meet drawing and retouching. Knows no request fields and no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.bedrock.errors import invalid
from local.bedrock.pictures import Wish, cut_out, develop

if TYPE_CHECKING:
    from local.bedrock.orders import Order


@dataclass(frozen=True, slots=True)
class Work:
    """The files of one reply."""

    pictures: list[bytes]
    mask: bytes | None = None


def fulfil(order: Order, *, fast: bool) -> Work:
    """Do the work. Equal orders give equal files.

    Raises:
        BedrockError: ValidationException, for what can only be seen while working.
    """
    del fast
    if order.task == "BACKGROUND_REMOVAL":
        return Work([cut_out(order.images[0].file)])
    if order.task == "TEXT_IMAGE" and not order.control:
        return Work([develop(_wish(order, index)) for index in range(order.settings.count)])
    raise invalid(f"{order.task} is published for this model but not yet emulated by the Darkroom Bedrock emulator.")


def _wish(order: Order, index: int) -> Wish:
    settings = order.settings
    return Wish(
        text=order.text,
        negative=order.negative,
        width=settings.size[0],
        height=settings.size[1],
        seed=settings.seed,
        index=index,
        guidance=settings.guidance,
        detailed=settings.detailed,
    )
