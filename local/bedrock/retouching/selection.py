"""Finds what a mask prompt means, as well as plain means can: by a few words, by colour, else the salient subject.

No open-vocabulary network is at work, so every answer says that it is an approximation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.regions import grown, lab, resized
from local.bedrock.scene.colour import rgb
from local.bedrock.scene.vocabulary import COLOURS

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Region
    from local.bedrock.retouching.subject import Subject
    from local.bedrock.scene.colour import Floats

BACKGROUND = frozenset({"background", "backdrop", "surroundings", "scenery", "everything", "behind"})
SKY = frozenset({"sky", "clouds", "ceiling", "heaven"})
GROUND = frozenset({"ground", "floor", "grass", "table", "road", "street", "lawn", "sand", "water", "sea"})
SMALLEST, LARGEST = 0.002, 0.995
"""A region outside of these shares of the picture is none."""
HUE, SHADE, VIVID = 15.0, 40.0, 0.35
"""How far a pixel may be from the colour named: degrees of hue, lightness, and the share of its chroma it must have."""
GREYISH, TONE = 13.0, 22.0
"""Chroma below which a colour is black, grey or white, and how far its lightness may be from the one named."""
FLOOD_SIDE, SEEDS, STEP = 320, 16, 2
"""The copy in which a sky is flooded from its upper edge, from how many places, and its steps in 8-bit Lab."""
FEWEST_FLOODED = 0.05
"""With less of the picture the flood has been stopped by texture."""
HALF = 0.5
SPECK = 1 / 250
"""Of the longer side: what is thinner is noise."""
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Selection:
    """What was found, and how: for the file's text chunk."""

    region: Region
    account: str


def select(pixels: Pixels, prompt: str, subject: Subject) -> Selection | None:
    """The region that the prompt names, or None where nothing fits it."""
    words = set(_WORD.findall(prompt.lower()))
    found = _by_place(pixels, words, subject) or _by_colour(pixels, words)
    if found is None:
        found = Selection(subject.region, f"maskPrompt approximated by the salient subject ({subject.finder})")
    return found if SMALLEST < found.region.mean() < LARGEST else None


def _by_place(pixels: Pixels, words: set[str], subject: Subject) -> Selection | None:
    if not words & (BACKGROUND | SKY | GROUND):
        return None
    if words & BACKGROUND:
        return Selection(~subject.region, f"maskPrompt approximated by all but the subject ({subject.finder})")
    upper = bool(words & SKY)
    where = "upper" if upper else "lower"
    region = _edge_region(pixels if upper else np.ascontiguousarray(pixels[::-1]))
    region = (region if upper else region[::-1]) & ~subject.region
    if region.mean() >= FEWEST_FLOODED:
        return Selection(region, f"maskPrompt approximated by the {where} region of one colour")
    middle = pixels.shape[0] // 2
    region = ~subject.region
    region[middle:] &= not upper
    region[:middle] &= upper
    return Selection(region, f"maskPrompt approximated by the {where} half without the subject ({subject.finder})")


def _edge_region(pixels: Pixels) -> Region:
    """What hangs together with the upper edge by small steps of colour: a sky may darken, but not jump."""
    height, width = pixels.shape[:2]
    scale = min(1.0, FLOOD_SIDE / max(width, height))
    small = resized(pixels, max(8, round(width * scale)), max(8, round(height * scale)))
    colours = cv2.cvtColor(cv2.bilateralFilter(small, 7, 24, 5), cv2.COLOR_RGB2LAB)
    flooded = np.zeros((small.shape[0] + 2, small.shape[1] + 2), np.uint8)
    for column in np.linspace(2, small.shape[1] - 3, SEEDS).astype(int):
        cv2.floodFill(colours, flooded, (int(column), 1), 0, (STEP,) * 3, (STEP,) * 3, cv2.FLOODFILL_MASK_ONLY | 4)
    found = cv2.resize(flooded[1:-1, 1:-1].astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(found > HALF, np.bool_)


def _by_colour(pixels: Pixels, words: set[str]) -> Selection | None:
    named = sorted(words & COLOURS.keys())
    if not named:
        return None
    colours = lab(pixels)
    region = np.zeros(pixels.shape[:2], np.bool_)
    for name in named:
        region |= _alike(colours, rgb(COLOURS[name]))
    speck = max(pixels.shape) * SPECK
    region = grown(grown(region, -speck), 2 * speck)
    return Selection(region, f"maskPrompt approximated by what looks {' or '.join(named)}")


def _alike(colours: Floats, named: Floats) -> Region:
    """Where a picture in Lab has this colour, in light or in shade; grey tones go by their lightness."""
    light, *target = lab(np.rint(named * 255).astype(np.uint8)[None, None])[0, 0]
    chroma, own = np.hypot(*target), np.hypot(colours[..., 1], colours[..., 2])
    if chroma < GREYISH:
        return np.asarray((own < GREYISH) & (np.abs(colours[..., 0] - light) < TONE), np.bool_)
    turned = np.abs(np.arctan2(colours[..., 2], colours[..., 1]) - np.arctan2(target[1], target[0]))
    hue = np.degrees(np.minimum(turned, 2 * np.pi - turned)) < HUE
    return np.asarray(hue & (own > VIVID * chroma) & (np.abs(colours[..., 0] - light) < SHADE), np.bool_)
