"""A picture on a larger canvas: what is added goes on with what is there. The picture itself stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.retouching.painting import outpaint
from local.bedrock.retouching.subject import find_subject_within

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Region
    from local.bedrock.retouching.painting import Brief, Painting


def canvas(pixels: Pixels, margins: tuple[int, int, int, int]) -> tuple[Pixels, Region]:
    """The picture with room at left, right, up and down, its edges drawn out into it; and where it is new."""
    left, right, up, down = margins
    large = np.pad(pixels, ((up, down), (left, right), (0, 0)), mode="edge")
    new = np.ones(large.shape[:2], np.bool_)
    new[up : up + pixels.shape[0], left : left + pixels.shape[1]] = False
    return large, new


def subject_of(large: Pixels, new: Region, *, fast: bool) -> Region:
    """The subject of the part that was there."""
    return find_subject_within(large, ~new, fast=fast).region


def extended(large: Pixels, new: Region, brief: Brief) -> Painting:
    """The room filled from the picture and furnished by the prompt."""
    return outpaint(large, new, brief, precise=True)
