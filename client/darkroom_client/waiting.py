"""Watches a job to its end, within a deadline of the caller's. Knows no task."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from darkroom_client.errors import DarkroomError, JobFailed, StillRunning, Unavailable, from_problem
from darkroom_client.job import Job
from darkroom_client.retries import retry_after
from darkroom_client.transport import json_object

if TYPE_CHECKING:
    from darkroom_client.transport import Transport

LONGEST_HOLD = 20
"""Seconds that the server is asked to hold an answer; below every gateway's limit."""


def job_path(job_id: str) -> str:
    """Where a job is read."""
    return f"/jobs/{quote(job_id, safe='')}"


def wait_for(transport: Transport, job: Job, seconds: float) -> Job:
    """The job when it has ended, however it ended. Raises StillRunning after the deadline, or when it is lost sight of.

    The deadline holds to within one HTTP exchange. Every error carries the job as it was last seen.
    """
    until = time.monotonic() + seconds
    try:
        while not job.ended and time.monotonic() < until:
            job = _watched(transport, job, until)
    except Unavailable as lost:
        raise StillRunning(f"{job.id} was lost sight of, and goes on. {lost}", job=job) from lost
    except DarkroomError as error:
        error.job = error.job or job
        raise
    if not job.ended:
        raise StillRunning(f"{job.id} is still {job.status} after {seconds:.0f} seconds; it goes on.", job=job)
    return job


def with_pictures(job: Job) -> Job:
    """The ended job, if it has pictures. Raises the error that it ended with otherwise."""
    if job.images:
        return job
    if job.error is not None:
        raise from_problem(job.error, job)
    raise JobFailed(f"{job.id} ended as {job.status}, without a picture.", job=job)


def _watched(transport: Transport, job: Job, until: float) -> Job:
    began = time.monotonic()
    hold = min(max(math.ceil(until - began), 1), LONGEST_HOLD)
    answer = transport.get(job_path(job.id), wait=hold, until=until)
    seen = Job.from_wire(json_object(answer))
    early = retry_after(answer) - (time.monotonic() - began)
    if not seen.ended and early > 0:  # the server did not hold the answer
        transport.pause(min(early, max(until - time.monotonic(), 0.0)))
    return seen
