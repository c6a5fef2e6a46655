"""Finds what a mask prompt means, as well as plain means can: by a few words, by colour, else the salient subject.

No open-vocabulary network is at work, so every answer says that it is an approximation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.regions import grown, lab
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
SMOOTH = 18.0
"""Distance in Lab up to which a pixel belongs to the sky seen along the upper edge."""
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
    region = _edge_region(pixels if upper else pixels[::-1])
    region = (region if upper else region[::-1]) & ~subject.region
    return Selection(region, f"maskPrompt approximated by the {'upper' if upper else 'lower'} region of one colour")


def _edge_region(pixels: Pixels) -> Region:
    """What hangs together with the upper edge and has its colours."""
    colours = lab(np.asarray(cv2.GaussianBlur(pixels, (0, 0), max(pixels.shape) / 300), np.uint8))
    height, width = colours.shape[:2]
    strip = colours[: max(2, height // 40)]
    usual = np.stack([np.median(part, (0, 1)) for part in np.array_split(strip, 8, axis=1)])
    columns = np.linspace(0, 7, width)
    local = np.stack([np.interp(columns, range(8), usual[:, channel]) for channel in range(3)], 1)
    alike = np.linalg.norm(colours - local[None], axis=2) < SMOOTH
    _, labels = cv2.connectedComponents(alike.astype(np.uint8))
    touching = np.setdiff1d(np.unique(labels[0]), [0])
    return np.asarray(np.isin(labels, touching), np.bool_)


def _by_colour(pixels: Pixels, words: set[str]) -> Selection | None:
    named = sorted(words & COLOURS.keys())
    if not named:
        return None
    colours = lab(pixels)
    region = np.zeros(pixels.shape[:2], np.bool_)
    for name in named:
        region |= _alike(colours, rgb(COLOURS[name]))
    region = grown(grown(region, -max(pixels.shape) / 500), max(pixels.shape) / 250)
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
