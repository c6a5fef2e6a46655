"""How a Job and a Problem look over HTTP: status, headers, links. Pure; knows no AWS and opens nothing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

from functions.darkroom.job import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from functions.darkroom.errors import Problem
    from functions.darkroom.job import Job, Picture

DEFAULT_WAIT = 20.0
LONGEST_WAIT = 25.0
"""Seconds. API Gateway gives up after 29; opening the job and answering take what is left."""

LONGEST_RETRY = 3600.0
"""Seconds. Whoever waits for a long line may look once an hour: others may leave it."""

EXPOSED = ("Location", "Retry-After", "x-darkroom-job", "x-darkroom-model", "x-darkroom-cost", "x-darkroom-fidelity")
"""Headers that a page may read."""

WORST_FIRST = ("ignored", "approximated", "adapted", "exact")


def wait_of(prefer: str | None, default: float) -> float:
    """The seconds that a `Prefer` header asks to wait (RFC 7240): `wait=N`, or `respond-async` for none."""
    if prefer is None:
        return default
    found = re.search(r"\bwait\s*=\s*\"?(\d{1,6})\b", prefer)
    if found is None:
        return 0.0 if "respond-async" in prefer else default
    return min(float(found[1]), LONGEST_WAIT)


def opened(job: Job, link: Callable[[Picture], str]) -> Response[str]:
    """The answer to the request that opened the job."""
    if not job.status.ended:
        return json_response(202, wire(job, link), {"Location": f"jobs/{job.id}", **_later(job), **_account(job)})
    if job.status in {Status.SUCCEEDED, Status.PARTIAL}:
        return json_response(201, wire(job, link), {"Location": f"jobs/{job.id}", **_account(job)})
    return _ended_badly(job, link)


def shown(job: Job, link: Callable[[Picture], str]) -> Response[str]:
    """The answer to a look at the job."""
    headers = _account(job) if job.status.ended else {**_later(job), **_account(job)}
    return json_response(200, wire(job, link), headers)


def wire(job: Job, link: Callable[[Picture], str]) -> dict[str, Any]:
    """The Job with links to its pictures."""
    shown_job = job.as_wire()
    for image, data in zip(job.images, shown_job["images"], strict=True):
        data["url"] = link(image)
        data["original"]["url"] = link(image.original)
    if job.mask is not None:
        shown_job["mask"]["url"] = link(job.mask)
    if job.error is not None:
        shown_job["error"] = job.error.as_wire()
    return shown_job


def problem(found: Problem, headers: dict[str, str] | None = None, **more: Any) -> Response[str]:
    """A problem document (RFC 9457)."""
    body = {**found.as_wire(), **more}
    return _response(found.status, "application/problem+json", body, headers)


def json_response(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response[str]:
    """A JSON document."""
    return _response(status, "application/json", body, headers)


def _ended_badly(job: Job, link: Callable[[Picture], str]) -> Response[str]:
    if job.error is None:
        raise ValueError(f"{job.id} ended as {job.status} without a reason")
    return problem(job.error, {"Location": f"jobs/{job.id}", **_account(job)}, job=wire(job, link))


def _later(job: Job) -> dict[str, str]:
    """When it makes sense to look again: soon, or not before the job can have started."""
    if job.startsAt is None:
        return {"Retry-After": "1"}
    seconds = (job.startsAt - datetime.now(UTC)).total_seconds()
    return {"Retry-After": str(round(min(max(seconds, 1.0), LONGEST_RETRY)))}


def _account(job: Job) -> dict[str, str]:
    """What a caller of any dialect wants to know of a job without reading its body."""
    verdicts = {one.verdict for one in job.fidelity}
    headers = {
        "x-darkroom-job": job.id,
        "x-darkroom-cost": f"{job.cost.charged / 1_000_000:.6f}",
        "x-darkroom-fidelity": next((worst for worst in WORST_FIRST if worst in verdicts), "exact"),
    }
    return headers | ({"x-darkroom-model": job.model.served} if job.model else {})


def with_cors(reply: dict[str, Any], origin: str | None, allowed: Sequence[str]) -> dict[str, Any]:
    """The reply with leave for the page that asked, where the deployment allows it. The gateway answers OPTIONS."""
    granted = "*" if "*" in allowed else origin if origin in allowed else None
    if granted:
        reply["multiValueHeaders"] |= {
            "Access-Control-Allow-Origin": [granted],
            "Access-Control-Expose-Headers": [", ".join(EXPOSED)],
            "Vary": ["Origin"],
        }
    return reply


def _response(status: int, kind: str, body: dict[str, Any], headers: dict[str, str] | None) -> Response[str]:
    return Response(status, kind, json.dumps(body), dict(headers or {}))
