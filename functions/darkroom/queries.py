"""The small requests beside a task: a page of jobs, a place for an upload. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic_core import to_json

from functions.darkroom.reading import Wire, read

if TYPE_CHECKING:
    from collections.abc import Mapping


class UploadRequest(Wire):
    """What is going to be uploaded."""

    contentType: Literal["image/png", "image/jpeg"]


class JobsPage(Wire):
    """Which jobs to list."""

    limit: Annotated[int, Field(ge=1, le=100)] = 25
    cursor: Annotated[str, Field(pattern="^job_[0-9A-Z]{26}$")] | None = None
    """The `cursor` of the page before."""


def upload_of(body: bytes | str) -> UploadRequest:
    """Read the body of POST /uploads. Raises InvalidRequest."""
    return read(UPLOAD(), body, known=UploadRequest.model_fields)


def page_of(parameters: Mapping[str, str] | None) -> JobsPage:
    """Read the query of GET /jobs. Raises InvalidRequest."""
    said = {name: int(value) if value.isdecimal() else value for name, value in (parameters or {}).items()}
    return read(PAGE(), to_json(said), known=JobsPage.model_fields)


UPLOAD = cache(lambda: TypeAdapter(UploadRequest))
PAGE = cache(lambda: TypeAdapter(JobsPage))
"""Built once, at the first request."""
