"""Plants of a landscape: rows of trees on a line, grass and flowers in front, dark plants as a frame.

Knows drawn trees and a mood; places nothing that the prompt named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import lighten, rgb
from local.bedrock.scene.pasting import paste
from local.bedrock.scene.sprites import Nature, Sprite, lit, sprite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

FLOWERS = ("#ffffff", "#ffd84d", "#f2668b", "#b586f0", "#ff8a3c", "#6fa8ff")
BLADES = (-0.13, -0.07, 0.02, 0.08)
"""How blades of grass differ in lightness."""
KINDS = {"pine": ("pine", "pine"), "mixed": ("tree", "pine", "tree")}


@dataclass(frozen=True, slots=True)
class Grove:
    """A few trees drawn once, to be planted many times: at a share of their height, this densely."""

    trees: tuple[Sprite, ...]
    height: float
    share: float = 1.0
    density: float = 1.0

    def thinned(self, share: float, density: float) -> Grove:
        """The same trees for another row."""
        return replace(self, share=share, density=density)


def grow(scenery: Scenery, kind: str, height: float) -> Grove:
    """Trees of a kind (pine or mixed), at most `height` pixels high."""
    rng = scenery.rng(f"grove {kind}")
    nature = Nature(snow=scenery.snowy, season=scenery.season)
    return Grove(tuple(sprite(name, height, rng, nature) for name in KINDS[kind]), height)


def treeline(scenery: Scenery, concern: str, grove: Grove, edge: Floats, depth: float) -> None:
    """A row of trees along a line, each of another size; far rows are pale."""
    rng, canvas, height = scenery.rng(concern), scenery.canvas, grove.height * grove.share
    side = scenery.light.side(canvas.width / 2)
    lights = [lit(tree.scaled(grove.share), scenery.mood, side, depth) for tree in grove.trees]
    x = -height * 0.3
    while x < canvas.width + height * 0.3:
        tree = lights[int(rng.integers(len(lights)))].scaled(rng.uniform(0.6, 1.0))
        column = int(np.clip(x, 0, canvas.width - 1))
        paste(canvas, tree.mirrored() if rng.random() < 0.5 else tree, x, float(edge[column]) + height * 0.05)
        x += height * 0.36 / grove.density * rng.uniform(0.5, 1.6)


def grass(scenery: Scenery, top: float, colour: str) -> None:
    """Blades over the ground below row `top`, longer towards the viewer."""
    canvas, rng = scenery.canvas, scenery.rng("grass")
    count = int(canvas.width * (canvas.height - top) / canvas.unit * (4.2 if scenery.fine else 2.8))
    near = np.sort(rng.random(count) ** 0.8)
    feet = np.stack([rng.random(count) * canvas.width, top + near * (canvas.height - top)], 1)
    lengths = canvas.unit * (0.006 + 0.024 * near) * rng.uniform(0.6, 1.5, count)
    tips = feet + np.stack([rng.uniform(-0.5, 0.5, count) * lengths, -lengths], 1)
    half = np.stack([lengths * 0.075 + canvas.unit * 0.0006, np.zeros(count)], 1)
    blades = np.stack([feet - half, tips, feet + half], 1)
    tones = rng.integers(0, len(BLADES), count)
    for place, tone in enumerate(BLADES):
        canvas.polygons(list(blades[tones == place]), scenery.mood.tint(lighten(rgb(colour), tone), 0.12))


def flowers(scenery: Scenery, top: float, amount: float) -> None:
    """Dots of colour that become blossoms towards the viewer."""
    canvas, rng = scenery.canvas, scenery.rng("flowers")
    height = canvas.height - top
    hues = rng.permutation(len(FLOWERS))[:3]
    for near in np.sort(rng.random(int(canvas.width * height / canvas.unit * 0.6 * amount)) ** 0.7):
        size = canvas.unit * (0.0018 + 0.0062 * near)
        tint = scenery.mood.tint(FLOWERS[hues[int(rng.integers(3))]], 0.05)
        _blossom(canvas, (rng.random() * canvas.width, top + near * height - size * 3), size, tint)


def _blossom(canvas: Canvas, centre: tuple[float, float], size: float, tint: Floats) -> None:
    if size < 3:
        canvas.dot(centre, size * 0.9, tint)
        return
    for angle in np.arange(5) * 2 * np.pi / 5:
        petal = centre[0] + np.cos(angle) * size * 0.7, centre[1] + np.sin(angle) * size * 0.55
        canvas.dot(petal, size * 0.56, tint)
    canvas.dot(centre, size * 0.38, lighten(tint, -0.18))


def blade(foot: tuple[float, float], tip: tuple[float, float], half: float) -> NDArray[np.float64]:
    """The outline of one long leaf that bends on its way."""
    middle = foot[0] + (tip[0] - foot[0]) * 0.3, foot[1] + (tip[1] - foot[1]) * 0.55
    left = [(foot[0] - half, foot[1]), (middle[0] - half * 0.8, middle[1])]
    right = [(middle[0] + half * 0.8, middle[1]), (foot[0] + half, foot[1])]
    return np.array([*left, tip, *right])
