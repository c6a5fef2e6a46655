"""Where a picture's subject is: by the product's own network, or where that will not do, by contrast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.regions import bounds, lab, resized

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Region, Shares

SURE = 0.5
CUT, WHOLE = 0.3, 0.95
"""What the network believes less than the first is cut away from a subject, more than the second is kept whole."""
CONTRAST_SIDE = 160
"""Longer side of the copy in which contrast is looked for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject's pixels, and by what they were found."""

    region: Region
    finder: str

    @property
    def share(self) -> float:
        """Of the whole picture."""
        return float(self.region.mean())


def find_subject(pixels: Pixels, *, fast: bool) -> Subject:
    """The most salient thing. The network takes about 0.3 s, contrast a few milliseconds."""
    if fast:
        return Subject(_by_contrast(pixels), "contrast with the borders")
    try:
        return Subject(_by_network(pixels), "u2netp")
    except FileNotFoundError:
        return Subject(_by_contrast(pixels), "contrast with the borders, since u2netp's weights are missing")


def find_opacity(pixels: Pixels) -> tuple[Shares, str]:
    """How far each pixel belongs to the subject, soft along its edge, and by what it was found."""
    try:
        mask = cv2.resize(_inferred(pixels), pixels.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    except FileNotFoundError:
        subject = find_subject(pixels, fast=True)
        return subject.region.astype(np.float32), f"{subject.finder}, since u2netp's weights are missing"
    return np.asarray(np.clip((mask - CUT) / (WHOLE - CUT), 0, 1), np.float32), "u2netp"


def find_subject_within(pixels: Pixels, part: Region, *, fast: bool) -> Subject:
    """The subject of one part of the picture, seen alone: a photo on a blank sheet is not its own subject."""
    if not part.any():
        return Subject(np.zeros_like(part), "nothing to look at")
    left, top, right, bottom = bounds(part)
    found = find_subject(np.ascontiguousarray(pixels[top:bottom, left:right]), fast=fast)
    region = np.zeros_like(part)
    region[top:bottom, left:right] = found.region
    return Subject(region, found.finder)


def _by_network(pixels: Pixels) -> Region:
    return _enlarged(_inferred(pixels), pixels)


def _inferred(pixels: Pixels) -> Shares:
    """The network's small mask."""
    # Loaded at the first use: the emulator starts without the network's weights.
    from functions.cutout.picture import Picture  # noqa: PLC0415
    from functions.cutout.segmentation import find_subject as infer  # noqa: PLC0415

    return infer(Picture(bgr=np.ascontiguousarray(pixels[..., ::-1]), alpha=None, profile=None))


def _by_contrast(pixels: Pixels) -> Region:
    """What differs in colour from all four borders, as far as Otsu's threshold tells the two apart."""
    height, width = pixels.shape[:2]
    scale = min(1.0, CONTRAST_SIDE / max(width, height))
    colours = lab(resized(pixels, max(8, round(width * scale)), max(8, round(height * scale))))
    borders = (colours[0], colours[-1], colours[:, 0], colours[:, -1])
    distance = np.min([np.linalg.norm(colours - np.median(border, 0), axis=2) for border in borders], 0)
    distance = cv2.GaussianBlur(np.clip(distance * 2.5, 0, 255).astype(np.uint8), (0, 0), 2)
    _, found = cv2.threshold(distance, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return _enlarged(found.astype(np.float32), pixels)


def _enlarged(mask: Shares, pixels: Pixels) -> Region:
    size = pixels.shape[1], pixels.shape[0]
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR) > SURE, np.bool_)
