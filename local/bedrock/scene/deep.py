"""Under water: light falling in rays, a sandy floor, corals, weed and bubbles. Everything floats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene import land
from local.bedrock.scene.colour import lighten, mix, rgb
from local.bedrock.scene.noise import line
from local.bedrock.scene.raster import blur, stretch
from local.bedrock.scene.scenery import Stage

if TYPE_CHECKING:
    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.moods import Mood
    from local.bedrock.scene.scenery import Scenery

WATER = ("#8be4e6", "#2fb0cf", "#1273ab", "#0a4378")
CORALS = ("#f2668b", "#f59a4c", "#b86be0", "#f7c84a", "#e8506a", "#5fd0b8")
PLANTS = 40
BUBBLES = 34
THINNEST = 2.2
"""Pixels; a branch as thin as this ends in a bud."""


def sunken(scenery: Scenery) -> Mood:
    """The light in which things are seen here: what the water lets through."""
    ambient = "#6f9fb4" if scenery.mood.dark else "#d3f3f6"
    return replace(scenery.mood, light="#eafff6", ambient=ambient, shadow="#0c4f82", contrast=1.0, dark=False)


def underwater(scenery: Scenery) -> Stage:
    """A reef in the light of the surface."""
    canvas = scenery.canvas
    dim = np.float32(0.45 if scenery.mood.dark else 1.0)
    canvas.fade([rgb(code) * dim for code in WATER], 0, canvas.height, 0.85)
    _reefs(scenery, dim)
    _rays(scenery)
    edge = canvas.height * 0.86 + canvas.unit * 0.02 * line(scenery.rng("sand"), canvas.width, 2, 3)
    land.fill(canvas, edge, (rgb("#d9d2a0") * dim, rgb("#8a9a86") * dim), canvas.height, canvas.unit * 0.2)
    _garden(scenery, edge, dim)
    _bubbles(scenery)
    air = canvas.height * 0.14, canvas.height * 0.72
    return Stage(air=air, floor=air, floating=True, shadows=False)


def _reefs(scenery: Scenery, dim: np.float32) -> None:
    canvas = scenery.canvas
    for place, depth in enumerate((0.75, 0.5)):
        bumps = np.abs(line(scenery.rng(f"reef-{place}"), canvas.width, 3, 4))
        edge = canvas.height * (0.74 + 0.05 * place) - canvas.unit * 0.1 * bumps
        tint = mix(rgb("#0a4378"), rgb("#1b7fae"), 1 - depth) * dim
        land.fill(canvas, edge, (lighten(tint, 0.05), lighten(tint, -0.05)), canvas.height, canvas.unit * 0.2)


def _rays(scenery: Scenery) -> None:
    canvas = scenery.canvas
    height, width = canvas.height // 2, canvas.width // 2
    beams = np.clip(line(scenery.rng("rays"), width * 2, 9, 3), 0, 1)
    slanted = np.arange(width)[None, :] + (np.arange(height)[:, None] * 0.42 + width * 0.2).astype(int)
    strength = beams[slanted % (width * 2)] * np.linspace(0.75, 0, height, dtype=np.float32)[:, None]
    canvas.glow(rgb("#e9fff4"), stretch(blur(strength, 3), canvas.width, canvas.height))


def _garden(scenery: Scenery, edge: Floats, dim: np.float32) -> None:
    """Corals and weed, more of them and taller at the sides, so that the middle stays free."""
    canvas, rng = scenery.canvas, scenery.rng("garden")
    for _ in range(PLANTS):
        aside = rng.random() ** 0.55
        x = canvas.width * (0.5 + (0.5 if rng.random() < 0.5 else -0.5) * aside)
        foot = float(edge[int(np.clip(x, 0, canvas.width - 1))]) + canvas.unit * rng.uniform(0, 0.09)
        size = canvas.unit * rng.uniform(0.06, 0.2) * (0.4 + 0.6 * aside)
        tint = mix(rgb(CORALS[int(rng.integers(len(CORALS)))]), rgb("#1b6f9c"), 0.2) * dim
        if rng.random() < 0.45:
            _weed(canvas, rng, (x, foot), size * 1.7, rgb("#3f8f66") * dim)
        else:
            _grow(canvas, rng, _Branch((x, foot), -np.pi / 2, size * 0.42, size * 0.09), tint)


@dataclass(frozen=True, slots=True)
class _Branch:
    start: tuple[float, float]
    angle: float
    length: float
    width: float


def _grow(canvas: Canvas, rng: np.random.Generator, branch: _Branch, tint: Floats) -> None:
    """A coral's branch, which forks until it is thin."""
    end = (
        branch.start[0] + float(np.cos(branch.angle)) * branch.length,
        branch.start[1] + float(np.sin(branch.angle)) * branch.length,
    )
    canvas.stroke(branch.start, end, tint, max(2.0, branch.width))
    if branch.width < THINNEST:
        canvas.dot(end, branch.width, lighten(tint, 0.1))
        return
    for turn in (-0.5, 0.45):
        angle = branch.angle + turn + rng.uniform(-0.2, 0.2)
        _grow(canvas, rng, _Branch(end, angle, branch.length * rng.uniform(0.68, 0.85), branch.width * 0.66), tint)


def _weed(canvas: Canvas, rng: np.random.Generator, foot: tuple[float, float], size: float, tint: Floats) -> None:
    """One swaying ribbon."""
    steps = np.linspace(0, 1, 14)
    middle = foot[0] + np.sin(steps * 5 + rng.uniform(0, 6)) * size * 0.09
    half, rows = size * 0.045 * (1 - steps) + 0.6, foot[1] - steps * size
    outline = np.concatenate([np.stack([middle - half, rows], 1), np.stack([middle + half, rows], 1)[::-1]])
    canvas.polygons([outline], tint)


def _bubbles(scenery: Scenery) -> None:
    canvas, rng = scenery.canvas, scenery.rng("bubbles")
    for _ in range(BUBBLES):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height * 0.85
        radius = canvas.unit * rng.uniform(0.003, 0.011)
        canvas.dot((x, y), radius, rgb("#ccf7ff"), line=1)
        canvas.halo(rgb("#ffffff"), (x - radius * 0.35, y - radius * 0.35), radius * 0.8, 0.7, 1.0)
