"""A cliff over the sea: a flat top to stand on, on the side away from the light, and a rock face down to the surf."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.scene import water
from local.bedrock.scene.colour import mix
from local.bedrock.scene.noise import field, line, ridge, smoothstep
from local.bedrock.scene.raster import blur, stretch
from local.bedrock.scene.scenery import Stage
from local.bedrock.scene.shore import islands

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

PLANES = 170
"""Planes of rock in a square as large as the picture's shorter side."""
RIM = 0.9
"""Height of the flat top, as a share of the horizon's row."""


def cliff(scenery: Scenery) -> Stage:
    """The headland; its grassy top is the floor."""
    canvas, unit = scenery.canvas, scenery.canvas.unit
    islands(scenery)
    water.paint(scenery, scenery.horizon, canvas.height, "sea", calm=0.5)
    edge = _edge(scenery)
    _rock(scenery, edge)
    _surf(scenery, edge)
    reach = (0.0, 0.5) if _is_left(scenery) else (0.5, 1.0)
    flat = float(np.median(edge[int(reach[0] * canvas.width) : int(reach[1] * canvas.width)]))
    return Stage(
        air=(canvas.height * 0.07, scenery.horizon * 0.7),
        floor=(flat + unit * 0.006, flat + unit * 0.03),
        water=(scenery.horizon + unit * 0.12, canvas.height * 0.9),
        reach=reach,
        shadows=False,
    )


def _is_left(scenery: Scenery) -> bool:
    return scenery.light.x > scenery.canvas.width / 2


def _edge(scenery: Scenery) -> Floats:
    """The outline: a plateau that breaks off past the middle, steeply first, then over a foot of rocks."""
    canvas = scenery.canvas
    across = np.linspace(0, 1, canvas.width, dtype=np.float32)
    if not _is_left(scenery):
        across = across[::-1]
    crags = (ridge(scenery.rng("crag"), canvas.width, 12, 4) - np.float32(0.5)) * (across > 0.53)
    fall = 0.6 * smoothstep(0.52, 0.6, across) + 0.4 * smoothstep(0.57, 0.78, across) ** 1.5 + 0.06 * crags
    rim = scenery.horizon * RIM
    plateau = rim + canvas.unit * 0.012 * line(scenery.rng("rim"), canvas.width, 7, 4)
    return np.asarray(plateau + fall * (canvas.height - rim) + (across > 0.76) * canvas.height, np.float32)


def _rock(scenery: Scenery, edge: Floats) -> None:
    """The face in planes, lit on the side of the sea, blue towards the water, under a cap of turf."""
    canvas, mood, unit = scenery.canvas, scenery.mood, scenery.canvas.unit
    top = max(0, int(edge.min()) - 1)
    height = canvas.height - top
    below = canvas.rows(top, canvas.height) - edge[None, :]
    rough = stretch(
        field(scenery.rng("rough"), (height // 2 + 1, canvas.width // 2 + 1), (9, 9), 5), canvas.width, height
    )
    tone = (_planes(scenery, height) + np.float32(0.5) * (rough - np.float32(0.5)))[..., None]
    dark, bright = mood.tint("#3d3a48", 0.04), mood.tint("#b8a08a", 0.08)
    face = dark + (bright - dark) * np.clip(tone, 0, 1)
    wet = smoothstep(0.25, 1.0, below / np.float32(height))[..., None]
    face += (mood.tint("#2c6c86", 0.15) - face) * wet * np.float32(0.5)
    turf = mood.tint("#eef3fa" if scenery.snowy else "#5c8f45") * (0.8 + 0.4 * rough[..., None])
    flat = 1 - smoothstep(0.25, 0.8, np.abs(np.gradient(edge)))
    cap = (1 - smoothstep(unit * 0.026, unit * 0.031, below + (rough - 0.5) * unit * 0.1)) * flat[None, :]
    face += (turf - face) * cap[..., None]
    canvas.lay(face, np.clip(below + 0.5, 0, 1), top)


def _planes(scenery: Scenery, height: int) -> Floats:
    """How bright each plane of the rock is, 0..1: cells around random points, taller than wide, each with its slant."""
    width, rng = scenery.canvas.width, scenery.rng("planes")
    low = max(8, height // 2)
    count = max(12, PLANES * width * height // scenery.canvas.unit**2)
    seeds = np.full((low, width), 255, np.uint8)
    rows, columns = rng.integers(0, low, count), rng.integers(0, width, count)
    seeds[rows, columns] = 0
    _, cells = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    towards = rng.uniform(-1, 1, count + 1) * (1 if _is_left(scenery) else -1)
    facing = np.clip(0.5 + 0.42 * towards + 0.12 * rng.uniform(-1, 1, count + 1), 0, 1).astype(np.float32)
    return stretch(blur(facing[cells], 1.0), width, height)


def _surf(scenery: Scenery, edge: Floats) -> None:
    """White water where the rock meets the sea."""
    canvas, rng, unit = scenery.canvas, scenery.rng("surf"), scenery.canvas.unit
    white = mix(scenery.mood.tint("#ffffff"), scenery.mood.haze, 0.2)
    for row in range(scenery.horizon + unit // 12, canvas.height, max(3, unit // 90)):
        rock = np.flatnonzero(edge < row)
        if not 0 < len(rock) < canvas.width or rng.random() > 0.8:
            continue
        foot = float(rock[-1] if _is_left(scenery) else rock[0])
        near = 0.3 + 1.6 * (row - scenery.horizon) / canvas.height
        half = unit * rng.uniform(0.02, 0.07) * near, unit * rng.uniform(0.004, 0.011)
        canvas.shade((foot + rng.normal(0, unit * 0.012), float(row)), half, rng.uniform(0.25, 0.8), white)
