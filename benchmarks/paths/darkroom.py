"""Darkroom's way from a request to pictures in S3: pinning the input, and what a step does between its two commits."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from benchmarks.events import TENANT
from functions.darkroom import replies, tasks
from functions.darkroom.engines import Order, Place, engine
from functions.darkroom.ids import new_id
from functions.darkroom.intake import Intake
from functions.darkroom.job import Job, Source, Step, moment
from functions.darkroom.models import Call
from functions.darkroom.routing import choose
from functions.darkroom.storage import original_key
from functions.darkroom.walk import deployed

if TYPE_CHECKING:
    from functions.darkroom.job import Picture


def handler(event: dict[str, Any], _context: object) -> None:
    """Do what `event` asks for."""
    walk, job, task = deployed(), _job(), tasks.from_data(event["request"])
    route = choose(task, walk.settings.ROUTES, walk.settings.model_regions)
    intake = Intake(walk.storage, walk.settings.RECIPES, earlier=lambda *_: None)
    inputs = tuple(intake.pin(TENANT, one.content) for one in intake.check(task, TENANT, route.model.inputs))
    order = Order(task=task, inputs=inputs)
    serving, place = engine(route.engine), Place(walk.storage.results, original_key(job, job.step(1), 0))

    def keep(_field: str, k: int, data: bytes) -> Picture:
        return walk.storage.put_picture(job, original_key(job, job.step(1), k), data)

    body = serving.body(order, route.model, 1, walk.storage.read, place)
    serving.outcome(replies.read(walk.models.invoke(Call(route, body)), keep), order, place)


@cache
def _job() -> Job:
    return Job(
        id=new_id(),
        tenant=TENANT,
        taskType="TEXT_IMAGE",
        source=Source(door="http"),
        steps=(Step(n=1, model="any"),),
        createdAt=moment(0),
        expiresAt=moment(1),
    )
