"""One shape drawn as a region of the picture, clipped to it. Whether an empty one is a mistake others decide.

Pixels are counted by their centres, so that a polygon along a rectangle's corners covers what the rectangle covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from PIL import Image, ImageChops, ImageColor, ImageDraw

from functions.darkroom.masks import reading
from functions.darkroom.masks.shapes import (
    Alpha,
    Background,
    Border,
    ColourRange,
    Ellipse,
    Placed,
    Polygon,
    Rectangle,
    Subject,
)

if TYPE_CHECKING:
    from functions.darkroom.masks.shapes import AnyShape
    from functions.darkroom.sizing import Size

_FINER = 3
"""A polygon is drawn at three times the size: an odd number, so that no pixel is covered by exactly one half."""
_BAND = 256
"""Rows drawn at once, which bounds the memory that the finer drawing takes."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """What shapes are drawn on. `picture` is upright; None where only the size is known."""

    size: Size
    picture: Image.Image | None = None
    alpha: Image.Image | None = None
    subject: Image.Image | None = None
    """A region: what a cut-out keeps."""


def drawn(shape: AnyShape, canvas: Canvas) -> Image.Image | None:
    """The shape's pixels as a region, clipped to the picture. None where the canvas lacks what the shape is made of."""
    if isinstance(shape, Rectangle | Ellipse | Polygon | Border):
        return _placed(shape, canvas.size)
    return _found(shape, canvas)


def _placed(shape: Rectangle | Ellipse | Polygon | Border, size: Size) -> Image.Image:
    match shape:
        case Rectangle():
            return _rectangle(shape, size)
        case Ellipse():
            return _ellipse(shape, size)
        case Polygon():
            return _polygon(shape, size)
        case Border():
            return _border(shape, size)
        case _:
            assert_never(shape)


def _found(shape: Alpha | ColourRange | Subject | Background, canvas: Canvas) -> Image.Image | None:
    match shape:
        case Alpha():
            return canvas.alpha and reading.below(canvas.alpha, reading.THRESHOLD)
        case ColourRange():
            return canvas.picture and _near(canvas.picture, shape.colour, shape.tolerance)
        case Subject():
            return canvas.subject
        case Background():
            return canvas.subject and ImageChops.invert(canvas.subject)
        case _:
            assert_never(shape)


def _scale(shape: Placed, size: Size) -> Size:
    return size if shape.unit == "fraction" else (1, 1)


def _corners(shape: Rectangle | Ellipse, size: Size) -> tuple[int, int, int, int]:
    across, down = _scale(shape, size)
    left, top = round(shape.left * across), round(shape.top * down)
    right, bottom = round((shape.left + shape.width) * across), round((shape.top + shape.height) * down)
    return left, top, right, bottom


def _rectangle(shape: Rectangle, size: Size) -> Image.Image:
    region = Image.new("L", size)
    left, top, right, bottom = _corners(shape, size)
    if right > left and bottom > top:
        region.paste(255, (left, top, right, bottom))
    return region


def _ellipse(shape: Ellipse, size: Size) -> Image.Image:
    region = Image.new("L", size)
    left, top, right, bottom = _corners(shape, size)
    if right > left and bottom > top:
        ImageDraw.Draw(region).ellipse((left, top, right - 1, bottom - 1), fill=255)
    return region


def _polygon(shape: Polygon, size: Size) -> Image.Image:
    across, down = _scale(shape, size)
    points = [(x * across * _FINER, y * down * _FINER) for x, y in shape.points]
    region = Image.new("L", size)
    for top in range(0, size[1], _BAND):
        height = min(_BAND, size[1] - top)
        fine = Image.new("L", (size[0] * _FINER, height * _FINER))
        ImageDraw.Draw(fine).polygon([(x, y - top * _FINER) for x, y in points], fill=255)
        region.paste(reading.at_least(fine.reduce(_FINER), 128), (0, top))
    return region


def _border(shape: Border, size: Size) -> Image.Image:
    across, down = _scale(shape, size)
    region = Image.new("L", size, 255)
    left, top = round(shape.left * across), round(shape.up * down)
    right, bottom = size[0] - round(shape.right * across), size[1] - round(shape.down * down)
    if right > left and bottom > top:
        region.paste(0, (left, top, right, bottom))
    return region


def _near(picture: Image.Image, colour: str, tolerance: int) -> Image.Image:
    """Compared in YCbCr: brightness apart from the two chroma channels."""
    wanted = Image.new("RGB", (1, 1), ImageColor.getrgb(colour)).convert("YCbCr").tobytes()
    luma, blue, red = picture.convert("RGB").convert("YCbCr").split()
    within = [
        channel.point([255 if abs(value - centre) <= reach else 0 for value in range(256)])
        for channel, centre, reach in zip((luma, blue, red), wanted, (2 * tolerance, tolerance, tolerance), strict=True)
    ]
    return ImageChops.darker(ImageChops.darker(within[0], within[1]), within[2])
