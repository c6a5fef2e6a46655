"""A task's mask for Stability: where its white is; and what lies outside of it, put back. Knows no service.

A mask comes pinned in Titan's way, black inside. The region that a task changes is read by the masks package, and
written in the way that Stability reads, white where it is changed, whatever the task. Only pictures import the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from functions.darkroom.accounts import Rule
from functions.darkroom.engines.stability.asking import encoded

if TYPE_CHECKING:
    from PIL import Image

    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.job import Picture
    from functions.darkroom.masks import MaskTask
    from functions.darkroom.tasks import InPainting, OutPainting, Task


def mask(order: Order, read: Read) -> str:
    """The mask as it travels: white is changed."""
    from functions.darkroom.masks import reading  # noqa: PLC0415  (imports the imaging library)

    changed = region(order, read)
    return "" if changed is None else encoded(reading.written(changed, "white-is-changed", _task(order)))


def region(order: Order, read: Read) -> Image.Image | None:
    """What the task changes: 255 is changed, 0 is kept. None in a dry run, which has no pixels."""
    from functions.darkroom.masks import reading  # noqa: PLC0415  (imports the imaging library)

    data = read(order.inputs[1])
    return reading.as_titan_reads(reading.sheet(data), _task(order)) if data else None


def kept(order: Order, original: Picture, read: Read) -> bytes:
    """What the model returned, with what lies outside of the changed region as it was in the input; a PNG."""
    from PIL import Image  # noqa: PLC0415

    from functions.darkroom.masks import reading  # noqa: PLC0415  (imports the imaging library)
    from functions.darkroom.pictures import files, writing  # noqa: PLC0415  (import the imaging library)

    before, after = (files.upright(read(one))[0].convert("RGB") for one in (order.inputs[0], original))
    if after.size != before.size:
        after = after.resize(before.size, Image.Resampling.LANCZOS)
    changed = reading.as_titan_reads(reading.sheet(read(order.inputs[1])), _task(order))
    return writing.png(Image.composite(after, before, changed))


def returned(order: Order) -> Picture | None:
    """The mask to be returned: the one that was sent, which is the one that was used."""
    said = cast("InPainting | OutPainting", order.task).params
    has_one = getattr(said, "returnMask", False) and getattr(said, "maskImage", None) is not None
    return order.inputs[1] if has_one else None


def _task(order: Order) -> MaskTask:
    return cast("MaskTask", order.task.taskType)


def _wants_none(task: Task) -> bool:
    return not getattr(task.params, "returnMask", False)


RETURN_NONE = Rule("exact", when="false", holds=_wants_none)
RETURN_SENT = (RETURN_NONE, Rule("adapted", "the mask that was sent is returned: the service returns none", "true"))
"""returnMask, where a mask is sent."""
