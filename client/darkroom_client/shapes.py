"""What a mask can be made of, in the API's words. Each shape adds to the area that is changed, or subtracts from it.

    shapes = [rectangle(100, 80, 300, 200), ellipse(0.4, 0.4, 0.2, 0.2, unit="fraction", op="subtract"), subject()]
    mask = darkroom.masks.make("photo.jpg", shapes, "inpaint")

Coordinates are pixels of the upright picture or, with `unit="fraction"`, parts of its width and height; 0 is the left
and the upper edge. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Unpack

type Shape = Mapping[str, Any]


class Applied(TypedDict, total=False):
    """How a shape is applied; the first one adds."""

    op: Literal["add", "subtract"]


class Placed(Applied, total=False):
    """How a shape with coordinates is applied."""

    unit: Literal["pixel", "fraction"]


def rectangle(left: float, top: float, width: float, height: float, **how: Unpack[Placed]) -> Shape:
    """An upright rectangle."""
    return {"kind": "rectangle", "left": left, "top": top, "width": width, "height": height, **how}


def ellipse(left: float, top: float, width: float, height: float, **how: Unpack[Placed]) -> Shape:
    """The ellipse that touches the four sides of an upright rectangle."""
    return {**rectangle(left, top, width, height, **how), "kind": "ellipse"}


def polygon(points: Iterable[tuple[float, float]], **how: Unpack[Placed]) -> Shape:
    """A closed outline through at least three points (x, y); where it crosses itself, every other area is inside."""
    return {"kind": "polygon", "points": [list(point) for point in points], **how}


def border(*, left: float = 0, right: float = 0, up: float = 0, down: float = 0, **how: Unpack[Placed]) -> Shape:
    """The outer frame of the picture, so wide at each side."""
    return {"kind": "border", "left": left, "right": right, "up": up, "down": down, **how}


def colour(colour: str, tolerance: int | None = None, **how: Unpack[Applied]) -> Shape:
    """The pixels of the picture that are near a colour such as `#6B3F1F`, with a tolerance from 0 (none) to 128."""
    near = {} if tolerance is None else {"tolerance": tolerance}
    return {"kind": "colour", "colour": colour, **near, **how}


def alpha(**how: Unpack[Applied]) -> Shape:
    """Where the picture itself is transparent."""
    return {"kind": "alpha", **how}


def subject(**how: Unpack[Applied]) -> Shape:
    """What a cut-out of the picture keeps."""
    return {"kind": "subject", **how}


def background(**how: Unpack[Applied]) -> Shape:
    """What a cut-out of the picture removes."""
    return {"kind": "background", **how}
