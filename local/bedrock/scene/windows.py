"""A window in a wall: a small landscape of the hour behind a frame, between curtains, and the light that falls in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene import land, sky
from local.bedrock.scene.canvas import Canvas
from local.bedrock.scene.colour import rgb
from local.bedrock.scene.land import Row
from local.bedrock.scene.mountains import mountains
from local.bedrock.scene.stars import stars

if TYPE_CHECKING:
    from local.bedrock.scene.scenery import Scenery

CLOTHS = ("#b5483f", "#3f6f8f", "#d9a441", "#5f7f5a", "#7a5a94")
PLACES = (0.22, 0.5, 0.74)


@dataclass(frozen=True, slots=True)
class _Opening:
    left: int
    top: int
    width: int
    height: int


def window(scenery: Scenery) -> None:
    """Cut a window into the wall that is already painted."""
    canvas, mood, rng = scenery.canvas, scenery.mood, scenery.rng("window")
    width, height = int(canvas.unit * 0.44), int(canvas.unit * 0.42)
    margin = canvas.unit * 0.1
    left = np.clip(canvas.width * PLACES[int(rng.integers(3))] - width / 2, margin, canvas.width - width - margin)
    opening = _Opening(int(left), int(canvas.height * 0.11), width, height)
    view = _view(scenery, width, height)
    canvas.pixels[opening.top : opening.top + height, opening.left : opening.left + width] = view.pixels
    _frame(scenery, opening)
    _curtains(scenery, opening)
    middle = opening.left + width / 2, opening.top + height * 0.6
    canvas.halo(rgb(mood.light), middle, canvas.unit * 0.62, 0.3 if mood.body == "sun" else 0.14, 1.8)


def _view(scenery: Scenery, width: int, height: int) -> Canvas:
    """What is seen through it: the sky, mountains, a hill."""
    view, horizon = Canvas(width, height), int(height * 0.78)
    light = sky.place_light(view, scenery.mood, scenery.rng("view"), horizon)
    outside = replace(scenery, canvas=view, light=light, horizon=horizon)
    sky.paint(outside)
    view.pixels[horizon:] = scenery.mood.haze
    if scenery.mood.dark:
        stars(outside, horizon, 3.0)
    if light.visible:
        sky.disc(outside)
    sky.clouds(outside)
    mountains(outside, "far", Row(int(height * 0.86), height * 0.3, 0.5, "#66738a", 0.3))
    land.hills(outside, "hill", Row(int(height * 0.92), height * 0.2, 0.2, "#4f8a52"), height)
    return view


def _frame(scenery: Scenery, opening: _Opening) -> None:
    canvas = scenery.canvas
    paint = rgb("#f6efe2") * np.float32(0.55 if scenery.mood.dark else 0.97)
    bar = max(3, canvas.unit // 60)
    right, foot = opening.left + opening.width, opening.top + opening.height
    middle, half = opening.left + opening.width / 2, opening.top + opening.height / 2
    canvas.box((opening.left, opening.top), (right, foot), paint, bar)
    canvas.stroke((middle, opening.top), (middle, foot), paint, canvas.unit / 120)
    canvas.stroke((opening.left, half), (right, half), paint, canvas.unit / 120)
    canvas.box((opening.left - bar * 2, foot + bar / 2), (right + bar * 2, foot + bar * 2), paint)


def _curtains(scenery: Scenery, opening: _Opening) -> None:
    """Two lengths of cloth on a rod, drawn in at half their height."""
    canvas, rng = scenery.canvas, scenery.rng("curtains")
    cloth = rgb(CLOTHS[int(rng.integers(len(CLOTHS)))]) * np.float32(0.55 if scenery.mood.dark else 1.0)
    wide, long, top = int(canvas.unit * 0.085), int(opening.height * 1.2), opening.top - canvas.unit // 40
    across = np.linspace(0, 1, wide, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, long, dtype=np.float32)[:, None]
    folds = 0.85 + 0.17 * np.sin(across * 19 + 0.9 * np.sin(down * 3))
    shape = np.clip((1 - np.abs(across - 0.5) * 2 - 0.11 * np.sin(down * np.pi)) * wide * 0.5, 0, 1)
    right = opening.left + opening.width
    for x in (opening.left - wide * 0.75, right - wide * 0.25):
        canvas.lay(cloth * folds[..., None], shape, top, int(x))
    canvas.stroke((opening.left - wide, top), (right + wide, top), rgb("#4a3526"), canvas.unit / 110)
