"""What may be asked about masks: look at one, convert one, make one. Pure; imported where a mask is asked about."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Self

from pydantic import Field, TypeAdapter, ValidationInfo, field_validator, model_validator

from functions.darkroom.fields import MASK_TAGS, Colour, ImageInput, MaskImage, MaskInput
from functions.darkroom.masks.shapes import Shapes
from functions.darkroom.masks.vocabulary import Convention, Feather, Grow, MaskTask
from functions.darkroom.reading import Wire, read, wrong

Pixels = Annotated[int, Field(ge=0, le=4096)]
Side = Annotated[int, Field(ge=1, le=4096)]


class MaskQuestion(Wire):
    """What every request about a mask says. A mask that is a plain reference is read as `auto`."""

    task: MaskTask

    @staticmethod
    def conversion(mask: str | MaskImage) -> MaskImage:
        """How a mask is to be read."""
        return MaskImage(image=mask, means="auto") if isinstance(mask, str) else mask


class MaskCheck(MaskQuestion):
    """A picture and a mask to be looked at."""

    image: ImageInput
    maskImage: MaskInput


class MaskConversion(MaskQuestion):
    """A mask to be made into another: pure and of the picture's size, in Titan's convention unless `into` differs."""

    maskImage: MaskInput
    image: ImageInput | None = None
    """The picture that it is for; without one it keeps its size."""
    feather: Feather = 0
    """Over how many pixels the edge fades: grey, for engines that take it. Titan does not."""
    into: Convention = "black-is-inside"


class Extension(Wire):
    """By how many pixels a picture is extended at each side."""

    left: Pixels = 0
    right: Pixels = 0
    up: Pixels = 0
    down: Pixels = 0


class MaskMaking(MaskQuestion):
    """A mask to be made: from shapes, or for a picture that is extended."""

    image: ImageInput | None = None
    width: Side | None = None
    height: Side | None = None
    """In place of the picture, where no shape looks at it."""
    shapes: Shapes | None = None
    extend: Extension | None = None
    grow: Grow = 0
    background: Colour | None = None
    """What a transparent picture is laid on before it is extended."""
    modelId: str | None = None
    """Whose limits an extended picture is to keep: Titan's, unless this is Nova Canvas."""
    into: Convention = "black-is-inside"

    @field_validator("extend")
    @classmethod
    def _belongs_to_outpainting(cls, extend: Extension | None, info: ValidationInfo) -> Extension | None:
        if extend is not None and info.data.get("task") == "INPAINTING":
            raise wrong("what is new on an extended picture is painted by OUTPAINTING", "Send `task: OUTPAINTING`.")
        return extend

    @model_validator(mode="after")
    def _says_what_and_on_what(self) -> Self:
        if (self.shapes is None) == (self.extend is None):
            raise wrong("exactly one of shapes and extend is required", "Shapes make a mask, extend a larger picture.")
        sized = self.width is not None and self.height is not None
        if (self.image is None) is not sized or (self.extend is not None and self.image is None):
            raise wrong("an image is required, or, for shapes, a width and a height in its place")
        return self


SHAPES = ("rectangle", "ellipse", "polygon", "border", "alpha", "colour", "subject", "background")
"""The kinds of shapes, which pydantic puts into an error's path."""


def mask_request[T: MaskQuestion](kind: type[T], body: bytes | str) -> T:
    """Read the body of one of the mask routes. Raises InvalidRequest."""
    known = {*kind.model_fields, *MaskImage.model_fields, *Extension.model_fields}
    schema: TypeAdapter[T] = _schema(kind)
    return read(schema, body, inner=(*MASK_TAGS, *SHAPES), known=known)


@cache
def _schema(kind: type[Wire]) -> TypeAdapter[Any]:
    """Built once, at the first request."""
    return TypeAdapter(kind)
