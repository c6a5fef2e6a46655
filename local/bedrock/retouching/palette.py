"""Recolours a picture to a palette: its own groups of colours are matched by lightness and moved there.

Structure and texture stay, since every pixel moves with its group by a soft share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.regions import from_lab, lab
from local.bedrock.scene.colour import rgb
from local.bedrock.scene.noise import generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.bedrock.orders import Pixels
    from local.bedrock.scene.colour import Floats

SAMPLE_SIDE = 96
FEWEST_GROUPS = 6
SOFTNESS = 11.0
"""Lab distance over which a pixel belongs to two groups."""
LIGHT_SHARE = (0.5, 0.68)
"""How far a group's lightness moves; its colour moves all the way."""
CHROMA_KEPT = 0.45
"""How much of a pixel's own difference in colour from its group stays."""


def recolour(pixels: Pixels, colours: Sequence[str], seed: tuple[object, ...]) -> Pixels:
    """The picture in these colours (`#rrggbb`). The seed varies which group takes which of two near colours."""
    rng = generator(*seed, "palette")
    values = lab(pixels)
    centres, areas = _groups(values, max(FEWEST_GROUPS, len(colours) + 2), rng)
    targets = _matched(areas, _palette(colours), rng)
    small_shares = _shares(lab(_sampled(pixels, 4)), centres)
    height, width = pixels.shape[:2]
    shares = np.asarray(cv2.resize(small_shares, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    centre, target = shares @ centres, shares @ targets
    moved = np.empty_like(values)
    moved[..., 0] = values[..., 0] + np.float32(rng.uniform(*LIGHT_SHARE)) * (target[..., 0] - centre[..., 0])
    own = values[..., 1:] - centre[..., 1:]
    moved[..., 1:] = target[..., 1:] + np.float32(CHROMA_KEPT) * own
    return from_lab(moved)


def main_colours(pixels: Pixels, count: int, seed: int) -> list[str]:
    """The picture's own main colours as `#rrggbb`, from dark to light."""
    centres, _ = _groups(lab(_sampled(pixels, 4)), count, generator(seed, "main colours"))
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in from_lab(centres[None])[0].tolist()]


def _palette(colours: Sequence[str]) -> Floats:
    pixels = np.rint(np.stack([rgb(colour) for colour in colours]) * 255).astype(np.uint8)
    return np.asarray(lab(pixels[None])[0], np.float32)


def _sampled(pixels: Pixels, step: int) -> Pixels:
    size = max(8, pixels.shape[1] // step), max(8, pixels.shape[0] // step)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _groups(values: Floats, count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The picture's own colours: centres in Lab, dark to light, and their shares of the area."""
    small = cv2.resize(values, (SAMPLE_SIDE, SAMPLE_SIDE), interpolation=cv2.INTER_AREA)
    points = np.asarray(small, np.float32).reshape(-1, 3)
    cv2.setRNGSeed(int(rng.integers(1 << 30)))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, labels, centres = cv2.kmeans(points, count, np.empty((0, 1), np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
    areas = np.bincount(np.asarray(labels, np.int64).ravel(), minlength=count) / len(points)
    order = np.argsort(np.asarray(centres)[:, 0])
    return np.asarray(centres, np.float32)[order], np.asarray(areas, np.float32)[order]


def _matched(areas: Floats, palette: Floats, rng: np.random.Generator) -> Floats:
    """A palette colour for each group: by rank of lightness, each colour getting a like share of the area."""
    ranked = palette[np.argsort(palette[:, 0] + rng.normal(0, 4, len(palette)))]
    middles = np.cumsum(areas) - areas / 2
    return np.asarray(ranked[np.minimum((middles * len(ranked)).astype(int), len(ranked) - 1)], np.float32)


def _shares(values: Floats, centres: Floats) -> Floats:
    """How far each pixel belongs to each group, adding up to 1."""
    distance = np.linalg.norm(values[..., None, :] - centres, axis=-1)
    near = np.exp(-((distance - distance.min(-1, keepdims=True)) / np.float32(SOFTNESS)))
    return np.asarray(near / near.sum(-1, keepdims=True), np.float32)
