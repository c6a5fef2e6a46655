"""A problem as the API tells it (RFC 9457), as data. Knows no HTTP and raises nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEM_TYPE = "urn:darkroom:problem:"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the request, and the way out where there is one."""

    field: str
    detail: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no picture, or not every picture. `errors` names all wrong fields of the request at once."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    retryable: bool = False
    hint: str | None = None
    stage: str | None = None
    """Of a blocked job: what the filters stopped at, `prompt`, `input-image` or `output`."""
    errors: tuple[FieldError, ...] = ()

    @property
    def slug(self) -> str:
        """The short name behind `type`, such as `invalid-request`."""
        return self.type.removeprefix(PROBLEM_TYPE)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any], status: int = 500) -> Self:
        """Read one; what it leaves out is filled in from the reply's HTTP status."""
        return cls(
            type=data.get("type", "about:blank"),
            title=data.get("title", f"HTTP {status}"),
            status=data.get("status", status),
            detail=data.get("detail", ""),
            instance=data.get("instance"),
            retryable=data.get("retryable", False),
            hint=data.get("hint"),
            stage=data.get("stage"),
            errors=tuple(
                FieldError(one.get("field", ""), one.get("detail", ""), one.get("hint"))
                for one in data.get("errors", ())
            ),
        )
