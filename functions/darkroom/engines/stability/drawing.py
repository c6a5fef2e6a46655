"""TEXT_IMAGE by Stable Image Core, Stable Image Ultra or Stable Diffusion 3.5 Large: a prompt and an aspect ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.darkroom.accounts import Rule
from functions.darkroom.engines.stability.asking import Way, aspect_ratio, drawn
from functions.darkroom.engines.stability.styles import worded
from functions.darkroom.engines.stability.telling import BY_RATIO, DRAWING, sized

if TYPE_CHECKING:
    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.tasks import TextImage


def body(order: Order, n: int, _read: Read) -> dict[str, Any]:
    """The request for the n-th picture."""
    said = cast("TextImage", order.task).textToImageParams
    return {
        "prompt": worded(said.text, said.style),
        "aspect_ratio": aspect_ratio(*order.task.config.size),
        **drawn(order, n),
    }


_BLIND = (Rule("ignored", "it draws from words alone; without modelId a control service looks at the picture"),)
DRAW = Way(
    body,
    {
        **DRAWING,
        **sized(BY_RATIO),
        "style": (Rule("approximated", "it has no styles: said in words at the end of the prompt"),),
        "conditionImage": _BLIND,
        "controlMode": _BLIND,
        "controlStrength": _BLIND,
    },
)
