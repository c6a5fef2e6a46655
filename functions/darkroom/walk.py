"""The one walk: `open` makes a request into a Job, `run` makes the Job into pictures.

Every door opens jobs here and only the worker runs them, so there is one place to make safe. Knows tasks, pictures
and jobs; never HTTP, and never the envelope of an event.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError

from functions.darkroom import clients, fidelity, money, results, routing
from functions.darkroom.engines import Order, engine
from functions.darkroom.errors import UnknownJob, WorkerFailed
from functions.darkroom.events import Bus
from functions.darkroom.intake import Intake
from functions.darkroom.job import MAX_ATTEMPTS, Cost, Job, ServedBy, Source, Status, Step, moment, new_id
from functions.darkroom.ledger import Conflict, Ledger
from functions.darkroom.models import Models
from functions.darkroom.queues import Queues
from functions.darkroom.settings import settings as deployed_settings
from functions.darkroom.steps import StepRecord, Steps
from functions.darkroom.storage import Storage
from functions.darkroom.tasks import TextImage
from functions.darkroom.telemetry import job_ended, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from functions.darkroom.errors import RequestRefused
    from functions.darkroom.routing import Route
    from functions.darkroom.settings import Settings
    from functions.darkroom.tasks import Task

SEEDS = 2_147_483_647
"""Titan's seeds are 0 to 2,147,483,646."""

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.25
"""Seconds between two looks of a watcher."""

