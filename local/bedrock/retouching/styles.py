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


def _smooth(pixels: Pixels, passes: int) -> Pixels:
    for _ in range(passes):
        pixels = np.asarray(cv2.bilateralFilter(pixels, 9, 45, 7), np.uint8)
    return pixels


def _lines(pixels: Pixels) -> Floats:
    """0 to 1: the contours."""
    grey = cv2.cvtColor(_smooth(pixels, 1), cv2.COLOR_RGB2GRAY).astype(np.float32)
    near, far = cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.GaussianBlur(grey, (0, 0), 2.4)
    return np.asarray(np.clip((np.abs(near - far) - 2) / 10, 0, 1), np.float32)


def _scaled(pixels: Pixels, light: float, chroma: float) -> Pixels:
    values = lab(pixels)
    values[..., 0] = 50 + (values[..., 0] - 50) * light
    values[..., 1:] *= chroma
    return from_lab(values)


def _animated(pixels: Pixels) -> Pixels:
    glow = np.asarray(cv2.GaussianBlur(pixels, (0, 0), max(pixels.shape) / 50), np.uint8)
    return _scaled(np.asarray(cv2.addWeighted(_smooth(pixels, 1), 0.8, glow, 0.28, 4), np.uint8), 1.05, 1.2)


def _sketch(pixels: Pixels) -> Pixels:
    paper = np.array([250, 247, 240], np.float32)
    ink = np.clip(_lines(pixels) * 1.2, 0, 1)[..., None]
    wash = paper * 0.82 + pixels.astype(np.float32) * 0.18
    return np.asarray(np.clip(wash * (1 - 0.85 * ink) + 40 * 0.85 * ink, 0, 255), np.uint8)


def _flat(pixels: Pixels) -> Pixels:
    step = 256 / FLAT_LEVELS
    smooth = _smooth(pixels, 2).astype(np.float32)
    return _scaled(np.asarray(np.clip((np.floor(smooth / step) + 0.5) * step, 0, 255), np.uint8), 1.0, 1.15)


def _novel(pixels: Pixels) -> Pixels:
    inked = _flat(pixels) * (1 - 0.9 * _lines(pixels)[..., None])
    return _scaled(np.asarray(inked, np.uint8), 1.25, 0.85)


def _maximal(pixels: Pixels) -> Pixels:
    return _scaled(pixels, 1.12, 1.7)


def _retro(pixels: Pixels) -> Pixels:
    return recolour(_smooth(pixels, 1), RETRO, ("retro",))


def _photo(pixels: Pixels) -> Pixels:
    return _scaled(pixels, 1.04, 0.82)


def _painted(pixels: Pixels) -> Pixels:
    return _scaled(np.asarray(cv2.medianBlur(_smooth(pixels, 2), 7), np.uint8), 0.95, 1.05)


STYLES: Mapping[str, Callable[[Pixels], Pixels]] = MappingProxyType(
    {
        "3D_ANIMATED_FAMILY_FILM": _animated,
        "DESIGN_SKETCH": _sketch,
        "FLAT_VECTOR_ILLUSTRATION": _flat,
        "GRAPHIC_NOVEL_ILLUSTRATION": _novel,
        "MAXIMALISM": _maximal,
        "MIDCENTURY_RETRO": _retro,
        "PHOTOREALISM": _photo,
        "SOFT_DIGITAL_PAINTING": _painted,
    }
)
