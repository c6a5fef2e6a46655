"""Larger pictures, resampled and sharpened, in the sizes that the upscalers promise. No detail is invented."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels

FOUR_K = 3840 * 2160
MOST_TIMES = 40
"""How many times the pixels of a picture an upscale to 4K makes at most."""
FAST_TIMES = 4
"""Of each side."""
HALO = 1.2


def to_four_k(pixels: Pixels, creativity: float) -> Pixels:
    """About the pixels of 4K in the picture's own shape; one that has as many keeps its size."""
    times = math.sqrt(min(MOST_TIMES, max(1.0, FOUR_K / (pixels.shape[0] * pixels.shape[1]))))
    return _enlarged(pixels, times, creativity)


def four_times(pixels: Pixels) -> Pixels:
    """Four times as wide and as high."""
    return _enlarged(pixels, FAST_TIMES, 0.3)


def _enlarged(pixels: Pixels, times: float, sharpness: float) -> Pixels:
    height, width = pixels.shape[:2]
    size = round(width * times), round(height * times)
    large = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    soft = cv2.GaussianBlur(large, (0, 0), max(0.8, HALO * times / 2))
    return np.asarray(cv2.addWeighted(large, 1 + sharpness, soft, -sharpness, 0), np.uint8)
