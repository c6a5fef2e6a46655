"""The style of one picture for another: its colours, and the grain of its brush. Nothing is generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.palette import main_colours, recolour
from local.bedrock.retouching.regions import blended, covering, from_lab, lab
from local.bedrock.retouching.variation import vary
from local.bedrock.scene.noise import generator

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels
    from local.bedrock.scene.colour import Floats

COLOURS = 9
SMOOTHED = 5
"""Passes of smoothing at the largest change: a photo's own grain gives way to the style's."""
BRUSH = 0.55
GRAIN = 1 / 90
"""Of the longer side: what is finer is a picture's grain."""
MOST_WARPED = 0.35
"""How little similar a composition is at the lowest fidelity."""


def in_colours_of(style: Pixels, pixels: Pixels, share: float, seed: int) -> Pixels:
    """The picture in the style's main colours, as far as the share goes."""
    moved = recolour(pixels, main_colours(style, COLOURS, seed), (seed, "style"))
    return _part(pixels, moved, share)


def restyled(pixels: Pixels, style: Pixels, amounts: tuple[float, float, float], seed: int) -> Pixels:
    """The picture in another's style. The amounts: of composition that stays, of style, and of change."""
    fidelity, strength, change = amounts
    height, width = pixels.shape[:2]
    if fidelity < 1:
        similarity = 1 - MOST_WARPED * (1 - fidelity)
        pixels = vary([pixels], (width, height), similarity, "", generator(seed, "composition"))
    smooth = pixels
    for _ in range(round(SMOOTHED * change)):
        smooth = np.asarray(cv2.bilateralFilter(smooth, 9, 50, 7), np.uint8)
    coloured = in_colours_of(style, smooth, 1.0, seed)
    values = lab(coloured)
    values[..., 0] = np.clip(values[..., 0] + np.float32(BRUSH * change) * _brush(style, width, height), 0, 100)
    return _part(pixels, from_lab(values), strength * (0.35 + 0.65 * change))


def _brush(style: Pixels, width: int, height: int) -> Floats:
    """The style's fine lightness, without its shapes."""
    light = np.ascontiguousarray(lab(covering(style, width, height))[..., 0])
    fine = light - cv2.GaussianBlur(light, (0, 0), max(1.0, max(width, height) * GRAIN))
    return np.asarray(np.clip(fine, -22, 22), np.float32)


def _part(below: Pixels, above: Pixels, share: float) -> Pixels:
    return blended(below, above, np.full(below.shape[:2], share, np.float32))
