"""A picture with the area that will be changed tinted, small enough to be looked at at once. For people only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from functions.darkroom.errors import InputRefused
from functions.darkroom.masks import growing, judging, reading
from functions.darkroom.pictures import files, writing

if TYPE_CHECKING:
    from functions.darkroom.masks.vocabulary import Convention, MaskTask

MAX_SIDE = 768
TINT = (255, 0, 220)
STRENGTH = 0.55
_SEEN = 64
"""A pixel of the preview is outlined from a quarter of it being changed, so that thin lines stay visible."""


def preview(
    image: bytes,
    mask: bytes,
    task: MaskTask,
    *,
    means: Convention = "black-is-inside",
    threshold: int = reading.THRESHOLD,
) -> bytes:
    """The picture as a PNG of at most 768 pixels a side, the area to be changed in magenta with an outline.

    A mask of another size is laid over the whole picture. Raises InputRefused where either file is no picture, and
    mask-no-alpha where transparency is meant and there is none.
    """
    region = reading.region(reading.sheet(mask), means, task, judging.held("threshold", threshold, 1, 255))
    if region is None:
        raise InputRefused("mask-no-alpha", "it has no transparent area that could say what is changed")
    small = _small(image)
    covered = region.resize(small.size, Image.Resampling.BOX)
    tinted = Image.composite(Image.new("RGB", small.size, TINT), small, covered.point(_scaled))
    return writing.png(_outlined(tinted, covered.point([0] * _SEEN + [255] * (256 - _SEEN))))


def _scaled(value: int) -> int:
    return round(value * STRENGTH)


def _small(image: bytes) -> Image.Image:
    """The picture upright and scaled down; a JPEG is decoded at a fraction of its size where that is enough."""
    opened = files.opened(image)
    said = files.traits(image, opened)
    opened.draft(None, (MAX_SIDE, MAX_SIDE))
    picture = files.eight_bits(opened)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return files.flattened(files.turned(picture, said.orientation))


def _outlined(picture: Image.Image, region: Image.Image) -> Image.Image:
    """Two pixels of white inside of the edge and one of black outside: one of them shows on any picture."""
    white = ImageChops.subtract(region, growing.grown(region, -2))
    black = ImageChops.subtract(growing.grown(region, 1), region)
    outlined = picture.copy()
    outlined.paste((255, 255, 255), mask=white)
    outlined.paste((0, 0, 0), mask=black)
    return outlined
