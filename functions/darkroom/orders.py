"""A job's order, beside the job in S3: kept when it is opened, read when it is run. The ledger holds no prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.engines import Order

if TYPE_CHECKING:
    from functions.darkroom.job import Job
    from functions.darkroom.storage import Storage

RECORD = "task.json"


def keep(storage: Storage, job: Job, order: Order) -> None:
    """Store what was said, and nothing else: a default of today may be another one tomorrow."""
    storage.put_record(job, RECORD, order.model_dump(mode="json", exclude_unset=True))


def of(storage: Storage, job: Job) -> Order:
    """The order of a job."""
    # Not strict: what was a tuple comes back from JSON as a list.
    return Order.model_validate(storage.record(job, RECORD), strict=False)
