"""What may be asked: one model per Titan task, its limits inside, told apart by `taskType`. Pure.

Names are the wire's names. Limits come from the Titan Image Generator parameters page of the Amazon Bedrock user
guide; each is a named type, so that the OpenAPI document, the console and the docs read them from the schema.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from functions.darkroom.catalogue import TITAN_SIZES, Engine
from functions.darkroom.errors import FieldError, InvalidRequest

MAX_METADATA_BYTES = 4096

Prompt = Annotated[str, Field(min_length=1, max_length=512)]
"""English text of 1 to 512 characters."""
Seed = Annotated[int, Field(ge=0, le=2_147_483_646)]
CfgScale = Annotated[float, Field(ge=1.1, le=10.0)]
NumberOfImages = Annotated[int, Field(ge=1, le=5)]
ImageInput = Annotated[str, Field(min_length=1)]
"""A picture: base64, a `data:` URL, or `s3://bucket/key` of an object that the deployment may read."""
Metadata = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=128)], Annotated[str, Field(max_length=1024)]],
    Field(max_length=16),
]
"""The caller's own labels: at most 16 keys and 4 KB; they come back in the Job and in its events."""
Fidelity = Literal["faithful", "any", "exact"]

DEFAULT_SIZE = (1024, 1024)
"""What an omitted size means. The documented default of 1408x1408 is not one of the legal pairs."""

KNOWN_ELSEWHERE = frozenset({"INPAINTING", "OUTPAINTING", "IMAGE_VARIATION", "COLOR_GUIDED_GENERATION"})
"""Titan's task types that this version does not serve."""


class Wire(BaseModel):
    """Strict about types and unknown fields, as the published contract is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class TextToImageParams(Wire):
    """What to draw."""

    text: Prompt
    negativeText: Prompt | None = None


class ImageGenerationConfig(Wire):
    """How to draw it."""

    numberOfImages: NumberOfImages = 1
    quality: Literal["standard", "premium"] = "standard"
    cfgScale: CfgScale = 8.0
    width: int | None = None
    height: int | None = Field(default=None, validate_default=True)
    seed: Seed | None = None

    @field_validator("height")
    @classmethod
    def _is_one_of_the_pairs(cls, height: int | None, info: ValidationInfo) -> int | None:
        if "width" not in info.data:
            return height
        width = info.data["width"]
        if (width is None) != (height is None):
            raise PydanticCustomError("size", "width and height go together", {"hint": "Send both, or neither."})
        if width is not None and height is not None and (width, height) not in TITAN_SIZES:
            raise PydanticCustomError(
                "size", "{size} is not one of the sizes", {"size": f"{width}x{height}", "hint": nearest(width, height)}
            )
        return height

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, the default where they were left out."""
        return DEFAULT_SIZE if self.width is None or self.height is None else (self.width, self.height)


class BackgroundRemovalParams(Wire):
    """Whose background to remove."""

    image: ImageInput


class AnyTask(Wire):
    """What every task may carry beside Titan's own fields."""

    modelId: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    """The model the caller has in mind; without it the deployment's route decides."""
    engine: Engine | None = None
    fidelity: Fidelity = "faithful"
    """`faithful` refuses where a field that was set would be ignored (cfgScale and quality are told instead),
    `exact` refuses every approximation, `any` takes what the engine can do."""
    metadata: Metadata = Field(default_factory=dict)

    @field_validator("metadata")
    @classmethod
    def _fits(cls, metadata: dict[str, str]) -> dict[str, str]:
        size = len(json.dumps(metadata, ensure_ascii=False).encode())
        if size > MAX_METADATA_BYTES:
            raise PydanticCustomError("metadata", "{size} bytes are more than 4096", {"size": size})
        return metadata


class TextImage(AnyTask):
    """TEXT_IMAGE: draw a picture from a prompt."""

    taskType: Literal["TEXT_IMAGE"]
    textToImageParams: TextToImageParams
    imageGenerationConfig: ImageGenerationConfig = ImageGenerationConfig()

    @property
    def images(self) -> tuple[str, ...]:
        """The input pictures, in the order of the request."""
        return ()

    def with_images(self, images: tuple[str, ...]) -> Self:
        """The same task over other references to its input pictures."""
        if images:
            raise ValueError("TEXT_IMAGE takes no pictures")
        return self

    def with_seed(self, seed: int) -> Self:
        """The same task with its seed drawn."""
        config = self.imageGenerationConfig.model_copy(update={"seed": seed})
        return self.model_copy(update={"imageGenerationConfig": config})


class BackgroundRemoval(AnyTask):
    """BACKGROUND_REMOVAL: cut the subject out. It takes no `imageGenerationConfig`."""

    taskType: Literal["BACKGROUND_REMOVAL"]
    backgroundRemovalParams: BackgroundRemovalParams

    @property
    def images(self) -> tuple[str, ...]:
        """The input pictures, in the order of the request."""
        return (self.backgroundRemovalParams.image,)

    def with_images(self, images: tuple[str, ...]) -> Self:
        """The same task over other references to its input pictures."""
        (image,) = images
        return self.model_copy(update={"backgroundRemovalParams": BackgroundRemovalParams(image=image)})


Task = TextImage | BackgroundRemoval
TASK_TYPES = ("TEXT_IMAGE", "BACKGROUND_REMOVAL")


@cache
def task_schema() -> TypeAdapter[Task]:
    """The schema of every task; built once, at the first request."""
    return TypeAdapter(Annotated[Task, Field(discriminator="taskType")])


def parse(body: bytes | str) -> Task:
    """Read a request body. Raises InvalidRequest with every wrong field at once."""
    try:
        return task_schema().validate_json(body)
    except ValidationError as error:
        raise _invalid(error) from None


def from_data(data: dict[str, Any]) -> Task:
    """The same for a request that is data already, such as a recipe's."""
    return parse(json.dumps(data))


def nearest(width: int, height: int) -> str:
    """The legal size that is closest to a wrong one, first in shape and then in area."""

    def distance(size: tuple[int, int]) -> tuple[float, int]:
        shape = abs(size[0] / size[1] - width / height) if height else 0.0
        return round(shape, 2), abs(size[0] * size[1] - width * height)

    best = min(TITAN_SIZES, key=distance)
    return f"The nearest legal size is {best[0]}x{best[1]}."


def _invalid(error: ValidationError) -> InvalidRequest:
    errors = [_field_error(dict(one)) for one in error.errors(include_url=False, include_input=False)]
    named = ", ".join(one.field for one in errors if one.field)
    return InvalidRequest(f"Wrong: {named}" if named else errors[0].detail, errors=errors)


def _field_error(one: dict[str, Any]) -> FieldError:
    context = one.get("ctx", {})
    path = [str(part) for part in one["loc"] if part not in TASK_TYPES]
    kind, hint = one["type"], context.get("hint")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _task_type_error(context.get("tag"))
    detail = {
        "extra_forbidden": "unknown field",
        "missing": "required",
        "json_invalid": f"The body is not JSON: {context.get('error', '')}",
    }.get(kind, one["msg"])
    return FieldError(field=".".join(path), detail=detail, hint=hint)


def _task_type_error(tag: str | None) -> FieldError:
    if tag in KNOWN_ELSEWHERE:
        detail = f"{tag} is one of Titan's tasks, but this version does not serve it"
    else:
        detail = "required" if tag is None else "not a task type"
    return FieldError(field="taskType", detail=detail, hint=f"One of: {', '.join(TASK_TYPES)}.")
