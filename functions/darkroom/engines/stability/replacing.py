"""INPAINTING by a mask prompt: Search and Replace finds it by words, and paints what the text says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.darkroom.accounts import Rule
from functions.darkroom.engines.stability.asking import EDGE, Way, drawn, picture
from functions.darkroom.engines.stability.masking import RETURN_NONE
from functions.darkroom.engines.stability.painting import BY_NAME
from functions.darkroom.engines.stability.telling import DRAWING, FROM_INPUT, sized, unable

if TYPE_CHECKING:
    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.tasks import InPainting

NOTHING = "empty background that continues what surrounds it"
"""The prompt where there is no text. Titan then paints the surroundings; no service here erases by words."""


def replaced(order: Order, n: int, read: Read) -> dict[str, Any]:
    """The request. Without a text, what was searched for is what not to draw."""
    said = cast("InPainting", order.task).inPaintingParams
    request = {
        "prompt": said.text or NOTHING,
        "search_prompt": said.maskPrompt,
        "image": picture(order, 0, read),
        "grow_mask": EDGE,
        **drawn(order, n),
    }
    if said.text is not None:
        return request
    return request | {"negative_prompt": ", ".join(filter(None, (said.maskPrompt, said.negativeText)))}


REPLACE = Way(
    replaced,
    {
        **DRAWING,
        **sized(FROM_INPUT),
        "maskImage": unable("it finds by words what it replaces, and takes no mask image", BY_NAME),
        "maskPrompt": (Rule("approximated", f"another model finds what it names; its edge fades over {EDGE} pixels"),),
        "text": (
            Rule(
                "approximated",
                f"left out, and it needs one: `{NOTHING}` was sent, and the mask prompt as what not to draw",
                left_out=True,
            ),
        ),
        "returnMask": (RETURN_NONE, Rule("ignored", "what it found is not returned", "true")),
    },
)
