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
from functions.darkroom.settings import OnUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ATTEMPTS = 8
"""How many workers a job may have that did not come to an end with it. One that rests in good order does not count."""

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
        Status.QUEUED: frozenset({Status.QUEUED, Status.RUNNING, Status.FAILED, Status.CANCELED}),
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

    # An error may be logged, and what it was about may hold a prompt.
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True, hide_input_in_errors=True)


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
    """Where it is called."""
    answeredIn: tuple[str, ...] = ()
    """Where the call may be answered, if that is not only there: the Regions that its inference profile spans."""


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
    replaces: int | None = None
    """The step whose outcome nobody knows, where the caller chose to have it called once more."""

    @property
    def place(self) -> int:
        """Which of the task's calls it is, counted from 1: its own number, or that of the step that it replaces."""
        return self.replaces or self.n


class Quality(Frozen):
    """What can be said of a cut-out without knowing the truth."""

    coverage: float
    """Mean opacity, 0 to 1. About 0 says that no subject was found."""
    edgeUncertainty: float
    """The share, 0 to 1, of the subject about which the network was not sure."""
    regions: int
    """Separate parts of the subject."""
    touchesBorder: bool
    """Whether the subject runs out of the picture."""


class Image(Picture):
    """A finished picture: what was asked for; `original` is what the model returned, byte for byte."""

    id: int
    seed: int | None = None
    original: Picture
    quality: Quality | None = None
    """Of a cut-out by our own network."""


class Cost(Frozen):
    """Money in millionths of a USD. `quoted` is exactly what success is charged, and the upper bound.

    Only `onUnknown: retry` may cost more, since a call whose outcome nobody knows counts as charged: `atMost`.
    """

    quoted: int
    charged: int = 0
    atMost: int | None = None
    currency: Literal["USD"] = "USD"

    @property
    def bound(self) -> int:
        """The most that it can come to."""
        return self.quoted if self.atMost is None else self.atMost


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


