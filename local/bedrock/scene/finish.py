"""The last touches over a whole picture: bloom, vividness, a vignette, and grain against banding."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.scene.canvas import BAND, bands
from local.bedrock.scene.colour import LUMA
from local.bedrock.scene.noise import smoothstep
from local.bedrock.scene.raster import blur, stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats

VIGNETTE = np.float32(0.11)
PIVOT = 0.45
"""The brightness that contrast turns around."""
GUIDANCE = (1.1, 7.5, 10.0)
VIVIDNESS = (0.5, 1.06, 1.32)
CONTRAST = (0.86, 1.0, 1.07)
"""How guidance shows: saturation and contrast at its lowest, usual and highest."""


def develop(canvas: Canvas, guidance: float) -> NDArray[np.uint8]:
    """The canvas as 8-bit RGB, more vivid the higher the guidance."""
    spill, matrix = _spill(canvas.pixels), _vividness(guidance)
    across = np.linspace(-1, 1, canvas.width, dtype=np.float32)[None, :] ** 2
    down = np.linspace(-1, 1, canvas.height, dtype=np.float32)[:, None] ** 2
    grain = _grain(canvas.width)
    result = np.empty(canvas.pixels.shape, np.uint8)
    for start, stop in bands(0, canvas.height):
        part, light = canvas.pixels[start:stop], spill[start:stop]
        part = np.asarray(cv2.transform(part + light - part * light, matrix), np.float32)
        part *= (1 - VIGNETTE * np.maximum(across + down[start:stop] - np.float32(0.35), 0))[..., None]
        result[start:stop] = cv2.addWeighted(part, 255.0, grain[: stop - start], 1.0, 0.0, dtype=cv2.CV_8U)
    return result


def _vividness(guidance: float) -> NDArray[np.float32]:
    """Saturation and contrast as one colour matrix (3 x 4)."""
    vivid, contrast = (np.interp(guidance, GUIDANCE, values) for values in (VIVIDNESS, CONTRAST))
    matrix = np.eye(3) * vivid + np.outer(np.ones(3), LUMA) * (1 - vivid)
    return np.hstack([matrix * contrast, np.full((3, 1), PIVOT * (1 - contrast))]).astype(np.float32)


def _spill(pixels: Floats) -> Floats:
    """Light that spills from the brightest parts, to be screened over the picture."""
    height, width, _ = pixels.shape
    small = stretch(pixels, width // 8, height // 8)
    bright = small * smoothstep(0.72, 1.0, small.max(2))[..., None]
    return stretch(blur(bright, max(1.0, width / 320)) * np.float32(0.28), width, height)


@cache
def _grain(width: int) -> NDArray[np.float32]:
    """One band of faint noise, in 8-bit steps."""
    rows = np.random.Generator(np.random.PCG64(7)).uniform(-1.2, 1.2, (BAND, width, 1)).astype(np.float32)
    return np.repeat(rows, 3, 2)
