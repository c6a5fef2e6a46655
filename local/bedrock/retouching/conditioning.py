"""A drawn scene that follows the structure of another picture: its edges, or its regions.

Edges and regions are really found in the condition image; what fills them comes from the drawn scene.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.regions import covering, from_lab, lab, resized
from local.bedrock.scene.raster import stretch

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels
    from local.bedrock.scene.colour import Floats

REGION_SIDE = 256
REGIONS = 7
REGION_MEDIAN = 7
INK = 0.78
"""How dark a line is at full strength."""
SHADED = 0.85
"""How far the scene's lightness gives way to the control picture's at full strength."""
TONES = 64
VIVID = 1.35


def condition(scene: Pixels, control: Pixels, mode: str, strength: float) -> Pixels:
    """The scene, structured by the control picture; at strength 0 it is the scene alone."""
    height, width = scene.shape[:2]
    guide = covering(control, width, height)
    shaped = _by_edges if mode == "CANNY_EDGE" else _by_regions
    return shaped(scene, guide, strength) if strength else scene


def _by_edges(scene: Pixels, guide: Pixels, strength: float) -> Pixels:
    """The areas between the edges in the scene's colours, flattened, with the edges as lines of ink."""
    edges = _edges(guide)
    flat = _between(guide)
    values = lab(scene)
    share = np.float32(strength * SHADED)
    painted = _painted(values, flat, share)
    line = cv2.GaussianBlur(edges.astype(np.float32), (0, 0), max(scene.shape) / 900)
    ink = np.clip(line * 2.2, 0, 1) * np.float32(INK * min(1.0, 0.35 + strength))
    painted[..., 0] *= 1 - ink
    painted[..., 1:] *= 1 - 0.5 * ink[..., None]
    return from_lab(painted)


def _by_regions(scene: Pixels, guide: Pixels, strength: float) -> Pixels:
    """Every region of the control picture in one of the scene's colours, by lightness, with the scene's texture."""
    values = lab(scene)
    flat = _segments(guide)
    painted = _painted(values, flat, np.float32(strength))
    soft = cv2.GaussianBlur(values, (0, 0), max(scene.shape) / 60)
    detail = (values - soft) * np.float32(0.6 * strength)
    return from_lab(painted + detail)


def _edges(guide: Pixels) -> Floats:
    """Canny's edges, its thresholds taken from the picture's own contrast."""
    grey = cv2.bilateralFilter(np.asarray(cv2.cvtColor(guide, cv2.COLOR_RGB2GRAY), np.uint8), 7, 40, 5)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    high = float(np.clip(np.percentile(slope, 92), 60, 260))
    edges = cv2.Canny(grey, 0.45 * high, high)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(edges, connectivity=8)
    long = np.zeros(count, np.float32)
    long[1:] = stats[1:, cv2.CC_STAT_AREA] > max(guide.shape) / 40
    return np.asarray(long[labels], np.float32)


def _between(guide: Pixels) -> Floats:
    """The control picture's lightness without its texture, its full range as 0 to 1."""
    height, width = guide.shape[:2]
    small = cv2.resize(guide, (max(8, width // 3), max(8, height // 3)), interpolation=cv2.INTER_AREA)
    for _ in range(2):
        small = cv2.bilateralFilter(small, 9, 38, 9)
    light = lab(np.asarray(small, np.uint8))[..., 0]
    low, high = np.percentile(light, (2, 98))
    return stretch(np.clip((light - low) / np.float32(max(high - low, 1.0)), 0, 1), width, height)


def _segments(guide: Pixels) -> Floats:
    """The rank of lightness, 0 to 1, of the region that each pixel belongs to: a group of like colour and place."""
    height, width = guide.shape[:2]
    scale = REGION_SIDE / max(width, height)
    small = resized(guide, max(8, round(width * scale)), max(8, round(height * scale)))
    smooth = cv2.bilateralFilter(cv2.medianBlur(small, REGION_MEDIAN), 9, 50, 9)
    values = lab(np.asarray(smooth, np.uint8))
    rows, columns = np.indices(values.shape[:2], np.float32)
    places = np.stack([rows, columns], 2) * np.float32(40 / REGION_SIDE)
    points = np.concatenate([values, places], 2).reshape(-1, 5)
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 15, 0.5)
    _, labels, centres = cv2.kmeans(points, REGIONS, np.empty((0, 1), np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
    ranks = np.argsort(np.argsort(np.asarray(centres)[:, 0])) / np.float32(REGIONS - 1)
    places = ranks.astype(np.float32)[np.asarray(labels).ravel()].reshape(values.shape[:2])
    large = cv2.resize(cv2.medianBlur(places, 5), (width, height), interpolation=cv2.INTER_LINEAR)
    large = cv2.GaussianBlur(large, (0, 0), max(0.5, 0.6 / scale))
    # a blend between two regions would run through all that lie between them: keep it as thin as a pen
    sharp = np.rint(large * (REGIONS - 1)) / np.float32(REGIONS - 1)
    return np.asarray(cv2.GaussianBlur(sharp, (0, 0), max(width, height) / 900), np.float32)


def _painted(values: Floats, places: Floats, share: np.float32) -> Floats:
    """The scene's values drawn towards its own colours: its darkest where `places` is 0, its lightest where it is 1."""
    wanted = _tones(values)[np.rint(places * (TONES - 1)).astype(int)]
    return np.asarray(values + share * (wanted - values), np.float32)


def _tones(values: Floats) -> Floats:
    """The scene's colours from its darkest to its lightest."""
    points = np.asarray(cv2.resize(values, (96, 96), interpolation=cv2.INTER_AREA), np.float32).reshape(-1, 3)
    ordered = points[np.argsort(points[:, 0])]
    table = np.stack([part.mean(0) for part in np.array_split(ordered, TONES)])
    table = np.asarray(cv2.GaussianBlur(table[:, None], (1, 9), 2)[:, 0], np.float32)
    # averaging has made the tones greyer than the scene they come from
    return table * np.array([1, VIVID, VIVID], np.float32)
