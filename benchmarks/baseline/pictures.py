"""The baseline's two paths: InvokeModel to pictures in S3, and a photo in S3 to its cut-out."""

from __future__ import annotations

import base64
import json
import os
from io import BytesIO
from typing import Any

from PIL import Image

from benchmarks.baseline.clients import bedrock, s3, tracer

LARGEST_SIDE = 1408


@tracer.capture_method
def draw(request: dict[str, Any], prefix: str) -> list[str]:
    """Call the model once and store the pictures it returns; gives their keys."""
    response = bedrock.invoke_model(modelId=os.environ["MODEL_ID"], body=json.dumps(request))
    reply = json.loads(response["body"].read())
    if reply.get("error"):
        raise RuntimeError(reply["error"])
    keys = []
    for number, image in enumerate(reply["images"]):
        key = f"{prefix}/{number}.png"
        s3.put_object(
            Bucket=os.environ["RESULTS_BUCKET"], Key=key, Body=base64.b64decode(image), ContentType="image/png"
        )
        keys.append(key)
    return keys


@tracer.capture_method
def cut_out(bucket: str, key: str) -> list[str]:
    """Read a photo, have its background removed, and store the result; gives its key."""
    data = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    check(data)
    image = base64.b64encode(data).decode()
    request = {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": image}}
    return draw(request, f"cut-outs/{key}")


def check(data: bytes) -> None:
    """Refuse what is no whole PNG or JPEG, or larger than the model takes."""
    with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
        picture.load()
    if max(picture.size) > LARGEST_SIDE:
        raise ValueError(f"{picture.size} is larger than {LARGEST_SIDE} pixels a side")
