"""What a mask can be made of: shapes, told apart by `kind`, each added to the area or subtracted from it. Data only.

Coordinates are pixels of the upright picture, or fractions of its sides; 0 is the left and the upper edge. A pixel
belongs to a rectangle where left <= x < left + width.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

MAX_SHAPES = 64
MAX_POINTS = 1000
_FARTHEST = 65_536
_FARTHEST_FRACTION = 16

Coordinate = Annotated[float, Field(ge=-_FARTHEST, le=_FARTHEST, allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, le=_FARTHEST, allow_inf_nan=False)]
Width = Annotated[float, Field(ge=0, le=_FARTHEST, allow_inf_nan=False)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Tolerance = Annotated[int, Field(ge=0, le=128)]
"""How far a colour may be off: so many steps of 256 in each of the two chroma channels of YCbCr, and twice as many in
brightness, since light and shade change the brightness of a thing far more than its hue. 0 is that colour alone."""


class Shape(BaseModel):
    """What every shape has."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    op: Literal["add", "subtract"] = "add"
    """Shapes are applied in their order: the first one must add."""


class Placed(Shape):
    """A shape with coordinates."""

    unit: Literal["pixel", "fraction"] = "pixel"
    """A fraction is of the picture's width for what goes across, of its height for what goes down."""

    @property
    def numbers(self) -> tuple[float, ...]:
        """Its coordinates and lengths."""
        return tuple(value for value in vars(self).values() if isinstance(value, float | int))

    @model_validator(mode="after")
    def _fractions_are_fractions(self) -> Self:
        if self.unit == "fraction" and any(abs(value) > _FARTHEST_FRACTION for value in self.numbers):
            raise PydanticCustomError("fraction", "a fraction is of the picture: 0.5 is its middle, 16 the most")
        return self


class Rectangle(Placed):
    """An upright rectangle."""

    kind: Literal["rectangle"]
    left: Coordinate
    top: Coordinate
    width: Length
    height: Length


class Ellipse(Placed):
    """The ellipse that touches the four sides of an upright rectangle."""

    kind: Literal["ellipse"]
    left: Coordinate
    top: Coordinate
    width: Length
    height: Length


class Polygon(Placed):
    """A closed outline through at least three points; where it crosses itself, every other area is inside."""

    kind: Literal["polygon"]
    points: Annotated[tuple[tuple[Coordinate, Coordinate], ...], Field(min_length=3, max_length=MAX_POINTS)]

    @property
    def numbers(self) -> tuple[float, ...]:
        """Its points' coordinates."""
        return tuple(value for point in self.points for value in point)


class Border(Placed):
    """The outer frame of the picture, so many pixels wide at each side."""

    kind: Literal["border"]
    left: Width = 0
    right: Width = 0
    up: Width = 0
    down: Width = 0


class Alpha(Shape):
    """Where the picture itself is transparent: its alpha is below one half."""

    kind: Literal["alpha"]


class ColourRange(Shape):
    """The pixels of the picture that are near a colour."""

    kind: Literal["colour"]
    colour: Colour
    tolerance: Tolerance = 24


class Subject(Shape):
    """What a cut-out of the picture keeps."""

    kind: Literal["subject"]


class Background(Shape):
    """What a cut-out of the picture removes."""

    kind: Literal["background"]


AnyShape = Annotated[
    Rectangle | Ellipse | Polygon | Border | Alpha | ColourRange | Subject | Background, Field(discriminator="kind")
]
Shapes = Annotated[tuple[AnyShape, ...], Field(min_length=1, max_length=MAX_SHAPES)]
"""At most 64 shapes, applied in their order."""
