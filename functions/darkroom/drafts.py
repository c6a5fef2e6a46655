"""A request made definite: the Job as it will be opened, and the task as it will be drawn. Pure."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from functions.darkroom import fidelity, money
from functions.darkroom.budgets import MICROS
from functions.darkroom.catalogue import INVOKE_BYTES, MODELS, by_id
from functions.darkroom.engines import Order, Place, Restoration, engine
from functions.darkroom.errors import InputRefused, PriceOverLimit
from functions.darkroom.ids import new_id
from functions.darkroom.job import Job, Picture, ServedBy, Source, Step, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from functions.darkroom.intake import Checked
    from functions.darkroom.job import Verdict
    from functions.darkroom.model import Model
    from functions.darkroom.routing import Route
    from functions.darkroom.settings import Settings
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


def plan(job: Job, task: Task, route: Route, notes: Mapping[str, str], settings: Settings) -> Job:
    """The job with its route, its steps, its price and its fidelity account.

    `notes` tell what was done to input pictures: field → what. Raises FidelityRefused where the engine would do less
    than the caller accepts, NotServed where no price is known.
    """
    serving, model = engine(route.engine), route.model
    on_unknown = task.onUnknown or settings.ON_UNKNOWN
    verdicts = fidelity.amended(serving.verdicts(task, model), notes)
    fidelity.hold(task, verdicts)
    planned = {
        "model": served_by(task, route),
        "fidelity": verdicts,
        "steps": tuple(Step(n=n, model=model.id) for n in range(1, serving.steps(task) + 1)),
        "cost": money.quote(model, task, settings.PRICES, is_retried=on_unknown == "retry"),
        "metadata": task.metadata,
        "onUnknown": on_unknown,
    }
    return job.model_copy(update=planned)


def served_by(task: Task, route: Route) -> ServedBy:
    """Who serves, and where it may be answered."""
    return ServedBy(
        requested=task.modelId,
        served=route.model.id,
        engine=route.engine,
        region=route.region,
        answeredIn=route.model.answered_in,
    )


def affordable(task: Task, routes: Sequence[Route], settings: Settings) -> Route:
    """The first route that may be taken without asking: a model that nobody named may cost so much, and not more.

    Raises PriceOverLimit where each costs more.
    """
    limit = settings.MAX_PRICE_PER_IMAGE
    for route in routes:
        price = money.price_per_image(route.model, task, settings.PRICES)
        if limit is None or price <= limit * MICROS or by_id(task.modelId) is route.model:
            return route
    price = money.price_per_image(routes[0].model, task, settings.PRICES)
    raise PriceOverLimit(
        f"a picture by {routes[0].model.id} costs {money.usd(price)} USD, and a route may choose by itself what "
        f"costs up to {limit} USD",
        hint=f"Name it (`modelId: {routes[0].model.id}`), or raise `max_price_per_image` in the deployment's config.",
    )


def notes(task: Task, checked: Sequence[Checked]) -> dict[str, str]:
    """What was done to the input pictures, by field, for the fidelity account."""
    done = {one.field: " ".join(one.done) for one in checked if one.done}
    if task.restore:
        width, height = checked[0].size_sent
        done["restore"] = f"The pictures are brought back to {width}x{height}; the model's own stand as `original`."
    return done


def told_before(first: Job, task: Task) -> dict[str, str]:
    """The notes of a job whose request is run again: its pictures are taken as they were made for it."""
    made = {one.field for one in task.inputs} | {"restore"}
    own = {one.field: one for one in _own_verdicts(first, task)}
    found = {one.field: fidelity.note_of(one, own.get(one.field)) for one in first.fidelity if one.field in made}
    return {field: note for field, note in found.items() if note}


def _own_verdicts(first: Job, task: Task) -> tuple[Verdict, ...]:
    """What the engine of a job had to say by itself; nothing where its model is not known any more."""
    model = MODELS.get(first.model.served) if first.model else None
    return engine(model.engine).verdicts(task, model) if model else ()


def order(
    task: Task, definite_task: Task, checked: Sequence[Checked], pin: Callable[[bytes | Picture], Picture]
) -> Order:
    """The definite task with its pictures; `pin` stores what is not stored yet."""
    inputs = tuple(pin(one.content) for one in checked)
    restoration = None
    if task.restore and (main := checked[0]).transform and main.sent and not main.transform.moves_nothing:
        restoration = Restoration(transform=main.transform, original=pin(main.sent))
    return Order(task=definite_task, inputs=inputs, restoration=restoration)


def definite(task: Task, model: Model) -> Task:
    """The task with its seed drawn, once per job, where the model takes one; its pictures named by their places."""
    named = task.with_inputs(f"input:{index}" for index in range(len(task.inputs)))
    if task.taskType in model.seeded and task.config.seed is None:
        return named.with_seed(secrets.randbelow(SEEDS))
    return named


def quoted(planned: Job, definite_task: Task, checked: Sequence[Checked]) -> dict[str, Any]:
    """The answer to a dry run: the job's account and price, and its model's first request, pictures left out."""
    served = planned.model
    if served is None:
        raise ValueError("a planned job has a model")
    pictures = tuple(_unpinned(one) for one in checked)
    order = Order(task=definite_task, inputs=pictures)
    body = engine(served.engine).body(order, MODELS[served.served], 1, lambda _: b"", Place("", ""))
    told = planned.model_dump(mode="json", include={"taskType", "model", "fidelity", "cost"})
    charges = money.charges(planned, definite_task.count)
    return told | {"charges": charges, "calls": len(planned.steps), "body": json.loads(body)}


def _unpinned(one: Checked) -> Picture:
    if not isinstance(one.content, bytes):
        return one.content
    return Picture(bucket="", key="", contentType="", width=one.width, height=one.height, bytes=one.weight)


def hold_body(task: Task, model: Model, sizes: Iterable[int]) -> None:
    """Refuse, before anything is written, what would not fit into one call: a picture's bytes grow by a third there."""
    if model.repeatable:  # our own function is told where the picture lies, and not sent it
        return
    size = len(task.model_dump_json()) + sum(-(-one // 3) * 4 for one in sizes)
    if size > INVOKE_BYTES:
        raise InputRefused(
            "body-too-large",
            f"the pictures make a request of {size:,} bytes; Bedrock takes {INVOKE_BYTES:,}",
            hint="Send fewer or smaller pictures.",
        )
