"""The one walk: `open` makes a request into a Job, `run` makes the Job into pictures.

Every door opens jobs here and only the worker runs them, so there is one place to make safe. Knows tasks, pictures
and jobs; never HTTP, and never the envelope of an event. Its two halves are `opening` and `running`; each function
needs one of them, so they are imported when they are asked for (HALVES): a cold start pays for no other.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.darkroom import clients, sidecars
from functions.darkroom.errors import JobErased, JobExpired, UnknownJob
from functions.darkroom.events import Bus
from functions.darkroom.ledger import Conflict, Ledger
from functions.darkroom.lives import Lives
from functions.darkroom.models import Models
from functions.darkroom.paces import Paces
from functions.darkroom.pacing import Pacing
from functions.darkroom.queues import Queues
from functions.darkroom.settings import settings as deployed_settings
from functions.darkroom.storage import Storage
from functions.darkroom.table import Table
from functions.darkroom.telemetry import job_ended, logger
from functions.darkroom.waits import Waits

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.desk import Desk
    from functions.darkroom.erasing import Erasing
    from functions.darkroom.intake import Intake
    from functions.darkroom.job import Job, Picture
    from functions.darkroom.opening import Opening
    from functions.darkroom.queries import JobsPage
    from functions.darkroom.running import Running
    from functions.darkroom.settings import Settings
    from functions.darkroom.sweeping import Sweeping
    from functions.darkroom.tasks import Task

MOST_LOOKED_AT = 1000
"""Jobs that are read for one page of a list."""

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.25
"""Seconds between two looks of a watcher."""
PAUSE_PER_SECOND = 0.025
"""How much of what was waited is waited on until the next look: whoever waits for long may learn it a little later."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that opening and running a job needs."""

    settings: Settings
    ledger: Ledger
    storage: Storage
    models: Models
    bus: Bus
    queues: Queues
    paces: Paces
    waits: Waits
    lives: Lives
    clock: Callable[[], float] = time.time

    @property
    def opening(self) -> Opening:
        """The half that the doors need."""
        from functions.darkroom.opening import Opening  # noqa: PLC0415  (HALVES)

        return Opening(
            settings=self.settings,
            ledger=self.ledger,
            storage=self.storage,
            intake=self.intake,
            pacing=self.pacing,
            lives=self.lives,
            find=self.find,
            deliver=self.deliver,
            clock=self.clock,
        )

    @property
    def running(self) -> Running:
        """The half that the worker and the sweeper need."""
        from functions.darkroom.failover import Failover  # noqa: PLC0415  (HALVES)
        from functions.darkroom.running import Running  # noqa: PLC0415

        return Running(
            settings=self.settings,
            ledger=self.ledger,
            storage=self.storage,
            models=self.models,
            pacing=self.pacing,
            failover=Failover(self.settings, self.lives, self.clock),
            deliver=self.deliver,
            clock=self.clock,
        )

    @property
    def sweeping(self) -> Sweeping:
        """What the sweeper does."""
        from functions.darkroom.sweeping import Sweeping  # noqa: PLC0415  (HALVES)

        return Sweeping(self.ledger, self.queues, self.pacing, self.running.give_up, self.deliver, self.clock)

    @property
    def pacing(self) -> Pacing:
        """Holds jobs to their models' paces."""
        return Pacing(self.settings, self.ledger, self.paces, self.queues, self.clock)

    @property
    def intake(self) -> Intake:
        """Takes input pictures in."""
        from functions.darkroom.intake import Intake  # noqa: PLC0415  (HALVES)

        return Intake(self.storage, self.settings.RECIPES, self._earlier)

    def open(self, task: Task, **of_the_request: Any) -> Job:
        """Open a job: see `Opening.open`."""
        return self.opening.open(task, **of_the_request)

    def run(self, job_id: str, time_left: Callable[[], float]) -> None:
        """Run a job: see `Running.run`."""
        self.running.run(job_id, time_left)

    def find(self, job_id: str, tenant: str) -> Job:
        """A tenant's job. Raises UnknownJob, which does not tell whether another tenant has it."""
        job = self.ledger.get(job_id)
        if job is None or job.tenant != tenant:
            raise UnknownJob("there is no such job, or not for this key")
        if job.erasedAt is not None:
            raise JobErased(job.epitaph)
        if job.is_expired(self.clock()):
            raise JobExpired(f"it was kept until {job.expiresAt:%Y-%m-%d}, and its pictures with it")
        return job

    def find_all(self, tenant: str, page: JobsPage) -> tuple[list[Job], str | None]:
        """A page of a tenant's jobs, newest first; and where the next one begins.

        A page may hold fewer jobs than its limit, since at most MOST_LOOKED_AT are looked at for it.
        """
        found: list[Job] = []
        cursor, looked_at = page.cursor, 0
        while len(found) < page.limit and looked_at < MOST_LOOKED_AT:
            jobs, cursor = self.ledger.of_tenant(tenant, page.limit, cursor)
            looked_at += page.limit
            wanted = [job for job in jobs if page.wants(job) and self._is_shown(job)]
            room = page.limit - len(found)
            if len(wanted) > room:
                return found + wanted[:room], wanted[room - 1].id
            found += wanted
            if cursor is None:
                break
        return found, cursor

    def _is_shown(self, job: Job) -> bool:
        return job.erasedAt is None and not job.is_expired(self.clock())

    @property
    def erasing(self) -> Erasing:
        """Erases jobs and tenants."""
        from functions.darkroom.erasing import Erasing  # noqa: PLC0415  (asked for seldom)

        return Erasing(self.ledger, self.storage, self.opening.cancel, self.deliver, self.clock)

    def desk(self, tenant: str) -> Desk:
        """What a tenant may ask for beside jobs."""
        from functions.darkroom.desk import Desk  # noqa: PLC0415  (HALVES)

        return Desk(tenant, self.settings, self.ledger, self.storage, self.models, self.intake, self.clock)

    def watch(self, job: Job, seconds: float) -> Job:
        """Wait for a job to end, at most so long and while there is a seat, and give it as it stands then."""
        if job.status.ended or seconds <= 0:
            return job
        seat = self.waits.enter(self.clock())
        if seat is None:
            return job
        try:
            return self._watched(job, seconds)
        finally:
            self.waits.leave(seat)

    def _watched(self, job: Job, seconds: float) -> Job:
        began = self.clock()
        while not job.status.ended and (left := seconds - (waited := self.clock() - began)) > 0:
            time.sleep(min(left, LONGEST_PAUSE, max(FIRST_PAUSE, waited * PAUSE_PER_SECOND)))
            job = self.ledger.get(job.id) or job
        return job

    def deliver(self, job: Job, *, is_recorded: bool = False) -> Job:
        """Send what the job's outbox holds, its sidecar before its event. What cannot go now, the sweeper sends."""
        try:
            if "message" in job.outbox:
                self.queues.send(job.queue, job.id, (job.dueAt or 0) - self.clock())
                return self.ledger.commit(job.sent("message", self.clock()))
            if "event" in job.outbox:
                if not is_recorded:
                    sidecars.keep_stored(self.storage, job)
                self.bus.publish(job)
                job_ended(job)
                return self.ledger.commit(job.sent("event", self.clock()))
        except Conflict:
            pass
        except (ClientError, BotoCoreError, ConnectionError) as error:
            logger.warning("left in the outbox", job=job.id, reason=type(error).__name__)
        return job

    def _earlier(self, job_id: str, n: int, tenant: str) -> Picture | None:
        job = self.ledger.get(job_id)
        if job is None or job.tenant != tenant:
            return None
        return next((image for image in job.images if image.id == n), None)


@cache
def deployed() -> Walk:
    """The walk of this deployment, over real AWS clients; made at the first event."""
    settings = deployed_settings()
    read_seconds = float(settings.TIMEOUTS.model_read)
    urls = {"interactive": settings.INTERACTIVE_QUEUE_URL, "bulk": settings.BULK_QUEUE_URL}
    table = Table(clients.client("dynamodb"), settings.TABLE_NAME)
    return Walk(
        settings=settings,
        ledger=Ledger(table),
        paces=Paces(table),
        lives=Lives(table),
        waits=Waits(table, settings.WAITS_MAX),
        storage=Storage(clients.client("s3"), settings.UPLOADS_BUCKET, settings.RESULTS_BUCKET),
        models=Models(partial(clients.model_client, read_seconds=read_seconds), settings.CUTOUT_FUNCTION),
        bus=Bus(clients.client("events"), settings.EVENT_BUS),
        queues=Queues(clients.client("sqs"), urls, (settings.INTERACTIVE_DLQ_URL, settings.BULK_DLQ_URL)),
    )
