"""The first picture over HTTP and the first cut-outs through the bucket: the proof that a fresh local cloud works."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
from botocore.exceptions import ClientError

from functions.darkroom.recipes import BACKGROUND_REMOVAL
from local.errors import LocalRunError
from local.ministack.server import Ministack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.cloud import Cloud

PROMPT = "Create a starship emerging from a nebula."
WIDTH, HEIGHT = 1152, 768
SEED = 202

_WAIT_SECONDS = 20
_PICTURE_SECONDS = 60
_CUT_OUT_SECONDS = 60


class FirstPictureError(LocalRunError):
    """The cloud is up, but a picture did not come about; the message says what was answered."""


def request_body() -> dict[str, Any]:
    """The request of the first picture, in Titan's words."""
    return {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": PROMPT},
        "imageGenerationConfig": {"numberOfImages": 1, "width": WIDTH, "height": HEIGHT, "seed": SEED},
    }


def develop(cloud: Cloud, outputs: Mapping[str, Any]) -> list[Path]:
    """Make them and save them; return where they lie. Raises `FirstPictureError`.

    The photos are dropped before the request is sent, so that the functions of both ways start at the same time.
    """
    s3 = Ministack(cloud.layout).client("s3")
    samples = sorted((cloud.layout.root / "docs" / "samples").glob("*.jpg"))
    for sample in samples:
        _drop(s3, outputs["uploads_bucket"], sample)
    with cloud.progress.step("develop a first picture: POST /images"):
        picture = _text_to_image(cloud, outputs)
    with cloud.progress.step("cut out a photo that was dropped into the bucket"):
        return [picture, *(_cut_out(cloud, s3, outputs["results_bucket"], sample) for sample in samples)]


def _text_to_image(cloud: Cloud, outputs: Mapping[str, Any]) -> Path:
    headers = {"authorization": f"Bearer {outputs['api_key']}", "prefer": f"wait={_WAIT_SECONDS}"}
    with httpx.Client(base_url=outputs["base_url"], headers=headers, timeout=40, trust_env=False) as api:
        reply = api.post("/images", json=request_body())
        job = _finished(cloud, api, reply)
    url = job["images"][0]["url"]
    target = cloud.layout.pictures / "text-to-image.png"
    target.write_bytes(httpx.get(url, timeout=30, trust_env=False).raise_for_status().content)
    return target


def _finished(cloud: Cloud, api: httpx.Client, reply: httpx.Response) -> dict[str, Any]:
    """The job behind a reply, waited for where it was not done within the request."""
    deadline = time.monotonic() + _PICTURE_SECONDS
    while reply.status_code == httpx.codes.ACCEPTED or (reply.is_success and _is_open(reply.json())):
        if time.monotonic() > deadline:
            raise FirstPictureError(f"the first picture was not ready after {_PICTURE_SECONDS} seconds: {reply.text}")
        cloud.processes.rest(0.5)
        reply = api.get(f"/jobs/{reply.json()['id']}")
    if not reply.is_success or reply.json()["status"] != "succeeded":
        raise FirstPictureError(f"POST /images ended with {reply.status_code}: {reply.text}")
    return dict(reply.json())


def _is_open(job: Mapping[str, Any]) -> bool:
    return job["status"] in ("queued", "running")


def _drop(s3: Any, bucket: str, sample: Path) -> None:
    key = BACKGROUND_REMOVAL.prefix + sample.name
    s3.put_object(Bucket=bucket, Key=key, Body=sample.read_bytes(), ContentType="image/jpeg")


def _cut_out(cloud: Cloud, s3: Any, bucket: str, sample: Path) -> Path:
    key = BACKGROUND_REMOVAL.output_key(BACKGROUND_REMOVAL.prefix + sample.name, ".png")
    target = cloud.layout.pictures / f"{sample.stem}-cut-out.png"
    deadline = time.monotonic() + _CUT_OUT_SECONDS
    while (picture := _read(s3, bucket, key)) is None:
        if time.monotonic() > deadline:
            raise FirstPictureError(f"nothing arrived at s3://{bucket}/{key} within {_CUT_OUT_SECONDS} seconds")
        cloud.processes.rest(0.3)
    target.write_bytes(picture)
    return target


def _read(s3: Any, bucket: str, key: str) -> bytes | None:
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
    return content
