"""What may be asked: one model for each of Titan's tasks, told apart by `taskType`. Pure.

Limits come from the Titan Image Generator pages of the Amazon Bedrock user guide and the Nova Canvas pages of the
Amazon Nova user guide; the types in `params` carry them, so that the OpenAPI document, the console and the docs read
them from the schema, and `contracts` says where the models differ.
"""

from __future__ import annotations

import json
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self, get_args

from pydantic import Field, TypeAdapter, ValidationInfo, field_validator

from functions.darkroom.contracts import PAINTING, Size, contract_of
from functions.darkroom.fields import MASK_TAGS, Colour, ImageGenerationConfig, MaskImage, Terms
from functions.darkroom.model import Engine
from functions.darkroom.params import (
    BackgroundRemovalParams,
    ColorGuidedGenerationParams,
    ImageVariationParams,
    InPaintingParams,
    OutPaintingParams,
    Params,
    TextToImageParams,
)
from functions.darkroom.reading import Wire, peek, read, wrong
from functions.darkroom.settings import OnUnknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_METADATA_BYTES = 4096

Metadata = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=128)], Annotated[str, Field(max_length=1024)]],
    Field(max_length=16),
]
"""The caller's own labels: at most 16 keys and 4 KB; they come back in the Job and in its events."""
Fidelity = Literal["faithful", "any", "exact"]
Fit = Literal["refuse", "resize", "pad", "crop"]
RESTORED = PAINTING | {"BACKGROUND_REMOVAL"}
"""Tasks whose pictures take the place of their input."""

PARAMS: Mapping[str, str] = MappingProxyType(
    {
        "TEXT_IMAGE": "textToImageParams",
        "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams",
        "IMAGE_VARIATION": "imageVariationParams",
        "INPAINTING": "inPaintingParams",
        "OUTPAINTING": "outPaintingParams",
        "BACKGROUND_REMOVAL": "backgroundRemovalParams",
    }
)
"""taskType → the field that holds its parameters."""
TASK_TYPES = tuple(PARAMS)


class Input(NamedTuple):
    """An input picture of a request."""

    field: str
    """Its path: `inPaintingParams.maskImage`."""
    reference: str
    conversion: MaskImage | None = None
    """How a mask is to be converted; None for what goes to the model as it is."""

    @property
    def role(self) -> str:
        """What the picture is for: `image`, `maskImage`, `images`, `conditionImage` or `referenceImage`."""
        return self.field.split(".")[1]


class AnyTask(Wire):
    """What every task may carry beside Titan's own fields, and how the core looks at any of them."""

    configured: ClassVar[bool] = True
    """Whether the body has an imageGenerationConfig."""

    modelId: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    """The model the caller has in mind; without it the deployment's route decides."""
    engine: Engine | None = None
    fidelity: Fidelity = "faithful"
    """`faithful` refuses where a field that was set would be ignored (cfgScale and quality are told instead),
    `exact` refuses every approximation, `any` takes what the engine can do."""
    fit: Fit = "refuse"
    """What becomes of an input picture that the model would not take: `refuse`, or brought to the nearest legal size
    and form; where its shape is not legal, by `resize` (stretched a little), `pad` or `crop`."""
    background: Colour | None = None
    """What a transparent picture is laid on when it is fitted."""
    restore: bool = False
    """Whether the pictures of a fitted input are brought back to the size and place of what was sent."""
    metadata: Metadata = Field(default_factory=dict)
    onUnknown: OnUnknown | None = None
    """What becomes of a call that was sent and whose reply never came, since it may have been drawn and charged:
    `hold` tells so, and nothing is called again; `retry` calls once more, and perhaps pays twice. Without it the
    deployment's setting holds."""

    @field_validator("modelId")
    @classmethod
    def _knows_the_task(cls, model: str | None, info: ValidationInfo) -> str | None:
        terms = info.context
        if isinstance(terms, Terms) and terms.contract.id == model and terms.task not in terms.contract.tasks:
            raise wrong(f"{terms.contract.name} has no {terms.task}", "Titan Image Generator v2 has.")
        return model

    @field_validator("restore")
    @classmethod
    def _has_something_to_restore(cls, restore: bool, info: ValidationInfo) -> bool:
        terms, how = info.context, info.data.get("fit")
        if restore and isinstance(terms, Terms):
            if how == "refuse":
                raise wrong("only a fitted picture can be restored", "Send `fit` as well.")
            if terms.task not in RESTORED:
                raise wrong(f"the pictures of {terms.task} do not take the place of an input", "Leave it out.")
            if (terms.task, how) == ("BACKGROUND_REMOVAL", "crop"):
                raise wrong("what crop leaves out would come back with its background", "Send `fit: pad` or `resize`.")
        return restore

    @field_validator("metadata")
    @classmethod
    def _fits(cls, metadata: dict[str, str]) -> dict[str, str]:
        size = len(json.dumps(metadata, ensure_ascii=False).encode())
        if size > MAX_METADATA_BYTES:
            raise wrong(f"{size} bytes are more than {MAX_METADATA_BYTES}", "Keep the labels short.")
        return metadata

    @property
    def params(self) -> Params:
        """The task's own parameters."""
        params: Params = getattr(self, self.params_field)
        return params

    @property
    def params_field(self) -> str:
        """The field that holds them."""
        return PARAMS[self.taskType]  # type: ignore[attr-defined]  # every task has its literal

    @property
    def config(self) -> ImageGenerationConfig:
        """The generation config; its defaults for a task that has none."""
        config: ImageGenerationConfig = getattr(self, "imageGenerationConfig", _NO_CONFIG)
        return config

    @property
    def count(self) -> int:
        """How many pictures the task asks for."""
        return self.config.numberOfImages

    @property
    def size(self) -> Size | None:
        """Width and height of the pictures in pixels; None where they follow from the input picture."""
        follows = not self.configured or self.params_field in _PAINTING_FIELDS
        return None if follows else self.config.size

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The input pictures, in the order of the body."""
        return tuple(_input(f"{self.params_field}.{name}", value) for name, value in self.params.inputs())

    def with_inputs(self, references: Iterable[str]) -> Self:
        """The same task over other references to its input pictures."""
        params = self.params.with_inputs(iter(references))
        return self.model_copy(update={self.params_field: params})

    def with_seed(self, seed: int) -> Self:
        """The same task with its seed drawn."""
        return self.model_copy(update={"imageGenerationConfig": self.config.model_copy(update={"seed": seed})})


def _input(field: str, value: str | MaskImage) -> Input:
    return Input(field, value) if isinstance(value, str) else Input(field, value.image, value)


_NO_CONFIG = ImageGenerationConfig.model_construct()
_PAINTING_FIELDS = frozenset(PARAMS[task] for task in PAINTING)


class TextImage(AnyTask):
    """TEXT_IMAGE: draw pictures from a prompt, after a condition image's layout where there is one."""

    taskType: Literal["TEXT_IMAGE"]
    textToImageParams: TextToImageParams
    imageGenerationConfig: ImageGenerationConfig = ImageGenerationConfig()


