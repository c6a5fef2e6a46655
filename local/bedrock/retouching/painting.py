"""Inpainting and outpainting: what a region of a photo becomes, without a prompt, and with one.

Both fill the region first. A prompt's place or hour is drawn as a scene behind; its things are put in front.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.retouching.filling import blurred_into, fill
from local.bedrock.retouching.placing import place, wanted
from local.bedrock.retouching.regions import blended, bounds, covering, feathered, from_lab, grown, lab
from local.bedrock.scene import Sketch, draw, draw_roughly, words

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Region

EXCLUDED_GROWTH = 1 / 60
"""How far around the subject nothing is copied either, as a share of the longer side."""
SUBJECT_IN_HOLE = 0.5
"""From this share of the subject inside the hole on, the rest of it is no reason to avoid anything."""
RING, SUBJECT_AROUND = 1 / 40, 0.5
"""A hole that has this share of subject around it, this wide, is a hole in the subject, and filled with it."""
SMALLEST_SCENE = 64
"""Pixels a side, below which there is no room for a horizon."""
TONED = 0.35
"""How far a drawn scene takes on the light of the photo before which it stands."""
OVERLAP = 1 / 40
"""Depth of the band in which DEFAULT outpainting changes the kept part, as a share of the shorter side."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What to paint, and how."""

    text: str
    negative: str
    subject: Region
    """The picture's, wherever it is."""
    seed: int
    index: int
    guidance: float
    fast: bool


@dataclass(frozen=True, slots=True)
class Painting:
    """The picture, and what of it is real work on the photo and what is simulated."""

    pixels: Pixels
    real: str
    simulated: str


def inpaint(pixels: Pixels, hole: Region, brief: Brief) -> Painting:
    """The hole filled; with a prompt, its things put into it. Outside the hole nothing changes."""
    ring = grown(hole, max(hole.shape) * RING) & ~hole
    within = bool(ring.any()) and float(brief.subject[ring].mean()) > SUBJECT_AROUND
    avoid = np.zeros_like(hole) if within else _kept_subject(hole, brief)
    return _painted(pixels, hole, avoid, brief, "hole")


def outpaint(pixels: Pixels, hole: Region, brief: Brief, *, precise: bool) -> Painting:
    """The hole, which is all but what is kept, filled from the surroundings and furnished by the prompt.

    PRECISE leaves every kept pixel. DEFAULT makes a band along the kept part's edge anew too, and lets old and new pass
    over into each other there.
    """
    depth = 0.0 if precise else max(2.0, min(hole.shape) * OVERLAP)
    made = grown(hole, depth)
    painting = _painted(pixels, made, _kept_subject(hole, brief) & ~made, brief, "surroundings")
    return replace(painting, pixels=blended(painting.pixels, pixels, feathered(~hole, depth)))


def _kept_subject(hole: Region, brief: Brief) -> Region:
    """The subject outside the hole, which is not to be copied into it; nothing when the hole lies in the subject."""
    subject = brief.subject
    inside = (subject & hole).sum() / max(1, int(hole.sum()))
    if inside > SUBJECT_IN_HOLE and (subject & ~hole).sum() < subject.sum() / 4:
        return np.zeros_like(subject)
    return grown(subject, max(subject.shape) * EXCLUDED_GROWTH) & ~hole


def _painted(pixels: Pixels, hole: Region, avoid: Region, brief: Brief, what: str) -> Painting:
    """The hole with what the prompt asks for, which stands on a fill unless it is a scene, which covers it whole."""
    reading = words.without(words.read(brief.text), words.read(brief.negative))
    if hole.any() and (reading.places or reading.time or reading.weather):
        return _with_scene(pixels, hole, brief)
    filled, how = fill(pixels, hole, avoid, brief.seed + brief.index, fast=brief.fast)
    real = f"{what} filled by {how}"
    if not brief.text or not hole.any():
        return Painting(filled, real, "nothing")
    things = wanted(brief.text, brief.negative)
    if not things:
        return Painting(filled, real, f"nothing: no word of the prompt is known ({' '.join(reading.unread[:20])})")
    names = ", ".join(thing.name for thing in things)
    return Painting(
        place(filled, hole, things, (brief.seed, brief.index)),
        real,
        f"{names}: drawn and toned like the photo, not generated",
    )


def _with_scene(pixels: Pixels, hole: Region, brief: Brief) -> Painting:
    """A drawn scene in the hole, in the light of the photo before it, into which the photo's edge runs out."""
    left, top, right, bottom = bounds(hole)
    width, height = right - left, bottom - top
    size = max(width, SMALLEST_SCENE), max(height, SMALLEST_SCENE)
    sketch = Sketch(brief.text, brief.negative, brief.seed, brief.index, brief.guidance)
    drawing = (draw_roughly if brief.fast else draw)(sketch, *size)
    scene = pixels.copy()
    scene[top:bottom, left:right] = _toned(covering(drawing.pixels, width, height), pixels, ~hole)
    return Painting(
        blended(blurred_into(pixels, hole), scene, feathered(hole, max(2.0, min(hole.shape) / 200))),
        "edge of the kept part",
        f"scene drawn in the mask, not generated: {drawing.account}",
    )


def _toned(scene: Pixels, photo: Pixels, kept: Region) -> Pixels:
    """The scene with a part of the photo's colour cast and contrast."""
    if not kept.any():
        return scene
    own, other = lab(scene), lab(photo)[kept]
    mean, target = own.mean((0, 1)), other.mean(0)
    spread = np.clip(other.std(0) / np.maximum(own.std((0, 1)), 1), 0.6, 1.4)
    moved = (own - mean) * (1 + TONED * (spread - 1)) + mean + TONED * (target - mean)
    return from_lab(moved)
