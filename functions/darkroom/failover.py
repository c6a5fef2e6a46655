"""What becomes of a job whose model turns out to be gone: the next route serves it, if nothing was paid yet.

Only a reply that proves that the model is not there leads here (its end, the Legacy gate, no access, another Region);
never a failure that may have been charged. What was learned is remembered for a day, so that one call finds it out for
everybody. The job keeps its reservation: a successor that would cost more than that is left to the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.darkroom import drafts, routing
from functions.darkroom.errors import AccessDenied, ModelEnded, ModelGone, ModelLegacy, ModelNotHere, RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.engines import Order
    from functions.darkroom.errors import Problem
    from functions.darkroom.job import Job
    from functions.darkroom.lives import Lives
    from functions.darkroom.settings import Settings

GONE = frozenset(kind.slug for kind in (AccessDenied, ModelGone, ModelEnded, ModelLegacy, ModelNotHere))
"""Problems that say that the model is not there for this account, and will not be soon."""


@dataclass(frozen=True, slots=True)
class Failover:
    """Finds another route."""

    settings: Settings
    lives: Lives
    clock: Callable[[], float]

    def rerouted(self, job: Job, order: Order, problem: Problem) -> tuple[Job, Order] | None:
        """The job by its next route, its order made definite anew; None where there is none, or it is not about that.

        Neither is written yet.
        """
        if problem.slug not in GONE or job.model is None:
            return None
        self.lives.learn(job.model.served, problem.slug, self.clock())
        if any(step.state != "planned" for step in job.steps):
            return None
        try:
            return self._planned(job, order)
        except RequestRefused:  # no other route, or none that does it as faithfully, or too dear
            return None

    def _planned(self, job: Job, order: Order) -> tuple[Job, Order] | None:
        gone = self.lives.gone(self.clock())
        routes = routing.candidates(order.task, self.settings.ROUTES, self.settings.model_regions, gone)
        route = drafts.affordable(order.task, routes, self.settings)
        task = drafts.definite(order.task, route.model)
        again = drafts.plan(job, task, route, drafts.told_before(job, task), self.settings)
        if job.reservation is not None and again.cost.bound > job.reservation.amount:
            return None
        return again, order.model_copy(update={"task": task})
