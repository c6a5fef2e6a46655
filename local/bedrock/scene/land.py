"""What the ground is made of: hills, dunes, near ground, path, mist; each a silhouette with light on it.

Knows scenery; nothing of the things that will stand there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.canvas import bands
from local.bedrock.scene.colour import lighten, rgb
from local.bedrock.scene.noise import field, line, smoothstep
from local.bedrock.scene.raster import blur, stretch

if TYPE_CHECKING:
    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery


@dataclass(frozen=True, slots=True)
class Row:
    """One row of hills, dunes or mountains: its foot, its height (pixels), its haze depth (0..1) and own colour."""

    base: int
    rise: float
    depth: float
    colour: str
    snow: float = 0.0
    """Share of the height that snow covers."""


def fill(canvas: Canvas, edge: Floats, tones: tuple[Floats, Floats], bottom: int, reach: float) -> None:
    """Everything below a line (one height for each column): the first tone there, the second after `reach` pixels."""
    far, near = tones
    for start, stop in bands(max(0, int(edge.min()) - 1), min(bottom, canvas.height)):
        below = canvas.rows(start, stop) - edge[None, :]
        share = np.clip(below / np.float32(reach), 0, 1)[..., None]
        canvas.lay(far + (near - far) * share, np.clip(below + 0.5, 0, 1), start)


def hills(scenery: Scenery, concern: str, row: Row, bottom: int) -> None:
    """One soft row of hills, filled down to row `bottom`."""
    canvas, mood = scenery.canvas, scenery.mood
    edge = row.base - row.rise * (
        0.5 + 0.5 * line(scenery.rng(concern), canvas.width, 1.6 * canvas.width / canvas.unit, 3, 0.35)
    )
    own = rgb(row.colour)
    tones = mood.tint(lighten(own, 0.07), row.depth), mood.tint(lighten(own, -0.06), row.depth)
    fill(canvas, edge, tones, bottom, row.rise * 2.2)


def swell(scenery: Scenery, concern: str, base: float, colour: str, depth: float) -> None:
    """A fold of the near ground, filled to the picture's lower edge."""
    canvas, mood = scenery.canvas, scenery.mood
    edge = base + line(scenery.rng(concern), canvas.width, 1.1, 2) * canvas.unit * np.float32(0.045)
    own = lighten(rgb(colour), -0.02)
    tones = mood.tint(lighten(own, 0.06), depth), mood.tint(lighten(own, -0.1), depth)
    fill(canvas, edge, tones, canvas.height, canvas.unit * 0.2)


def ground(scenery: Scenery, edge: Floats, colour: str, grain: float = 0.05) -> None:
    """The near ground down to the picture's lower edge, lighter far away, with broad patches of light."""
    canvas, mood = scenery.canvas, scenery.mood
    top = max(0, int(edge.min()) - 1)
    height = canvas.height - top
    far, near = mood.tint(lighten(rgb(colour), 0.07), 0.22), mood.tint(lighten(rgb(colour), -0.09))
    patches = field(scenery.rng("ground"), (height // 2 + 1, canvas.width // 2 + 1), (7, 3), 4, 0.6)
    order = (np.linspace(0, 1, height, dtype=np.float32) ** np.float32(0.6) * (patches.shape[0] - 1)).astype(int)
    patches = 1 + (stretch(patches, canvas.width, patches.shape[0]) - np.float32(0.5)) * np.float32(4 * grain)
    for start, stop in bands(top, canvas.height):
        below = canvas.rows(start, stop) - edge[None, :]
        paint = far + (near - far) * np.clip(below / max(1.0, height * 0.95), 0, 1)[..., None]
        paint *= patches[order[start - top : stop - top], :, None]
        canvas.lay(paint, np.clip(below + 0.5, 0, 1), start)


def dunes(scenery: Scenery, concern: str, row: Row) -> None:
    """One row of dunes: each crest has a bright and a shaded flank."""
    canvas, mood, rng = scenery.canvas, scenery.mood, scenery.rng(concern)
    width, side = canvas.width, np.float32(scenery.light.side(canvas.width / 2))
    phase = np.cumsum(1 + 0.6 * line(rng, width, 2, 2)) / width * (2 + rng.random() * 1.6) + rng.random()
    crest = blur((1 - np.abs((phase % 1) * 2 - 1) ** 1.5)[None, :], width / 130)[0]
    edge = row.base - row.rise * (0.75 * crest + 0.25 * line(rng, width, 1.4, 2))
    top = max(0, int(edge.min()) - 1)
    below = canvas.rows(top, canvas.height) - edge[None, :]
    facing = smoothstep(0.2, 0.8, np.clip(0.5 + np.gradient(edge) * side * 1.1, 0, 1))
    lit = facing[np.clip(canvas.columns - below * np.float32(1.15) * side, 0, width - 1).astype(np.int32)]
    lit = np.clip(lit * np.clip(1 - below / np.float32(row.rise * 2.4), 0.35, 1) + 0.25, 0, 1)
    own = rgb(row.colour)
    bright, dark = mood.tint(lighten(own, 0.07), row.depth), mood.tint(lighten(own, -0.17), row.depth)
    canvas.lay(dark + (bright - dark) * lit[..., None], np.clip(below + 0.5, 0, 1), top)


def path(scenery: Scenery, top: int, colour: str) -> None:
    """A track that winds from the lower edge to row `top`."""
    canvas, rng = scenery.canvas, scenery.rng("path")
    rows = canvas.rows(top, canvas.height)
    share = (rows - top) / max(1, canvas.height - top)
    bend, start = rng.uniform(0.6, 1.0) * rng.choice([-1, 1]), rng.uniform(0.3, 0.7)
    centre = canvas.width * (start + 0.2 * bend * np.sin(share * 4.2 + 0.6) * (0.25 + share) ** 0.8)
    half = canvas.unit * (0.006 + 0.12 * share**1.7)
    rough = field(rng, (rows.shape[0] // 4 + 1, canvas.width // 4 + 1), (14, 14), 3)
    rough = stretch(rough, canvas.width, rows.shape[0]) - np.float32(0.5)
    inside = 1 - np.abs(canvas.columns - centre) / half + rough * np.float32(0.5)
    tone = scenery.mood.tint(colour, 0.1) * (1 + 0.22 * rough[..., None] - 0.1 * share[..., None])
    canvas.lay(tone, smoothstep(-0.1, 0.12, inside) * np.float32(0.9), top)


def mist(scenery: Scenery, concern: str, rows: tuple[float, float], strength: float) -> None:
    """A drifting layer of fog between two rows."""
    canvas = scenery.canvas
    top, bottom = max(0, int(rows[0])), min(canvas.height, int(rows[1]))
    swirl = field(scenery.rng(concern), ((bottom - top) // 4 + 2, canvas.width // 4 + 2), (2, 3), 4)
    shape = np.clip(np.sin(np.linspace(0, np.pi, swirl.shape[0], dtype=np.float32)), 0, 1)[:, None] ** 1.5
    alpha = stretch(shape * (0.35 + swirl) * np.float32(strength), canvas.width, max(1, bottom - top))
    canvas.lay(scenery.mood.haze, np.clip(alpha, 0, 1), top)
