"""The one walk: `open` makes a request into a Job, `run` makes the Job into pictures.

Every door opens jobs here and only the worker runs them, so there is one place to make safe. Knows tasks, pictures
and jobs; never HTTP, and never the envelope of an event.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError

from functions.darkroom import clients, drafts, results, routing
from functions.darkroom.desk import Desk
from functions.darkroom.engines import Order
from functions.darkroom.errors import UnknownJob, WorkerFailed
from functions.darkroom.events import Bus
from functions.darkroom.intake import Intake
from functions.darkroom.job import MAX_ATTEMPTS, Job, Source, Status
from functions.darkroom.ledger import Conflict, Ledger
from functions.darkroom.models import Models
from functions.darkroom.queues import Queues
from functions.darkroom.settings import settings as deployed_settings
from functions.darkroom.steps import StepRecord, Steps
from functions.darkroom.storage import Storage
from functions.darkroom.telemetry import job_ended, logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from functions.darkroom.errors import RequestRefused
    from functions.darkroom.job import Picture
    from functions.darkroom.settings import Settings
    from functions.darkroom.tasks import Task

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.25
"""Seconds between two looks of a watcher."""

CLAIM_TRIES = 5
"""How often a worker reads a job again that was moved between its reading and its claiming."""

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
        route = routing.choose(task, self.settings.ROUTES, self.settings.model_regions)
        checked = self._intake.check(task, tenant, route.model.inputs, source.object)
        definite = drafts.definite(task, route.model)
        drafts.hold_body(definite, route.model, (one.weight for one in checked))
        job = drafts.plan(self._blank(task.taskType, tenant, source), task, route, drafts.notes(task, checked))
        job = job.model_copy(update={"queue": queue})
        order = drafts.order(task, definite, checked, partial(self._intake.pin, tenant))
        self.storage.put_record(job, "task.json", order.model_dump(mode="json", exclude_unset=True))
        return self.deliver(self.ledger.open(job, source.object))

    def refuse(self, error: RequestRefused, *, task_type: str, tenant: str, source: Source) -> Job:
        """Open a job that has failed already: for a door where nobody waits for an answer."""
        blank = self._blank(task_type, tenant, source)
        job = blank.finished(Status.FAILED, self.clock(), error=error.problem(blank.id))
        self.storage.put_record(job, "job.json", job.as_wire())
        return self.deliver(self.ledger.open(job, source.object))

    def find(self, job_id: str, tenant: str) -> Job:
        """A tenant's job. Raises UnknownJob, which does not tell whether another tenant has it."""
        job = self.ledger.get(job_id)
        if job is None or job.tenant != tenant or job.expiresAt.timestamp() <= self.clock():
            raise UnknownJob("there is no such job, or not for this key")
        return job

    def find_all(self, tenant: str, most: int, before: str | None) -> tuple[list[Job], str | None]:
        """A tenant's jobs, newest first, at most so many and older than `before`; and where the next page begins."""
        jobs, cursor = self.ledger.of_tenant(tenant, most, before)
        return [job for job in jobs if job.expiresAt.timestamp() > self.clock()], cursor

    def desk(self, tenant: str) -> Desk:
        """What a tenant may ask for beside jobs."""
        return Desk(tenant, self.settings, self.storage, self.models, self._intake, self.clock)

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
        job = self._claim(job_id)
        if job is None:
            return
        if job.attempts > MAX_ATTEMPTS:
            self._give_up(job)
            return
        with self._alone(job_id):
            self.deliver(self._work(job, self._order(job), time_left))

    def tend(self) -> None:
        """Look after every job whose time has come, and end those whose messages were given up."""
        for job in self.ledger.due(self.clock()):
            with self._alone(job.id):
                self.deliver(self._woken(job))
        for job_id in self.queues.dead():
            dead = self._claim(job_id)
            if dead is not None:
                self._give_up(dead)

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

    @property
    def _intake(self) -> Intake:
        return Intake(self.storage, self.settings.RECIPES, self._earlier)

    def _earlier(self, job_id: str, n: int, tenant: str) -> Picture | None:
        job = self.ledger.get(job_id)
        if job is None or job.tenant != tenant:
            return None
        return next((image for image in job.images if image.id == n), None)

    @property
    def _steps(self) -> Steps:
        return Steps(self.ledger, self.storage, self.models, self.clock, self.settings.TIMEOUTS.lease)

    def _blank(self, task_type: str, tenant: str, source: Source) -> Job:
        return drafts.blank(task_type, tenant=tenant, source=source, now=self.clock(), days=self.settings.JOB_DAYS)

    def _claim(self, job_id: str) -> Job | None:
        """The job under a fresh lease, or None when it has ended or another worker has it.

        A conflict here is mostly the door, noting that the message is out which this worker already holds; so the
        job is read again. Raises Conflict when it never comes to rest, so that the message comes again.
        """
        for left in reversed(range(CLAIM_TRIES)):
            job = self.ledger.get(job_id)
            if job is None or not self._may_be_claimed(job):
                return None
            try:
                return self.ledger.commit(job.claimed(self.clock(), self.settings.TIMEOUTS.lease))
            except Conflict:
                if not left:
                    raise
        return None

    def _order(self, job: Job) -> Order:
        # Not strict: what was a tuple comes back from JSON as a list.
        return Order.model_validate(self.storage.record(job, "task.json"), strict=False)

    @contextmanager
    def _alone(self, job_id: str) -> Iterator[None]:
        """Whoever comes second to a job leaves it to the first."""
        try:
            yield
        except Conflict:
            logger.info("another worker has the job", job=job_id)

    def _may_be_claimed(self, job: Job) -> bool:
        return job.status is Status.QUEUED or job.lease_is_dead(self.clock())

    def _work(self, job: Job, order: Order, time_left: Callable[[], float]) -> Job:
        records: list[StepRecord] = []
        for step in job.steps:
            if time_left() < self.settings.TIMEOUTS.step:
                return self.ledger.commit(job.rested(self.clock()))
            job, record = self._steps.take(job, order, step)
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

    def _end(self, job: Job, order: Order, records: Sequence[StepRecord]) -> Job:
        return self.ledger.commit(results.conclude(self.storage, job, order, records, self.clock()))

    def _give_up(self, job: Job) -> None:
        """End a job that cannot be worked on, with whatever its steps had brought and without another call."""
        error = WorkerFailed(f"it was given up after {job.attempts - 1} attempts").problem(job.id)
        with self._alone(job.id):
            if job.attempts > MAX_ATTEMPTS + 1:
                # Even this much was too much for it before: what there is stays in S3 beside its records.
                self.deliver(self.ledger.commit(job.finished(Status.FAILED, self.clock(), error=error)))
                return
            order, records = self._order(job), []
            for step in job.steps:
                job, record = self._steps.salvage(job, order, step)
                records.append(record)
            self.deliver(self._end(job, order, [*records, StepRecord(problem=error)]))

    def _woken(self, job: Job) -> Job:
        """A job that nobody has any more goes back to the queue; an ended one only owes its event."""
        lost = job.status is Status.QUEUED and "message" not in job.outbox
        if lost or job.lease_is_dead(self.clock()):
            return self.ledger.commit(job.rested(self.clock()))
        return job


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
