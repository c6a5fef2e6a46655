"""Seeded noise: lines for ridges, fields for clouds. The same generator state gives the same numbers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.raster import smooth

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats


def generator(*names: object) -> np.random.Generator:
    """A generator of its own for each concern, so that changing one part of a scene leaves the others as they were."""
    digest = hashlib.sha256("\0".join(map(str, names)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def line(rng: np.random.Generator, length: int, cells: float, octaves: int = 5, gain: float = 0.5) -> Floats:
    """Fractal noise along a line, in about -1..1, `cells` waves over the length."""
    total = np.zeros(length, np.float32)
    weight = 1.0
    for octave in range(octaves):
        count = max(2, int(cells * 2**octave) + 2)
        knots = rng.uniform(-1, 1, (1, count)).astype(np.float32)
        total += weight * smooth(knots, length, 1)[0]
        weight *= gain
    return total / np.float32((1 - gain**octaves) / (1 - gain))


def ridge(rng: np.random.Generator, length: int, cells: float, octaves: int = 6) -> Floats:
    """A jagged line in 0..1 that climbs and falls without a pattern."""
    total = np.zeros(length, np.float32)
    weight = 1.0
    for octave in range(octaves):
        count = max(2, int(cells * 2**octave) + 2)
        knots = np.linspace(0, length - 1, count)
        total += np.float32(weight) * np.interp(np.arange(length), knots, rng.random(count)).astype(np.float32)
        weight *= 0.46
    return np.asarray((total - total.min()) / max(float(np.ptp(total)), 1e-6))


def peaks(rng: np.random.Generator, length: int, count: int, octaves: int = 6) -> Floats:
    """A mountain profile in 0..1: `count` summits of different height, one of them the highest, with rough flanks."""
    places = (np.arange(count) + rng.uniform(0.15, 0.85, count)) / count * length
    heights = rng.uniform(0.42, 0.8, count)
    heights[int(rng.integers(count))] = 1.0
    columns = np.arange(length, dtype=np.float32)
    total = np.zeros(length, np.float32)
    for place, height in zip(places, heights, strict=True):
        half = length / count * rng.uniform(0.75, 1.15) * (0.55 + 0.6 * height)
        flank = np.clip(1 - np.abs(columns - place) / half, 0, 1)
        total = np.maximum(total, np.float32(height) * (0.75 * flank + 0.25 * flank**2))
    rough = ridge(rng, length, count * 3.5, octaves) - np.float32(0.5)
    total += rough * (np.float32(0.1) + np.float32(0.13) * (1 - total))
    return np.asarray(np.clip((total - total.min()) / max(float(np.ptp(total)), 1e-6), 0, 1))


def field(
    rng: np.random.Generator, shape: tuple[int, int], cells: tuple[float, float], octaves: int = 5, gain: float = 0.5
) -> Floats:
    """Fractal noise over rows x columns, in about 0..1; `cells` counts the waves down and across."""
    height, width = shape
    total = np.zeros(shape, np.float32)
    weight, reach = 1.0, 0.0
    for octave in range(octaves):
        rows, columns = (max(2, int(count * 2**octave) + 2) for count in cells)
        knots = rng.random((min(rows, height), min(columns, width)), np.float32)
        total += np.float32(weight) * smooth(knots, width, height)
        reach += weight
        weight *= gain
    return total / np.float32(reach)


def smoothstep(low: float, high: float, values: Floats) -> Floats:
    """0 below `low`, 1 above `high`, smooth between."""
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))
