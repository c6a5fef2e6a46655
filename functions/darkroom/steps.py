"""One step of a job: one call of a model, at most once, and nothing of its reply lost. The only place that spends.

    planned ──commit──► calling ──reply──► pictures stored one by one ──► steps/{n}.json ──commit──► stored

A crash leaves the step `calling`. What is in S3 then tells what happened: the record proves the step complete;
pictures without it are what came of a reply that was cut off; and with neither, nobody knows whether the model drew,
so it is not called again, unless a repeated call is free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from functions.darkroom import replies
from functions.darkroom.catalogue import MODELS
from functions.darkroom.engines import Drawn, Order, Outcome, Place, engine
from functions.darkroom.errors import (
    Blocked,
    DarkroomError,
    InputRefused,
    ModelError,
    ModelUnreachable,
    NoWorkDone,
    OutcomeUnknown,
    Problem,
    ReplyUnreadable,
)
from functions.darkroom.models import Call
from functions.darkroom.routing import Route
from functions.darkroom.storage import mask_key, original_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.job import Job, Picture, Step
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.models import Models
    from functions.darkroom.storage import Storage

MASK = "maskImage"
"""The field of a reply that holds the mask that was used."""
CUT_OFF = "the model's reply was cut off: only what had arrived could be kept"


class StepRecord(BaseModel):
    """`steps/{n}.json`: what a step brought, with all of the model's reply but its picture data."""

    outcome: Outcome | None = None
    problem: Problem | None = None
    reply: Any = None


@dataclass(frozen=True, slots=True)
class Steps:
    """Takes the steps of jobs."""

    ledger: Ledger
    storage: Storage
    models: Models
    clock: Callable[[], float]
    lease: float

    def take(self, job: Job, order: Order, step: Step) -> tuple[Job, StepRecord]:
        """Bring one step to its end, from wherever it stands. If it is `planned` afterwards, nothing was done."""
        record = None if step.state == "planned" else self._recorded(job, step)
        if record is not None:
            return self._ended(job, order, step, record)
        if step.state == "planned" or MODELS[step.model].repeatable:
            return self._call(job, order, step)
        return self._recover(job, order, step)

    def salvage(self, job: Job, order: Order, step: Step) -> tuple[Job, StepRecord]:
        """The same without calling a model: what there is of this step is taken, and its end told."""
        if step.state == "planned":
            return job, StepRecord()
        record = self._recorded(job, step)
        return self._ended(job, order, step, record) if record else self._recover(job, order, step)

    def _call(self, job: Job, order: Order, step: Step) -> tuple[Job, StepRecord]:
        route, place = route_of(job), Place(self.storage.results, original_key(job, step, 0))
        body = engine(route.engine).body(order, route.model, step.place, self.storage.read, place)
        job = self.ledger.commit(job.calling(step.n, self.clock(), self.lease))
        try:
            record = self._read_reply(job, order, step, Call(route, body), place)
        except NoWorkDone as error:
            return self._undone(job, step, error)
        except OutcomeUnknown as error:
            if not MODELS[step.model].repeatable:
                return self._recover(job, order, step)
            return self._undone(job, step, ModelUnreachable(f"{error}; this call can be made again"))
        except (ModelError, InputRefused) as error:
            record = StepRecord(problem=error.problem(job.id))
        self.storage.put_record(job, f"steps/{step.n}.json", record.model_dump(mode="json"))
        return self._ended(job, order, step, record)

    def _undone(self, job: Job, step: Step, why: NoWorkDone) -> tuple[Job, StepRecord]:
        """The step is as it was before the call."""
        return self.ledger.commit(job.stepped(step.n, "planned")), StepRecord(problem=why.problem(job.id))

    def _read_reply(self, job: Job, order: Order, step: Step, call: Call, place: Place) -> StepRecord:
        def keep(field: str, k: int, data: bytes) -> Picture:
            key = mask_key(job, step.n) if field == MASK else original_key(job, step, k)
            try:
                return self.storage.put_picture(job, key, data)
            except InputRefused as error:
                self.storage.put_record(job, f"reply-{step.n}.txt", data)
                raise ReplyUnreadable(f"what the model returned is no picture: {error}") from error

        try:
            reply = replies.read(self.models.invoke(call), keep)
        except replies.Unreadable as error:
            self.storage.put_record(job, f"reply-{step.n}.txt", error.text)
            raise
        try:
            return StepRecord(outcome=engine(call.route.engine).outcome(reply, order, place), reply=reply)
        except (ModelError, InputRefused) as error:  # whatever it said instead of a picture is kept
            return StepRecord(problem=error.problem(job.id), reply=reply)

    def _recover(self, job: Job, order: Order, step: Step) -> tuple[Job, StepRecord]:
        """The reply is gone. Keep what arrived of it; where nothing did, say that nobody knows."""
        most = range(pictures_per_step(job, order))
        found = [self.storage.find_picture(job, original_key(job, step, k)) for k in most]
        drawn = tuple(Drawn(picture=picture) for picture in found if picture is not None)
        if drawn:
            return self._ended(job, order, step, StepRecord(outcome=Outcome(drawn=drawn, complaint=CUT_OFF)))
        unknown = OutcomeUnknown(f"step {step.n} was sent to {step.model}, and no whole reply came back")
        return self._ended(job, order, step, StepRecord(problem=unknown.problem(job.id)))

    def _ended(self, job: Job, order: Order, step: Step, record: StepRecord) -> tuple[Job, StepRecord]:
        if step.state in {"stored", "failed", "unknown"}:
            return job, record
        price = job.cost.quoted // order.task.count  # as it was when the job was opened
        if record.outcome is not None:
            moved = job.stepped(step.n, "stored", price * len(record.outcome.drawn))
        elif record.problem is not None and record.problem.slug == OutcomeUnknown.slug:
            counted = MODELS[step.model].charges.unknown
            moved = job.stepped(step.n, "unknown", price * pictures_per_step(job, order) * counted)
        else:
            counted = record.problem is not None and record.problem.slug == Blocked.slug
            counted = counted and MODELS[step.model].charges.blocked
            moved = job.stepped(step.n, "failed", price * pictures_per_step(job, order) * counted)
        return self.ledger.commit(moved), record

    def _recorded(self, job: Job, step: Step) -> StepRecord | None:
        record = self.storage.record(job, f"steps/{step.n}.json")
        return None if record is None else StepRecord.model_validate(record)


def route_of(job: Job) -> Route:
    """The route that was chosen when the job was opened."""
    if job.model is None:
        raise DarkroomError(f"{job.id} has no model")
    model = MODELS[job.model.served]
    return Route(model.engine, model, job.model.region)


def pictures_per_step(job: Job, order: Order) -> int:
    """How many pictures one call was to bring."""
    return order.task.count // job.planned_calls
