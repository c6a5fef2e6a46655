"""Dead letters, the messages that were given up, and what was done with them, as data. Knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from darkroom_client.errors import DarkroomError
from darkroom_client.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

QUEUES = ("interactive", "bulk", "uploads")
"""The queues whose messages can be given up."""


@dataclass(frozen=True, slots=True)
class LetterJob:
    """The job that a dead letter is about, as it stands now."""

    id: str
    status: str
    error: str | None
    """Why it ended without all its pictures, in a word such as `worker-failed`."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A version of a file in S3 that a dead letter is about."""

    bucket: str
    key: str
    version: str | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was handed out again and again and given up: about a job or, of the uploads queue, about files."""

    id: str
    queue: str
    """One of `QUEUES`."""
    sent_at: datetime
    receives: int
    """How often it was handed out."""
    reason: str | None
    failed_at: datetime | None
    job: LetterJob | None
    objects: tuple[Dropped, ...]
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The dead letter exactly as the API gave it."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        return cls(
            id=data["id"],
            queue=data["queue"],
            sent_at=datetime.fromisoformat(data["sentAt"]),
            receives=data.get("receives", 0),
            reason=data.get("reason"),
            failed_at=datetime.fromisoformat(data["failedAt"]) if data.get("failedAt") else None,
            job=_job(data["job"]) if data.get("job") else None,
            objects=tuple(Dropped(one["bucket"], one["key"], one.get("version")) for one in data.get("objects") or ()),
            wire=data,
        )


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Dead letters, and whether there are more of them than were asked for."""

    letters: tuple[DeadLetter, ...]
    more: bool

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read them. Raises DarkroomError where the data is none."""
        try:
            return cls(tuple(DeadLetter.from_wire(one) for one in data["deadLetters"]), data.get("more", False))
        except (KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise DarkroomError(f"The answer holds no dead letters ({wrong!r}). Is the base URL right?") from None


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of dead letters that were to be sent back."""

    redriven: int = 0
    ended: int = 0
    """How many belonged to jobs that have ended: nothing is left to run, and `rerun` runs such a request again."""
    left: int = 0
    """How many of them are dead letters still: ask again later."""
    more: bool = False
    """Whether there may be others that were not come to: ask again."""
    ended_jobs: tuple[str, ...] = ()
    """The ids of those jobs, where the deployment tells."""

    @property
    def done(self) -> int:
        """How many are no dead letters any more."""
        return self.redriven + self.ended

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        return f"{self.redriven} sent back{f', {self.ended} of jobs that have ended' if self.ended else ''}"

    def __add__(self, later: Redriven) -> Redriven:
        jobs = tuple(dict.fromkeys(self.ended_jobs + later.ended_jobs))
        return Redriven(self.redriven + later.redriven, self.ended + later.ended, later.left, later.more, jobs)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read it."""
        jobs = tuple(data.get("endedJobs") or ())
        return cls(data["redriven"], data["ended"], data["left"], data.get("more", False), jobs)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many dead letters are gone."""

    purged: int = 0
    left: int = 0
    """How many of them are there still: ask again later."""
    more: bool = False
    """Whether there may be others that were not come to: ask again."""
    hint: str | None = None
    """Why some are left, where the deployment tells."""
    exact: bool = True
    """Whether `purged` is all; where an answer was lost on the way, it is the least."""

    @property
    def done(self) -> int:
        """How many are no dead letters any more."""
        return self.purged

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        return f"{'' if self.exact else 'at least '}{self.purged} purged"

    def __add__(self, later: Purged) -> Purged:
        return Purged(self.purged + later.purged, later.left, later.more, later.hint, self.exact and later.exact)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any], *, exact: bool) -> Self:
        """Read it."""
        return cls(data["purged"], data["left"], data.get("more", False), data.get("hint"), exact)


def _job(data: Mapping[str, Any]) -> LetterJob:
    error = data.get("error")
    slug = Problem.from_wire(error).slug if isinstance(error, dict) else error
    return LetterJob(data["id"], data["status"], slug)
