"""Amazon's own image models: the contract is theirs, so every field is passed on as it came. Knows no AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pybase64

from functions.darkroom.contracts import PAINTING
from functions.darkroom.engines import Drawn, Order, Outcome, Place
from functions.darkroom.errors import Blocked, ReplyUnreadable
from functions.darkroom.fidelity import model_verdict, set_fields, size_verdict
from functions.darkroom.job import Picture, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.model import Model
    from functions.darkroom.tasks import Task


def steps(_task: Task) -> int:
    """One call draws all the pictures of a task."""
    return 1


def verdicts(task: Task, model: Model) -> tuple[Verdict, ...]:
    """Every field is exact; only an omitted size is filled in."""
    exact = tuple(Verdict(field=name, verdict="exact", detail=_detail(task, name)) for name in set_fields(task))
    return model_verdict(task, model) + exact + size_verdict(task)


def body(order: Order, _model: Model, _n: int, read: Callable[[Picture], bytes], _place: Place) -> bytes:
    """The published request body: what the caller said, the pictures' bytes, and the seed and size that were filled in.

    BACKGROUND_REMOVAL carries no imageGenerationConfig.
    """
    task = order.task.with_inputs(pybase64.b64encode(read(one)).decode() for one in order.inputs)
    params = task.params.model_dump(exclude_unset=True, exclude_none=True)
    config = {"imageGenerationConfig": _config(task)} if task.configured else {}
    request = {"taskType": task.taskType, task.params_field: params, **config}
    return json.dumps(request).encode()


def outcome(reply: Any, order: Order, _place: Place) -> Outcome:
    """The reply: `images`, or fewer and an `error`, or an `error` alone when all were blocked; maybe a `maskImage`."""
    if not isinstance(reply, dict):
        raise ReplyUnreadable("the reply is not an object")
    pictures, complaint, mask = reply.get("images") or [], reply.get("error"), reply.get("maskImage")
    if not (isinstance(pictures, list) and all(isinstance(picture, Picture) for picture in pictures)):
        raise ReplyUnreadable("`images` holds something that is no picture")
    if not pictures and complaint:
        raise Blocked(str(complaint), stage="output")
    if not pictures:
        raise ReplyUnreadable("the reply holds neither pictures nor an error")
    return Outcome(
        drawn=tuple(Drawn(picture=picture, seed=order.task.config.seed) for picture in pictures),
        mask=mask if isinstance(mask, Picture) else None,
        complaint=str(complaint) if complaint else None,
    )


def _config(task: Task) -> dict[str, Any]:
    config = task.config.model_dump(exclude_unset=True, exclude_none=True)
    if task.size is not None:
        config |= dict(zip(("width", "height"), task.size, strict=True))
    return config


def _detail(task: Task, field: str) -> str:
    is_size = field in {"imageGenerationConfig.width", "imageGenerationConfig.height"}
    return "sent; the model gives the picture the size of its input" if is_size and task.taskType in PAINTING else ""
