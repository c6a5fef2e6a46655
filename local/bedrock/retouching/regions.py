"""Parts of a picture as masks, and pictures in other sizes. Knows arrays; nothing of what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Region
    from local.bedrock.scene.colour import Floats


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """The same picture in another size."""
    how = cv2.INTER_AREA if width < pixels.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def covering(pixels: Pixels, width: int, height: int) -> Pixels:
    """The middle of a picture, as large as it goes in this shape."""
    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    wide, high = max(width, round(pixels.shape[1] * scale)), max(height, round(pixels.shape[0] * scale))
    left, top = (wide - width) // 2, (high - height) // 2
    return resized(pixels, wide, high)[top : top + height, left : left + width]


def shrunk(region: Region, width: int, height: int) -> Region:
    """The same region in a smaller size, with every pixel that it touches."""
    share = cv2.resize(region.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(share > 0, np.bool_)


def grown(region: Region, pixels: float) -> Region:
    """The region and what is near it; less of it for a negative number."""
    if abs(pixels) < 1:
        return region
    # distances cost the same however far; a large brush costs with its area
    outside = (~region if pixels > 0 else region).astype(np.uint8)
    distance = cv2.distanceTransform(outside, cv2.DIST_L2, 5)
    return np.asarray(distance <= pixels if pixels > 0 else distance > -pixels, np.bool_)


def feathered(region: Region, pixels: float) -> Floats:
    """1 deep inside the region, 0 at its edge and outside: a blend that leaves the outside as it was."""
    depth = cv2.distanceTransform(region.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(np.clip(depth / np.float32(max(pixels, 1.0)), 0, 1) * region, np.float32)


def blended(below: Pixels, above: Pixels, share: Floats) -> Pixels:
    """`above` over `below`, by a share of 0 to 1 for each pixel. Where the share is 0 nothing changes."""
    mixed = below + (above.astype(np.float32) - below) * share[..., None]
    return np.asarray(np.rint(mixed), np.uint8)


def bounds(region: Region) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a region that is not empty; right and bottom lie outside."""
    rows, columns = np.flatnonzero(region.any(1)), np.flatnonzero(region.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def largest_part(region: Region) -> Region:
    """The largest connected part."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8), connectivity=8)
    if count < 2:
        return region
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), np.bool_)


def lab(pixels: Pixels) -> Floats:
    """CIE Lab as float32: L 0..100."""
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)


def from_lab(values: Floats) -> Pixels:
    """8-bit RGB of CIE Lab, cut at the edges of what a screen shows."""
    shown = cv2.cvtColor(np.asarray(values, np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(shown * 255 + 0.5, 0, 255), np.uint8)
