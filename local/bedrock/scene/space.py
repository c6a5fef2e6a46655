"""Space: a nebula with a bright heart, stars, planets. Everything floats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import ramp, rgb
from local.bedrock.scene.noise import field, smoothstep
from local.bedrock.scene.planets import planets
from local.bedrock.scene.raster import fetch, stretch
from local.bedrock.scene.scenery import Stage
from local.bedrock.scene.stars import stars

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.moods import Mood
    from local.bedrock.scene.scenery import Scenery

NEBULAE = (
    ("#05040f", "#1a1146", "#4d1f7d", "#b0327f", "#f2775a", "#ffd9a0"),
    ("#030812", "#0a2348", "#146a86", "#3fb7a8", "#f0c987", "#fff2d6"),
    ("#070311", "#2a0f3f", "#6a1d5a", "#c63d4f", "#f79a4b", "#ffe9b5"),
    ("#04050f", "#14204f", "#3b4aa8", "#8a6be0", "#f08ccf", "#ffe1ee"),
)
TONES = 512
BRIGHTEST = 0.9


def starlight(scenery: Scenery) -> Mood:
    """The light in which things are seen here: the nebula's."""
    palette = _palette(scenery)
    return replace(scenery.mood, light=palette[-1], ambient="#f5f2ff", shadow=palette[1], contrast=0.75, dark=False)


def _palette(scenery: Scenery) -> tuple[str, ...]:
    return NEBULAE[int(scenery.rng("palette").integers(len(NEBULAE)))]


def space(scenery: Scenery) -> Stage:
    """The nebula from edge to edge."""
    canvas, rng = scenery.canvas, scenery.rng("nebula")
    palette = [rgb(code) for code in _palette(scenery)]
    heart = canvas.width * rng.uniform(0.24, 0.4), canvas.height * rng.uniform(0.5, 0.68)
    tones = (np.clip(_gas(scenery, heart), 0, 1) * (TONES - 1)).astype(np.int32)
    canvas.pixels[:] = stretch(ramp(palette, TONES)[tones], canvas.width, canvas.height)
    if scenery.may("stars"):
        stars(scenery, canvas.height, 1.0)
    canvas.halo(palette[-1], heart, canvas.unit * 0.5, 0.4, 3.0)
    if scenery.may("planets"):
        planets(scenery)
    air = canvas.height * 0.16, canvas.height * 0.64
    return Stage(air=air, floor=air, floating=True, size=1.25, shadows=False)


def _gas(scenery: Scenery, heart: tuple[float, float]) -> Floats:
    """How dense the gas is, 0..1, at half size: warped fractal noise, brightest around its heart, cut by dark lanes."""
    canvas, rng = scenery.canvas, scenery.rng("gas")
    height, width = canvas.height // 2, canvas.width // 2
    cells = 3.6 * height / canvas.unit, 3.6 * width / canvas.unit
    rough = field(rng, (height, width), cells, 7 if scenery.fine else 6, 0.5)
    bend = [field(rng, (height, width), (2.5, 2.5), 4) for _ in range(2)]
    reach = np.float32(canvas.unit * 0.17)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    gas = fetch(rough, columns + (bend[0] - 0.5) * reach, rows + (bend[1] - 0.5) * reach)
    away = np.hypot(columns / width - heart[0] / canvas.width, (rows / height - heart[1] / canvas.height) * 1.15)
    body = np.exp(-((away / 0.46) ** 2)) * 0.72 + np.exp(-((away / 0.15) ** 2)) * 0.34
    lanes = 1 - smoothstep(0.0, 0.09, np.abs(bend[0] - 0.5 + (rough - 0.5) * 0.5))
    density = smoothstep(0.2, 0.9, gas) * (0.2 + 0.95 * body) + 0.3 * body
    density *= 1 - 0.34 * lanes * (0.35 + body)
    density += 0.05 * smoothstep(0.3, 0.7, bend[1])
    # every seed burns as brightly at its heart
    density *= BRIGHTEST / max(float(np.percentile(density[::4, ::4], 99)), 0.1)
    return np.asarray(density)
