"""A request made definite: the Job as it will be opened, and the task as it will be drawn. Pure."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from functions.darkroom import fidelity, money
from functions.darkroom.engines import engine
from functions.darkroom.ids import new_id
from functions.darkroom.job import Cost, Job, ServedBy, Source, Step, moment
from functions.darkroom.tasks import TextImage

if TYPE_CHECKING:
    from functions.darkroom.routing import Route
    from functions.darkroom.tasks import Task

SEEDS = 2_147_483_647
"""Titan's seeds are 0 to 2,147,483,646."""

DAY = 86_400


def blank(task_type: str, *, tenant: str, source: Source, now: float, days: int) -> Job:
    """A new job that nothing is known of yet; its record and its pictures are kept for so many days."""
    return Job(
        id=new_id(),
        tenant=tenant,
        taskType=task_type,
        source=source,
        createdAt=moment(now),
        expiresAt=moment(now + days * DAY),
        dueAt=now,
    )


def plan(job: Job, task: Task, route: Route) -> Job:
    """The job with its route, its steps, its price and its fidelity account.

    Raises FidelityRefused where the engine would do less than the caller accepts, NotServed where no price is known.
    """
    serving, model = engine(route.engine), route.model
    verdicts = serving.verdicts(task, model)
    fidelity.hold(task, verdicts)
    planned = {
        "model": ServedBy(requested=task.modelId, served=model.id, engine=route.engine, region=route.region),
        "fidelity": verdicts,
        "steps": tuple(Step(n=n, model=model.id) for n in range(1, serving.steps(task) + 1)),
        "cost": Cost(quoted=money.quote(model, task)),
        "metadata": task.metadata,
    }
    return job.model_copy(update=planned)


def definite(task: Task) -> Task:
    """The task with its seed drawn, once per job, and its pictures named by their place among the inputs."""
    named = task.with_images(tuple(f"input:{index}" for index in range(len(task.images))))
    if isinstance(named, TextImage) and named.imageGenerationConfig.seed is None:
        return named.with_seed(secrets.randbelow(SEEDS))
    return named
