"""What may be asked about dead letters: to look at some, to move or to delete some. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic_core import to_json

from functions.darkroom.reading import Wire, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LaneName = Literal["interactive", "bulk", "uploads"]
MessageId = Annotated[str, Field(pattern="^[0-9A-Za-z-]{1,100}$")]


class LettersPage(Wire):
    """Which dead letters to look at: those of all queues unless said."""

    queue: LaneName | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class Letters(Wire):
    """Which dead letters are meant: all of them unless said."""

    queue: LaneName | None = None
    ids: Annotated[tuple[MessageId, ...], Field(min_length=1, max_length=100)] | None = None
    """SQS's message ids, as the list has them."""


def page_of(parameters: Mapping[str, Sequence[str]]) -> LettersPage:
    """Read the query of GET /dead-letters. Raises InvalidRequest."""
    said = {name: _one(values) for name, values in parameters.items()}
    limit = said.get("limit")
    if isinstance(limit, str) and limit.isdecimal():
        said["limit"] = int(limit)
    return _read(LettersPage, to_json(said))


def letters_of_query(parameters: Mapping[str, Sequence[str]]) -> Letters:
    """Read the query of DELETE /dead-letters; ids come repeated or with commas between. Raises InvalidRequest."""
    said = {name: _one(values) for name, values in parameters.items()}
    if "ids" in parameters:
        said["ids"] = [one.strip() for value in parameters["ids"] for one in value.split(",")]
    return _read(Letters, to_json(said))


def letters_of_body(body: bytes | str) -> Letters:
    """Read the body of POST /dead-letters/redrive; none says what `{}` says. Raises InvalidRequest."""
    return _read(Letters, body or "{}")


def _one(values: Sequence[str]) -> Any:
    """A parameter's value; all of them where it came more than once, which no field takes."""
    return values[0] if len(values) == 1 else list(values)


def _read[T: Wire](kind: type[T], body: bytes | str) -> T:
    schema: TypeAdapter[T] = _schema(kind)
    return read(schema, body, known=kind.model_fields)


@cache
def _schema(kind: type[Wire]) -> TypeAdapter[Any]:
    """Built once, at the first request."""
    return TypeAdapter(kind)
