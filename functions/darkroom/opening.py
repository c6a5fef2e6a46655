"""The first half of the walk: a request becomes a job, or the reason why not. It spends nothing, and reserves all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from functions.darkroom import drafts, money, orders, promises, routing, uses
from functions.darkroom.errors import JobEnded, JobErased, JobGoesOn, KeyReused
from functions.darkroom.job import Job, Source, Status
from functions.darkroom.ledger import Conflict, Promised
from functions.darkroom.promises import Promise
from functions.darkroom.quotas import LONGEST_WAIT_DAYS
from functions.darkroom.steps import route_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.darkroom.engines import Order
    from functions.darkroom.errors import RequestRefused
    from functions.darkroom.intake import Checked, Intake
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.lives import Lives
    from functions.darkroom.pacing import Pacing
    from functions.darkroom.routing import Route
    from functions.darkroom.settings import Settings
    from functions.darkroom.storage import Storage
    from functions.darkroom.tasks import Task

CANCEL_TRIES = 5
"""How often a job is read again that was moved between its reading and its canceling."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens jobs, for every door."""

    settings: Settings
    ledger: Ledger
    storage: Storage
    intake: Intake
    pacing: Pacing
    lives: Lives
    find: Callable[[str, str], Job]
    """A tenant's job: (job id, tenant)."""
    deliver: Callable[[Job], Job]
    """Sends what a job's outbox holds."""
    clock: Callable[[], float]

    def open(
        self,
        task: Task,
        *,
        tenant: str,
        source: Source,
        queue: Literal["interactive", "bulk"] = "interactive",
        key: str | None = None,
    ) -> Job:
        """Check a task, pin its pictures, and open its job; or give the job that its Idempotency-Key stands for.

        Raises RequestRefused before anything was written, ledger.Taken when the source object has its job already.
        """
        planned, checked = self._planned(task, tenant, source)
        promise = None if key is None else Promise(tenant, key, promises.fingerprint(task, checked), self.clock())
        kept = promise and self._kept(promise)
        if kept:
            return kept
        admitted = self._admitted(planned, queue, task.count)
        definite = drafts.definite(task, route_of(planned).model)
        order = drafts.order(task, definite, checked, partial(self.intake.pin, tenant))
        return self._opened(admitted, order, promise)

    def quote(self, task: Task, tenant: str) -> dict[str, Any]:
        """What a task would cost and become, and the request that its model would get. Nothing is written or called."""
        planned, checked = self._planned(task, tenant, Source(door="http"))
        return drafts.quoted(planned, drafts.definite(task, route_of(planned).model), checked)

    def rerun(self, job_id: str, tenant: str, key: str | None = None) -> Job:
        """Open a job for the same request again: its pictures as they were pinned, its seed as it was drawn.

        Raises RequestRefused, as when the pictures have expired.
        """
        first = self.find(job_id, tenant)
        promise = None if key is None else Promise(tenant, key, f"rerun {job_id}", self.clock())
        kept = promise and self._kept(promise)
        if kept:
            return kept
        order = orders.of(self.storage, first)
        for picture in order.pinned:
            self.storage.pin(picture.bucket, picture.key, picture.version)
        source = first.source.model_copy(update={"rerunOf": job_id})
        route = self._route(order.task)
        notes = drafts.told_before(first, order.task)
        blank = self._blank(first.taskType, tenant, source)
        planned = drafts.plan(blank, order.task, route, notes, self.settings)
        admitted = self._admitted(planned, first.queue, order.task.count)
        return self._opened(admitted, order, promise, is_first=False)

    def cancel(self, job_id: str, tenant: str) -> Job:
        """Take back a job that still waits. Raises JobGoesOn where it is under way, JobEnded where it has ended."""
        for left in reversed(range(CANCEL_TRIES)):
            job = self.find(job_id, tenant)
            if job.status is Status.CANCELED:
                return job
            if job.status.ended:
                raise JobEnded(f"it ended as {job.status}, and its pictures are kept")
            if not job.is_untouched:
                raise JobGoesOn("it is under way, so it is finished, and its pictures are kept")
            try:
                return self.deliver(self.ledger.commit(job.canceled(self.clock())))
            except Conflict:
                if not left:
                    raise
        raise JobGoesOn("a worker has just taken it")

    def refuse(self, error: RequestRefused, *, task_type: str, tenant: str, source: Source) -> Job:
        """Open a job that has failed already: for a door where nobody waits for an answer."""
        blank = self._blank(task_type, tenant, source)
        job = blank.finished(Status.FAILED, self.clock(), error=error.problem(blank.id))
        return self.deliver(self.ledger.open(job, source.object))

    def _planned(self, task: Task, tenant: str, source: Source) -> tuple[Job, tuple[Checked, ...]]:
        """The job as it would be opened, and its pictures as they would be pinned. Raises RequestRefused."""
        route = self._route(task)
        checked = self.intake.check(task, tenant, route.model.inputs, source.object)
        drafts.hold_body(task, route.model, (one.weight for one in checked))
        blank = self._blank(task.taskType, tenant, source)
        return drafts.plan(blank, task, route, drafts.notes(task, checked), self.settings), checked

    def _route(self, task: Task) -> Route:
        """The first route whose model is there and whose price may be taken without being asked for."""
        routes = routing.candidates(
            task, self.settings.ROUTES, self.settings.model_regions, self.lives.gone(self.clock())
        )
        return drafts.affordable(task, routes, self.settings)

    def _opened(self, planned: Job, order: Order, promise: Promise | None, *, is_first: bool = True) -> Job:
        """Write a job with its order, its reservation and what else belongs to it, and have it run."""
        drawn_on = money.accounts(planned.tenant, self.settings.BUDGETS, self.clock())
        job = money.reserved(planned, drawn_on, order.task.count)
        orders.keep(self.storage, job, order)
        try:
            marker = job.source.object if is_first else None
            return self.deliver(self.ledger.open(job, marker, promise, drawn_on, self._uses(job, order)))
        except Promised:
            kept = promise and self._kept(promise)
            if not kept:
                raise
            return kept

    def _uses(self, job: Job, order: Order) -> Iterator[dict[str, Any]]:
        """What is noted of the pictures that it uses, for as long as it can live."""
        days = self.settings.JOB_DAYS + LONGEST_WAIT_DAYS
        return uses.parts(self.settings.TABLE_NAME, job, order.pinned, days)

    def _admitted(self, planned: Job, queue: Literal["interactive", "bulk"], images: int) -> Job:
        """The job with its time to start. What is plainly over budget, or would wait for too long, is refused here.

        Nothing is written yet but its slot; over the budgets the transaction has the last word.
        """
        for account in money.accounts(planned.tenant, self.settings.BUDGETS, self.clock()):
            if account.is_bounded:
                money.hold(account, planned.cost.bound, images, self.ledger.used(account))
        return self.pacing.admit(planned.model_copy(update={"queue": queue}))

    def _kept(self, promise: Promise) -> Job | None:
        """The job that an Idempotency-Key stands for. Raises KeyReused when it came with another request."""
        known = self.ledger.promised(promise)
        if known is None:
            return None
        fingerprint, job_id = known
        if fingerprint != promise.fingerprint:
            raise KeyReused(f"it stands for {job_id}, whose request was another one")
        kept = self.ledger.get(job_id)
        if kept is not None and kept.erasedAt is not None:
            raise JobErased(kept.epitaph)
        return kept

    def _blank(self, task_type: str, tenant: str, source: Source) -> Job:
        return drafts.blank(task_type, tenant=tenant, source=source, now=self.clock(), days=self.settings.JOB_DAYS)
