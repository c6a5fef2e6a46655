"""The second half of the walk: a queued job becomes pictures, or rests, or ends. The only half that spends."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.darkroom import orders, results
from functions.darkroom.errors import WorkerFailed
from functions.darkroom.job import MAX_ATTEMPTS, Job, Status
from functions.darkroom.ledger import Conflict
from functions.darkroom.steps import StepRecord, Steps
from functions.darkroom.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from functions.darkroom.engines import Order
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.models import Models
    from functions.darkroom.queues import Queues
    from functions.darkroom.settings import Settings
    from functions.darkroom.storage import Storage

CLAIM_TRIES = 5
"""How often a worker reads a job again that was moved between its reading and its claiming."""

REST_SECONDS = 2.0
"""A model that is busy is asked again after this long, doubled with every attempt."""


@dataclass(frozen=True, slots=True)
class Running:
    """Runs jobs, and looks after those that nobody runs."""

    settings: Settings
    ledger: Ledger
    storage: Storage
    models: Models
    queues: Queues
    deliver: Callable[[Job], Job]
    """Sends what a job's outbox holds."""
    clock: Callable[[], float]

    def run(self, job_id: str, time_left: Callable[[], float]) -> None:
        """Run a job to its end, or to where it has to rest. Safe to be called twice for one job, even at once."""
        job = self._claim(job_id)
        if job is None:
            return
        if job.attempts > MAX_ATTEMPTS:
            self._give_up(job)
            return
        with self._alone(job_id):
            self.deliver(self._work(job, orders.of(self.storage, job), time_left))

    def tend(self) -> None:
        """Look after every job whose time has come, and end those whose messages were given up."""
        for job in self.ledger.due(self.clock()):
            with self._alone(job.id):
                self.deliver(self._woken(job))
        for job_id in self.queues.dead():
            dead = self._claim(job_id)
            if dead is not None:
                self._give_up(dead)

    @property
    def _steps(self) -> Steps:
        return Steps(self.ledger, self.storage, self.models, self.clock, self.settings.TIMEOUTS.lease)

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
            order, records = orders.of(self.storage, job), []
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
