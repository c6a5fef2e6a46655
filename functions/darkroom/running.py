"""The second half of the walk: a queued job becomes pictures, or rests, or ends. The only half that spends."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from functions.darkroom import orders, results
from functions.darkroom.errors import FunctionFailed, JobExpired, SubscriptionPending, WorkerFailed
from functions.darkroom.job import MAX_ATTEMPTS, Job, Status
from functions.darkroom.ledger import Conflict
from functions.darkroom.pacing import OFTEN
from functions.darkroom.steps import StepRecord, Steps
from functions.darkroom.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from functions.darkroom.engines import Order
    from functions.darkroom.errors import Problem
    from functions.darkroom.failover import Failover
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.models import Models
    from functions.darkroom.pacing import Pacing
    from functions.darkroom.settings import Settings
    from functions.darkroom.storage import Storage

SUBSCRIPTION_SECONDS = 900.0
"""A Marketplace subscription takes up to a quarter of an hour; one that is not there then, will not be by waiting."""

OWN_TRIES = 3
"""How often our own function is asked again that failed: what fails so often will fail always."""

CLAIM_TRIES = 5
"""How often a worker reads a job again that was moved between its reading and its claiming."""

PATIENCE: Mapping[str, float] = MappingProxyType({"interactive": 3600.0, "bulk": 7 * 86_400.0})
"""Seconds, by queue, for which a job that was begun is put off while its model can do nothing."""


@dataclass(frozen=True, slots=True)
class Running:
    """Runs jobs."""

    settings: Settings
    ledger: Ledger
    storage: Storage
    models: Models
    pacing: Pacing
    failover: Failover
    deliver: Callable[..., Job]
    """Sends what a job's outbox holds: see `Walk.deliver`."""
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
            order = self._order(job)
            if order is None:
                return
            job = self._work(job, order, time_left)
            if job.status.ended:
                self.deliver(job, is_recorded=True)
            elif job.rests <= OFTEN:
                self.deliver(job)

    def give_up(self, job_id: str) -> None:
        """End a job whose message was given up, unless it has ended or somebody works on it."""
        job = self._claim(job_id)
        if job is not None:
            self._give_up(job)

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
        records: dict[int, StepRecord] = {}
        while (step := job.step_after(len(records))) is not None:
            if time_left() < self.settings.TIMEOUTS.step:
                return self.ledger.commit(job.rested(self.clock()))
            job, record = self._steps.take(job, order, step)
            records[step.n] = record
            if record.problem is None or job.is_replaced(step.n):
                continue
            self.pacing.heed(job, record.problem)
            rerouted = self.failover.rerouted(job, order, record.problem)
            if rerouted is not None:
                return self._by_another_route(*rerouted)
            if self._can_wait(job, step.n, record.problem):
                return self.ledger.commit(self.pacing.again(job.refused_by_model()))
            if not job.may_call_again(step.n):
                break
            job = self.ledger.commit(job.replaced(step.n))
        return self._end(job, order, records)

    def _by_another_route(self, job: Job, order: Order) -> Job:
        """Back to the queue, for its new model's pace.

        Its order is kept first: should a crash come in between, the old model is asked, and is gone, once more.
        """
        orders.keep(self.storage, job, order)
        return self.ledger.commit(self.pacing.onward(job))

    def _can_wait(self, job: Job, n: int, problem: Problem) -> bool:
        """Whether the model did nothing this time and may do it later."""
        if job.step(n).state != "planned" or not problem.retryable or job.startedAt is None:
            return False
        if problem.slug == FunctionFailed.slug:
            return job.rests < OWN_TRIES
        patience = SUBSCRIPTION_SECONDS if problem.slug == SubscriptionPending.slug else PATIENCE[job.queue]
        return self.clock() - job.startedAt.timestamp() < patience

    def _end(self, job: Job, order: Order, records: Mapping[int, StepRecord], *more: StepRecord) -> Job:
        """What a replaced step was told is no longer of interest; its replacement stands in its place."""
        told = [records[step.n] for step in job.standing_steps if step.n in records]
        came, rules = [*told, *more], self.settings.REVIEW
        ended = results.conclude(self.storage, job, order, came, now=self.clock(), review=rules)
        ended = self.ledger.commit(ended)
        results.keep(self.storage, ended, order, came)
        return ended

    def _give_up(self, job: Job) -> None:
        """End a job that cannot be worked on, with whatever its steps had brought and without another call."""
        error = WorkerFailed(f"it was given up after {job.attempts - 1} attempts").problem(job.id)
        with self._alone(job.id):
            if job.attempts > MAX_ATTEMPTS + 1:
                # Even this much was too much for it before: what there is stays in S3 beside its records.
                self._end_bare(job, error)
                return
            order, records = self._order(job), {}
            if order is None:
                return
            for step in job.steps:
                job, records[step.n] = self._steps.salvage(job, order, step)
            self.deliver(self._end(job, order, records, StepRecord(problem=error)), is_recorded=True)

    def _order(self, job: Job) -> Order | None:
        """The job's order; where it is gone, so is the job."""
        try:
            return orders.of(self.storage, job)
        except JobExpired as error:
            self._end_bare(job, error.problem(job.id))
        return None

    def _end_bare(self, job: Job, error: Problem) -> None:
        """End a job without looking at what it brought."""
        self.deliver(self.ledger.commit(job.finished(Status.FAILED, self.clock(), error=error)))