REST_SECONDS = 2.0
"""A model that is busy is asked again after this long, doubled with every attempt."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that opening and running a job needs."""

    settings: Settings
    ledger: Ledger
    storage: Storage
    models: Models
    bus: Bus
    queues: Queues
    clock: Callable[[], float] = time.time

    def open(
        self, task: Task, *, tenant: str, source: Source, queue: Literal["interactive", "bulk"] = "interactive"
    ) -> Job:
        """Check a task, pin its pictures, and open its job. Raises RequestRefused before anything was written.

        Raises ledger.Taken when the source object has its job already.
        """
        route = routing.choose(task, self.settings.ROUTES, self.settings.MODEL_REGION)
        job = self._draft(task, route, tenant, source).model_copy(update={"queue": queue})
        intake = Intake(self.storage, self.settings.RECIPES)
        inputs = intake.pin(task.images, tenant, route.model.inputs, source.object)
        order = Order(task=_definite(task), inputs=inputs)
        self.storage.put_record(job, "task.json", order.model_dump(mode="json"))
        return self.deliver(self.ledger.open(job, source.object))

    def refuse(self, error: RequestRefused, *, task_type: str, tenant: str, source: Source) -> Job:
        """Open a job that has failed already: for a door where nobody waits for an answer."""
        now = self.clock()
        job = self._blank(task_type, tenant, source).finished(Status.FAILED, now, error=error.problem())
        return self.deliver(self.ledger.open(job, source.object))

    def find(self, job_id: str, tenant: str) -> Job:
        """A tenant's job. Raises UnknownJob, which does not tell whether another tenant has it."""
        job = self.ledger.get(job_id)
        if job is None or job.tenant != tenant or job.expiresAt.timestamp() <= self.clock():
            raise UnknownJob("there is no such job, or not for this key")
        return job

    def watch(self, job: Job, seconds: float) -> Job:
        """Wait for a job to end, at most so long, and give it as it stands then."""
        deadline, pause = self.clock() + seconds, FIRST_PAUSE
        while not job.status.ended and (left := deadline - self.clock()) > 0:
            time.sleep(min(pause, left))
            pause = min(pause * 1.2, LONGEST_PAUSE)
            job = self.ledger.get(job.id) or job
        return job

    def run(self, job_id: str, time_left: Callable[[], float]) -> None:
        """Run a job to its end, or to where it has to rest. Safe to be called twice for one job, even at once."""
        job = self.ledger.get(job_id)
        if job is None or not self._may_be_claimed(job):
            return
        try:
            job = self.ledger.commit(job.claimed(self.clock(), self.settings.TIMEOUTS.lease))
            order = Order.model_validate(self.storage.record(job, "task.json"))
            self.deliver(self._work(job, order, time_left))
        except Conflict:
            logger.info("another worker has the job", job=job_id)

    def tend(self) -> None:
        """Look after every job whose time has come, and end those whose messages were given up."""
        for job in self.ledger.due(self.clock()):
            try:
                self.deliver(self._woken(job))
            except Conflict:
                continue
        for job_id in self.queues.dead():
            self._bury(job_id)

    def deliver(self, job: Job) -> Job:
        """Send what the job's outbox holds. What cannot be sent now, the sweeper sends later."""
        try:
            if "message" in job.outbox:
                self.queues.send(job.queue, job.id, (job.dueAt or 0) - self.clock())
                return self.ledger.commit(job.sent("message", self.clock()))
            if "event" in job.outbox:
                self.bus.publish(job)
                job_ended(job)
                return self.ledger.commit(job.sent("event", self.clock()))
        except Conflict:
            pass
        except (ClientError, BotoCoreError, ConnectionError) as error:
            logger.warning("left in the outbox", job=job.id, reason=type(error).__name__)
        return job

    def _draft(self, task: Task, route: Route, tenant: str, source: Source) -> Job:
        serving = engine(route.engine)
        verdicts = serving.verdicts(task, route.model)
        fidelity.hold(task, verdicts)
        steps = tuple(Step(n=n, model=route.model.id) for n in range(1, serving.steps(task) + 1))
        return self._blank(task.taskType, tenant, source).model_copy(
            update={
                "model": ServedBy(
                    requested=task.modelId, served=route.model.id, engine=route.engine, region=route.region
                ),
                "fidelity": verdicts,
                "steps": steps,
                "cost": Cost(quoted=money.quote(route.model, task)),
                "metadata": task.metadata,
            }
        )

    def _blank(self, task_type: str, tenant: str, source: Source) -> Job:
        now = self.clock()
        return Job(
            id=new_id(),
            tenant=tenant,
            taskType=task_type,
            source=source,
            createdAt=moment(now),
            expiresAt=moment(now + self.settings.JOB_DAYS * 86_400),
            dueAt=now,
        )

    def _may_be_claimed(self, job: Job) -> bool:
        return job.status is Status.QUEUED or job.lease_is_dead(self.clock())

    def _work(self, job: Job, order: Order, time_left: Callable[[], float]) -> Job:
        limits = self.settings.TIMEOUTS
        steps = Steps(self.ledger, self.storage, self.models, self.clock, limits.lease)
        records: list[StepRecord] = []
        for step in job.steps:
            if time_left() < limits.step:
                return self.ledger.commit(job.rested(self.clock()))
            job, record = steps.take(job, order, step)
            if self._can_wait(job, step.n, record):
                return self.ledger.commit(job.rested(self.clock() + REST_SECONDS * 2**job.attempts))
            records.append(record)
            if record.problem is not None:
                break
        return self._end(job, order, records)

    def _can_wait(self, job: Job, n: int, record: StepRecord) -> bool:
        """Whether the model did nothing this time and may do it later."""
        if record.problem is None or job.step(n).state != "planned":
            return False
        return record.problem.retryable and job.attempts < MAX_ATTEMPTS

    def _end(self, job: Job, order: Order, records: Iterable[StepRecord]) -> Job:
        return self.ledger.commit(results.conclude(self.storage, job, order, list(records), self.clock()))

    def _woken(self, job: Job) -> Job:
        """A job that nobody has any more goes back to the queue; an ended one only owes its event."""
        lost = job.status is Status.QUEUED and "message" not in job.outbox
        if lost or job.lease_is_dead(self.clock()):
            return self.ledger.commit(job.rested(self.clock()))
        return job

    def _bury(self, job_id: str) -> None:
        """End a job whose message was given up, with whatever its steps had brought."""
        job = self.ledger.get(job_id)
        if job is None or not self._may_be_claimed(job):
            return
        limits = self.settings.TIMEOUTS
        steps = Steps(self.ledger, self.storage, self.models, self.clock, limits.lease)
        error = WorkerFailed(f"its message was given up after {job.attempts} attempts")
        try:
            job = self.ledger.commit(job.claimed(self.clock(), limits.lease))
            order = Order.model_validate(self.storage.record(job, "task.json"))
            records = []
            for step in job.steps:
                job, record = steps.salvage(job, order, step)
                records.append(record)
            self.deliver(self._end(job, order, [*records, StepRecord(problem=error.problem(job.id))]))
        except Conflict:
            logger.info("the job moved on by itself", job=job_id)


@cache
def deployed() -> Walk:
    """The walk of this deployment, over real AWS clients; made at the first event."""
    settings = deployed_settings()
    read_seconds = float(settings.TIMEOUTS.model_read)
    urls = {"interactive": settings.INTERACTIVE_QUEUE_URL, "bulk": settings.BULK_QUEUE_URL}
    return Walk(
        settings=settings,
        ledger=Ledger(clients.client("dynamodb"), settings.TABLE_NAME),
        storage=Storage(clients.client("s3"), settings.UPLOADS_BUCKET, settings.RESULTS_BUCKET),
        models=Models(partial(clients.model_client, read_seconds=read_seconds), settings.CUTOUT_FUNCTION),
        bus=Bus(clients.client("events"), settings.EVENT_BUS),
        queues=Queues(clients.client("sqs"), urls, (settings.INTERACTIVE_DLQ_URL, settings.BULK_DLQ_URL)),
    )


def _definite(task: Task) -> Task:
    """The task with its seed drawn, once per job, and its pictures named by their place among the inputs."""
    named = task.with_images(tuple(f"input:{index}" for index in range(len(task.images))))
    if isinstance(named, TextImage) and named.imageGenerationConfig.seed is None:
        return named.with_seed(secrets.randbelow(SEEDS))
    return named
