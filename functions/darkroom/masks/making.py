"""Shapes made into a mask. Where the subject lies somebody else has found: it comes as a matte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from functions.darkroom.errors import InputRefused
from functions.darkroom.masks import drawing, judging, reading
from functions.darkroom.masks.drawing import Canvas
from functions.darkroom.masks.finishing import Finish, Mask, finished
from functions.darkroom.pictures import files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.darkroom.masks.shapes import AnyShape
    from functions.darkroom.masks.vocabulary import Convention, MaskTask
    from functions.darkroom.sizing import Size

_LACKS = {
    "alpha": ("mask-no-alpha", "the picture has no transparent area", None),
    "colour": ("mask-no-picture", "a colour is looked for in the picture, and only its size was given", None),
    "subject": ("mask-no-matte", "no cut-out of the picture was given", "It has to be cut out first."),
    "background": ("mask-no-matte", "no cut-out of the picture was given", "It has to be cut out first."),
}
_NOWHERE = {
    "alpha": "the picture has no transparent pixel",
    "colour": "no pixel of the picture is near that colour",
    "subject": "the cut-out is empty",
    "background": "the cut-out covers the whole picture",
    "border": "a frame of that width has no pixel",
}


def make(  # noqa: PLR0913  (each is a field of the request)
    canvas: bytes | Size,
    shapes: Sequence[AnyShape],
    task: MaskTask,
    *,
    grow: int = 0,
    matte: bytes | None = None,
    into: Convention = "black-is-inside",
) -> Mask:
    """Make a mask from shapes, applied in their order: each adds to the area that is changed or subtracts from it.

    `canvas` is the picture, or its upright (width, height) in pixels where no shape looks at its pixels. `matte` says
    where the subject is: a picture whose alpha, or else whose brightness, is high there, of the picture's size or
    shape. `grow` -512 to 512 pixels is applied last.

    Raises InputRefused, with the shape's number as the field: shape-outside, mask-no-alpha, mask-no-picture,
    mask-no-matte; and for the whole: mask-empty, mask-full.
    """
    finish = Finish(task, into, grow)
    return finished(_combined(shapes, _canvas(canvas, matte)), finish, into, [])


def _canvas(canvas: bytes | Size, matte: bytes | None) -> Canvas:
    if isinstance(canvas, tuple):
        files.hold(*canvas)
        return Canvas(canvas, subject=_subject(matte, canvas))
    picture, said = files.upright(canvas)
    alpha = files.alpha_of(picture) if said.transparent else None
    return Canvas(picture.size, files.flattened(picture), alpha, _subject(matte, picture.size))


def _subject(matte: bytes | None, size: Size) -> Image.Image | None:
    """The matte as a region. Its alpha counts where it says something, else its brightness."""
    if matte is None:
        return None
    sheet = reading.sheet(matte)
    for fault in judging.of_size(sheet.size, size):
        if fault.weight == "refused":
            raise InputRefused("matte-shape", f"the cut-out does not fit: {fault.detail}", hint=fault.hint)
    coverage = sheet.grey if sheet.alpha is None else sheet.alpha
    return reading.resized(reading.at_least(coverage, reading.THRESHOLD), size)


def _combined(shapes: Sequence[AnyShape], canvas: Canvas) -> Image.Image:
    if not shapes or shapes[0].op == "subtract":
        detail = "the first shape must add: there is nothing yet to subtract from"
        raise InputRefused("shapes-order", detail, field="shapes.0.op")
    region = Image.new("L", canvas.size)
    for number, shape in enumerate(shapes):
        one = _one(number, shape, canvas)
        region = ImageChops.lighter(region, one) if shape.op == "add" else ImageChops.subtract(region, one)
    return region


def _one(number: int, shape: AnyShape, canvas: Canvas) -> Image.Image:
    region, field = drawing.drawn(shape, canvas), f"shapes.{number}"
    if region is None:
        slug, detail, hint = _LACKS[shape.kind]
        raise InputRefused(slug, f"{field} ({shape.kind}): {detail}", hint=hint, field=field)
    if region.getbbox() is None:
        width, height = canvas.size
        detail = _NOWHERE.get(shape.kind, f"it covers no pixel of the picture of {width}x{height}")
        hint = "Coordinates are pixels of the upright picture unless `unit` is `fraction`."
        raise InputRefused("shape-outside", f"{field} ({shape.kind}): {detail}", hint=hint, field=field)
    return region
