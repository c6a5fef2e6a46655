"""What sizes a model takes, and how a picture of another size comes to one. Numbers only; no imaging library.

A picture that is only too large or too small is scaled, whatever was asked for; the three ways differ in what happens
to a picture whose *shape* is not legal: `resize` stretches it, `pad` adds to its short side, `crop` cuts its long side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from functions.darkroom.errors import InputRefused

if TYPE_CHECKING:
    from functions.darkroom.contracts import InputLimits

How = Literal["resize", "pad", "crop"]
Size = tuple[int, int]
"""Width and height in pixels."""
Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""

MAX_STRETCH = 0.10
"""How far `resize` changes the ratio of the sides; what needs more is refused, since faces and circles show it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a model takes as an input picture. A bound that is None, or an empty list of sizes, holds nothing."""

    max_side: int | None = None
    min_side: int = 1
    max_pixels: int | None = None
    max_ratio: float | None = None
    """Of the longer side to the shorter one."""
    sizes: tuple[Size, ...] = ()
    """Exactly these, and then no other bound counts."""
    max_bytes: int | None = None

    def takes(self, size: Size) -> bool:
        """A picture of this size is legal."""
        if self.sizes:
            return size in self.sizes
        long, short = max(size), min(size)
        return (
            short >= self.min_side
            and long <= (self.max_side or long)
            and long * short <= (self.max_pixels or long * short)
            and long <= self.ratio * short
        )

    @property
    def ratio(self) -> float:
        """The largest legal ratio, the bounds of the sides taken into account."""
        sides = self.max_side / self.min_side if self.max_side else math.inf
        return min(sides, self.max_ratio or math.inf)


def rule_of(limits: InputLimits, *, may_be_larger: bool = False) -> Rule:
    """A model's limits as a rule; `may_be_larger` where it scales a picture down by itself."""
    return Rule(
        max_side=None if may_be_larger else limits.max_side,
        min_side=limits.min_side,
        max_pixels=limits.below_pixels - 1 if limits.below_pixels else None,
        max_ratio=limits.max_ratio,
        max_bytes=limits.max_bytes,
    )


class Transform(BaseModel):
    """Where a fitted picture's pixels come from: `part` of the source was scaled into `box` of the canvas.

    Sizes are (width, height), boxes (left, top, width, height), all in pixels of upright pictures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    source: Size
    canvas: Size
    part: Box
    box: Box

    @property
    def moves_nothing(self) -> bool:
        """The picture kept its size and its place."""
        return self.source == self.canvas and self.part == self.box

    @property
    def is_a_part(self) -> bool:
        """Some of the source was left out."""
        return self.part != (0, 0, *self.source)

    @property
    def stretch(self) -> float:
        """How much wider, in proportion, the picture became: 0.05 is 5 % wider, -0.05 narrower."""
        return self.box[2] * self.part[3] / (self.box[3] * self.part[2]) - 1


def planned(source: Size, how: How, rule: Rule) -> Transform:
    """The way to the nearest legal size. Raises InputRefused (image-shape) where `resize` would distort too much."""
    canvas = source if rule.takes(source) else _canvas(source, how, rule)
    if how == "resize" or same_shape(source, canvas):
        plan = Transform(source=source, canvas=canvas, part=(0, 0, *source), box=(0, 0, *canvas))
        if abs(plan.stretch) > MAX_STRETCH and not same_shape(source, canvas):
            raise _distorted(source, canvas)
        return plan
    if how == "pad":
        box = _centred(_scaled(source, min(canvas[0] / source[0], canvas[1] / source[1]), canvas), canvas)
        return Transform(source=source, canvas=canvas, part=(0, 0, *source), box=box)
    part = _centred(_scaled(canvas, min(source[0] / canvas[0], source[1] / canvas[1]), source), source)
    return Transform(source=source, canvas=canvas, part=part, box=(0, 0, *canvas))


def whole(size: Size, rule: Rule) -> Size:
    """The nearest legal size of the same shape. Raises InputRefused (image-shape) where the shape itself is illegal."""
    canvas = size if rule.takes(size) else _canvas(size, "resize", rule)
    if not same_shape(size, canvas):
        raise InputRefused(
            "image-shape",
            f"{size[0]}x{size[1]} has a shape that the model does not take; the nearest that it takes is "
            f"{canvas[0]}x{canvas[1]}",
            hint="Choose lengths that lead to such a shape.",
        )
    return canvas


def same_shape(one: Size, other: Size) -> bool:
    """Alike within the pixel that rounding the smaller one takes."""
    (width, height), (across, down) = sorted((one, other))
    return abs(height - width * down / across) < 1 or abs(width - height * across / down) < 1


def _canvas(size: Size, how: How, rule: Rule) -> Size:
    if rule.sizes:
        return _nearest(size, rule.sizes)
    shaped = _shaped(size, how, rule.ratio)
    long, short = max(shaped), min(shaped)
    most = min((rule.max_side or math.inf) / long, math.sqrt((rule.max_pixels or math.inf) / (long * short)))
    factor = min(max(1.0, rule.min_side / short), most)
    longer = max(math.floor(long * factor + 1e-9), rule.min_side)
    shorter = max(round(short * longer / long), rule.min_side)
    if rule.max_pixels:
        shorter = min(shorter, rule.max_pixels // longer)
    if math.isfinite(rule.ratio):
        longer = min(longer, math.floor(shorter * rule.ratio))
    return (longer, shorter) if size[0] >= size[1] else (shorter, longer)


def _shaped(size: Size, how: How, ratio: float) -> Size:
    """The size with a legal ratio: its short side longer for `pad`, else its long side shorter."""
    long, short = max(size), min(size)
    if long > ratio * short:
        long, short = (long, math.ceil(long / ratio)) if how == "pad" else (math.floor(short * ratio), short)
    return (long, short) if size[0] >= size[1] else (short, long)


def _nearest(size: Size, sizes: tuple[Size, ...]) -> Size:
    """First in shape; then the smallest that loses no pixel, or else the largest."""

    def loss(other: Size) -> tuple[float, bool, int]:
        shape = abs(math.log(size[0] * other[1] / (size[1] * other[0])))
        more = other[0] * other[1] - size[0] * size[1]
        return round(shape, 2), more < 0, abs(more)

    return min(sizes, key=loss)


def _scaled(size: Size, factor: float, most: Size) -> Size:
    width, height = (min(max(1, round(side * factor)), bound) for side, bound in zip(size, most, strict=True))
    return width, height


def _centred(size: Size, canvas: Size) -> Box:
    return (canvas[0] - size[0]) // 2, (canvas[1] - size[1]) // 2, *size


def _distorted(source: Size, canvas: Size) -> InputRefused:
    return InputRefused(
        "image-shape",
        f"{source[0]}x{source[1]} would have to be distorted to {canvas[0]}x{canvas[1]}, the nearest legal size",
        hint="Send `fit: pad` to keep all of it, or `fit: crop` to fill the size.",
        field="fit",
    )
