"""What is seen only in the dark: stars, the Milky Way, aurora."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import rgb
from local.bedrock.scene.noise import field, line, smoothstep
from local.bedrock.scene.raster import stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

TINTS = ("#ffffff", "#cfe0ff", "#ffe3c2")
PIXELS_PER_STAR = 900
RIM = (1.0, 0.3, 0.1)
"""A star's light at its middle, beside it, and at the corners."""


def stars(scenery: Scenery, bottom: int, amount: float) -> None:
    """Stars of many magnitudes above row `bottom`, warm and cold; the brightest have a halo and a cross."""
    canvas, rng = scenery.canvas, scenery.rng("stars")
    count = int(canvas.width * bottom / PIXELS_PER_STAR * amount * (1.7 if scenery.fine else 1.0))
    if not count:
        return
    places = np.stack([rng.integers(0, canvas.width, count), (rng.random(count) ** 1.15 * bottom).astype(int)])
    magnitude = (rng.random(count) ** 5).astype(np.float32)
    tints = np.array([rgb(code) for code in TINTS])[rng.integers(0, len(TINTS), count)]
    _sparks(canvas, places, tints * (0.25 + 0.75 * magnitude)[:, None])
    brightest = np.argsort(magnitude)[-max(5, count // 160) :]
    _crosses(canvas, rng, places[:, brightest])


def _sparks(canvas: Canvas, places: NDArray[np.int64], light: Floats) -> None:
    """Each star as a point with a faint rim, by touching nothing but its nine pixels."""
    for down, right in product((-1, 0, 1), repeat=2):
        rows = np.clip(places[1] + down, 0, canvas.height - 1)
        columns = np.clip(places[0] + right, 0, canvas.width - 1)
        under = canvas.pixels[rows, columns]
        canvas.pixels[rows, columns] = under + (1 - under) * light * RIM[abs(down) + abs(right)]


def _crosses(canvas: Canvas, rng: np.random.Generator, places: NDArray[np.int64]) -> None:
    for x, y in places.T:
        size = canvas.unit * rng.uniform(0.006, 0.013)
        canvas.halo(rgb("#dfe8ff"), (float(x), float(y)), size * 1.4, 0.55, 2.0)
        reach = np.abs(np.linspace(-1, 1, 2 * int(size) + 1, dtype=np.float32))
        arm = (1 - reach[None, :]) ** 2 * np.float32(0.7)
        canvas.glow(rgb("#ffffff"), arm, int(y), int(x - size))
        canvas.glow(rgb("#ffffff"), arm.T, int(y - size), int(x))


def galaxy(scenery: Scenery) -> None:
    """The Milky Way: a tilted band of light with a dark lane, and a dust of faint stars in it."""
    canvas, rng, bottom = scenery.canvas, scenery.rng("galaxy"), scenery.horizon
    height, width = max(16, bottom // 2), canvas.width // 2
    cloud = field(rng, (height, width), (4, 4), 5, 0.6)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    slope, shift = rng.uniform(-0.75, 0.75), rng.uniform(0.3, 0.7)
    away = rows / height - 0.42 - slope * (columns / width - shift) + (cloud - 0.5) * 0.35
    band = np.exp(-((away / 0.2) ** 2)) * smoothstep(0.3, 0.75, cloud + 0.12)
    band *= 1 - 0.6 * np.exp(-(((away - 0.02) / 0.05) ** 2))
    strength = band * np.linspace(0.42, 0.15, height, dtype=np.float32)[:, None]
    canvas.glow(rgb(scenery.mood.cloud), stretch(strength, canvas.width, bottom))
    _dust(canvas, rng, strength)


def _dust(canvas: Canvas, rng: np.random.Generator, strength: Floats) -> None:
    """Faint stars, as many in a place as the band (at half size) is bright there."""
    height, width = strength.shape
    count = height * width // 26
    rows, columns = rng.integers(0, height, count), rng.integers(0, width, count)
    kept = rng.random(count) < strength[rows, columns] * 2.2
    places = np.stack([columns[kept], rows[kept]]) * 2 + rng.integers(0, 2, (2, int(kept.sum())))
    _sparks(canvas, places, rng.uniform(0.08, 0.42, (places.shape[1], 1)) ** 1.4 * rgb("#eaf0ff"))


def aurora(scenery: Scenery) -> None:
    """Curtains of green light that turn violet upwards."""
    canvas, rng, bottom = scenery.canvas, scenery.rng("aurora"), scenery.horizon
    height, width = max(8, bottom // 2), canvas.width // 2
    for place in (0.46, 0.64, 0.82):
        above = height * (place + 0.16 * line(rng, width, 2.2, 3))[None, :] - np.arange(height)[:, None]
        reach = height * rng.uniform(0.26, 0.42)
        falling = np.exp(-np.maximum(above, 0) / reach) * np.exp(np.minimum(above, 0) / (height * 0.02))
        strength = falling * _rays(rng, width) * np.float32(0.85)
        violet = np.clip(above / (reach * 1.6), 0, 1)[..., None]
        colour = rgb("#38ffa0") * (1 - violet) + rgb("#9a58ff") * violet
        canvas.glow(stretch(colour, canvas.width, bottom), stretch(strength, canvas.width, bottom))


def _rays(rng: np.random.Generator, width: int) -> Floats:
    """How bright a curtain is along its length: fine rays in broad patches."""
    fine = 0.5 + 0.5 * line(rng, width, 30, 3)
    broad = np.clip(0.5 + 0.8 * line(rng, width, 2.5, 2), 0, 1)
    return np.asarray((fine * broad)[None, :])
