"""The Job: what it holds, the states it moves through, and the pure functions that move it. Knows no AWS.

A Job is immutable; a transition gives the next one, and the ledger writes it on condition that nobody moved the job
in between (`rev`). Field names are the wire's names.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.darkroom.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ATTEMPTS = 8
"""How many times a job may be claimed: crashes and throttles together.

Well below the 16 hops after which Lambda takes a function that feeds its own queue for a loop.
"""

RESEND_AFTER = 30.0
"""Seconds after which the sweeper sends what a crash may have left in an outbox."""

LOST_AFTER = 86_400.0
"""Seconds after which a job that still waits is queued again, should its message have been lost."""


class Status(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        """Nothing moves an ended job."""
        return not TRANSITIONS[self]


TRANSITIONS: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.QUEUED: frozenset({Status.RUNNING, Status.FAILED, Status.CANCELED}),
        Status.RUNNING: frozenset(
            {Status.RUNNING, Status.QUEUED, Status.SUCCEEDED, Status.PARTIAL, Status.BLOCKED, Status.FAILED}
        ),
        Status.SUCCEEDED: frozenset(),
        Status.PARTIAL: frozenset(),
        Status.BLOCKED: frozenset(),
        Status.FAILED: frozenset(),
        Status.CANCELED: frozenset(),
    }
)
"""The states a job may move to. Running to running renews the lease; running to queued lets it rest or recovers it."""


class Frozen(BaseModel):
    """What all parts of a Job are: immutable, and open to fields that a later version wrote.

    Like every model here it is built when it is first used, so that a cold start builds each schema once at most.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Verdict(Frozen):
    """What became of one field of the request."""

    field: str
    verdict: Literal["exact", "adapted", "approximated", "ignored"]
    detail: str = ""


class ServedBy(Frozen):
    """Which model was asked for and which one serves."""

    requested: str | None = None
    served: str
    engine: str
    region: str | None = None


class Picture(Frozen):
    """A picture as it lies in S3. Sizes in pixels and bytes; `sha256` in hexadecimal, of exactly those bytes."""

    bucket: str
    key: str
    version: str | None = None
    contentType: str
    width: int
    height: int
    bytes: int
    sha256: str | None = None


class Step(Frozen):
    """One call of a model. `calling` is written just before the send, so that a crash is never mistaken for a plan."""

    n: int
    model: str
    state: Literal["planned", "calling", "stored", "failed", "unknown"] = "planned"
    charged: int = 0


class Image(Picture):
    """A finished picture: what was asked for; `original` is what the model returned, byte for byte."""

    id: int
    seed: int | None = None
    original: Picture


class Cost(Frozen):
    """Money in millionths of a USD. `quoted` is the upper bound and exactly what success is charged."""

    quoted: int
    charged: int = 0
    currency: Literal["USD"] = "USD"


class Reservation(Frozen):
    """The most that an open job can cost, set aside in every account that it draws on."""

    amount: int
    images: int
    accounts: tuple[tuple[str, str], ...]
    """Scope and period of each, as they were when the job was opened."""


class SourceObject(Frozen):
    """The version of an S3 object that a job was opened for."""

    bucket: str
    key: str
    version: str | None = None


class Source(Frozen):
    """Which door a job came through."""

    door: Literal["http", "uploads", "bus"]
    recipe: str | None = None
    object: SourceObject | None = None
    output: str | None = None
    """The key of the result without its suffix, where a recipe decides it."""
    rerunOf: str | None = None
    """The job whose request this one repeats."""


