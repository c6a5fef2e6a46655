"""Gives a part of a picture another colour, in its own light and shade, as dyeing would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.retouching.palette import recolour
from local.bedrock.retouching.regions import blended, from_lab, lab
from local.bedrock.scene.colour import rgb
from local.bedrock.scene.noise import generator
from local.bedrock.scene.vocabulary import COLOURS

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Shares
    from local.bedrock.scene.colour import Floats

MIDDLE = 0.5
LIFT = 0.62
"""How far the part's lightness moves towards the new colour's."""
SHADED, LIT = 0.45, 1.3
"""The share of the new colour that its darkest and its brightest places take."""
_WORD = re.compile(r"[a-z]+")


def colours_in(prompt: str) -> list[str]:
    """The colours that a prompt names, as `#rrggbb`, in its order."""
    return list(dict.fromkeys(COLOURS[word] for word in _WORD.findall(prompt.lower()) if word in COLOURS))


def tinted(pixels: Pixels, shares: Shares, colours: list[str], seed: int) -> Pixels:
    """The picture with its part in the new colour, or in several that divide it among them. No colour: one by seed."""
    if not (shares > 0).any():
        return pixels.copy()
    if len(colours) > 1:
        return blended(pixels, recolour(pixels, colours, (seed, "tint")), shares)
    chosen = colours[0] if colours else _drawn(seed)
    return blended(pixels, _dyed(pixels, shares, chosen), shares)


def _drawn(seed: int) -> str:
    names = sorted(COLOURS)
    return COLOURS[names[int(generator("tint", seed).integers(len(names)))]]


def _dyed(pixels: Pixels, shares: Shares, colour: str) -> Pixels:
    values = lab(pixels)
    target: Floats = lab(np.rint(rgb(colour) * 255).astype(np.uint8)[None, None])[0, 0]
    inside = shares > min(MIDDLE, float(shares.max()) / 2)
    light = values[..., 0]
    middle = float(np.median(light[inside]))
    dyed = np.empty_like(values)
    dyed[..., 0] = np.clip(light + LIFT * (target[0] - middle), 2, 99)
    share = np.clip(light / max(middle, 1.0), SHADED, LIT)
    dyed[..., 1:] = target[1:] * share[..., None]
    return from_lab(dyed)
