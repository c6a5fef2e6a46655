"""A scene in a fraction of the time: drawn small, then enlarged. For tests, which look at sizes and differences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.scene.compose import Drawing, draw

if TYPE_CHECKING:
    from local.bedrock.scene.compose import Sketch

LONGEST_SIDE = 256
SHORTEST_SIDE = 64
"""Below it there is no room for a horizon."""


def draw_roughly(sketch: Sketch, width: int, height: int) -> Drawing:
    """The drawing in this size, without its fine detail; its account says so."""
    scale = min(1.0, max(LONGEST_SIDE / max(width, height), SHORTEST_SIDE / min(width, height)))
    if scale == 1:
        return draw(sketch, width, height)
    small = draw(sketch, round(width * scale), round(height * scale))
    pixels = cv2.resize(small.pixels, (width, height), interpolation=cv2.INTER_LINEAR)
    return replace(small, pixels=np.asarray(pixels, np.uint8), account=f"{small.account}; drawn small and enlarged")
