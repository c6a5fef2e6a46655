"""What a job's steps came to: its pictures as they were asked for, its status, and the record that stays in S3.

Everything here can be done again after a crash, from what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom import blocks, fitting, images
from functions.darkroom.errors import Blocked, InternalError
from functions.darkroom.job import Image, Status
from functions.darkroom.storage import record_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.darkroom.engines import Drawn, Order
    from functions.darkroom.errors import Problem
    from functions.darkroom.job import Job, Picture
    from functions.darkroom.reviews import Review
    from functions.darkroom.steps import StepRecord
    from functions.darkroom.storage import Storage


def conclude(  # noqa: PLR0913  (the end is where everything comes together)
    storage: Storage, job: Job, order: Order, records: Sequence[StepRecord], *, now: float, review: Review
) -> Job:
    """The ended job, its fitted pictures and its `job.json` stored. The ledger has yet to write it."""
    drawn = [one for record in records if record.outcome for one in record.outcome.drawn]
    finished = tuple(_finish(storage, job, order, number, one) for number, one in enumerate(drawn, 1))
    problem = None if len(finished) == order.task.count else blocks.explain(_problem(job, records), order.task)
    mask = next((record.outcome.mask for record in records if record.outcome and record.outcome.mask), None)
    measured = (image.quality for image in finished if image.quality is not None)
    doubts = tuple(reason for quality in measured for reason in review.reasons(quality))
    status = _status(len(finished), problem)
    ended = job.finished(status, now, images=finished, mask=mask, error=problem, review=doubts)
    storage.put_record(ended, "job.json", {**ended.as_wire(), **_full(order, records)})
    return ended


def _finish(storage: Storage, job: Job, order: Order, number: int, drawn: Drawn) -> Image:
    """The picture as it was asked for: the original itself, or a second object of the size and place meant."""
    original = finished = drawn.picture
    made = _made_over(storage, order, original)
    if made is not None:
        finished = storage.put_picture(job, record_key(job, f"{number}.png"), made)
    return Image(id=number, seed=drawn.seed, original=original, quality=drawn.quality, **finished.model_dump())


def _made_over(storage: Storage, order: Order, original: Picture) -> bytes | None:
    """What is to be derived from a model's picture, if anything: a fitted input's place, or the exact size."""
    if order.restoration is not None:
        transform = order.restoration.transform
        sent = storage.read(order.restoration.original) if transform.is_a_part else None
        return fitting.restore(storage.read(original), transform, sent)
    size = order.task.size
    if size is None or size == (original.width, original.height):
        return None
    return images.fit(storage.read(original), *size)


def _problem(job: Job, records: Sequence[StepRecord]) -> Problem:
    """Why there are fewer pictures than were asked for."""
    for record in records:
        if record.problem is not None:
            return record.problem
        if record.outcome is not None and record.outcome.complaint:
            return Blocked(record.outcome.complaint, stage="output").problem(job.id)
    return InternalError("the steps ended with fewer pictures than were asked for, and without a reason").problem(
        job.id
    )


def _status(pictures: int, problem: Problem | None) -> Status:
    if problem is None:
        return Status.SUCCEEDED
    if pictures:
        return Status.PARTIAL
    return Status.BLOCKED if problem.slug == Blocked.slug else Status.FAILED


def _full(order: Order, records: Sequence[StepRecord]) -> dict[str, object]:
    """What the seed calls the full object: the whole request, and the replies without their picture data."""
    replies = [record.model_dump(mode="json")["reply"] for record in records]
    return {"request": order.model_dump(mode="json", exclude_none=True), "replies": replies}
