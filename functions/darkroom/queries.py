"""The small requests beside a task: a page of jobs, a place for an upload, work on a mask. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationInfo, field_validator, model_validator
from pydantic_core import to_json

from functions.darkroom.fields import MASK_TAGS, Colour, ImageInput, MaskImage, MaskInput
from functions.darkroom.job import Status
from functions.darkroom.masks.report import Convention, Feather, Grow, MaskTask
from functions.darkroom.masks.shapes import Shapes
from functions.darkroom.reading import Wire, read, wrong

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.darkroom.job import Job

Pixels = Annotated[int, Field(ge=0, le=4096)]
Side = Annotated[int, Field(ge=1, le=4096)]


class UploadRequest(Wire):
    """What is going to be uploaded."""

    contentType: Literal["image/png", "image/jpeg"]


class JobsPage(Wire):
    """Which jobs to list."""

    limit: Annotated[int, Field(ge=1, le=100)] = 25
    cursor: Annotated[str, Field(pattern="^job_[0-9A-Z]{26}$")] | None = None
    """The `cursor` of the page before."""
    status: Status | None = None
    task: str | None = None
    source: Literal["http", "uploads", "bus"] | None = None
    """The door that the job came through."""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def wants(self, job: Job) -> bool:
        """Whether a job is one of those that are asked for."""
        return (
            (self.status is None or job.status is self.status)
            and (self.task is None or job.taskType == self.task)
            and (self.source is None or job.source.door == self.source)
            and (self.since is None or job.createdAt >= self.since)
            and (self.until is None or job.createdAt <= self.until)
        )


class Period(Wire):
    """From one day of UTC to another, both included; the last 30 days unless said."""

    since: date = Field(default_factory=lambda: datetime.now(UTC).date() - timedelta(days=29))
    until: date = Field(default_factory=lambda: datetime.now(UTC).date())


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


def upload_of(body: bytes | str) -> UploadRequest:
    """Read the body of POST /uploads. Raises InvalidRequest."""
    return _read(UploadRequest, body)


def page_of(parameters: Mapping[str, str] | None) -> JobsPage:
    """Read the query of GET /jobs. Raises InvalidRequest."""
    said = {name: int(value) if value.isdecimal() else value for name, value in (parameters or {}).items()}
    return _read(JobsPage, to_json(said))


def period_of(parameters: Mapping[str, str] | None) -> Period:
    """Read the query of GET /usage. Raises InvalidRequest."""
    return _read(Period, to_json(parameters or {}))


def mask_request[T: MaskQuestion](kind: type[T], body: bytes | str) -> T:
    """Read the body of one of the mask routes. Raises InvalidRequest."""
    return _read(kind, body)


SHAPES = ("rectangle", "ellipse", "polygon", "border", "alpha", "colour", "subject", "background")
"""The kinds of shapes, which pydantic puts into an error's path."""


def _read[T: Wire](kind: type[T], body: bytes | str) -> T:
    known = {*kind.model_fields, *MaskImage.model_fields, *Extension.model_fields}
    schema: TypeAdapter[T] = _schema(kind)
    return read(schema, body, inner=(*MASK_TAGS, *SHAPES), known=known)


@cache
def _schema(kind: type[Wire]) -> TypeAdapter[Any]:
    """Built once, at the first request."""
    return TypeAdapter(kind)
