"""From a photo to a scene, by strength: the photo takes on the scene's colours region by region, then gives way to it.

At no strength do two pictures merely shine through each other: on the way the scene keeps the photo's regions.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.retouching.conditioning import condition
from local.bedrock.retouching.regions import blended, covering

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels

REPAINTED_FROM = 0.55
"""Strength from which on nothing of the photo's own paint is left, only its regions."""
PIXELS = 1024 * 1024
STEP = 64
SHORTEST, LONGEST = 640, 1536


def start_size(pixels: Pixels) -> tuple[int, int]:
    """Width and height of what is drawn from a photo: about a megapixel in its shape, in steps of 64 pixels."""
    ratio = pixels.shape[1] / pixels.shape[0]
    width, height = math.sqrt(PIXELS * ratio), math.sqrt(PIXELS / ratio)
    return _stepped(width), _stepped(height)


def _stepped(side: float) -> int:
    return min(LONGEST, max(SHORTEST, round(side / STEP) * STEP))


def mixed(photo: Pixels, scene: Pixels, strength: float) -> Pixels:
    """The photo at strength 0, the scene at 1, in the scene's size."""
    height, width = scene.shape[:2]
    start = covering(photo, width, height)
    painted = condition(scene, start, "SEGMENTATION", 1 - strength)
    share = min(1.0, strength / REPAINTED_FROM)
    return blended(start, painted, np.full(scene.shape[:2], share, np.float32))
