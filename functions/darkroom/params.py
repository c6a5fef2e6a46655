"""The parts of Titan's tasks: one model for each `…Params` object, with the rules between its fields. Pure.

Names are the wire's names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, field_validator

from functions.darkroom.fields import (
    Colour,
    ControlMode,
    ControlStrength,
    ImageInput,
    MaskInput,
    OutPaintingMode,
    Prompt,
    SimilarityStrength,
    Style,
    terms_of,
)
from functions.darkroom.reading import Wire, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.darkroom.fields import MaskImage


class Params(Wire):
    """What all `…Params` have in common."""

    pictures: ClassVar[tuple[str, ...]] = ()
    """The fields that name input pictures, in the order of the body."""

    def inputs(self) -> Iterator[tuple[str, str | MaskImage]]:
        """Each input picture: its field (`image`, `images.1`), and its reference or how it is to be converted."""
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
        terms = terms_of(info)
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
        terms = terms_of(info)
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
        terms = terms_of(info)
        if text is None and terms is not None and terms.task not in terms.contract.prompt_optional:
            raise wrong("required", f"{terms.contract.name} takes no {terms.task} without a text.")
        return text


class PaintingParams(Params):
    """A picture, and what of it is inside the mask: exactly one of a mask image and a mask prompt."""

    pictures = ("image", "maskImage")
    image: ImageInput
    maskImage: MaskInput | None = None
    """Black is inside, white is outside; or `{image, means, threshold, grow}`."""
    maskPrompt: Prompt | None = Field(default=None, validate_default=True)
    negativeText: Prompt | None = None
    returnMask: bool = False

    @field_validator("returnMask")
    @classmethod
    def _has_a_place(cls, wanted: bool, info: ValidationInfo) -> bool:
        terms = terms_of(info)
        if terms is not None and not terms.contract.returns_mask:
            raise wrong(f"{terms.contract.name} returns no mask", "Leave it out.")
        return wanted

    @field_validator("maskPrompt")
    @classmethod
    def _is_the_only_mask(cls, prompt: str | None, info: ValidationInfo) -> str | None:
        if terms_of(info) is None or "maskImage" not in info.data:
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
