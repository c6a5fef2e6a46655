"""What the rest of the world is told when a job ends: one event on the bus, its shape committed as a schema.

No links, no inputs, no prompts: an event may be archived and forwarded by whoever listens.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from functions.darkroom.job import Cost, Frozen, Job, SourceObject

SOURCE = "darkroom"


class EventImage(Frozen):
    """A picture by its place."""

    id: int
    bucket: str
    key: str
    width: int
    height: int
    contentType: str
    seed: int | None = None


class EventError(Frozen):
    """Why there is no picture, or not all of them: the problem's slug and its text."""

    slug: str
    detail: str
    retryable: bool


class JobEvent(Frozen):
    """The detail of `Image Job Succeeded | Partial | Blocked | Failed | Canceled`."""

    schemaVersion: Literal[1] = 1
    eventId: str
    """The same for every delivery of one event: `{job}:{status}`."""
    jobId: str
    tenant: str
    status: str
    taskType: str
    model: str | None
    recipe: str | None
    source: SourceObject | None
    images: tuple[EventImage, ...]
    review: bool
    """Whether a person should look at the pictures before they are used; the Job says why."""
    error: EventError | None
    cost: Cost
    metadata: dict[str, str]
    finishedAt: datetime


class Bus:
    """The event bus."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, job: Job) -> None:
        """Tell that a job ended. Raises when the bus did not take it, so that the outbox keeps it."""
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": f"Image Job {job.status.capitalize()}",
            "Detail": describe(job).model_dump_json(),
        }
        reply = self._client.put_events(Entries=[entry])
        if reply["FailedEntryCount"]:
            raise ConnectionError(
                f"the event bus refused the event of {job.id}: {reply['Entries'][0].get('ErrorCode')}"
            )


def describe(job: Job) -> JobEvent:
    """The event that an ended job owes."""
    if job.finishedAt is None:
        raise ValueError(f"{job.id} has not ended")
    error = job.error
    return JobEvent(
        eventId=f"{job.id}:{job.status}",
        jobId=job.id,
        tenant=job.tenant,
        status=job.status,
        taskType=job.taskType,
        model=job.model.served if job.model else None,
        recipe=job.source.recipe,
        source=job.source.object,
        images=tuple(EventImage.model_validate(image.model_dump()) for image in job.images),
        review=bool(job.review),
        error=EventError(slug=error.slug, detail=error.detail, retryable=error.retryable) if error else None,
        cost=job.cost,
        metadata=job.metadata,
        finishedAt=job.finishedAt,
    )
