"""A job's order, in S3: kept when the job is opened, read when it is run. The ledger holds no prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.engines import Order
from functions.darkroom.errors import JobExpired

if TYPE_CHECKING:
    from functions.darkroom.job import Job
    from functions.darkroom.storage import Storage


def keep(storage: Storage, job: Job, order: Order) -> None:
    """Store what was said, and nothing else: a default of today may be another one tomorrow."""
    storage.put_order(job, order.model_dump(mode="json", exclude_unset=True))


def of(storage: Storage, job: Job) -> Order:
    """The order of a job. Raises JobExpired when it was kept as long as orders are kept."""
    kept = storage.order(job)
    if kept is None:
        raise JobExpired("its request is not kept any more")
    # Not strict: what was a tuple comes back from JSON as a list.
    return Order.model_validate(kept, strict=False)
