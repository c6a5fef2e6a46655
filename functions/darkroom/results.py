"""What a job's steps came to: its pictures as they were asked for, its status, and the record that stays in S3.

Everything here can be done again after a crash, from what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom import blocks, fitting, images, sidecars
from functions.darkroom.engines import engine
from functions.darkroom.errors import Blocked, InternalError
from functions.darkroom.job import Image, Status
from functions.darkroom.storage import mask_key, record_key

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
    """The ended job, its fitted pictures stored. The ledger has yet to write it."""
    drawn = [one for record in records if record.outcome for one in record.outcome.drawn]
    finished = tuple(_finish(storage, job, order, number, one) for number, one in enumerate(drawn, 1))
    problem = None if len(finished) == order.task.count else blocks.explain(_problem(job, records), order.task)
    mask = _kept_mask(storage, job, records)
    measured = (image.quality for image in finished if image.quality is not None)
    doubts = tuple(reason for quality in measured for reason in review.reasons(quality))
    status = _status(len(finished), problem)
    return job.finished(status, now, images=finished, mask=mask, error=problem, review=doubts)


def keep(storage: Storage, ended: Job, order: Order, records: Sequence[StepRecord]) -> None:
    """Store the sidecar of a job whose end is written."""
    replies = [record.model_dump(mode="json")["reply"] for record in records]
    sidecars.keep(storage, ended, order.model_dump(mode="json", exclude_unset=True), replies)


def _finish(storage: Storage, job: Job, order: Order, number: int, drawn: Drawn) -> Image:
    """The picture as it was asked for: the original itself, or a second object of the size and place meant."""
    original = finished = drawn.picture
    made = _made_over(storage, job, order, original)
    if made is not None:
        finished = storage.put_picture(job, record_key(job, f"{number}.png"), made)
    return Image(id=number, seed=drawn.seed, original=original, quality=drawn.quality, **finished.model_dump())


def _kept_mask(storage: Storage, job: Job, records: Sequence[StepRecord]) -> Picture | None:
    """The mask that was used, where it is to be returned. One that was only sent is kept as long as the job is."""
    mask = next((record.outcome.mask for record in records if record.outcome and record.outcome.mask), None)
    if mask is None or mask.bucket == storage.results:
        return mask
    return storage.put_picture(job, mask_key(job, 1), storage.read(mask))


def _made_over(storage: Storage, job: Job, order: Order, original: Picture) -> bytes | None:
    """What is to be derived from a model's picture, if anything: by its engine, then a fitted input's place or size."""
    made = None if job.model is None else engine(job.model.engine).derived(order, original, storage.read)
    if order.restoration is not None:
        transform = order.restoration.transform
        sent = storage.read(order.restoration.original) if transform.is_a_part else None
        return fitting.restore(made or storage.read(original), transform, sent)
    size = order.task.size
    if size is None or size == (original.width, original.height):
        return made
    return images.fit(made or storage.read(original), *size)


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
