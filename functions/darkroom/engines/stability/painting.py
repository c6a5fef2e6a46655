"""Painting inside of a mask: INPAINTING by Inpaint, or by Erase Object where there is no text; OUTPAINTING by Inpaint.

Titan's outpainting changes all but the inside of a mask. Stability's service of that name enlarges the canvas, which is
something else (`extending`); its inpainting does what Titan's outpainting does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.darkroom.accounts import Rule
from functions.darkroom.engines.stability.asking import EDGE, OUTPUT_FORMAT, Way, drawn, picture, seed
from functions.darkroom.engines.stability.masking import RETURN_SENT, mask
from functions.darkroom.engines.stability.telling import DRAWING, FROM_INPUT, sized, unable

if TYPE_CHECKING:
    from functions.darkroom.accounts import Rules
    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.params import InPaintingParams, OutPaintingParams
    from functions.darkroom.tasks import Task


def inpainted(order: Order, n: int, read: Read) -> dict[str, Any]:
    """Inpaint's request: what is white in the mask becomes what the prompt says."""
    said = cast("InPaintingParams | OutPaintingParams", order.task.params)
    return {"prompt": said.text, **_masked(order, read), **drawn(order, n)}


def erased(order: Order, n: int, read: Read) -> dict[str, Any]:
    """Erase Object's request: what is white in the mask becomes what surrounds it."""
    return {**_masked(order, read), "seed": seed(order.task.config, n), "output_format": OUTPUT_FORMAT}


def is_precise(task: Task) -> bool:
    """Whether what is outside of the changed region has to stay as it is, pixel by pixel."""
    return getattr(task.params, "outPaintingMode", None) == "PRECISE"


def _masked(order: Order, read: Read) -> dict[str, Any]:
    edge = 0 if is_precise(order.task) else EDGE
    return {"image": picture(order, 0, read), "mask": mask(order, read), "grow_mask": edge}


_FADES = f"its edge fades over {EDGE} pixels"
BY_NAME = "Leave modelId out: a service is chosen by what the request holds."
POST_MASKS = (
    "Make a mask image: POST /masks (`darkroom mask make`) has shapes, colours, and the subject or its background."
)
NO_WORDS = Rule("refused", "no service finds by words what is to be kept", hint=POST_MASKS)
_RULES: Rules = {
    **DRAWING,
    **sized(FROM_INPUT),
    "returnMask": RETURN_SENT,
    "maskPrompt": unable("it takes a mask image and no words", BY_NAME),
}
_EXCHANGED = Rule("adapted", f"black and white are exchanged, since white is changed there; {_FADES}")
INPAINT = Way(
    inpainted,
    {
        **_RULES,
        "maskImage": (_EXCHANGED,),
        "text": unable("it needs one; without a text, another service erases", BY_NAME, left_out=True),
    },
)
ERASE = Way(
    erased,
    {
        **_RULES,
        "maskImage": (_EXCHANGED,),
        "text": (Rule("ignored", "it only erases; without modelId another service paints what the text says"),),
        "negativeText": (Rule("ignored", "without a text the area is erased, by a service that takes no words"),),
    },
)
OUTSIDE = Way(
    inpainted,
    {
        **_RULES,
        "maskPrompt": (NO_WORDS,),
        "outPaintingMode": (
            Rule(
                "adapted",
                "it has no such setting: no edge is asked for, and what is to be kept is put back, pixel by pixel; the "
                "model's own picture stands as `original`",
                "PRECISE",
                holds=is_precise,
            ),
            Rule("approximated", f"it has no such setting: the painted area fades over {EDGE} pixels", "DEFAULT"),
        ),
    },
)
