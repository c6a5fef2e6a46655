"""From a checked order to the files of a reply: chooses who does the work, and writes into each file who did.

The one place where orders meet drawing and retouching. Knows no request fields and no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.errors import MASK_FAILED, invalid
from local.bedrock.pictures import SOFTWARE, Made, cut_out, fingerprint
from local.bedrock.png import encode_png
from local.bedrock.retouching.conditioning import condition
from local.bedrock.retouching.painting import Brief, inpaint, outpaint
from local.bedrock.retouching.palette import recolour
from local.bedrock.retouching.regions import covering, grown
from local.bedrock.retouching.selection import select
from local.bedrock.retouching.styles import stylise
from local.bedrock.retouching.subject import find_subject, find_subject_within
from local.bedrock.retouching.variation import vary
from local.bedrock.scene import Sketch, draw, draw_roughly
from local.bedrock.scene.noise import generator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.orders import Order, Region
    from local.bedrock.retouching.subject import Subject
    from local.bedrock.scene import Drawing

    type Maker = Callable[[Order, int, bool], Made]
    """Makes the picture of this index of a call, in fast mode or with care."""

MARGIN = 1 / 90
"""How far what is taken out of a picture reaches beyond what was found, of the longer side, so that no rim is left."""


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
    if order.task == "BACKGROUND_REMOVAL":
        return Work([cut_out(order.images[0].file)])
    if order.task in {"INPAINTING", "OUTPAINTING"}:
        return _paint(order, fast=fast)
    make = MAKERS[order.task]
    return Work([_file(order, make(order, index, fast), index) for index in range(order.settings.count)])


def _generate(order: Order, index: int, fast: bool) -> Made:
    """TEXT_IMAGE, with a condition image or without."""
    drawing = _scene(order, index, fast=fast)
    pixels, account = stylise(drawing.pixels, order.style), drawing.account
    if order.style:
        account += f"; style {order.style} by filters"
    if not order.control:
        return Made(pixels, account)
    pixels = condition(pixels, order.images[0].pixels, order.control, order.control_strength)
    found = "edges (Canny)" if order.control == "CANNY_EDGE" else "regions (k-means in Lab)"
    return Made(pixels, account, f"{found} of the condition image at strength {order.control_strength:g}")


def _colour(order: Order, index: int, fast: bool) -> Made:
    """COLOR_GUIDED_GENERATION: the reference image recoloured, or a scene."""
    seed = order.settings.seed, index
    if order.images:
        pixels = covering(order.images[0].pixels, *order.settings.size)
        account = "nothing: the prompt is not drawn, the reference image keeps its structure"
        return Made(recolour(pixels, order.colours, seed), account, "palette transferred to the reference image in Lab")
    drawing = _scene(order, index, fast=fast)
    return Made(recolour(drawing.pixels, order.colours, seed), drawing.account, "palette transferred in Lab")


def _vary(order: Order, index: int, _fast: bool) -> Made:
    images = [source.pixels for source in order.images]
    rng = generator(order.settings.seed, index, "variation")
    pixels = vary(images, order.settings.size, order.similarity, order.text, rng)
    real = f"warped, reframed and toned at similarity {order.similarity:g}"
    return Made(pixels, "nothing is generated; of the prompt only the hour is used", real)


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {"TEXT_IMAGE": _generate, "COLOR_GUIDED_GENERATION": _colour, "IMAGE_VARIATION": _vary}
)


def _paint(order: Order, *, fast: bool) -> Work:
    """INPAINTING changes what is black in the mask, OUTPAINTING what is white."""
    pixels, settings = order.images[0].pixels, order.settings
    outside = order.task == "OUTPAINTING"
    if order.mask is not None and outside:
        subject = find_subject_within(pixels, order.mask.black, fast=fast)
    else:
        subject = find_subject(pixels, fast=fast)
    black, account = _mask(order, subject)
    pictures = []
    for index in range(settings.count):
        brief = Brief(order.text, order.negative, subject.region, settings.seed, index, settings.guidance, fast)
        done = outpaint(pixels, ~black, brief, precise=order.precise) if outside else inpaint(pixels, black, brief)
        simulated = "; ".join(filter(None, (done.simulated, account)))
        pictures.append(_file(order, Made(done.pixels, simulated, done.real), index))
    return Work(pictures, _mask_file(black, account) if order.returns_mask else None)


def _mask(order: Order, subject: Subject) -> tuple[Region, str]:
    """What is black in the mask, and how it was found if nobody sent it."""
    if order.mask is not None:
        return order.mask.black, ""
    found = select(order.images[0].pixels, order.mask_prompt, subject)
    if found is None:
        raise invalid(MASK_FAILED)
    margin = 0.0 if order.task == "OUTPAINTING" else max(found.region.shape) * MARGIN
    return grown(found.region, margin), found.account


def _mask_file(black: Region, account: str) -> bytes:
    pixels = np.where(black[..., None], np.uint8(0), np.uint8(255)).repeat(3, 2)
    return encode_png(pixels, {"Software": SOFTWARE, "Simulated": account or "nothing: this mask was sent"})


def _scene(order: Order, index: int, *, fast: bool) -> Drawing:
    settings = order.settings
    sketch = Sketch(order.text, order.negative, settings.seed, index, settings.guidance, detailed=settings.detailed)
    return (draw_roughly if fast else draw)(sketch, *settings.size)


def _file(order: Order, made: Made, index: int) -> bytes:
    drawn = " (drawn for this call)" if order.settings.drawn_seed else ""
    notes = {
        "Software": SOFTWARE,
        "Prompt-SHA256": fingerprint(order.text),
        "Seed": f"{order.settings.seed} picture {index}{drawn}",
        "Real": made.real,
        "Simulated": made.simulated,
    }
    return encode_png(made.pixels, notes)
