"""A city: rows of towers that come nearer, and a street that mirrors them when it is dark or wet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene import water
from local.bedrock.scene.colour import lighten, rgb
from local.bedrock.scene.scenery import Stage
from local.bedrock.scene.towers import Block, tower

if TYPE_CHECKING:
    from local.bedrock.scene.scenery import Scenery

ROWS = ((0.7, 0.16, 0.4, 0.055), (0.45, 0.12, 0.46, 0.085), (0.18, 0.1, 0.34, 0.13))
"""Haze depth, lowest and highest towers, usual width; from far to near."""
GAPS = (1.0, 1.03, 1.25)


def city(scenery: Scenery) -> Stage:
    """Three rows of towers over a street."""
    canvas = scenery.canvas
    kerb = int(scenery.horizon + canvas.unit * 0.12)
    for place, (depth, low, high, width) in enumerate(ROWS):
        for block in _blocks(scenery, f"row-{place}", (low, high), width, depth):
            tower(scenery, block, kerb)
    _street(scenery, kerb)
    air = canvas.height * 0.05, scenery.horizon * 0.55
    return Stage(air=air, floor=(kerb + canvas.unit * 0.07, canvas.height * 0.95))


def _blocks(scenery: Scenery, concern: str, heights: tuple[float, float], width: float, depth: float) -> list[Block]:
    """One row of towers, side by side with gaps, tallest away from the middle, where things will stand."""
    rng, canvas = scenery.rng(concern), scenery.canvas
    low, high = heights
    blocks: list[Block] = []
    x = -rng.uniform(0, width) * canvas.unit
    while x < canvas.width:
        wide = canvas.unit * width * rng.uniform(0.7, 1.5)
        away = abs((x + wide / 2) / canvas.width - 0.5) * 2
        tall = canvas.height * 0.9 * (low + (high - low) * rng.random() ** 1.3 * (0.55 + 0.6 * away))
        blocks.append(Block(f"{concern} {len(blocks)}", int(x), int(wide), int(tall), depth))
        x += wide * GAPS[int(rng.integers(len(GAPS)))]
    return blocks


def _street(scenery: Scenery, kerb: int) -> None:
    """Asphalt that keeps an echo of the lights above, a pavement, and lane marks."""
    canvas, mood = scenery.canvas, scenery.mood
    water.paint(scenery, kerb, canvas.height, "street", calm=0.72)
    height = canvas.height - kerb
    wet = mood.dark or mood.contrast < 1
    asphalt = np.full((height, canvas.width), 0.5 if wet else 0.86, np.float32)
    canvas.lay(mood.tint("#3f434d" if mood.dark else "#6a6d76"), asphalt, kerb)
    walk = int(height * 0.2)
    stone = np.repeat(np.linspace(0.88, 0.72, walk, dtype=np.float32)[:, None], canvas.width, 1)
    canvas.lay(mood.tint(lighten(rgb("#a39c98"), -0.1 if mood.dark else 0.02)), stone, kerb)
    line = mood.tint("#4a4a55")
    canvas.stroke((0, kerb + walk), (canvas.width, kerb + walk), line, canvas.unit / 260)
    _lane(scenery, kerb + height * 0.62)
    _lamps(scenery, kerb + walk)


def _lane(scenery: Scenery, row: float) -> None:
    canvas = scenery.canvas
    long, high = canvas.unit * 0.11, canvas.unit * 0.012
    mark = np.array([[0, 0], [long, 0], [long * 0.95, high], [-long * 0.05, high]])
    starts = np.arange(-long * 0.3, canvas.width, long * 1.75)
    canvas.polygons([mark + np.array([x, row]) for x in starts], scenery.mood.tint("#e9e2c9", 0.1))


def _lamps(scenery: Scenery, foot: int) -> None:
    """Street lamps, burning when it is dark."""
    canvas = scenery.canvas
    tall, post = canvas.unit * 0.2, scenery.mood.tint("#2b2f3d")
    for share in np.arange(scenery.rng("lamps").uniform(0.05, 0.2), 1, 0.36):
        x, top = canvas.width * float(share), foot - tall
        arm = x + tall * 0.16
        canvas.stroke((x, foot), (x, top), post, canvas.unit / 200)
        canvas.stroke((x, top), (arm, top), post, canvas.unit / 220)
        if scenery.mood.lamps:
            canvas.halo(rgb("#ffd591"), (arm, top + tall * 0.03), tall * 0.85, 0.75, 2.6)
        canvas.halo(rgb("#fff3d0"), (arm, top + tall * 0.03), tall * 0.07, 1.0, 0.6)
