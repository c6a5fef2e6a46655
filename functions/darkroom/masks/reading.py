"""A mask's file read as a region (mode "L": 255 is changed, 0 is kept), under each convention; and written back.

It decides nothing: which convention holds is the caller's or `intent`'s to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from functions.darkroom.pictures import files, writing

if TYPE_CHECKING:
    from functions.darkroom.masks.vocabulary import Convention, MaskTask
    from functions.darkroom.pictures.files import Traits
    from functions.darkroom.sizing import Size

THRESHOLD = 128


@dataclass(frozen=True, slots=True)
class Sheet:
    """A mask's file, decoded and upright."""

    traits: Traits
    picture: Image.Image
    """In mode L, LA, RGB or RGBA."""
    grey: Image.Image
    """The brightness of the colours, whatever the alpha says."""
    alpha: Image.Image | None
    """The alpha channel, where it differs between pixels: an even one says nothing."""

    @property
    def size(self) -> Size:
        """Width and height of the upright picture."""
        return self.picture.size


def sheet(mask: bytes) -> Sheet:
    """Decode a mask. Raises InputRefused where the bytes are no picture."""
    picture, traits = files.upright(mask)
    alpha = files.alpha_of(picture)
    if alpha is not None and len(set(files.extremes(alpha))) == 1:
        alpha = None
    return Sheet(traits, picture, picture.convert("L"), alpha)


def region(sheet: Sheet, means: Convention, task: MaskTask, threshold: int = THRESHOLD) -> Image.Image | None:
    """The pixels that are to be changed; None when transparency is meant and there is none.

    A half transparent mask in black and white lies on what stands for "not painted": white where black is inside,
    black where white is changed.
    """
    if means == "transparent-is-changed":
        return None if sheet.alpha is None else below(sheet.alpha, threshold)
    ground = "#ffffff" if means == "black-is-inside" else "#000000"
    grey = sheet.grey if sheet.alpha is None else files.flattened(sheet.picture, ground).convert("L")
    black = below(grey, threshold)
    return black if means == "black-is-inside" and task == "INPAINTING" else ImageChops.invert(black)


def as_titan_reads(sheet: Sheet, task: MaskTask, threshold: int = THRESHOLD) -> Image.Image:
    """The pixels that Titan would change, were the file sent as it is. It has no notion of alpha."""
    black = below(sheet.grey, threshold)
    return black if task == "INPAINTING" else ImageChops.invert(black)


def below(grey: Image.Image, threshold: int) -> Image.Image:
    """255 where a value lies under the threshold, else 0."""
    return grey.point([255] * threshold + [0] * (256 - threshold))


def at_least(grey: Image.Image, threshold: int) -> Image.Image:
    """255 where a value reaches the threshold, else 0."""
    return grey.point([0] * threshold + [255] * (256 - threshold))


def written(region: Image.Image, means: Convention, task: MaskTask) -> bytes:
    """The region as a PNG under a convention: RGB, or RGBA where transparent is changed."""
    if means == "transparent-is-changed":
        empty = Image.new("L", region.size)
        return writing.png(Image.merge("RGBA", (empty, empty, empty, ImageChops.invert(region))))
    inverted = means == "black-is-inside" and task == "INPAINTING"
    grey = ImageChops.invert(region) if inverted else region
    return writing.png(Image.merge("RGB", (grey, grey, grey)))


def resized(region: Image.Image, size: Size) -> Image.Image:
    """The region at another size. Nearest neighbour: no value appears that was not there."""
    return region if region.size == size else region.resize(size, Image.Resampling.NEAREST)
