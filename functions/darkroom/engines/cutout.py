"""Background removal by our own function: it reads the pinned object and writes the cut-out by itself. Knows no AWS.

No picture passes through the worker, and a call can be made again after a crash: it writes the same bytes to the
same key, and nobody charges for it twice.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.darkroom import accounts
from functions.darkroom.catalogue import CUTOUT
from functions.darkroom.engines import Drawn, Order, Outcome, Place
from functions.darkroom.errors import InputRefused, ReplyUnreadable
from functions.darkroom.fidelity import set_fields
from functions.darkroom.job import Picture, Quality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.darkroom.accounts import Row
    from functions.darkroom.job import Verdict
    from functions.darkroom.model import Model
    from functions.darkroom.tasks import Task


def steps(_task: Task) -> int:
    """One call."""
    return 1


def verdicts(task: Task, model: Model) -> tuple[Verdict, ...]:
    """The picture is taken as it is."""
    return accounts.account(task, model, {})


def fidelity_rows() -> Iterator[Row]:
    """The same as a table."""
    return accounts.rows("BACKGROUND_REMOVAL", CUTOUT, {})


def body(order: Order, _model: Model, _n: int, _read: Callable[[Picture], bytes], place: Place) -> bytes:
    """The function's event for a task."""
    return event_for(order.inputs[0], place)


def event_for(source: Picture, place: Place) -> bytes:
    """The function's event: which object version to cut out, and where to put the result."""
    event = {
        "source": {"bucket": source.bucket, "key": source.key, "version": source.version},
        "target": {"bucket": place.bucket, "key": place.key},
    }
    return json.dumps(event).encode()


def outcome(reply: Any, order: Order, place: Place) -> Outcome:
    """The function's answer: the measures of what it wrote, or why the picture cannot be cut out."""
    picture = written(reply, place, set_fields(order.task)[0])
    return Outcome(drawn=(Drawn(picture=picture, quality=_quality(reply)),))


def derived(_order: Order, _original: Picture, _read: Callable[[Picture], bytes]) -> None:
    """Nothing: the cut-out is what was asked for."""


def _quality(reply: Any) -> Quality | None:
    """What the function says of its mask; a function of an earlier deployment may say nothing."""
    try:
        return Quality.model_validate(reply)
    except ValueError:
        return None


def written(reply: Any, place: Place, field: str) -> Picture:
    """The cut-out that the function wrote; `field` is where the request named its picture."""
    if not isinstance(reply, dict):
        raise ReplyUnreadable("the reply is not an object")
    if "error" in reply:
        raise InputRefused(reply["error"]["slug"], reply["error"]["detail"], field=field)
    try:
        return Picture.model_validate({**reply, "bucket": place.bucket, "key": place.key})
    except ValueError:
        raise ReplyUnreadable("the reply does not tell what was written") from None
