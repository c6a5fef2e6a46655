"""Watches a job to its end, within a deadline of the caller's, no more often than is asked for. Knows no task."""

from __future__ import annotations

import math
import time
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import quote

from darkroom_client.errors import DarkroomError, JobFailed, StillRunning, Unavailable, from_problem
from darkroom_client.job import Job
from darkroom_client.retries import retry_after
from darkroom_client.transport import json_object

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from darkroom_client.transport import Transport

LONGEST_HOLD = 20
"""Seconds that the server is asked to hold an answer; below every gateway's limit."""


def job_path(job_id: str) -> str:
    """Where a job is read."""
    return f"/jobs/{quote(job_id, safe='')}"


def wait_for(
    transport: Transport, job: Job, seconds: float, *, rest: float = 0.0, on_wait: Callable[[Job], None] | None = None
) -> Job:
    """The job when it has ended, however it ended. Raises StillRunning after the deadline, or when it is lost sight of.

    The deadline holds to within one HTTP exchange. Every error carries the job as it was last seen. `rest` is what the
    answer asked for that the job is from; `on_wait` is told of the job whenever it is waited for.
    """
    until = time.monotonic() + seconds
    try:
        while not job.ended and time.monotonic() < until:
            if on_wait is not None:
                on_wait(job)
            _pause(transport, rest, until)
            job, rest = _watched(transport, job, until)
    except Unavailable as lost:
        raise StillRunning(f"{job.id} was lost sight of, and goes on. {lost}", job=job) from lost
    except DarkroomError as error:
        error.job = error.job or job
        raise
    if not job.ended:
        told = f"{job.id} is still {job.status} after {seconds:.0f} seconds; it goes on.{expectation(job)}"
        raise StillRunning(told, job=job)
    return job


def expectation(job: Job) -> str:
    """A sentence, after a space, about when a job is expected to start that waits for its model's pace."""
    start = expected_start(job)
    return f" It is expected to start at {start}." if start else ""


def expected_start(job: Job) -> str | None:
    """When a job is expected to start, while that is known."""
    if job.ended or job.starts_at is None:
        return None
    return f"{job.starts_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def rest_after(answer: httpx.Response) -> float:
    """The seconds that an answer asks to leave its job alone; none of them where it was held as long."""
    return max(retry_after(answer) - answer.elapsed.total_seconds(), 0.0)


def with_pictures(job: Job) -> Job:
    """The ended job, if it has pictures. Raises the error that it ended with otherwise."""
    if job.images:
        return job
    if job.error is not None:
        raise from_problem(job.error, job)
    raise JobFailed(f"{job.id} ended as {job.status}, without a picture.", job=job)


def _watched(transport: Transport, job: Job, until: float) -> tuple[Job, float]:
    """The job as it is seen next, and the rest that is asked for."""
    hold = min(max(math.ceil(until - time.monotonic()), 1), LONGEST_HOLD)
    answer = transport.get(job_path(job.id), wait=hold, until=until)
    return Job.from_wire(json_object(answer)), rest_after(answer)


def _pause(transport: Transport, seconds: float, until: float) -> None:
    bounded = min(seconds, until - time.monotonic())
    if bounded > 0:
        transport.pause(bounded)
