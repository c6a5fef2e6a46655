"""A room: wall, floor, a window, and a table in front when small things are to be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import lighten, mix, rgb
from local.bedrock.scene.noise import field
from local.bedrock.scene.raster import stretch
from local.bedrock.scene.scenery import Stage
from local.bedrock.scene.windows import window

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.moods import Mood
    from local.bedrock.scene.scenery import Scenery

WALLS = ("#d9c3a5", "#9fb5a8", "#c98f7a", "#8fa3bf", "#b9a0b8", "#e0cfae")
WOODS = ("#8a5a37", "#a06a3e", "#6f4630", "#b07f50")
RUGS = ("#a8443c", "#3f6a8a", "#c9973f", "#6a8560", "#7f5a86")
TABLE_TOP, TABLE_EDGE = 0.64, 0.94
"""Rows of the table, as shares of the height."""


def lamplit(scenery: Scenery) -> Mood:
    """The light in which things are seen here: the hour's by day, a warm lamp's when it is dark out there."""
    mood = scenery.mood
    if not mood.dark:
        return replace(mood, ambient="#fff6e8")
    return replace(mood, ambient="#e9c9a2", light="#ffdca0", shadow="#2b1810")


def room(scenery: Scenery, *, table: bool) -> Stage:
    """The room; with a table, its top is where things stand."""
    canvas, rng = scenery.canvas, scenery.rng("room")
    dim = np.float32(0.5 if scenery.mood.dark else 0.9)
    wall = rgb(WALLS[int(rng.integers(len(WALLS)))]) * dim
    foot = int(canvas.height * (0.78 if table else 0.7))
    canvas.fade([lighten(wall, 0.03), wall, lighten(wall, -0.1)], 0, foot)
    _wainscot(scenery, wall, foot)
    window(scenery)
    woods = [rgb(WOODS[int(rng.integers(len(WOODS)))]) for _ in range(2)]
    _boards(scenery, (foot, canvas.height), woods[0] * dim, 7)
    if table:
        return _laid_table(scenery, woods[1] * np.minimum(dim + np.float32(0.1), 1))
    _rug(scenery, foot, dim)
    air = canvas.height * 0.1, canvas.height * 0.4
    return Stage(air=air, floor=(foot + canvas.unit * 0.07, canvas.height * 0.93), size=1.25)


def _laid_table(scenery: Scenery, wood: Floats) -> Stage:
    canvas = scenery.canvas
    top, edge = int(canvas.height * TABLE_TOP), int(canvas.height * TABLE_EDGE)
    _boards(scenery, (top, edge), wood, 5)
    canvas.shade((canvas.width / 2, top - 2), (canvas.width * 0.6, canvas.unit * 0.012), 0.3, rgb("#1d120c"))
    if scenery.mood.dark:
        canvas.halo(rgb("#ffb765"), (canvas.width / 2, canvas.height * 0.42), canvas.unit * 0.75, 0.42, 1.6)
    canvas.pixels[edge:] *= np.float32(0.45)
    air = canvas.height * 0.1, canvas.height * 0.4
    return Stage(air=air, floor=(top + canvas.unit * 0.1, canvas.height * 0.885), size=1.3, level=float(top))


def _wainscot(scenery: Scenery, wall: Floats, foot: int) -> None:
    """Panels along the wall, for depth."""
    canvas, unit = scenery.canvas, scenery.canvas.unit
    top = int(foot - canvas.height * 0.17)
    canvas.pixels[top:foot] *= np.float32(0.9)
    canvas.stroke((0, top), (canvas.width, top), lighten(wall, 0.09), unit / 160)
    for x in np.arange(unit * 0.06, canvas.width, unit * 0.19):
        corners = (float(x), top + unit * 0.03), (float(x) + unit * 0.15, foot - unit * 0.03)
        canvas.box(*corners, lighten(wall, -0.07), max(1, unit // 420))


def _boards(scenery: Scenery, rows: tuple[int, int], wood: Floats, count: int) -> None:
    """Boards in perspective between two rows, with a grain along them and the window's light on them."""
    canvas, rng = scenery.canvas, scenery.rng(f"boards {count}")
    top, bottom = rows
    height = bottom - top
    grain = stretch(field(rng, (height, canvas.width // 2), (26, 2.2), 4, 0.62), canvas.width, height)
    down = np.linspace(0, 1, height, dtype=np.float32)
    board = (down**0.72 * count).astype(int)
    tone = rng.uniform(-0.07, 0.07, count + 1).astype(np.float32)[board]
    gaps = np.concatenate([[0], np.diff(board) > 0]).astype(np.float32)
    shade = (1.06 - 0.2 * down + tone - 0.3 * gaps)[:, None] + 0.42 * (grain - np.float32(0.5))
    canvas.pixels[top:bottom] = mix(wood, rgb(scenery.mood.ambient), 0.12) * shade[..., None]
    gleam = np.exp(-(((canvas.columns / canvas.width - 0.5) / 0.42) ** 2)) * np.exp(-((down / 0.6) ** 2))[:, None]
    canvas.glow(rgb(scenery.mood.light), gleam * np.float32(0.2), top)


def _rug(scenery: Scenery, foot: int, dim: np.float32) -> None:
    canvas = scenery.canvas
    centre = canvas.width / 2, (foot + canvas.height) / 2 + canvas.unit * 0.02
    half = canvas.width * 0.42, (canvas.height - foot) * 0.4
    for share, hue in zip((1.0, 0.86, 0.6), scenery.rng("rug").permutation(len(RUGS))[:3], strict=True):
        canvas.ellipse(centre, (half[0] * share, half[1] * share), rgb(RUGS[hue]) * dim)
