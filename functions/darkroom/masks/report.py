"""What is told about a mask. Data only: it imports no imaging library.

Field names are the wire's names. Boxes are [left, top, width, height] in pixels of the picture, upright.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from functions.darkroom.masks.vocabulary import Convention, MaskTask
from functions.darkroom.sizing import Box

Verdict = Literal["ok", "fixable", "refused"]
Weight = Literal["advice", "fixable", "refused"]


class Frozen(BaseModel):
    """Immutable, and closed to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Finding(Frozen):
    """One thing about a mask that its owner should know, and the way out of it."""

    slug: str
    detail: str
    hint: str | None = None
    weight: Weight
    """`advice` stops nobody, `fixable` needs a conversion before Titan takes the mask, `refused` needs another mask."""


class Seen(Frozen):
    """What the file is."""

    format: str
    width: int
    height: int
    orientation: int
    """EXIF's: 1 is upright. Width and height are those of the upright picture."""
    mode: str
    """The imaging library's name: 1, L, P, RGB, RGBA, CMYK, I;16 …"""
    bits: int
    """Per channel, as stored."""
    bytes: int
    colours: int | None
    """How many distinct colours it holds; None stands for more than 256. Where its alpha says something, colours are
    counted on a copy of at most 256 pixels a side."""
    sample: tuple[str, ...]
    """Its commonest colours, the commonest first, at most six."""
    alpha: Literal["none", "opaque", "uniform", "informative"]
    """Whether it has an alpha channel, and whether that says something: it does where it differs between pixels."""
    pure: float
    """The share of pixels that are exactly (0,0,0) or (255,255,255): 1 for a mask in black and white only."""


class Changed(Frozen):
    """The pixels that a model will change."""

    share: float
    """Of the picture's pixels: 0 is nothing, 1 is everything."""
    boxes: tuple[Box, ...]
    """Of the separate regions, the largest first, at most 16. Regions are told apart on a copy of at most 256 pixels a
    side: what lies closer together than that resolution counts as one."""
    regions: int
    place: str
    sentence: str


class Likely(Frozen):
    """What the mask's owner most likely means by it."""

    means: Convention
    why: str
    sure: bool


class Report(Frozen):
    """What a mask is, what it would do, and what is wrong with it."""

    verdict: Verdict
    """`ok`: Titan takes it exactly as it is. `fixable`: a conversion makes it legal. `refused`: none can."""
    task: MaskTask
    means: Convention
    """How it was read for `changed`: as declared, or for `auto` as is likely; Titan's own way where that is unsure."""
    seen: Seen
    changed: Changed | None
    """What will be changed once it is converted; None when it cannot be read that way."""
    asIs: Changed | None
    """What Titan would change, were the file sent as it is; None for one with transparency, which it does not take."""
    likely: Likely
    problems: tuple[Finding, ...]
    """The heaviest first."""
