"""Nova Canvas's styles over a drawn scene: plain filters, enough to tell one style from another."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.palette import recolour
from local.bedrock.retouching.regions import from_lab, lab

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.orders import Pixels
    from local.bedrock.scene.colour import Floats

RETRO = ("#1f3a3d", "#2a9d8f", "#e9c46a", "#e76f51", "#f4ecd8")
FLAT_LEVELS = 7


def stylise(pixels: Pixels, style: str) -> Pixels:
    """The scene in this style; unchanged for no style."""
    return STYLES[style](pixels) if style else pixels


def smoothed(pixels: Pixels, passes: int) -> Pixels:
    """Without texture, its edges kept."""
    for _ in range(passes):
        pixels = np.asarray(cv2.bilateralFilter(pixels, 9, 45, 7), np.uint8)
    return pixels


def contours(pixels: Pixels) -> Floats:
    """0 to 1: the contours."""
    grey = cv2.cvtColor(smoothed(pixels, 1), cv2.COLOR_RGB2GRAY).astype(np.float32)
    near, far = cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.GaussianBlur(grey, (0, 0), 2.4)
    return np.asarray(np.clip((np.abs(near - far) - 2) / 10, 0, 1), np.float32)


def scaled(pixels: Pixels, light: float, chroma: float) -> Pixels:
    """With more or less contrast and colour."""
    values = lab(pixels)
    values[..., 0] = 50 + (values[..., 0] - 50) * light
    values[..., 1:] *= chroma
    return from_lab(values)


def animated(pixels: Pixels) -> Pixels:
    """Smooth, glowing surfaces."""
    glow = np.asarray(cv2.GaussianBlur(pixels, (0, 0), max(pixels.shape) / 50), np.uint8)
    return scaled(np.asarray(cv2.addWeighted(smoothed(pixels, 1), 0.8, glow, 0.28, 4), np.uint8), 1.05, 1.2)


def sketched(pixels: Pixels) -> Pixels:
    """Pencil on paper, with a wash of its colours."""
    paper = np.array([250, 247, 240], np.float32)
    ink = np.clip(contours(pixels) * 1.2, 0, 1)[..., None]
    wash = paper * 0.82 + pixels.astype(np.float32) * 0.18
    return np.asarray(np.clip(wash * (1 - 0.85 * ink) + 40 * 0.85 * ink, 0, 255), np.uint8)


def flattened(pixels: Pixels) -> Pixels:
    """A few tones without shading."""
    step = 256 / FLAT_LEVELS
    smooth = smoothed(pixels, 2).astype(np.float32)
    return scaled(np.asarray(np.clip((np.floor(smooth / step) + 0.5) * step, 0, 255), np.uint8), 1.0, 1.15)


def inked(pixels: Pixels) -> Pixels:
    """Flat tones between lines of ink."""
    drawn = flattened(pixels) * (1 - 0.9 * contours(pixels)[..., None])
    return scaled(np.asarray(drawn, np.uint8), 1.25, 0.85)


def vivid(pixels: Pixels) -> Pixels:
    """Loud colours."""
    return scaled(pixels, 1.12, 1.7)


def _retro(pixels: Pixels) -> Pixels:
    return recolour(smoothed(pixels, 1), RETRO, ("retro",))


def photographic(pixels: Pixels) -> Pixels:
    """The restrained colours of a photo."""
    return scaled(pixels, 1.04, 0.82)


def painted(pixels: Pixels) -> Pixels:
    """Soft strokes instead of texture."""
    return scaled(np.asarray(cv2.medianBlur(smoothed(pixels, 2), 7), np.uint8), 0.95, 1.05)


STYLES: Mapping[str, Callable[[Pixels], Pixels]] = MappingProxyType(
    {
        "3D_ANIMATED_FAMILY_FILM": animated,
        "DESIGN_SKETCH": sketched,
        "FLAT_VECTOR_ILLUSTRATION": flattened,
        "GRAPHIC_NOVEL_ILLUSTRATION": inked,
        "MAXIMALISM": vivid,
        "MIDCENTURY_RETRO": _retro,
        "PHOTOREALISM": photographic,
        "SOFT_DIGITAL_PAINTING": painted,
    }
)
