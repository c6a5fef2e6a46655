"""What is looked after each minute: jobs that a crash left behind, jobs whose turn has come, jobs that were given up.

Each is looked after by itself: one that cannot be helped now must not keep the others waiting.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.darkroom.job import Status
from functions.darkroom.ledger import Conflict
from functions.darkroom.telemetry import failed, logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.job import Job
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.pacing import Pacing
    from functions.darkroom.queues import Queues

SWEEP_SECONDS = 40.0
"""How long a sweep goes on taking up more; what is left, the next one finds."""


class Unswept(Exception):
    """Some jobs could not be looked after. The next sweep tries again; the alarm tells a person meanwhile."""


@dataclass(frozen=True, slots=True)
class Sweeping:
    """One sweep after the other."""

    ledger: Ledger
    queues: Queues
    pacing: Pacing
    give_up: Callable[[str], None]
    deliver: Callable[[Job], Job]
    """Sends what a job's outbox holds."""
    clock: Callable[[], float]

    def tend(self) -> None:
        """Look after all of them. Raises Unswept in the end where some could not be helped."""
        until = time.monotonic() + SWEEP_SECONDS

        def has_time() -> bool:
            return time.monotonic() < until

        unhelped = 0
        for job in self.ledger.due(self.clock()):
            unhelped += not self._apart(job.id, self._wake, job)
            if not has_time():
                break
        unhelped += not self._apart("lines", self.pacing.start, self.deliver, has_time)
        for job_id in self.queues.dead():
            if not has_time():
                break
            unhelped += not self._apart(job_id, self.give_up, job_id)
        if unhelped:
            raise Unswept(f"{unhelped} could not be looked after")

    def _wake(self, job: Job) -> None:
        """A job that nobody has any more goes back to the queue; an ended one only owes its event."""
        lost = job.status is Status.QUEUED and "message" not in job.outbox
        if lost or job.lease_is_dead(self.clock()):
            job = self.ledger.commit(job.abandoned(self.clock()))
        self.deliver(job)

    def _apart(self, what: str, help_it: Callable[..., object], *of: object) -> bool:
        """Whether nothing went wrong. Whoever comes second to a job leaves it to the first."""
        try:
            help_it(*of)
        except Conflict:
            logger.info("another one has the job", job=what)
        except Exception as error:  # noqa: BLE001  (whatever it was, the others are looked after)
            failed("not looked after", error, job=what)
            return False
        return True