class Job(Frozen):
    """A task on its way to pictures. What stands below `rev` is the ledger's own and never shown."""

    id: str
    tenant: str
    status: Status = Status.QUEUED
    taskType: str
    model: ServedBy | None = None
    fidelity: tuple[Verdict, ...] = ()
    steps: tuple[Step, ...] = ()
    images: tuple[Image, ...] = ()
    mask: Picture | None = None
    """The mask that the model used, where the request asked for it (`returnMask`)."""
    error: Problem | None = None
    cost: Cost = Cost(quoted=0)
    source: Source
    metadata: dict[str, str] = Field(default_factory=dict)
    createdAt: datetime
    startedAt: datetime | None = None
    finishedAt: datetime | None = None
    expiresAt: datetime

    rev: int = 0
    queue: Literal["interactive", "bulk"] = "interactive"
    outbox: frozenset[Literal["message", "event"]] = frozenset({"message"})
    """What is owed and not yet known to be sent: the queue's message, the bus's event."""
    dueAt: float | None = None
    """When the sweeper should look: a running job's lease ends then; None when nothing is owed."""
    attempts: int = 0
    reservation: Reservation | None = None
    """What is set aside for it; settled, and gone, when it has ended."""

    def as_wire(self) -> dict[str, Any]:
        """The Job as everybody may see it, as JSON data."""
        return self.model_dump(mode="json", exclude=set(INTERNAL_FIELDS))

    def step(self, n: int) -> Step:
        """The n-th step, counted from 1."""
        return self.steps[n - 1]

    @property
    def is_untouched(self) -> bool:
        """It waits, and none of its steps was ever sent."""
        return self.status is Status.QUEUED and all(step.state == "planned" for step in self.steps)

    def lease_is_dead(self, now: float) -> bool:
        """Whether the worker that had this job is taken for dead."""
        return self.status is Status.RUNNING and self.dueAt is not None and self.dueAt <= now

    def claimed(self, now: float, lease: float) -> Job:
        """A worker takes the job. Its message has evidently arrived."""
        return self._moved(
            Status.RUNNING,
            startedAt=self.startedAt or moment(now),
            attempts=self.attempts + 1,
            dueAt=now + lease,
            outbox=self.outbox - {"message"},
        )

    def calling(self, n: int, now: float, lease: float) -> Job:
        """The n-th step is about to be sent, under a fresh lease."""
        return self._moved(Status.RUNNING, steps=self._with_step(n, state="calling"), dueAt=now + lease)

    def stepped(self, n: int, state: Literal["planned", "stored", "failed", "unknown"], charged: int = 0) -> Job:
        """The n-th step's call came to its end (or, `planned`, provably never began)."""
        steps = self._with_step(n, state=state, charged=charged)
        spent = sum(step.charged for step in steps)
        return self._moved(Status.RUNNING, steps=steps, cost=self.cost.model_copy(update={"charged": spent}))

    def rested(self, until: float) -> Job:
        """Back to the queue: to wait for a model, for a new worker, or because this one died."""
        return self._moved(Status.QUEUED, outbox=self.outbox | {"message"}, dueAt=until)

    def finished(self, status: Status, now: float, **changes: Any) -> Job:
        """The end, with an event owed to the bus."""
        return self._moved(
            status, finishedAt=moment(now), outbox=frozenset({"event"}), dueAt=now + RESEND_AFTER, **changes
        )

    def canceled(self, now: float) -> Job:
        """Its caller does not want it any more."""
        return self.finished(Status.CANCELED, now)

    def sent(self, what: Literal["message", "event"], now: float) -> Job:
        """The message or the event is out."""
        due = now + LOST_AFTER if self.status is Status.QUEUED else None
        return self.model_copy(update={"outbox": self.outbox - {what}, "dueAt": due})

    def _moved(self, status: Status, **changes: Any) -> Job:
        if status not in TRANSITIONS[self.status]:
            raise ValueError(f"{self.id} cannot go from {self.status} to {status}")
        return self.model_copy(update={"status": status, **changes})

    def _with_step(self, n: int, **changes: Any) -> tuple[Step, ...]:
        return tuple(step.model_copy(update=changes) if step.n == n else step for step in self.steps)


INTERNAL_FIELDS = frozenset({"rev", "queue", "outbox", "dueAt", "attempts", "reservation"})


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as a UTC time of whole milliseconds."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)
