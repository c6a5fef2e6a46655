"""`job.json`: an ended job with its request and the replies' other fields, what the seed calls the full object.

It is written after the ledger has the end, and before the bus is told: so it always says what the ledger says, and
whoever hears of a job finds it. Writing it again, from what is stored, gives the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.darkroom.job import Job
    from functions.darkroom.storage import Storage

NAME = "job.json"


def keep(storage: Storage, job: Job, request: Any, replies: Sequence[Any]) -> None:
    """Store the sidecar of an ended job."""
    told = {} if request is None else {"request": request, "replies": list(replies)}
    storage.put_record(job, NAME, {**job.as_wire(), **told})


def keep_stored(storage: Storage, job: Job) -> None:
    """The same for a job whose worker did not live to do it, or that never had one."""
    records = [storage.record(job, f"steps/{step.n}.json") for step in job.steps if step.state != "planned"]
    keep(storage, job, storage.order(job), [record["reply"] for record in records if record])
