"""Masks: which pixels a model will change. Seen and explained, converted, made. Pure; knows no S3, HTTP or job.

Three conventions are about, and most edits that hit the wrong area mixed them up: Titan's black is *inside* (inpainting
changes the inside, outpainting keeps it), Stability changes what is white, OpenAI what is transparent. Here a mask has
one form, a *region*: a picture of Pillow's mode "L" in which 255 is changed and 0 is kept, whatever the task.

    vocabulary    the words and their bounds
    report        what is told about a mask
    seeing        what a file would do, and what is wrong with it
    previews      the picture with the area to be changed tinted
    converting    any mask → the pure one that Titan takes
    shapes        what a mask can be made of
    making        shapes → mask
    extending     a picture on a larger canvas, and its mask

Importing this package, `vocabulary`, `report` or `shapes` imports no imaging library: the functions are found when
first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from functions.darkroom.masks.vocabulary import MaskTask, Means

if TYPE_CHECKING:
    from functions.darkroom.masks.converting import convert
    from functions.darkroom.masks.extending import Extended, extend
    from functions.darkroom.masks.finishing import Mask
    from functions.darkroom.masks.making import make
    from functions.darkroom.masks.previews import preview
    from functions.darkroom.masks.report import Report
    from functions.darkroom.masks.seeing import see

__all__ = ["Extended", "Mask", "MaskTask", "Means", "Report", "convert", "extend", "make", "preview", "see"]

_ROOMS = {
    "Extended": "extending",
    "Mask": "finishing",
    "Report": "report",
    "convert": "converting",
    "extend": "extending",
    "make": "making",
    "preview": "previews",
    "see": "seeing",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
