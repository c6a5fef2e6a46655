"""One step of a job: one call of a model, at most once, and nothing of its reply lost. The only place that spends.

    planned ──commit──► calling ──reply──► pictures stored one by one ──► steps/{n}.json ──commit──► stored

A crash leaves the step `calling`. What is in S3 then tells what happened: the record proves the step complete;
pictures without it are what came of a reply that was cut off; and with neither, nobody knows whether the model drew,
so it is not called again, unless a repeated call is free.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from functions.darkroom import replies
from functions.darkroom.catalogue import MODELS
from functions.darkroom.engines import Drawn, Order, Outcome, Place, engine
from functions.darkroom.errors import (
    Blocked,
    DarkroomError,
    FunctionFailed,
    InputRefused,
    ModelError,
    ModelFailed,
    NoWorkDone,
    OutcomeUnknown,
    Problem,
    ReplyCutOff,
    ReplyUnreadable,
)
from functions.darkroom.models import Call
from functions.darkroom.routing import Route
from functions.darkroom.storage import mask_key, original_key
from functions.darkroom.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.job import Job, Picture, Step
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.model import Model
    from functions.darkroom.models import Models
    from functions.darkroom.storage import Storage

STORING_PAUSES = (0.5, 2.0, 5.0)
"""Seconds between attempts to store a picture, each of which the SDK makes three times; well within a step's time."""
MASK = "maskImage"
"""The field of a reply that holds the mask that was used."""


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
        try:
            body = engine(route.engine).body(order, route.model, step.place, self.storage.read, place)
        except InputRefused as error:  # only its pixels show that a picture cannot be sent
            return self._told(job, order, step, StepRecord(problem=error.problem(job.id)))
        job = self.ledger.commit(job.calling(step.n, self.clock(), self.lease))
        try:
            record = self._read_reply(job, order, step, Call(route, body), place)
        except NoWorkDone as error:
            return self._undone(job, step, error)
        except (OutcomeUnknown, ModelFailed) as error:
            if MODELS[step.model].repeatable:
                return self._undone(job, step, FunctionFailed(str(error)))
            if isinstance(error, OutcomeUnknown):
                return self._recover(job, order, step)
            record = StepRecord(problem=error.problem(job.id))
        except ReplyUnreadable as error:
            record = StepRecord(outcome=self._arrived(job, order, step), problem=error.problem(job.id))
        except (ModelError, InputRefused) as error:
            record = StepRecord(problem=error.problem(job.id))
        return self._told(job, order, step, record)

    def _told(self, job: Job, order: Order, step: Step, record: StepRecord) -> tuple[Job, StepRecord]:
        """The step at its end, its record stored first."""
        self.storage.put_record(job, f"steps/{step.n}.json", record.model_dump(mode="json"))
        return self._ended(job, order, step, record)

    def _undone(self, job: Job, step: Step, why: NoWorkDone) -> tuple[Job, StepRecord]:
        """The step is as it was before the call."""
        return self.ledger.commit(job.stepped(step.n, "planned")), StepRecord(problem=why.problem(job.id))

    def _read_reply(self, job: Job, order: Order, step: Step, call: Call, place: Place) -> StepRecord:
        def keep(field: str, k: int, data: bytes) -> Picture:
            key = mask_key(job, step.n) if field == MASK else original_key(job, step, k)
            try:
                return self._stored(job, key, data)
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

    def _stored(self, job: Job, key: str, data: bytes) -> Picture:
        """Store a picture that was paid for. It is in no other place, so S3 is asked again where it fails."""
        for pause in STORING_PAUSES:
            try:
                return self.storage.put_picture(job, key, data)
            except (ClientError, BotoCoreError) as error:
                logger.warning("a picture is stored once more", job=job.id, reason=type(error).__name__)
                time.sleep(pause)
        return self.storage.put_picture(job, key, data)

    def _recover(self, job: Job, order: Order, step: Step) -> tuple[Job, StepRecord]:
        """The reply is gone. Keep what arrived of it; where nothing did, say that nobody knows."""
        outcome = self._arrived(job, order, step)
        if outcome is not None:
            is_whole = len(outcome.drawn) == pictures_per_step(job, order)
            problem = None if is_whole else ReplyCutOff("only what had arrived could be kept").problem(job.id)
            return self._ended(job, order, step, StepRecord(outcome=outcome, problem=problem))
        unknown = OutcomeUnknown(f"step {step.n} was sent to {step.model}, and no whole reply came back")
        return self._ended(job, order, step, StepRecord(problem=unknown.problem(job.id)))

    def _arrived(self, job: Job, order: Order, step: Step) -> Outcome | None:
        """The pictures that lie in S3 of a step's reply; None where there are none."""
        most = range(pictures_per_step(job, order))
        found = [self.storage.find_picture(job, original_key(job, step, k)) for k in most]
        drawn = tuple(Drawn(picture=picture) for picture in found if picture is not None)
        return Outcome(drawn=drawn) if drawn else None

    def _ended(self, job: Job, order: Order, step: Step, record: StepRecord) -> tuple[Job, StepRecord]:
        if step.state in {"stored", "failed", "unknown"}:
            return job, record
        slug = record.problem.slug if record.problem else None
        price = job.cost.quoted // order.task.count  # as it was when the job was opened
        if record.outcome is not None:
            moved = job.stepped(step.n, "stored", price * len(record.outcome.drawn))
        else:
            counted = price * pictures_per_step(job, order) if _is_counted(MODELS[step.model], slug) else 0
            moved = job.stepped(step.n, "unknown" if slug == OutcomeUnknown.slug else "failed", counted)
        return self.ledger.commit(moved), record

    def _recorded(self, job: Job, step: Step) -> StepRecord | None:
        record = self.storage.record(job, f"steps/{step.n}.json")
        return None if record is None else StepRecord.model_validate(record)


def _is_counted(model: Model, slug: str | None) -> bool:
    """Whether a call without a picture counts as charged: not answered, or answered so that nobody can read it."""
    if slug in {OutcomeUnknown.slug, ReplyUnreadable.slug}:
        return model.charges.unknown
    return slug == Blocked.slug and model.charges.blocked


def route_of(job: Job) -> Route:
    """The route that was chosen when the job was opened."""
    if job.model is None:
        raise DarkroomError(f"{job.id} has no model")
    model = MODELS[job.model.served]
    return Route(model.engine, model, job.model.region)


def pictures_per_step(job: Job, order: Order) -> int:
    """How many pictures one call was to bring."""
    return order.task.count // job.planned_calls
