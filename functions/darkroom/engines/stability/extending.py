"""OUTPAINTING by Outpaint, which enlarges a canvas: only where the mask keeps one rectangle.

That rectangle is cut out and sent, and the border around it is said in pixels, so that the result has the size of the
input again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.darkroom.accounts import Rule
from functions.darkroom.catalogue import STABILITY_INPUT
from functions.darkroom.engines.stability.asking import OUTPUT_FORMAT, Way, encoded, seed
from functions.darkroom.engines.stability.masking import RETURN_SENT, region
from functions.darkroom.engines.stability.painting import NO_WORDS, is_precise
from functions.darkroom.engines.stability.telling import DRAWING, FROM_INPUT, sized
from functions.darkroom.errors import InputRefused
from functions.darkroom.fitting import rule_of

if TYPE_CHECKING:
    from PIL import Image

    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.tasks import OutPainting

    type Edges = tuple[int, int, int, int]
    """Left, upper, right and lower edge of a rectangle in pixels."""

FARTHEST = 2000
"""Pixels by which a side may grow."""
FIELD = "outPaintingParams.maskImage"
BY_MASK = "Leave modelId out: Inpaint takes a mask of any form."


def extended(order: Order, n: int, read: Read) -> dict[str, Any]:
    """The request. Raises InputRefused where the mask keeps anything but one rectangle."""
    said = cast("OutPainting", order.task).outPaintingParams
    common = {"prompt": said.text, "seed": seed(order.task.config, n), "output_format": OUTPUT_FORMAT}
    changed = region(order, read)
    if changed is None:
        return {"image": "", **common}
    inside = kept_rectangle(changed)
    return {"image": encoded(_cut(read(order.inputs[0]), inside)), **_margins(inside, changed.size), **common}


def kept_rectangle(changed: Image.Image) -> Edges:
    """What a region leaves as it is. Raises InputRefused unless that is one rectangle that the service takes."""
    from PIL import ImageChops  # noqa: PLC0415  (imports the imaging library)

    from functions.darkroom.masks import regions  # noqa: PLC0415  (imports the imaging library)

    inverted = ImageChops.invert(changed)
    edges = inverted.getbbox()
    if edges is None or regions.area(inverted.crop(edges)) != (edges[2] - edges[0]) * (edges[3] - edges[1]):
        raise _refused("mask-no-border", "Outpaint enlarges one rectangle, and the mask keeps another form")
    _hold(edges, changed.size)
    return edges


def _hold(edges: Edges, size: tuple[int, int]) -> None:
    margins = _margins(edges, size)
    if not any(margins.values()):
        raise _refused("mask-empty", "the mask keeps the whole picture, and Outpaint has nothing to add")
    if max(margins.values()) > FARTHEST:
        detail = f"Outpaint adds at most {FARTHEST} pixels at a side, not {max(margins.values())}"
        raise _refused("mask-no-border", detail)
    inside = edges[2] - edges[0], edges[3] - edges[1]
    if not rule_of(STABILITY_INPUT).takes(inside):
        detail = f"what the mask keeps is {inside[0]}x{inside[1]}; Outpaint takes sides from 64 pixels, up to 1:2.5"
        raise _refused("mask-no-border", detail)


def _refused(slug: str, detail: str) -> InputRefused:
    return InputRefused(slug, detail, hint=BY_MASK, field=FIELD)


def _margins(edges: Edges, size: tuple[int, int]) -> dict[str, int]:
    return {"left": edges[0], "right": size[0] - edges[2], "up": edges[1], "down": size[1] - edges[3]}


def _cut(data: bytes, edges: Edges) -> bytes:
    from functions.darkroom.pictures import files, writing  # noqa: PLC0415  (import the imaging library)

    return writing.png(files.upright(data)[0].convert("RGB").crop(edges))


EXTEND = Way(
    extended,
    {
        **DRAWING,
        **sized(FROM_INPUT),
        "image": (Rule("adapted", "what the mask keeps is cut out of it and sent"),),
        "maskImage": (Rule("adapted", "it has to keep one rectangle: sent as pixels at the left, right, up and down"),),
        "maskPrompt": (NO_WORDS,),
        "negativeText": (Rule("ignored", "it has no negative prompt"),),
        "returnMask": RETURN_SENT,
        "outPaintingMode": (
            Rule(
                "adapted",
                "it has no such setting: what is to be kept is put back, pixel by pixel; the model's own picture "
                "stands as `original`",
                "PRECISE",
                holds=is_precise,
            ),
            Rule("approximated", "it has no such setting: how the edge is hidden is its own affair", "DEFAULT"),
        ),
    },
)
