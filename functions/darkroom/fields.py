"""The fields of Titan's tasks as named types, the limits inside, and `imageGenerationConfig`. Pure.

What all of Amazon's image models share stands in the types; where they differ, a validator asks the contract that the
request speaks (`Terms`, pydantic's validation context). Without terms, as when a stored task is read back, the
differences are not asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationInfo, field_validator

from functions.darkroom.contracts import DEFAULT_SIZE, Contract, Size
from functions.darkroom.masks.vocabulary import Grow, Means, Threshold
from functions.darkroom.reading import Wire, wrong


@dataclass(frozen=True, slots=True)
class Terms:
    """What a request is held to: the contract that it speaks, and its own taskType."""

    contract: Contract
    task: str


def terms_of(info: ValidationInfo) -> Terms | None:
    """The terms that a request is read under."""
    return info.context if isinstance(info.context, Terms) else None


def _within_the_prompts_length(text: str, info: ValidationInfo) -> str:
    terms = terms_of(info)
    if terms is not None and len(text) > terms.contract.longest_prompt:
        longest = terms.contract.longest_prompt
        raise wrong(f"{len(text)} characters; {terms.contract.name} takes at most {longest}", f"Cut it to {longest}.")
    return text


def _is_hex(colour: str) -> str:
    digits = colour.removeprefix("#")
    if len(colour) == 7 and colour[0] == "#" and _is_hexadecimal(digits):
        return colour
    known = len(digits) in {3, 6} and _is_hexadecimal(digits)
    full = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    raise wrong("not a colour of the form #RRGGBB", f"Write it as #{full}." if known else "For example #ff8800.")


def _is_hexadecimal(digits: str) -> bool:
    return all(digit in "0123456789abcdefABCDEF" for digit in digits)


Prompt = Annotated[
    str,
    Field(
        min_length=1,
        json_schema_extra={"maxLength": 1024},
        description="English text: up to 512 characters for Titan, 1024 for Nova Canvas.",
    ),
    AfterValidator(_within_the_prompts_length),
]
Seed = Annotated[int, Field(ge=0, le=2_147_483_646)]
CfgScale = Annotated[float, Field(ge=1.1, le=10.0, allow_inf_nan=False)]
NumberOfImages = Annotated[int, Field(ge=1, le=5)]
ControlStrength = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
SimilarityStrength = Annotated[float, Field(ge=0.2, le=1.0, allow_inf_nan=False)]
Colour = Annotated[str, Field(json_schema_extra={"pattern": "^#[0-9A-Fa-f]{6}$"}), AfterValidator(_is_hex)]
ImageInput = Annotated[
    str,
    Field(
        min_length=1,
        description="A picture: base64, a `data:` URL, `s3://bucket/key` of an object under the caller's own prefixes, "
        "`upload:{id}` from POST /uploads, or `image:{job}/{n}`, the n-th picture of an earlier job.",
    ),
]
Quality = Literal["standard", "premium"]
ControlMode = Literal["CANNY_EDGE", "SEGMENTATION"]
OutPaintingMode = Literal["DEFAULT", "PRECISE"]
Style = Literal[
    "3D_ANIMATED_FAMILY_FILM", "DESIGN_SKETCH", "FLAT_VECTOR_ILLUSTRATION", "GRAPHIC_NOVEL_ILLUSTRATION",
    "MAXIMALISM", "MIDCENTURY_RETRO", "PHOTOREALISM", "SOFT_DIGITAL_PAINTING",
]  # fmt: skip
"""Nova Canvas's styles."""


class MaskImage(Wire):
    """A mask in any form, and how it says what is changed: it is converted to the one that the model takes."""

    image: ImageInput
    means: Means = "black-is-inside"
    """`black-is-inside` is Titan's way; `auto` decides where it is sure, and refuses where it is not."""
    threshold: Threshold = 128
    grow: Grow = 0


def _kind_of_mask(value: Any) -> str:
    return "reference" if isinstance(value, str) else "converted"


MASK_TAGS = ("reference", "converted")
MaskInput = Annotated[
    Annotated[ImageInput, Tag("reference")] | Annotated[MaskImage, Tag("converted")], Discriminator(_kind_of_mask)
]
"""A mask as the model takes it, or an object that says how it is to be converted."""


class ImageGenerationConfig(Wire):
    """How to draw: every task's but BACKGROUND_REMOVAL's."""

    numberOfImages: NumberOfImages = 1
    quality: Quality = "standard"
    cfgScale: CfgScale | None = None
    """1.1 to 10.0; left out, the model's own: 8.0 for Titan, 6.5 for Nova Canvas."""
    width: int | None = None
    height: int | None = Field(default=None, validate_default=True)
    seed: Seed | None = None

    @field_validator("height")
    @classmethod
    def _is_a_size(cls, height: int | None, info: ValidationInfo) -> int | None:
        terms = terms_of(info)
        if terms is None or "width" not in info.data:
            return height
        width: int | None = info.data["width"]
        if (width, height) != (None, None):
            _hold_size(terms, width, height)
        return height

    @field_validator("seed")
    @classmethod
    def _has_a_place(cls, seed: int | None, info: ValidationInfo) -> int | None:
        terms = terms_of(info)
        if seed is not None and terms is not None and terms.task not in terms.contract.seeded:
            raise wrong(f"{terms.contract.name} takes no seed for {terms.task}", "Leave it out.")
        return seed

    @property
    def size(self) -> Size:
        """Width and height in pixels, the default where they were left out."""
        return _or_default(self.width, self.height)


def _hold_size(terms: Terms, width: int | None, height: int | None) -> None:
    contract = terms.contract
    if terms.task not in contract.sized:
        raise wrong(
            f"{contract.name} takes no width and height for {terms.task}", "Leave them out: it keeps the input's size."
        )
    if contract.paired and None in {width, height}:
        raise wrong("width and height go together", "Send both, or neither.")
    size = _or_default(width, height)
    if not contract.is_size(*size):
        near = contract.nearest_size(*size)
        raise wrong(
            f"{size[0]}x{size[1]} is not one of the sizes of {contract.name}",
            f"The nearest legal size is {near[0]}x{near[1]}.",
        )


def _or_default(width: int | None, height: int | None) -> Size:
    return DEFAULT_SIZE[0] if width is None else width, DEFAULT_SIZE[1] if height is None else height
