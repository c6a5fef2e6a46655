"""Requests for the tests: the smallest good body of each task, and bodies with fields laid over it."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any

from PIL import Image

from functions.darkroom.tasks import PARAMS

V1, V2, CANVAS = "amazon.titan-image-generator-v1", "amazon.titan-image-generator-v2:0", "amazon.nova-canvas-v1:0"
CONFIG = frozenset({"numberOfImages", "quality", "cfgScale", "seed", "width", "height"})
OWN = frozenset({"modelId", "engine", "fidelity", "metadata", "fit", "restore", "background"})


def picture(
    size: tuple[int, int] = (320, 320), mode: str = "RGB", colour: Any = None, kind: str = "PNG", **how
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour if colour is not None else 0).save(out, kind, **how)
    return out.getvalue()


def mask(size: tuple[int, int] = (320, 320), kind: str = "PNG", **how) -> bytes:
    """Black on the left, white on the right."""
    made = Image.new("RGB", size, "white")
    made.paste("black", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    made.save(out, kind, **how)
    return out.getvalue()


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@cache
def good(name: str) -> dict[str, Any]:
    """The fields of the smallest body of a task."""
    image, black = text64(picture()), text64(mask())
    return {
        "TEXT_IMAGE": {"text": "a hill"},
        "COLOR_GUIDED_GENERATION": {"text": "a hill", "colors": ["#ff8800"]},
        "IMAGE_VARIATION": {"images": [image], "text": "a hill"},
        "INPAINTING": {"image": image, "maskImage": black},
        "OUTPAINTING": {"image": image, "maskImage": black, "text": "a hill"},
        "BACKGROUND_REMOVAL": {"image": image},
    }[name]


def request(name: str, **fields: Any) -> dict[str, Any]:
    """A body with these fields in the object where each belongs; None leaves one away."""
    said = {key: value for key, value in (good(name) | fields).items() if value is not None}
    params = {key: value for key, value in said.items() if key not in CONFIG | OWN}
    config = {key: value for key, value in said.items() if key in CONFIG}
    own = {key: value for key, value in said.items() if key in OWN}
    return {"taskType": name, PARAMS[name]: params, **({"imageGenerationConfig": config} if config else {}), **own}
