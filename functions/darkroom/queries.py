"""The small requests beside a task: a page of jobs, a period of usage, a place for an upload. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter
from pydantic_core import to_json

from functions.darkroom.job import Status
from functions.darkroom.reading import Wire, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.darkroom.job import Job


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


class Taking(Wire):
    """What is to become of a job: canceled, or erased with all that belongs to it."""

    erase: bool = False


class Period(Wire):
    """From one day of UTC to another, both included; the last 30 days unless said."""

    since: date = Field(default_factory=lambda: datetime.now(UTC).date() - timedelta(days=29))
    until: date = Field(default_factory=lambda: datetime.now(UTC).date())


def upload_of(body: bytes | str) -> UploadRequest:
    """Read the body of POST /uploads. Raises InvalidRequest."""
    return _read(UploadRequest, body)


def page_of(parameters: Mapping[str, str] | None) -> JobsPage:
    """Read the query of GET /jobs. Raises InvalidRequest."""
    said = {name: int(value) if value.isdecimal() else value for name, value in (parameters or {}).items()}
    return _read(JobsPage, to_json(said))


def taking_of(parameters: Mapping[str, str] | None) -> Taking:
    """Read the query of DELETE /jobs/{id}. Raises InvalidRequest."""
    words = {"true": True, "false": False}
    said = {name: words.get(value, value) for name, value in (parameters or {}).items()}
    return _read(Taking, to_json(said))


def period_of(parameters: Mapping[str, str] | None) -> Period:
    """Read the query of GET /usage. Raises InvalidRequest."""
    return _read(Period, to_json(parameters or {}))


def _read[T: Wire](kind: type[T], body: bytes | str) -> T:
    schema: TypeAdapter[T] = _schema(kind)
    return read(schema, body, known=kind.model_fields)


@cache
def _schema(kind: type[Wire]) -> TypeAdapter[Any]:
    """Built once, at the first request."""
    return TypeAdapter(kind)
