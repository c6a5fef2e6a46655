"""Places at the water: lake, sea, beach. Paints what is mirrored first, then the water, then the near shore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene import flora, land, water
from local.bedrock.scene.landscape import ROCK, far_land, grass_colour
from local.bedrock.scene.noise import line, ridge, smoothstep
from local.bedrock.scene.scenery import Stage

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

SAND = "#ecd2a0"
ISLANDS = ((0.68, 0.165, 0.1), (0.48, 0.094, 0.065))
"""Haze depth, half width and height."""


def lake(scenery: Scenery) -> Stage:
    """A mirror between a far shore and a near bank."""
    canvas, unit = scenery.canvas, scenery.canvas.unit
    high = "mountains" in scenery.wanted or scenery.rng("lake").random() < 0.6
    far_land(scenery, high=high)
    shore = scenery.horizon + unit * (0.035 + 0.006 * line(scenery.rng("far-shore"), canvas.width, 2.5, 3))
    if scenery.may("trees"):
        grove = flora.grow(scenery, "pine" if high or scenery.snowy else "mixed", unit * 0.085)
        flora.treeline(scenery, "far-trees", grove.thinned(1.0, 1.1), shore, 0.38)
    bank = _bank(scenery)
    if scenery.may("water"):
        water.paint(scenery, int(shore.mean()), min(canvas.height, int(bank.max()) + 2), "lake", calm=0.85)
    land.ground(scenery, bank, grass_colour(scenery))
    if not scenery.snowy:
        flora.grass(scenery, float(bank.mean()) + unit * 0.03, grass_colour(scenery))
    return _stage(scenery, float(shore.max()), bank)


def sea(scenery: Scenery) -> Stage:
    """Open water to the horizon, perhaps with an island."""
    canvas = scenery.canvas
    if "mountains" in scenery.wanted or scenery.rng("sea").random() < 0.7:
        islands(scenery)
    water.paint(scenery, scenery.horizon, canvas.height, "sea", calm=0.15 if scenery.mood.contrast < 1 else 0.5)
    rows = scenery.horizon + canvas.unit * 0.06, canvas.height * 0.93
    return Stage(air=(canvas.height * 0.07, scenery.horizon * 0.8), floor=rows, water=rows, shadows=False)


def beach(scenery: Scenery) -> Stage:
    """Sea, foam, and sand with wet edges."""
    canvas, horizon = scenery.canvas, scenery.horizon
    islands(scenery)
    share = 0.42 + 0.1 * line(scenery.rng("bank"), canvas.width, 0.9, 2)
    bank = horizon + (canvas.height - horizon) * share
    water.paint(scenery, horizon, min(canvas.height, int(bank.max()) + 4), "lagoon", calm=0.55)
    land.ground(scenery, bank, SAND, grain=0.022)
    _foam(scenery, bank)
    return _stage(scenery, horizon + canvas.unit * 0.04, bank)


def islands(scenery: Scenery) -> None:
    """Two islands at the horizon, on the side away from the light."""
    canvas = scenery.canvas
    away = -scenery.light.side(canvas.width / 2)
    for place, (depth, width, rise) in enumerate(ISLANDS):
        centre = canvas.width * (0.5 + away * (0.32 - 0.13 * place))
        shape = np.exp(-(((canvas.columns[0] - centre) / (canvas.width * width)) ** 2))
        bumps = 0.55 + 0.45 * ridge(scenery.rng(f"island-{place}"), canvas.width, 7, 5)
        edge = scenery.horizon + 2 - canvas.unit * rise * np.maximum(0, shape * bumps * 1.4 - 0.18)
        tones = scenery.mood.tint("#6f8a72", depth), scenery.mood.tint(ROCK, depth)
        land.fill(canvas, edge, tones, scenery.horizon, canvas.unit * rise)


def _bank(scenery: Scenery) -> Floats:
    canvas, horizon = scenery.canvas, scenery.horizon
    tilt = np.linspace(-0.09, 0.09, canvas.width, dtype=np.float32) * scenery.rng("tilt").choice([-1, 1])
    share = 0.66 + tilt + 0.05 * line(scenery.rng("bank"), canvas.width, 1.6, 4)
    return np.asarray(horizon + (canvas.height - horizon) * share, np.float32)


def _foam(scenery: Scenery, bank: Floats) -> None:
    """A dark wet band along the sand's edge, and two lines of foam that follow it."""
    canvas, mood, unit = scenery.canvas, scenery.mood, scenery.canvas.unit
    top = max(0, int(bank.min() - unit * 0.04))
    wobble = unit * 0.006 * line(scenery.rng("foam"), canvas.width, 14, 3)
    below = canvas.rows(top, canvas.height) - bank[None, :]
    wet = (1 - smoothstep(0.0, unit * 0.05, below + wobble)) * (below > 0)
    canvas.lay(mood.tint("#b08d62"), wet * np.float32(0.7), top)
    for away, width, strength in ((0.002, 0.007, 0.9), (-0.022, 0.004, 0.5)):
        foam = np.exp(-(((below + wobble * 1.5 - unit * away) / np.float32(unit * width)) ** 2))
        canvas.lay(mood.tint("#ffffff"), foam * np.float32(strength), top)


def _stage(scenery: Scenery, shore: float, bank: Floats) -> Stage:
    canvas = scenery.canvas
    return Stage(
        air=(canvas.height * 0.07, scenery.horizon * 0.8),
        floor=(float(bank.max()) + canvas.unit * 0.02, canvas.height * 0.965),
        water=(shore + canvas.unit * 0.05, float(bank.min()) - canvas.unit * 0.02),
    )
