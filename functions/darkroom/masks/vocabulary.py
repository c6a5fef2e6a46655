"""The words of masks and their bounds: what a request may say. Types only: no model is built by importing this.

Boxes are [left, top, width, height] in pixels of the picture, upright.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

MaskTask = Literal["INPAINTING", "OUTPAINTING"]
Means = Literal["black-is-inside", "white-is-changed", "transparent-is-changed", "auto"]
"""How a mask says what is changed. `black-is-inside` is Titan's: inpainting changes the inside, outpainting keeps it.
The two others say what is changed, whatever the task. `auto` decides where it is sure, and says why."""
Convention = Literal["black-is-inside", "white-is-changed", "transparent-is-changed"]
"""A way to read or write a mask that leaves nothing to guess."""
CONVENTIONS: tuple[Convention, ...] = ("black-is-inside", "white-is-changed", "transparent-is-changed")

MAX_GROW = 512
MAX_FEATHER = 256
Threshold = Annotated[int, Field(ge=1, le=255)]
"""The darkest value that still counts as white (or as opaque), of 0 to 255."""
Grow = Annotated[int, Field(ge=-MAX_GROW, le=MAX_GROW)]
"""By how many pixels the area to be changed grows in every direction; below zero it shrinks."""
Feather = Annotated[int, Field(ge=0, le=MAX_FEATHER)]
"""Over how many pixels the edge fades; above zero the mask is grey, which Titan refuses."""
