"""The machine's limit: the same pictures, made by the models alone, with nothing of ours between.

TEXT_IMAGE by InvokeModel, with bodies that the cloud sent; cut-outs by the cutout function's handler, from S3 to S3 as
in the cloud, in processes of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from functions.darkroom.catalogue import STABLE_IMAGE_CORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from benchmarks.load.cloud import Deployed

AT_ONCE = 2
"""Of each kind; the emulator draws no more side by side, and more cut-outs would only share the cores."""
SIGNED = {"authorization": "Bearer anybody"}
"""The emulator verifies no key, but wants one."""
PATH = f"/model/{STABLE_IMAGE_CORE.id}/invoke"


def jobs_per_second(cloud: Deployed, bodies: Sequence[Any], photos: Sequence[str]) -> float:
    """How many of these a second the machine makes, both kinds at once."""
    context = multiprocessing.get_context("spawn")
    with (
        cloud.models() as models,
        ProcessPoolExecutor(AT_ONCE, context, initializer=_prepare, initargs=(dict(cloud.known),)) as cutters,
        ThreadPoolExecutor(AT_ONCE) as drawers,
    ):
        list(cutters.map(_cut, [*photos[:AT_ONCE]] * 2))  # loads the network in each
        began = time.monotonic()
        cut = cutters.map(_cut, photos)
        list(drawers.map(lambda body: draw(models, body), bodies))
        list(cut)
        return (len(bodies) + len(photos)) / (time.monotonic() - began)


def draw(models: httpx.Client, body: Any) -> float:
    """Let the emulator draw one picture; gives the seconds that it took."""
    began = time.monotonic()
    models.post(PATH, json=body, headers=SIGNED).raise_for_status()
    return time.monotonic() - began


_known: dict[str, Any] = {}


def _prepare(known: dict[str, Any]) -> None:
    """In each process: find the emulated S3, as the function in the cloud does."""
    _known.update(known)
    os.environ |= {
        "AWS_ENDPOINT_URL": known["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": known["region"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def _cut(key: str) -> None:
    from functions.cutout import handler  # noqa: PLC0415  (OpenCV is for these processes only)

    source: Any = {"bucket": _known["uploads_bucket"], "key": key, "version": None}
    reply = handler({"source": source, "target": {"bucket": _known["results_bucket"], "key": f"limit/{key}.png"}}, None)
    if "error" in reply:
        raise RuntimeError(json.dumps(reply))
