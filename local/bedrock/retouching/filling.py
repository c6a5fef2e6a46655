"""Fills a hole in a picture with what surrounds it: PatchMatch where it is installed, else OpenCV's inpainting.

Works on a small copy and pastes only the hole back, sharpened and with the picture's own grain.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from local.bedrock.retouching.regions import blended, feathered, grown, resized, shrunk
from local.bedrock.scene.noise import generator

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Region
    from local.bedrock.scene.colour import Floats

PATCH_RADIUS = 2
"""A wider patch costs with its area and repeats whole things instead of going on with lines and grain."""
LONGEST_SIDE = 384
SHORTEST_SIDE = 256
MOST_FILLED = 22_000
"""Hole pixels worked on: PatchMatch's time grows with them."""
FAST_SIDE = 64
ENOUGH = 0.08
"""Share of the picture that must be left as a source; with less, PatchMatch repeats it like wallpaper."""
SEAM, SPREAD, HIGHEST_STEP = 3.0, 0.12, 24.0
"""Pixels compared on both sides of a fill's edge, how far their difference spreads, and how much of it counts."""
BLANK = 0.75
"""From this share of one colour on, a hole held nothing that could show through."""
BACKDROP_BLUR = 1 / 28
"""Of the longer side."""
DIFFUSION_RADIUS = 5
_turn = Lock()
"""PatchMatch's seed is one for the whole process."""


def fill(pixels: Pixels, hole: Region, avoid: Region, seed: int, *, fast: bool) -> tuple[Pixels, str]:
    """The picture with its hole filled, and by what. `avoid` is no source: a subject is not to be repeated.

    Everything outside the hole keeps its value.
    """
    if not hole.any():
        return pixels.copy(), "nothing to fill"
    height, width = hole.shape
    scale = _scale(hole, fast=fast)
    small_size = max(16, round(width * scale)), max(16, round(height * scale))
    small, small_hole = resized(pixels, *small_size), shrunk(hole, *small_size)
    barred = shrunk(avoid, *small_size) & ~small_hole
    if (~(small_hole | barred)).mean() < ENOUGH and barred.any():
        blank = _is_blank(pixels[hole])
        backdrop = _backdrop(pixels, ~hole if blank else hole & ~avoid)
        return blended(pixels, backdrop, feathered(hole, 2)), f"what {'is around' if blank else 'was there'}, blurred"
    filled, how = _filled(small, small_hole, barred, seed)
    filled = _levelled(filled, small_hole)
    large = filled if filled.shape == pixels.shape else _enlarged(filled, pixels, hole, seed)
    return blended(pixels, large, feathered(hole, 2 / max(scale, 0.5))), how


def blurred_into(pixels: Pixels, hole: Region) -> Pixels:
    """The picture with its hole filled by the blurred colours around it: soon done, for what is painted over."""
    return blended(pixels, _backdrop(pixels, ~hole), feathered(hole, 2))


def _scale(hole: Region, *, fast: bool) -> float:
    """How small the working copy is: as large as the number of hole pixels allows."""
    longest: int = max(hole.shape)
    side = FAST_SIDE if fast else longest * math.sqrt(MOST_FILLED / max(1, int(hole.sum())))
    lowest = FAST_SIDE if fast else SHORTEST_SIDE
    return min(1.0, max(lowest, min(side, LONGEST_SIDE)) / longest)


def _is_blank(values: Pixels) -> bool:
    distance = np.abs(values - np.median(values, 0)).max(1)
    return float((distance < 8).mean()) > BLANK


def _backdrop(pixels: Pixels, region: Region) -> Pixels:
    """The region's own colours, out of focus, spread over the whole picture."""
    height, width = region.shape
    small = max(8, width // 8), max(8, height // 8)
    weight = cv2.resize(region.astype(np.float32), small, interpolation=cv2.INTER_AREA)[..., None]
    colours = resized(pixels, *small).astype(np.float32) * weight
    sigma = max(small) * BACKDROP_BLUR
    source = np.dstack([colours, weight])
    # each wider blur counts for less, and so shows only where the nearer ones have nothing
    total = sum(cv2.GaussianBlur(source, (0, 0), sigma * 2.2**step) * np.float32(0.08**step) for step in range(5))
    total = np.asarray(total, np.float32)
    blurred = total[..., :3] / np.maximum(total[..., 3:], np.float32(1e-4))
    return resized(np.asarray(np.clip(blurred, 0, 255), np.uint8), width, height)


def _filled(small: Pixels, hole: Region, barred: Region, seed: int) -> tuple[Pixels, str]:
    library = _patchmatch()
    if hole.all() or library is None:
        patched = cv2.inpaint(small, (hole | barred).astype(np.uint8), DIFFUSION_RADIUS, cv2.INPAINT_TELEA)
        why = "the whole picture is a hole" if library else "PyPatchMatch is not installed"
        return np.asarray(patched, np.uint8), f"diffusion (cv2.inpaint, since {why})"
    with _turn:
        library.set_random_seed(seed)
        found = library.inpaint(small, hole, global_mask=barred, patch_size=PATCH_RADIUS)
    return np.asarray(found, np.uint8), "PatchMatch from the picture's own texture"


def _levelled(filled: Pixels, hole: Region) -> Pixels:
    """The fill without a step of tone at its edge: what the two sides differ by there is spread inwards, fading."""
    values = filled.astype(np.float32)
    inside, outside = _mean_over(values, hole, SEAM), _mean_over(values, ~hole, SEAM)
    edge = hole & grown(~hole, SEAM)
    step = np.clip(outside - inside, -HIGHEST_STEP, HIGHEST_STEP)
    reach = max(hole.shape) * SPREAD
    depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5)
    spread = _mean_over(step, edge, reach / 3) * np.exp(-depth / np.float32(reach))[..., None]
    return np.asarray(np.clip(values + spread * hole[..., None] + 0.5, 0, 255), np.uint8)


def _mean_over(values: Floats, region: Region, sigma: float) -> Floats:
    """Around every pixel, the mean of those that lie in the region."""
    weight = region.astype(np.float32)[..., None]
    total = cv2.GaussianBlur(np.dstack([values * weight, weight]), (0, 0), sigma)
    return np.asarray(total[..., :3] / np.maximum(total[..., 3:], np.float32(1e-4)), np.float32)


def has_patchmatch() -> bool:
    """Whether holes are filled with texture rather than by diffusion."""
    return _patchmatch() is not None


@cache
def _patchmatch() -> Any:
    """PyPatchMatch, or None where it is not installed or its library does not load."""
    try:
        library = import_module("patchmatch")
    except ImportError:
        return None
    return library if library.patchmatch_available else None


def _enlarged(filled: Pixels, pixels: Pixels, hole: Region, seed: int) -> Pixels:
    """The small fill in full size, with the sharpness and the grain of what surrounds it."""
    height, width = hole.shape
    large = resized(filled, width, height).astype(np.float32)
    soft = cv2.GaussianBlur(large, (0, 0), width / filled.shape[1])
    large += (large - soft) * np.float32(0.9)
    grain = generator("grain", seed).normal(0, 1, (height, width, 1)).astype(np.float32)
    large += grain * np.float32(_grain(pixels, hole))
    return np.asarray(np.clip(large, 0, 255), np.uint8)


def _grain(pixels: Pixels, hole: Region) -> float:
    """How noisy the picture is around the hole, in 8-bit steps."""
    ring = grown(hole, max(hole.shape) / 24) & ~hole
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32)
    detail = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.2))[ring]
    return float(min(np.median(detail) * 1.2, 6.0)) if detail.size else 0.0
