"""Sends a picture ahead of the request that names it: a form from the API, a POST to S3."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from darkroom_client.errors import PictureUnusable
from darkroom_client.transport import json_object

if TYPE_CHECKING:
    from darkroom_client.pictures import Content
    from darkroom_client.transport import Transport


def send_ahead(transport: Transport, content: Content) -> str:
    """Upload a picture and give its reference. Raises PictureUnusable for what is no picture, or too large a one."""
    media_type = content.media_type
    made = json_object(transport.post("/uploads", {"contentType": media_type}), "url", "fields", "image")
    if len(content.data) > made.get("maxBytes", math.inf):
        raise PictureUnusable(f"{content.name} has {len(content.data):,} bytes; up to {made['maxBytes']:,} are taken.")
    transport.send_form(made["url"], made["fields"], content.data, media_type)
    return str(made["image"])
