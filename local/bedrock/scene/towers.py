"""One tower of a city: a block with a lit side, a grid of windows, something on its roof, perhaps a neon sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import lighten, mix, rgb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

WALLS = ("#6d7fa3", "#8a7f9c", "#5e7f94", "#a38a83", "#7b8a8f", "#9a7a6c")
NEON = ("#ff3fa4", "#36e0ff", "#ffb13d", "#8c5bff", "#3dffb0")
LAMPS = ("#ffd98a", "#ffe6b0", "#ffc46b", "#cfe6ff")
SMALLEST_PANE = 5


@dataclass(frozen=True, slots=True)
class Block:
    """Where a tower stands and how large it is, in pixels; `name` seeds it."""

    name: str
    left: int
    width: int
    height: int
    depth: float


def tower(scenery: Scenery, block: Block, foot: int) -> None:
    """Paint one tower, its foot at this row."""
    if block.width < 4 or block.height < 8:
        return
    canvas, mood, rng = scenery.canvas, scenery.mood, scenery.rng(block.name)
    wall = rgb(WALLS[int(rng.integers(len(WALLS)))])
    if mood.dark or "neon" in scenery.wanted:
        wall = mix(wall, rgb("#141a3c"), 0.55)
    bright, dark = mood.tint(lighten(wall, 0.05), block.depth), mood.tint(lighten(wall, -0.08), block.depth)
    across = np.linspace(0, 1, block.width, dtype=np.float32)[None, :, None]
    away = across if scenery.light.side(block.left) < 0 else 1 - across
    face = np.repeat(bright + (dark - bright) * away, block.height, 0)
    smog = np.linspace(0, 0.35, block.height, dtype=np.float32)[:, None, None] * np.float32(0.4 + block.depth)
    face += (mood.haze - face) * smog
    _windows(scenery, rng, face, block.depth)
    top = foot - block.height
    canvas.lay(face, np.ones((block.height, block.width), np.float32), top, block.left)
    _roof(scenery, rng, block, top, dark)


def _windows(scenery: Scenery, rng: np.random.Generator, face: Floats, depth: float) -> None:
    """A grid of windows: dark by day, a part of them lit when it is dark."""
    height, width, _ = face.shape
    cell = max(SMALLEST_PANE, int(scenery.canvas.unit * (0.009 + 0.011 * (1 - depth))))
    rows, columns = height // cell - 1, width // cell - 1
    if rows < 2 or columns < 1:
        return
    mood = scenery.mood
    lit = rng.random((rows, columns)) < (0.46 if mood.dark else 0.28 if mood.lamps else 0.0)
    lamps = np.array([rgb(code) for code in LAMPS])[rng.integers(0, len(LAMPS), lit.shape)]
    glass = mood.tint("#2b3d5c" if mood.lamps else "#b9dcef", min(0.9, depth + 0.15))
    colours = np.where(lit[..., None], lamps * rng.uniform(0.75, 1, (*lit.shape, 1)), glass)
    strength = np.where(lit, 1 - 0.5 * depth, 0.55 * (1 - depth))
    alpha = np.tile(_pane(cell), lit.shape) * _spread(strength, cell)
    left = (width - columns * cell) // 2
    target = face[cell : cell + rows * cell, left : left + columns * cell]
    target += (_spread(colours, cell) - target) * alpha[..., None]


def _pane(cell: int) -> NDArray[np.float32]:
    """One window within its cell of the wall."""
    pane = np.zeros((cell, cell), np.float32)
    pane[int(cell * 0.28) : int(cell * 0.82) or 1, int(cell * 0.25) : int(cell * 0.78) or 1] = 1
    return pane


def _spread(values: NDArray[np.float64], cell: int) -> NDArray[np.float64]:
    return np.repeat(np.repeat(values, cell, 0), cell, 1)


def _roof(scenery: Scenery, rng: np.random.Generator, block: Block, top: int, colour: Floats) -> None:
    canvas, width = scenery.canvas, block.width
    kind = int(rng.integers(4))
    if kind == 0:
        corner = block.left + width / 4, top - width / 6
        canvas.box(corner, (block.left + width * 0.75, top), colour)
    elif kind == 1:
        tip = block.left + width / 2, top - width / 2
        canvas.stroke(tip, (tip[0], top), colour, canvas.unit / 500)
        if scenery.mood.dark:
            canvas.halo(rgb("#ff5a4d"), tip, canvas.unit * 0.012, 0.9, 2.0)
    if "neon" in scenery.wanted and rng.random() < 0.5:
        _sign(scenery, rng, block, top)


def _sign(scenery: Scenery, rng: np.random.Generator, block: Block, top: int) -> None:
    """An upright sign with its glow."""
    canvas = scenery.canvas
    tint = rgb(NEON[int(rng.integers(len(NEON)))])
    x, y = block.left + block.width * rng.uniform(0.2, 0.7), top + canvas.unit * rng.uniform(0.05, 0.16)
    tall, wide = canvas.unit * rng.uniform(0.04, 0.1), canvas.unit * 0.016
    canvas.halo(tint, (x + wide / 2, y + tall / 2), tall * 1.5, 0.6, 2.0)
    canvas.box((x, y), (x + wide, y + tall), mix(tint, rgb("#ffffff"), 0.35))
