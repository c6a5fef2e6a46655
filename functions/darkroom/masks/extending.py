"""A picture put on a larger canvas, with the mask that has a model paint what is new: "256 pixels to the left"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from functions.darkroom import sizing
from functions.darkroom.contracts import TITAN_V2
from functions.darkroom.errors import InputRefused
from functions.darkroom.masks import reading
from functions.darkroom.masks.regions import measured
from functions.darkroom.pictures import files, surrounding, writing
from functions.darkroom.pictures.plain import plain
from functions.darkroom.sizing import Rule, rule_of

if TYPE_CHECKING:
    from functions.darkroom.masks.report import Changed
    from functions.darkroom.sizing import Box, Size

MAX_EXTENSION = 4096
TITAN = rule_of(TITAN_V2.inputs)
"""At most 1,408 pixels a side and 5 MB; the result has the input's size."""


@dataclass(frozen=True, slots=True)
class Extended:
    """A picture on its larger canvas."""

    image: bytes
    """A PNG, or a JPEG where a PNG would be heavier than the rule allows."""
    mask: bytes
    """For OUTPAINTING, Titan's way: black where the picture is, white where something is to be painted."""
    size: Size
    box: Box
    """Where the picture lies on the canvas: left, top, width, height."""
    factor: float
    """By how much the picture was scaled; 1 where it was not."""
    changed: Changed
    done: tuple[str, ...]


def extend(  # noqa: PLR0913  (four sides)
    image: bytes,
    *,
    left: int = 0,
    right: int = 0,
    up: int = 0,
    down: int = 0,
    rule: Rule = TITAN,
    background: str | None = None,
) -> Extended:
    """Put a picture on a canvas that is larger by so many pixels at each side, and make the mask for OUTPAINTING.

    The four are pixels of the upright picture, 0 to 4096. Where the canvas is larger than `rule` takes, all of it is
    scaled down, and where it is smaller scaled up. Raises InputRefused: extend-nothing, extend-too-far; image-shape
    where the canvas has a shape that no scaling makes legal; image-transparent where the picture has transparent pixels
    and no `background` ("#rrggbb") to be laid on.
    """
    sides = {"left": left, "right": right, "up": up, "down": down}
    _hold(sides)
    picture, _, done = plain(image, background)
    wished = (picture.width + left + right, picture.height + up + down)
    files.hold(*wished)
    size = sizing.whole(wished, rule)
    box = _box(picture.size, sides, wished, size)
    ground = surrounding.surrounded(_scaled(picture, box), size, box)
    data, heavy = writing.within(ground, rule.max_bytes)
    region = _region(size, box)
    return Extended(
        image=data,
        mask=reading.written(region, "black-is-inside", "OUTPAINTING"),
        size=size,
        box=box,
        factor=round(max(size) / max(wished), 6),
        changed=measured(region),
        done=(*done, *_told(wished, size, sides), *([heavy] if heavy else [])),
    )


def _hold(sides: dict[str, int]) -> None:
    for name, length in sides.items():
        if not 0 <= length <= MAX_EXTENSION:
            raise InputRefused(
                "extend-too-far", f"{name} is {length}; it goes from 0 to {MAX_EXTENSION} pixels", field=name
            )
    if not any(sides.values()):
        raise InputRefused(
            "extend-nothing", "no side is to be extended", hint="Give left, right, up or down in pixels."
        )


def _box(picture: Size, sides: dict[str, int], wished: Size, size: Size) -> Box:
    """The picture's place on the scaled canvas. A side that is extended keeps at least a pixel of it."""
    left, width = _span(sides["left"], picture[0], sides["right"], size[0] / wished[0], size[0])
    top, height = _span(sides["up"], picture[1], sides["down"], size[1] / wished[1], size[1])
    return left, top, width, height


def _span(before: int, length: int, after: int, factor: float, whole: int) -> tuple[int, int]:
    start = max(round(before * factor), before > 0)
    end = min(round((before + length) * factor), whole - (after > 0))
    return start, max(end - start, 1)


def _scaled(picture: Image.Image, box: Box) -> Image.Image:
    size = (box[2], box[3])
    return picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)


def _region(size: Size, box: Box) -> Image.Image:
    left, top, width, height = box
    region = Image.new("L", size, 255)
    region.paste(0, (left, top, left + width, top + height))
    return region


def _told(wished: Size, size: Size, sides: dict[str, int]) -> list[str]:
    lengths = ", ".join(f"{length} pixels {name}" for name, length in sides.items() if length)
    done = [f"The picture was extended by {lengths}; until it is painted, the new area continues the edges' colours."]
    if size != wished:
        scaled = f"from {wished[0]}x{wished[1]} to {size[0]}x{size[1]} ({100 * max(size) / max(wished):.1f} %)"
        done.append(f"The canvas was scaled {scaled}, the picture with it, since the model takes no other.")
    return done
