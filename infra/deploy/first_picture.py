"""One real picture over HTTP from a fresh deployment: the proof that the whole walk works there. It costs money.

Knows the API as any client does, and nothing of the functions behind it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from functions.darkroom.routing import entry_of

if TYPE_CHECKING:
    from pathlib import Path

    from functions.darkroom.model import Model
    from infra.config import DeploymentConfig

TASK = "TEXT_IMAGE"
REQUEST: dict[str, Any] = {
    "taskType": TASK,
    "textToImageParams": {"text": "A red lighthouse on a cliff above the sea at sunset, pine trees, a golden sky"},
    "imageGenerationConfig": {"numberOfImages": 1, "width": 1024, "height": 1024},
}
WAIT = {"Prefer": "wait=20"}
REQUEST_SECONDS = 40
"""Longer than API Gateway waits."""
DEADLINE_SECONDS = 180
PAUSE_SECONDS = 1.0
OPEN = ("queued", "running")


class PictureError(Exception):
    """No picture came; the message is what the API answered."""


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture on this machine, and what it took."""

    path: Path
    width: int
    height: int
    charged: int
    """Millionths of a USD."""
    seconds: float


def model_of(config: DeploymentConfig) -> Model | None:
    """The model that would draw it; None where the deployment serves no TEXT_IMAGE."""
    entries = config.engines.get(TASK)
    return entry_of(entries[0]).reaches(TASK)[0] if entries else None


def develop(base_url: str, key: str, path: Path) -> Developed:
    """Make one picture and save it at `path`. Raises PictureError."""
    began = time.monotonic()
    try:
        with httpx.Client(headers={"Authorization": f"Bearer {key}"} | WAIT, timeout=REQUEST_SECONDS) as api:
            job = _ended(api, base_url, api.post(f"{base_url}/images", json=REQUEST), began + DEADLINE_SECONDS)
        image = job["images"][0]
        # A link carries its own permission; S3 refuses a request that brings a bearer key as well.
        data = httpx.get(image["url"], timeout=REQUEST_SECONDS).raise_for_status().content
    except httpx.HTTPError as error:
        raise PictureError(f"{type(error).__name__}: {error}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Developed(path, image["width"], image["height"], job["cost"]["charged"], time.monotonic() - began)


def _ended(api: httpx.Client, base_url: str, reply: httpx.Response, deadline: float) -> dict[str, Any]:
    job = _read(reply)
    while job.get("status") in OPEN:
        if time.monotonic() > deadline:
            raise PictureError(f"{job['id']} is still {job['status']} after {DEADLINE_SECONDS} seconds")
        time.sleep(PAUSE_SECONDS)
        job = _read(api.get(f"{base_url}/jobs/{job['id']}"))
    if job.get("status") != "succeeded":
        raise PictureError(f"the job ended as {job.get('status')}: {json.dumps(job.get('error'))}")
    return job


def _read(reply: httpx.Response) -> dict[str, Any]:
    if not reply.is_success:
        raise PictureError(f"{reply.status_code} {reply.text}")
    found: dict[str, Any] = reply.json()
    return found
