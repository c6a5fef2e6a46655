"""The values in a mask's file, counted: how pure it is, how coloured, what its commonest colours are. Decides nothing.

Everything is counted by the imaging library over the whole file; no pixel is visited in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from functions.darkroom.masks.reading import Sheet

MOST_COLOURS = 256
_SAMPLE = 6
_SAMPLE_SIDE = 64
_HARDLY = 256
_NEAR = 40
"""How far a JPEG at an ordinary quality throws a value beside an edge, of 255."""
_COLOURED = 48
"""A difference between channels that no compression of a grey picture makes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over the colours of a file, its alpha left aside. Shares are 0 to 1."""

    colours: int | None
    """None: more than 256."""
    sample: tuple[str, ...]
    pure: float
    """The share of pixels that are exactly (0,0,0) or (255,255,255)."""
    nearly_pure: float
    """The share of pixels whose channels are all within 40 of black, or all within 40 of white."""
    coloured: float
    """The share of pixels whose channels differ by more than 48."""


def tallied(sheet: Sheet) -> Tally:
    """Count a mask's values; where its alpha says something, on a thinned copy: its colours hardly matter then."""
    plain = sheet.picture.convert("L" if sheet.picture.mode in {"L", "LA"} else "RGB")
    if sheet.alpha is not None:
        plain = _thinned(plain, _HARDLY)
    total = plain.width * plain.height
    few = plain.getcolors(MOST_COLOURS)
    pure, near, coloured = _of_few(few) if few is not None else _of_many(plain)
    return Tally(
        colours=None if few is None else len(few),
        sample=_sample(few or _thinned(plain, _SAMPLE_SIDE).getcolors(_SAMPLE_SIDE**2) or []),
        pure=pure / total,
        nearly_pure=near / total,
        coloured=coloured / total,
    )


def _of_few(colours: list[Any]) -> tuple[int, int, int]:
    """Pure, nearly pure and coloured pixels, from the colours with their counts."""
    pure = near = coloured = 0
    for count, colour in colours:
        channels = colour if isinstance(colour, tuple) else (colour,)
        least, most = min(channels), max(channels)
        pure += count * (most == 0 or least == 255)
        near += count * (most <= _NEAR or least >= 255 - _NEAR)
        coloured += count * (most - least > _COLOURED)
    return pure, near, coloured


def _of_many(plain: Image.Image) -> tuple[int, int, int]:
    """The same where there are too many colours to list; only RGB can have that many."""
    red, green, blue = plain.split()
    darker, lighter = ImageChops.darker, ImageChops.lighter
    least, most = darker(darker(red, green), blue), lighter(lighter(red, green), blue)
    dark, bright = most.histogram(), least.histogram()
    apart = ImageChops.subtract(most, least).histogram()
    near = sum(dark[: _NEAR + 1]) + sum(bright[255 - _NEAR :])
    return dark[0] + bright[255], near, sum(apart[_COLOURED + 1 :])


def _thinned(plain: Image.Image, side: int) -> Image.Image:
    """At most `side` pixels each way, every one of them a pixel of the picture."""
    return plain.resize((min(side, plain.width), min(side, plain.height)), Image.Resampling.NEAREST)


def _sample(colours: list[Any]) -> tuple[str, ...]:
    commonest = sorted(colours, key=lambda one: one[0], reverse=True)[:_SAMPLE]
    return tuple(_hexadecimal(colour) for _, colour in commonest)


def _hexadecimal(colour: object) -> str:
    red, green, blue = colour if isinstance(colour, tuple) else (colour,) * 3
    return f"#{red:02x}{green:02x}{blue:02x}"
