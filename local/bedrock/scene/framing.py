"""Dark, soft plants at the picture's edges, near the viewer: they make it deep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.scene.canvas import fill
from local.bedrock.scene.colour import lighten
from local.bedrock.scene.flora import blade
from local.bedrock.scene.raster import blur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

BLADES = 34
LEAVES = 150
FULL = np.ones(1, np.float32)
GRASS = {"": "#27502f", "autumn": "#6b4a22", "spring": "#2f6a38"}
LEAFAGE = {"": "#1f4a2c", "autumn": "#8a3f1c", "spring": "#b06a86"}


def grass(scenery: Scenery) -> None:
    """Long blades in both lower corners."""
    canvas, rng = scenery.canvas, scenery.rng("frame")
    height = int(canvas.unit * 0.3)
    blades = [_blade(scenery, rng, corner, height) for corner in (0.0, 1.0) for _ in range(BLADES)]
    cover = np.zeros((height, canvas.width), np.float32)
    fill(cover, blades, FULL)
    own = "#8fa2b8" if scenery.snowy else GRASS[scenery.season]
    soft = blur(cover, canvas.unit / 500) * np.float32(0.88)
    canvas.lay(lighten(scenery.mood.tint(own), -0.1), soft, canvas.height - height)


def _blade(scenery: Scenery, rng: np.random.Generator, corner: float, height: int) -> NDArray[np.float64]:
    canvas = scenery.canvas
    away = rng.random() ** 2.2 * 0.3
    x = canvas.width * abs(corner - away)
    tall = height * rng.uniform(0.35, 1.0) * (1 - away * 2.6)
    lean = (0.5 - corner) * tall * rng.uniform(-0.2, 1.2)
    return blade((x, height), (x + lean, height - tall), canvas.unit * rng.uniform(0.003, 0.008))


def trees(scenery: Scenery) -> None:
    """Two near tree trunks at the sides, in shadow, with leaves hanging into the upper corners."""
    canvas, rng = scenery.canvas, scenery.rng("trunks")
    tint = lighten(scenery.mood.tint("#4d4a55" if scenery.snowy else "#4a382c"), -0.08)
    cover = np.zeros((canvas.height, canvas.width), np.float32)
    fill(cover, [_trunk(scenery, rng, edge) for edge in (0.0, 1.0)], FULL)
    canvas.lay(tint, blur(cover, canvas.unit / 650))
    leaves = _leafage(scenery, rng)
    own = "#dfe8f2" if scenery.snowy else LEAFAGE[scenery.season]
    paint = lighten(scenery.mood.tint(own), -0.08)
    canvas.lay(paint, leaves)
    canvas.lay(paint, leaves[:, ::-1], 0, canvas.width - leaves.shape[1])


def _trunk(scenery: Scenery, rng: np.random.Generator, edge: float) -> NDArray[np.float64]:
    canvas, inward = scenery.canvas, 1 - 2 * edge
    rows = np.linspace(0, canvas.height, 24)
    share = rows / canvas.height
    bend = 0.02 * np.sin(share * 3 + rng.uniform(0, 6)) - inward * 0.03 * share**6
    middle = canvas.width * (edge + inward * rng.uniform(0.03, 0.075)) + canvas.unit * bend
    half = canvas.unit * rng.uniform(0.032, 0.05) * (0.78 + 0.25 * share + 6.6 * np.clip(share - 0.9, 0, 1))
    return np.concatenate([np.stack([middle - half, rows], 1), np.stack([middle + half, rows], 1)[::-1]])


def _leafage(scenery: Scenery, rng: np.random.Generator) -> Floats:
    """Leaves in the upper left corner of a square, thinning out away from it."""
    unit = scenery.canvas.unit
    size = int(unit * 0.36)
    cover = np.zeros((size, size), np.float32)
    for _ in range(LEAVES):
        away, angle = rng.random() ** 0.7, rng.uniform(0, np.pi / 2)
        centre = int(away * np.cos(angle) * size * 0.95), int(away * np.sin(angle) * size * 0.8)
        axes = int(unit * rng.uniform(0.012, 0.024)), int(unit * rng.uniform(0.006, 0.011))
        cv2.ellipse(cover, centre, axes, float(rng.uniform(0, 180)), 0, 360, (1.0,), -1, cv2.LINE_AA)
    return blur(cover, unit / 600) * np.float32(0.93)
