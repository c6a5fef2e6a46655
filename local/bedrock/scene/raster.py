"""OpenCV's resampling with types: fields and pictures in, float32 out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats


def stretch(values: Floats, width: int, height: int) -> Floats:
    """The same field or picture in another size."""
    how = cv2.INTER_AREA if values.shape[0] > height else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, (width, height), interpolation=how), np.float32)


def smooth(knots: Floats, width: int, height: int) -> Floats:
    """A smooth surface through a few knots."""
    return np.asarray(cv2.resize(knots, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def blur(values: Floats, sigma: float) -> Floats:
    """The values softened by a Gaussian of this width in pixels."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)


def fetch(values: Floats, columns: Floats, rows: Floats) -> Floats:
    """The values found at these places, each a column and a row number."""
    places = np.asarray(columns, np.float32), np.asarray(rows, np.float32)
    found = cv2.remap(values, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def shift(values: Floats, down: int, right: int) -> Floats:
    """The values moved by whole pixels; what comes in from outside is 0."""
    moved = np.zeros_like(values)
    height, width = values.shape
    rows, columns = slice(max(0, down), height + min(0, down)), slice(max(0, right), width + min(0, right))
    moved[rows, columns] = values[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
    return moved
