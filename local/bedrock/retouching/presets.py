"""Stability's style presets over a picture: plain filters, enough to tell one preset from another."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching import styles
from local.bedrock.retouching.palette import recolour
from local.bedrock.retouching.regions import from_lab, lab
from local.bedrock.scene.noise import generator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.orders import Pixels

NEON = ("#0b0221", "#2b0a5a", "#ff2bd6", "#00e5ff", "#f7f36b")
FACETS = 900
PIXEL_SIDE = 96
TILES = 2


def preset(pixels: Pixels, name: str) -> Pixels:
    """The picture in this style; unchanged for none."""
    return PRESETS[name](pixels) if name else pixels


def _analog(pixels: Pixels) -> Pixels:
    """Faded blacks, warm lights and grain."""
    values = lab(styles.scaled(pixels, 0.86, 0.8))
    values[..., 2] += 6 * values[..., 0] / 100
    values[..., 0] += 4 + generator("film").normal(0, 2.2, values.shape[:2]).astype(np.float32)
    return from_lab(values)


def _cinematic(pixels: Pixels) -> Pixels:
    """Teal shadows, orange lights."""
    values = lab(styles.scaled(pixels, 1.12, 0.9))
    lean = (np.clip(values[..., 0], 0, 100) - 50) / 50
    values[..., 1] += 5 * lean
    values[..., 2] += 11 * lean
    return from_lab(values)


def _enhanced(pixels: Pixels) -> Pixels:
    soft = cv2.GaussianBlur(pixels, (0, 0), 1.6)
    return styles.scaled(np.asarray(cv2.addWeighted(pixels, 1.5, soft, -0.5, 0), np.uint8), 1.06, 1.12)


def _fantastic(pixels: Pixels) -> Pixels:
    return styles.animated(styles.vivid(styles.painted(pixels)))


def _faceted(pixels: Pixels) -> Pixels:
    """Triangles, each of one colour."""
    height, width = pixels.shape[:2]
    rng = generator("facets")
    points = rng.uniform((0, 0), (width - 1, height - 1), (FACETS, 2))
    net = cv2.Subdiv2D((0, 0, width, height))
    net.insert([(float(x), float(y)) for x, y in points])
    drawn = pixels.copy()
    for triangle in np.asarray(net.getTriangleList()).reshape(-1, 3, 2):
        x, y = np.clip(triangle.mean(0), 0, (width - 1, height - 1)).astype(int)
        cv2.fillConvexPoly(drawn, triangle.astype(np.int32), pixels[y, x].tolist(), cv2.LINE_AA)
    return drawn


def _neon(pixels: Pixels) -> Pixels:
    lines = styles.contours(pixels)[..., None]
    dark = recolour(pixels, NEON, ("neon",)).astype(np.float32) * 0.85
    return np.asarray(np.clip(dark + lines * np.array((200, 40, 220), np.float32), 0, 255), np.uint8)


def _pixelated(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    scale = PIXEL_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _tiled(pixels: Pixels) -> Pixels:
    """Mirrored, so that it goes on over each of its edges."""
    height, width = pixels.shape[:2]
    tile = cv2.resize(pixels, (-(-width // TILES), -(-height // TILES)), interpolation=cv2.INTER_AREA)
    row = np.concatenate([tile, tile[:, ::-1]], 1)
    return np.ascontiguousarray(np.concatenate([row, row[::-1]], 0)[:height, :width])


def _comic(pixels: Pixels) -> Pixels:
    return styles.scaled(styles.inked(pixels), 1.0, 1.5)


def _modelled(pixels: Pixels) -> Pixels:
    return styles.animated(styles.smoothed(pixels, 3))


def _lined(pixels: Pixels) -> Pixels:
    return styles.scaled(styles.sketched(pixels), 1.15, 0.1)


def _isometric(pixels: Pixels) -> Pixels:
    return styles.scaled(styles.flattened(pixels), 1.05, 1.3)


PRESETS: Mapping[str, Callable[[Pixels], Pixels]] = MappingProxyType(
    {
        "3d-model": styles.animated,
        "analog-film": _analog,
        "anime": styles.inked,
        "cinematic": _cinematic,
        "comic-book": _comic,
        "digital-art": styles.vivid,
        "enhance": _enhanced,
        "fantasy-art": _fantastic,
        "isometric": _isometric,
        "line-art": _lined,
        "low-poly": _faceted,
        "modeling-compound": _modelled,
        "neon-punk": _neon,
        "origami": styles.flattened,
        "photographic": styles.photographic,
        "pixel-art": _pixelated,
        "tile-texture": _tiled,
    }
)
