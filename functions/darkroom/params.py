"""The parts of Titan's tasks: one model for each `…Params` object, and `imageGenerationConfig`. Pure.

Names are the wire's names. What all of Amazon's image models share stands in the types; where they differ, a validator
asks the contract that the request speaks (`Terms`, pydantic's validation context). Without terms, as when a stored
task is read back, the differences are not asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from functions.darkroom.contracts import DEFAULT_SIZE, Contract, Size
from functions.darkroom.reading import Wire, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Terms:
    """What a request is held to: the contract that it speaks, and its own taskType."""

    contract: Contract
    task: str


def _terms(info: ValidationInfo) -> Terms | None:
    return info.context if isinstance(info.context, Terms) else None


def _within_the_prompts_length(text: str, info: ValidationInfo) -> str:
    terms = _terms(info)
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
        terms = _terms(info)
        if terms is None or "width" not in info.data:
            return height
        width: int | None = info.data["width"]
        if (width, height) != (None, None):
            _hold_size(terms, width, height)
        return height

    @field_validator("seed")
    @classmethod
    def _has_a_place(cls, seed: int | None, info: ValidationInfo) -> int | None:
        terms = _terms(info)
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


class Params(Wire):
    """What all `…Params` have in common."""

    pictures: ClassVar[tuple[str, ...]] = ()
    """The fields that name input pictures, in the order of the body."""

    def inputs(self) -> Iterator[tuple[str, str]]:
        """Each input picture: its field (`image`, `images.1`) and its reference."""
        for name in self.pictures:
            value = getattr(self, name)
            if isinstance(value, tuple):
                yield from ((f"{name}.{index}", one) for index, one in enumerate(value))
            elif value is not None:
                yield name, value

    def with_inputs(self, references: Iterator[str]) -> Self:
        """The same over other references, taken one after the other."""
        changes: dict[str, Any] = {}
        for name in self.pictures:
            value = getattr(self, name)
            if isinstance(value, tuple):
                changes[name] = tuple(next(references) for _ in value)
            elif value is not None:
                changes[name] = next(references)
        return self.model_copy(update=changes)


class TextToImageParams(Params):
    """What to draw, and, for all but Titan v1, after which picture's layout."""

    pictures = ("conditionImage",)
    text: Prompt
    negativeText: Prompt | None = None
    conditionImage: ImageInput | None = None
    controlMode: ControlMode | None = None
    """CANNY_EDGE, unless said; only with a conditionImage."""
    controlStrength: ControlStrength | None = None
    """0 to 1, 0.7 unless said; only with a conditionImage."""
    style: Style | None = None
    """Nova Canvas alone."""

    @field_validator("conditionImage", "controlMode", "controlStrength")
    @classmethod
    def _is_conditioned(cls, value: Any, info: ValidationInfo) -> Any:
        terms = _terms(info)
        if terms is None or value is None:
            return value
        if not terms.contract.conditioned:
            raise wrong(f"{terms.contract.name} has no conditioning", "Titan Image Generator v2 has.")
        if info.field_name != "conditionImage" and info.data.get("conditionImage", ...) is None:
            raise wrong("needs a conditionImage", "Send a conditionImage, or leave this out.")
        return value

    @field_validator("style")
    @classmethod
    def _is_styled(cls, style: Style | None, info: ValidationInfo) -> Style | None:
        terms = _terms(info)
        if style is not None and terms is not None and not terms.contract.styled:
            raise wrong(f"{terms.contract.name} has no styles", "Describe the style in the text.")
        return style


class ColorGuidedGenerationParams(Params):
    """What to draw in which colours."""

    pictures = ("referenceImage",)
    text: Prompt
    negativeText: Prompt | None = None
    colors: Annotated[tuple[Colour, ...], Field(min_length=1, max_length=10)]
    referenceImage: ImageInput | None = None
    """Optional: the colours are put onto this picture's structure."""


class ImageVariationParams(Params):
    """Which pictures to vary, and towards what."""

    pictures = ("images",)
    images: Annotated[tuple[ImageInput, ...], Field(min_length=1, max_length=5)]
    text: Prompt | None = Field(default=None, validate_default=True)
    """Optional for Titan; Nova Canvas needs it."""
    negativeText: Prompt | None = None
    similarityStrength: SimilarityStrength | None = None
    """0.2 to 1.0, 0.7 unless said."""

    @field_validator("text")
    @classmethod
    def _is_there_where_needed(cls, text: str | None, info: ValidationInfo) -> str | None:
        terms = _terms(info)
        if text is None and terms is not None and terms.task not in terms.contract.prompt_optional:
            raise wrong("required", f"{terms.contract.name} takes no {terms.task} without a text.")
        return text


class PaintingParams(Params):
    """A picture, and what of it is inside the mask: exactly one of a mask image and a mask prompt."""

    pictures = ("image", "maskImage")
    image: ImageInput
    maskImage: ImageInput | None = None
    """Black is inside, white is outside."""
    maskPrompt: Prompt | None = Field(default=None, validate_default=True)
    negativeText: Prompt | None = None
    returnMask: bool = False

    @field_validator("returnMask")
    @classmethod
    def _has_a_place(cls, wanted: bool, info: ValidationInfo) -> bool:
        terms = _terms(info)
        if terms is not None and not terms.contract.returns_mask:
            raise wrong(f"{terms.contract.name} returns no mask", "Leave it out.")
        return wanted

    @field_validator("maskPrompt")
    @classmethod
    def _is_the_only_mask(cls, prompt: str | None, info: ValidationInfo) -> str | None:
        if _terms(info) is None or "maskImage" not in info.data:
            return prompt
        if (prompt is None) == (info.data["maskImage"] is None):
            raise wrong("exactly one of maskPrompt and maskImage is required", "A mask image is the surer of the two.")
        return prompt


class InPaintingParams(PaintingParams):
    """The inside of the mask is changed: to what the text says, or to its surroundings."""

    text: Prompt | None = None


class OutPaintingParams(PaintingParams):
    """The outside of the mask is changed."""

    text: Prompt
    outPaintingMode: OutPaintingMode = "DEFAULT"
    """PRECISE keeps the inside as it is; DEFAULT lets it change a little, to match."""


class BackgroundRemovalParams(Params):
    """Whose background to remove."""

    pictures = ("image",)
    image: ImageInput