class Leftover(Frozen):
    """What is still to be deleted of an erased job: a version of an object, or all that begins with a key."""

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
    key: str | None = None
    """The name of the bearer key with which it was asked for."""


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
    review: tuple[str, ...] = ()
    """Why a person should look at the pictures before they are used; empty where nothing says so."""
    error: Problem | None = None
    cost: Cost = Cost(quoted=0)
    source: Source
    metadata: dict[str, str] = Field(default_factory=dict)
    createdAt: datetime
    startsAt: datetime | None = None
    """When it is expected to start, while it waits for its model's pace."""
    startedAt: datetime | None = None
    finishedAt: datetime | None = None
    expiresAt: datetime
    """When its record and its pictures go. A job that waits does not expire: the days count from its end."""
    erasedAt: datetime | None = None
    """When it was erased: all but what it cost is gone."""

    rev: int = 0
    queue: Literal["interactive", "bulk"] = "interactive"
    outbox: frozenset[Literal["message", "event"]] = frozenset({"message"})
    """What is owed and not yet known to be sent: the queue's message, the bus's event."""
    dueAt: float | None = None
    """When the sweeper should look: a running job's lease ends then; None when nothing is owed."""
    turn: int | None = None
    """Its place in its model's line, while it stands there; the sweeper starts whose turn has come."""
    attempts: int = 0
    """How many workers had it since it last came to rest in good order."""
    rests: int = 0
    """How often it rested because its model could not take it."""
    onUnknown: OnUnknown = "hold"
    """What becomes of a step whose outcome nobody knows."""
    leftovers: tuple[Leftover, ...] = ()
    """What is still to be deleted of it, once it is erased."""
    reservation: Reservation | None = None
    """What is set aside for it; settled, and gone, when it has ended."""

    def as_wire(self) -> dict[str, Any]:
        """The Job as everybody may see it, as JSON data."""
        return self.model_dump(mode="json", exclude=set(INTERNAL_FIELDS))

    def step(self, n: int) -> Step:
        """The n-th step, counted from 1."""
        return self.steps[n - 1]

    def step_after(self, taken: int) -> Step | None:
        """The step that follows so many; None after the last."""
        return self.steps[taken] if taken < len(self.steps) else None

    @property
    def standing_steps(self) -> tuple[Step, ...]:
        """The steps that count, in the order of the task's pictures: a replaced one's place is its replacement's."""
        standing = (step for step in self.steps if not self.is_replaced(step.n))
        return tuple(sorted(standing, key=lambda step: step.place))

    def is_replaced(self, n: int) -> bool:
        """Whether a step was called once more, as another one."""
        return any(step.replaces == n for step in self.steps)

    def may_call_again(self, n: int) -> bool:
        """Whether a step whose outcome nobody knows is to be replaced: once, and where the caller chose so."""
        step = self.step(n)
        return self.onUnknown == "retry" and step.state == "unknown" and step.replaces is None

    @property
    def is_untouched(self) -> bool:
        """It waits, and none of its steps was ever sent."""
        return self.status is Status.QUEUED and all(step.state == "planned" for step in self.steps)

    @property
    def epitaph(self) -> str:
        """What there is to say of an erased job."""
        return f"it was erased on {self.erasedAt:%Y-%m-%d}; it was charged {self.cost.charged / 1_000_000:.6f} USD"

    def is_expired(self, now: float) -> bool:
        """Whether it has ended, and the days for which it is kept are over."""
        return self.status.ended and self.expiresAt.timestamp() <= now

    def lease_is_dead(self, now: float) -> bool:
        """Whether the worker that had this job is taken for dead."""
        return self.status is Status.RUNNING and self.dueAt is not None and self.dueAt <= now

    @property
    def calls(self) -> int:
        """How many calls it has yet to make."""
        return sum(step.state == "planned" for step in self.steps)

    @property
    def planned_calls(self) -> int:
        """How many calls its task needs when each of them succeeds."""
        return sum(step.replaces is None for step in self.steps)

    def at(self, start: float) -> Job:
        """It has its model's leave to start then, and a message that says so is owed."""
        waits = moment(start) if start > self.createdAt.timestamp() + 1 else None
        return self._moved(Status.QUEUED, outbox=self.outbox | {"message"}, dueAt=start, turn=None, startsAt=waits)

    def in_line(self, turn: int, expected: float) -> Job:
        """It waits in its model's line, and owes no message until its turn has come."""
        return self._moved(
            Status.QUEUED, outbox=self.outbox - {"message"}, dueAt=None, turn=turn, startsAt=moment(expected)
        )

    def claimed(self, now: float, lease: float) -> Job:
        """A worker takes the job. Its message has evidently arrived."""
        return self._moved(
            Status.RUNNING,
            startedAt=self.startedAt or moment(now),
            startsAt=None,
            attempts=self.attempts + 1,
            dueAt=now + lease,
            turn=None,
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

    def replaced(self, n: int) -> Job:
        """The n-th step's outcome is unknown, and it is to be called once more: as a step of its own."""
        again = Step(n=len(self.steps) + 1, model=self.step(n).model, replaces=n)
        return self.model_copy(update={"steps": (*self.steps, again)})

    def rested(self, until: float) -> Job:
        """Back to the queue in good order: there was no time left for the next step."""
        return self._moved(Status.QUEUED, outbox=self.outbox | {"message"}, dueAt=until, attempts=0)

    def refused_by_model(self) -> Job:
        """Back to the queue in good order: the model did nothing. It has yet to be told when, or to stand in line."""
        return self._moved(Status.QUEUED, attempts=0, rests=self.rests + 1)

    def abandoned(self, now: float) -> Job:
        """Back to the queue, because its worker died or its message was lost."""
        return self._moved(Status.QUEUED, outbox=self.outbox | {"message"}, dueAt=now, turn=None)

    def finished(self, status: Status, now: float, **changes: Any) -> Job:
        """The end, with an event owed to the bus."""
        kept = self.expiresAt - self.createdAt
        return self._moved(
            status,
            finishedAt=moment(now),
            startsAt=None,
            expiresAt=moment(now) + kept,
            turn=None,
            outbox=frozenset({"event"}),
            dueAt=now + RESEND_AFTER,
            **changes,
        )

    def erased(self, now: float, leftovers: tuple[Leftover, ...]) -> Job:
        """The tombstone of an ended job: what it was and what it cost, and nothing that was said or drawn."""
        told = self.error.model_copy(update={"detail": "", "hint": None, "errors": ()}) if self.error else None
        blank: dict[str, Any] = {"fidelity": (), "images": (), "mask": None, "review": (), "metadata": {}}
        source = self.source.model_copy(update={"object": None, "output": None})
        more = {"error": told, "source": source, "erasedAt": moment(now), "leftovers": leftovers}
        return self.model_copy(update=blank | more)

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


INTERNAL_FIELDS = frozenset(
    {"rev", "queue", "outbox", "dueAt", "turn", "attempts", "rests", "onUnknown", "leftovers", "reservation"}
)


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as a UTC time of whole milliseconds."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)
