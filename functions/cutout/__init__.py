"""A model, not a door: the worker names a picture in S3; this function writes its cut-out and answers with numbers.

Deployed alone, with NumPy and OpenCV, which no other function carries. So nothing here may import anything else of
`functions`, and it knows nothing of tasks, jobs or tenants. `cut_out` is the same without S3.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from functions.cutout.picture import MAX_BYTES, InputRefused
from functions.cutout.segmentation import CutOut, cut_out

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

__all__ = ["CutOut", "InputRefused", "cut_out", "handler"]

GONE = frozenset({"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "AccessDenied"})
"""S3's codes for an object that is not there; the last two are for a version that is a delete marker, and for a key
that does not exist, when whoever asks may not list the bucket."""


class Source(TypedDict):
    """The picture. Without a version it is the newest one."""

    bucket: str
    key: str
    version: str | None


class Target(TypedDict):
    """Where the cut-out goes."""

    bucket: str
    key: str


class Request(TypedDict):
    """The event that the worker sends."""

    source: Source
    target: Target


def handler(event: Request, _context: object) -> dict[str, Any]:
    """Cut out `source`, write it to `target`, answer with the numbers of the PNG and of its mask.

    A picture that is refused is an answer too: `{"error": {"slug", "detail"}}`. What is broken on our side is raised.
    """
    try:
        cut = cut_out(_fetch(event["source"]))
    except InputRefused as refused:
        return {"error": {"slug": refused.slug, "detail": refused.detail}}
    reply = _describe(cut)
    return reply | {"version": _store(event["target"], cut.png, reply)}


def _describe(cut: CutOut) -> dict[str, Any]:
    return {
        "width": cut.width,
        "height": cut.height,
        "bytes": len(cut.png),
        "sha256": hashlib.sha256(cut.png).hexdigest(),
        "contentType": "image/png",
        "coverage": cut.coverage,
        "edgeUncertainty": cut.edge_uncertainty,
        "regions": cut.regions,
        "touchesBorder": cut.touches_border,
    }


def _fetch(source: Source) -> bytes:
    place: Any = {"Bucket": source["bucket"], "Key": source["key"]}
    if version := source.get("version"):
        place["VersionId"] = version
    try:
        body = _s3().get_object(**place)["Body"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        raise InputRefused("image-missing", "The object, or this version of it, is not in the bucket.") from error
    with body:
        return body.read(MAX_BYTES + 1)  # one byte too many is enough to refuse it


def _store(target: Target, png: bytes, reply: dict[str, Any]) -> str | None:
    """Write the cut-out; gives its version, which tells it from one that is written to the same key later."""
    said = {name: str(reply[name]) for name in ("width", "height", "sha256", "coverage")}
    put = _s3().put_object(
        Bucket=target["bucket"],
        Key=target["key"],
        Body=png,
        ContentType=reply["contentType"],
        Metadata=said | {"model": "u2netp"},
    )
    return put.get("VersionId")


@cache
def _s3() -> S3Client:
    config = Config(
        connect_timeout=3,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
        signature_version="s3v4",
    )
    client: Any = botocore.session.get_session().create_client("s3", config=config)
    return cast("S3Client", client)
