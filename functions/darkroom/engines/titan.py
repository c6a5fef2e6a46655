"""Titan's own models: the contract is theirs, so every field is passed on as it came. Knows no AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pybase64

from functions.darkroom.engines import Drawn, Order, Outcome, Place
from functions.darkroom.errors import Blocked, ReplyUnreadable
from functions.darkroom.fidelity import model_verdict, set_fields, size_verdict
from functions.darkroom.job import Picture, Verdict
from functions.darkroom.tasks import TextImage

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.catalogue import Model
    from functions.darkroom.tasks import Task


def steps(_task: Task) -> int:
    """One call draws all the pictures of a task."""
    return 1


def verdicts(task: Task, model: Model) -> tuple[Verdict, ...]:
    """Every field is exact; only an omitted size is filled in."""
    exact = tuple(Verdict(field=name, verdict="exact") for name in set_fields(task))
    return model_verdict(task, model) + exact + size_verdict(task)


def body(order: Order, _n: int, read: Callable[[Picture], bytes], _place: Place) -> bytes:
    """Titan's request body (Titan image parameters page). BACKGROUND_REMOVAL carries no imageGenerationConfig."""
    task = order.task
    if isinstance(task, TextImage):
        config = task.imageGenerationConfig
        width, height = config.size
        request = {
            "textToImageParams": task.textToImageParams.model_dump(exclude_none=True),
            "imageGenerationConfig": config.model_dump(exclude_none=True) | {"width": width, "height": height},
        }
    else:
        image = pybase64.b64encode(read(order.inputs[0])).decode()
        request = {"backgroundRemovalParams": {"image": image}}
    return json.dumps({"taskType": task.taskType, **request}).encode()


def outcome(reply: Any, order: Order, _place: Place) -> Outcome:
    """Titan's reply: `images`, or fewer of them and an `error`, or an `error` alone when all were blocked."""
    if not isinstance(reply, dict):
        raise ReplyUnreadable("the reply is not an object")
    pictures, complaint = reply.get("images") or [], reply.get("error")
    if not all(isinstance(picture, Picture) for picture in pictures):
        raise ReplyUnreadable("`images` holds something that is no picture")
    if not pictures and complaint:
        raise Blocked(str(complaint))
    if not pictures:
        raise ReplyUnreadable("the reply holds neither pictures nor an error")
    seed = order.task.imageGenerationConfig.seed if isinstance(order.task, TextImage) else None
    return Outcome(
        drawn=tuple(Drawn(picture=picture, seed=seed) for picture in pictures),
        complaint=str(complaint) if complaint else None,
    )
