"""BACKGROUND_REMOVAL by Remove Background, which takes a picture and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.darkroom.engines.stability.asking import OUTPUT_FORMAT, Way, picture

if TYPE_CHECKING:
    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read


def cut_out(order: Order, _n: int, read: Read) -> dict[str, Any]:
    """The request. It has no seed: the same picture gives the same cut-out."""
    return {"image": picture(order, 0, read), "output_format": OUTPUT_FORMAT}


CUT = Way(cut_out, {})