class ColorGuidedGeneration(AnyTask):
    """COLOR_GUIDED_GENERATION: draw pictures in given colours."""

    taskType: Literal["COLOR_GUIDED_GENERATION"]
    colorGuidedGenerationParams: ColorGuidedGenerationParams
    imageGenerationConfig: ImageGenerationConfig = ImageGenerationConfig()


class ImageVariation(AnyTask):
    """IMAGE_VARIATION: pictures like one to five others."""

    taskType: Literal["IMAGE_VARIATION"]
    imageVariationParams: ImageVariationParams
    imageGenerationConfig: ImageGenerationConfig = ImageGenerationConfig()


class InPainting(AnyTask):
    """INPAINTING: change what is inside a mask."""

    taskType: Literal["INPAINTING"]
    inPaintingParams: InPaintingParams
    imageGenerationConfig: ImageGenerationConfig = ImageGenerationConfig()


class OutPainting(AnyTask):
    """OUTPAINTING: change what is outside a mask."""

    taskType: Literal["OUTPAINTING"]
    outPaintingParams: OutPaintingParams
    imageGenerationConfig: ImageGenerationConfig = ImageGenerationConfig()


class BackgroundRemoval(AnyTask):
    """BACKGROUND_REMOVAL: cut the subject out. It takes no `imageGenerationConfig`."""

    configured = False
    taskType: Literal["BACKGROUND_REMOVAL"]
    backgroundRemovalParams: BackgroundRemovalParams


Task = TextImage | ColorGuidedGeneration | ImageVariation | InPainting | OutPainting | BackgroundRemoval
TASKS: tuple[type[AnyTask], ...] = get_args(Task)


@cache
def task_schema() -> TypeAdapter[Task]:
    """The schema of every task; built once, at the first request."""
    return TypeAdapter(Annotated[Task, Field(discriminator="taskType")])


def parse(body: bytes | str) -> Task:
    """Read a request body. Raises InvalidRequest with every wrong field at once."""
    said = peek(body)
    terms = Terms(contract_of(said.get("modelId")), str(said.get("taskType")))
    return read(task_schema(), body, context=terms, tags=TASK_TYPES, inner=MASK_TAGS, known=_field_names())


def from_data(data: dict[str, Any]) -> Task:
    """The same for a request that is data already, such as a recipe's."""
    return parse(json.dumps(data))


@cache
def _field_names() -> frozenset[str]:
    """Every field that a request may have anywhere."""

    def names(model: type[Wire]) -> Iterator[str]:
        for name, field in model.model_fields.items():
            yield name
            inside = field.annotation if name != "maskImage" else MaskImage
            if isinstance(inside, type) and issubclass(inside, Wire):
                yield from names(inside)

    return frozenset(name for task in TASKS for name in names(task))
