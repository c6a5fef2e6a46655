"""Water that mirrors what is painted above it, with ripples and the glitter of the light.

Knows the canvas as it is at that moment; no things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import mix, rgb
from local.bedrock.scene.noise import field, smoothstep
from local.bedrock.scene.raster import fetch, stretch

if TYPE_CHECKING:
    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

COLOURS = {"lake": "#2c6c86", "sea": "#1c6f9c", "lagoon": "#27b3bd", "street": "#3a7d8f"}


def paint(scenery: Scenery, top: int, bottom: int, kind: str, calm: float) -> None:
    """Fill the rows with water. Calm 1 mirrors like glass, 0 is a choppy sea."""
    canvas, mood = scenery.canvas, scenery.mood
    height = bottom - top
    waves = _waves(scenery, height)
    depth = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    surface = _mirror(canvas, top, waves, calm)
    surface += (mood.tint(COLOURS[kind]) - surface) * (0.22 + 0.36 * depth) * np.float32(1.25 - 0.5 * calm)
    crest = smoothstep(0.56, 0.74, waves)[..., None] * np.float32(0.16 + 0.16 * (1 - calm))
    surface += (mix(mood.haze, rgb("#ffffff"), 0.3) - surface) * crest * (0.35 + 0.65 * depth)
    trough = 1 - smoothstep(0.3, 0.46, waves)[..., None]
    surface *= 1 - 0.2 * trough * (0.4 + 0.6 * depth)
    canvas.pixels[top:bottom] = surface
    if scenery.light.visible:
        _glitter(scenery, top, waves)


def _waves(scenery: Scenery, height: int) -> Floats:
    """Long flat noise, fine at the horizon and broad in front."""
    width = scenery.canvas.width
    small = field(scenery.rng("water"), (height, width // 2), (34, 7), 4, 0.62)
    order = np.sqrt(np.linspace(0, 1, height)) * (height - 1)
    return stretch(small[order.astype(int)], width, height)


def _mirror(canvas: Canvas, top: int, waves: Floats, calm: float) -> Floats:
    height = waves.shape[0]
    rows = np.arange(height, dtype=np.float32)[:, None]
    near = np.float32(0.15) + np.float32(0.85 / height) * rows
    swing = (waves - np.float32(0.5)) * near * np.float32(canvas.unit * 0.16 * (1.35 - calm))
    source = top - 1 - rows * np.float32(0.92) + swing * np.float32(1.2)
    above = np.ascontiguousarray(canvas.pixels[:top])
    return fetch(above, canvas.columns + swing * np.float32(0.5), np.clip(source, 0, top - 1))


def _glitter(scenery: Scenery, top: int, waves: Floats) -> None:
    """A road of sparks towards the light."""
    canvas = scenery.canvas
    down = np.linspace(0, 1, waves.shape[0], dtype=np.float32)[:, None]
    spread = canvas.unit * (np.float32(0.045) + np.float32(0.14) * down)
    road = np.exp(-(((canvas.columns - np.float32(scenery.light.x)) / spread) ** 2))
    sparks = smoothstep(0.5, 0.66, waves) * (1 - np.float32(0.45) * down) * np.float32(0.85)
    canvas.glow(rgb(scenery.mood.light), road * (sparks + np.float32(0.1)), top)
