"""Ranges of mountains: a profile of summits, planes of light and shadow below each, snow from the tops down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import lighten, rgb
from local.bedrock.scene.noise import peaks, ridge, smoothstep
from local.bedrock.scene.raster import blur, stretch

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.land import Row
    from local.bedrock.scene.scenery import Scenery


@dataclass(frozen=True, slots=True)
class _Grain:
    """How fine the profile is looked at, and how far a spur swings aside (share of the width)."""

    planes: int
    swing: float


COARSE = _Grain(42, 0.1)
FINE = _Grain(150, 0.035)
FINEST = _Grain(190, 0.035)
SPUR_TURNS = 8
SPUR_STEPS = 256


def mountains(scenery: Scenery, concern: str, row: Row) -> None:
    """One range."""
    canvas, rng = scenery.canvas, scenery.rng(concern)
    count = max(2, round(canvas.width / canvas.unit * rng.uniform(2.6, 4.4)))
    profile = peaks(rng, canvas.width, count, 7 if scenery.fine else 6)
    edge = row.base - row.rise * (0.16 + 0.84 * profile)
    top = max(0, int(edge.min()) - 1)
    below = canvas.rows(top, row.base) - edge[None, :]
    share = np.clip(below / np.float32(row.rise), 0, 1)
    lit = _facets(scenery, rng, profile, share, COARSE) * np.float32(0.62)
    lit += _facets(scenery, rng, profile, share, FINEST if scenery.fine else FINE) * np.float32(0.38)
    colour = _rock(scenery, row, lit)
    if row.snow:
        cover = _snow(rng, profile, share, row.snow)[..., None]
        colour += (_white(scenery, row, lit) - colour) * cover
    colour += (scenery.mood.haze - colour) * (smoothstep(0.45, 1.15, share)[..., None] * np.float32(0.5))
    canvas.lay(colour, np.clip(below + 0.5, 0, 1), top)


def _rock(scenery: Scenery, row: Row, lit: Floats) -> Floats:
    own, mood = rgb(row.colour), scenery.mood
    bright, dark = mood.tint(lighten(own, 0.12), row.depth), mood.tint(lighten(own, -0.13), row.depth)
    return dark + (bright - dark) * lit[..., None]


def _white(scenery: Scenery, row: Row, lit: Floats) -> Floats:
    """Snow, blue where it lies in shadow."""
    bright = scenery.mood.tint("#ffffff", row.depth * 0.75)
    dark = scenery.mood.tint("#8ba3cf", row.depth * 0.85)
    return dark + (bright - dark) * lit[..., None]


def _facets(scenery: Scenery, rng: np.random.Generator, profile: Floats, share: Floats, grain: _Grain) -> Floats:
    """Which planes face the light, 0..1.

    Below each summit a spur runs down in a zigzag; the plane on the light's side of it is bright, the other dark.
    """
    width = profile.shape[0]
    slope = np.gradient(blur(profile[None, :], max(1.0, width / grain.planes / 2))[0])
    valleys = np.concatenate([[False], (slope[1:] > 0) & (slope[:-1] <= 0)])
    owner = np.cumsum(valleys)
    ends = np.concatenate([[0], np.flatnonzero(valleys), [width - 1]])
    turns = rng.uniform(-1, 1, (int(owner[-1]) + 1, SPUR_TURNS)).astype(np.float32)
    turns[:, 0] = 0
    spurs = stretch(turns, SPUR_STEPS, turns.shape[0]) * np.float32(grain.swing * width)
    swing = spurs[owner[None, :], (share * (SPUR_STEPS - 1)).astype(np.int32)]
    # a spur never leaves its own summit's flanks
    source = np.clip(scenery.canvas.columns + swing * np.sqrt(share), ends[owner], ends[owner + 1]).astype(np.int32)
    sun = np.where(np.arange(width) < scenery.light.x, 1.0, -1.0)
    return smoothstep(-0.12, 0.12, slope * sun / max(float(np.abs(slope).max()), 1e-6))[source]


def _snow(rng: np.random.Generator, profile: Floats, share: Floats, amount: float) -> Floats:
    """Snow further down where the mountain is higher, with ragged tongues at its lower edge."""
    width = profile.shape[0]
    tongues = ridge(rng, width, 26, 4) * np.float32(0.2) + ridge(rng, width, 7, 3) * np.float32(0.16)
    reach = 0.55 * np.clip(profile - (0.7 - amount), 0, 1) + 0.5 * amount * (tongues - 0.1)
    return smoothstep(-0.012, 0.012, reach[None, :] - share)
