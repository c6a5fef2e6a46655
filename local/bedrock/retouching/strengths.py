"""Masks that say for each pixel how far it may change: fitted, taken from transparency, widened. Knows arrays only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.orders import Pixels, Region, Shares

LEAST = 8 / 255
"""What is darker is black: a JPEG's black is seldom pure."""


def fitted(shares: Shares, width: int, height: int) -> Shares:
    """The same mask in the picture's size."""
    if shares.shape == (height, width):
        return shares
    how = cv2.INTER_AREA if width < shares.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(shares, (width, height), interpolation=how), np.float32)


def transparency(alpha: NDArray[np.uint8] | None, pixels: Pixels) -> Shares:
    """1 where a picture shows nothing, 0 where it is opaque; nothing of a picture without an alpha channel."""
    if alpha is None:
        return np.zeros(pixels.shape[:2], np.float32)
    return np.float32(1) - alpha.astype(np.float32) / np.float32(255)


def widened(shares: Shares, pixels: int) -> Shares:
    """The mask grown by so many pixels, fading over them. What was in it keeps its strength, what is farther is 0."""
    kept = np.where(shares < LEAST, np.float32(0), shares)
    if not pixels:
        return kept
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    grown = np.asarray(cv2.dilate(kept, brush), np.float32)
    soft = np.asarray(cv2.GaussianBlur(grown, (0, 0), max(0.6, pixels / 2)), np.float32)
    return np.maximum(kept, np.where(grown > 0, np.minimum(soft, grown), np.float32(0)))


def touched(shares: Shares) -> Region:
    """Where anything may change at all."""
    return np.asarray(shares > 0, np.bool_)
