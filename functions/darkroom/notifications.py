"""S3's notifications: which objects a message says have appeared. Pure; knows no queue and no recipe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from functions.darkroom.job import SourceObject

if TYPE_CHECKING:
    from collections.abc import Iterator


def objects(body: str) -> Iterator[SourceObject]:
    """The objects that a notification names. S3's own test event names none.

    Raises ValueError, TypeError, KeyError or AttributeError for what is no notification.
    """
    for record in json.loads(body).get("Records", ()):
        if record["eventName"].startswith("ObjectCreated"):
            s3 = record["s3"]
            # Keys in notifications are form-encoded: a space is a plus sign, a plus sign is %2B.
            key = unquote_plus(s3["object"]["key"])
            yield SourceObject(bucket=s3["bucket"]["name"], key=key, version=s3["object"].get("versionId"))


def objects_if_any(body: str) -> tuple[SourceObject, ...]:
    """The same for a message of which nothing is known; none for what is no notification."""
    try:
        return tuple(objects(body))
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()
