"""Amazon's own image models: the contract is theirs, so every field is passed on as it came. Knows no AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pybase64

from functions.darkroom import accounts
from functions.darkroom.catalogue import MODELS
from functions.darkroom.contracts import PAINTING, contract_of
from functions.darkroom.engines import Drawn, Order, Outcome, Place
from functions.darkroom.errors import Blocked, ReplyUnreadable
from functions.darkroom.job import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.darkroom.accounts import Row, Rules
    from functions.darkroom.contracts import Contract
    from functions.darkroom.job import Verdict
    from functions.darkroom.model import Model
    from functions.darkroom.tasks import Task


def steps(_task: Task) -> int:
    """One call draws all the pictures of a task."""
    return 1


def verdicts(task: Task, model: Model) -> tuple[Verdict, ...]:
    """Every field is exact; only an omitted size is filled in."""
    return accounts.account(task, model, _rules(task.taskType, contract_of(model.id)))


def fidelity_rows() -> Iterator[Row]:
    """The same as a table, of the fields that each model's contract has."""
    for model in MODELS.values():
        if model.contract is not None:
            for task in sorted(model.tasks):
                told = accounts.rows(task, model, _rules(task, model.contract))
                yield from (row for row in told if _has(model.contract, task, row.field.rpartition(".")[2]))


def body(order: Order, model: Model, _n: int, read: Callable[[Picture], bytes], _place: Place) -> bytes:
    """The published request body: what the caller said, the pictures' bytes, and the seed and size that were filled in.

    BACKGROUND_REMOVAL carries no imageGenerationConfig.
    """
    task = order.task.with_inputs(pybase64.b64encode(read(one)).decode() for one in order.inputs)
    params = task.params.model_dump(exclude_unset=True, exclude_none=True)
    config = {"imageGenerationConfig": _config(task, contract_of(model.id))} if task.configured else {}
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


def derived(_order: Order, _original: Picture, _read: Callable[[Picture], bytes]) -> None:
    """Nothing: what the model returned is what was asked for."""


def _config(task: Task, contract: Contract) -> dict[str, Any]:
    config = task.config.model_dump(exclude_unset=True, exclude_none=True)
    if task.size is not None:
        config |= dict(zip(("width", "height"), task.size, strict=True))
    if task.taskType not in contract.seeded:  # another model was to serve, for which a seed had been drawn
        config.pop("seed", None)
    return config


_FROM_INPUT = (accounts.Rule("exact", "sent; the model gives the picture the size of its input"),)
_UNSEEDED = (accounts.Rule("adapted", "drawn here for another model; this one takes none for the task"),)


def _rules(task: str, contract: Contract) -> Rules:
    size = _FROM_INPUT if task in PAINTING else (accounts.DEFAULT_SIZE,)
    sized = {"width": size, "height": size}
    return sized if task in contract.seeded else sized | {"seed": _UNSEEDED}


def _has(contract: Contract, task: str, field: str) -> bool:
    """Whether a model's contract has a field of the task."""
    return {
        "seed": task in contract.seeded,
        "width": task in contract.sized,
        "height": task in contract.sized,
        "style": contract.styled,
        "conditionImage": contract.conditioned,
        "controlMode": contract.conditioned,
        "controlStrength": contract.conditioned,
        "returnMask": contract.returns_mask,
    }.get(field, True)
