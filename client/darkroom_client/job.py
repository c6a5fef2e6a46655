"""The Job and what it holds, as data. Fields that a later API adds are ignored here and kept in `Job.wire`.

Names are the wire's in Python's spelling. Knows no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from darkroom_client.errors import DarkroomError
from darkroom_client.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES = ("queued", "running", "succeeded", "partial", "blocked", "failed", "canceled")
DOORS = ("http", "uploads", "bus")
"""Where a job comes from."""
OPEN = frozenset({"queued", "running"})
"""A job in one of these goes on; in any other it has ended."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in S3. Sizes in pixels and bytes, `sha256` in hexadecimal; `url` is a link that expires."""

    url: str
    bucket: str | None
    key: str | None
    width: int
    height: int
    content_type: str
    bytes: int
    sha256: str | None

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        return cls(**_picture(data))


@dataclass(frozen=True, slots=True)
class Image(Picture):
    """A finished picture. `original` is what the model returned, byte for byte; `id` counts from 1 within the job."""

    id: int
    seed: int | None
    original: Picture

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        original = Picture.from_wire(data.get("original") or data)
        return cls(**_picture(data), id=data["id"], seed=data.get("seed"), original=original)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one field of the request: `exact`, `adapted`, `approximated` or `ignored`."""

    field: str
    verdict: str
    detail: str = ""

    @classmethod
    def all_from_wire(cls, data: Mapping[str, Any]) -> tuple[Self, ...]:
        """Those of a Job or a quote."""
        return tuple(cls(one["field"], one["verdict"], one.get("detail", "")) for one in data.get("fidelity", ()))


@dataclass(frozen=True, slots=True)
class ServedBy:
    """Which model was asked for and which one serves."""

    served: str
    engine: str
    requested: str | None = None
    region: str | None = None

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        return cls(data["served"], data["engine"], data.get("requested"), data.get("region"))


@dataclass(frozen=True, slots=True)
class Cost:
    """Money in millionths of a USD. `quoted` is exactly what success is charged, and the upper bound.

    Only `on_unknown="retry"` may cost more, since a call whose outcome nobody knows counts as charged: `at_most`.
    """

    quoted: int
    charged: int
    currency: str = "USD"
    at_most: int | None = None
    """None where it cannot be more than `quoted`."""

    @property
    def bound(self) -> int:
        """The most that it can come to."""
        return self.quoted if self.at_most is None else self.at_most

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        return cls(data.get("quoted", 0), data.get("charged", 0), data.get("currency", "USD"), data.get("atMost"))


@dataclass(frozen=True, slots=True)
class Job:
    """A task on its way to pictures. A `partial` job has pictures and an error."""

    id: str
    status: str
    """One of `STATES`."""
    task_type: str
    created_at: datetime
    starts_at: datetime | None
    """When it is expected to start, while it waits for its model's pace."""
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    """When the pictures are deleted."""
    model: ServedBy | None
    fidelity: tuple[Verdict, ...]
    images: tuple[Image, ...]
    mask: Picture | None
    error: Problem | None
    cost: Cost
    metadata: Mapping[str, str]
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The Job exactly as the API gave it."""

    @property
    def ended(self) -> bool:
        """Nothing moves an ended job."""
        return self.status not in OPEN

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one. Raises DarkroomError where the data is no Job."""
        try:
            return cls(**(_moments(data) | _parts(data)))
        except (KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise DarkroomError(f"The answer is no Job ({wrong!r}). Is the base URL right?") from None


def _parts(data: Mapping[str, Any]) -> dict[str, Any]:
    model = data.get("model")
    return {
        "id": data["id"],
        "status": data["status"],
        "task_type": data["taskType"],
        "model": model and ServedBy.from_wire(model),
        "fidelity": Verdict.all_from_wire(data),
        "images": tuple(Image.from_wire(one) for one in data.get("images", ())),
        "mask": Picture.from_wire(data["mask"]) if data.get("mask") else None,
        "error": Problem.from_wire(data["error"]) if data.get("error") else None,
        "cost": Cost.from_wire(data.get("cost") or {}),
        "metadata": data.get("metadata") or {},
        "wire": data,
    }


def _moments(data: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "created_at": "createdAt",
        "starts_at": "startsAt",
        "started_at": "startedAt",
        "finished_at": "finishedAt",
        "expires_at": "expiresAt",
    }
    return {ours: _moment(data.get(wire)) for ours, wire in names.items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _picture(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "url": data["url"],
        "bucket": data.get("bucket"),
        "key": data.get("key"),
        "width": data.get("width", 0),
        "height": data.get("height", 0),
        "content_type": data.get("contentType", "image/png"),
        "bytes": data.get("bytes", 0),
        "sha256": data.get("sha256"),
    }
