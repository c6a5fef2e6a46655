"""Orders for the engines' tests: a task made definite, its pictures in memory."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from PIL import Image

from functions.darkroom import drafts, tasks
from functions.darkroom.engines import Order, Place, stability
from functions.darkroom.job import Picture
from functions.darkroom.routing import choose
from tests.unit.request_rig import request

PLACE = Place("results", "key")
ALL = ("us-west-2", "us-east-1", "us-east-2")
ROUTES = {
    task: (
        "stability",
        *(f"stability/{name}" for name in ("stability.sd3-5-large-v1:0", "stability.stable-image-ultra-v1:1")),
        *(f"stability/stability.{name}-v1:0" for name in ("stable-outpaint", "stable-image-style-guide")),
    )
    for task in tasks.TASK_TYPES
}


def photo(size: tuple[int, int] = (320, 256)) -> bytes:
    """Another colour at every place."""
    made = Image.merge("RGB", [Image.linear_gradient("L").resize(size), Image.new("L", size, 90), _across(size)])
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def _across(size: tuple[int, int]) -> Image.Image:
    return Image.linear_gradient("L").rotate(90).resize(size)


def boxed(size: tuple[int, int], box: tuple[int, int, int, int], inside: str = "black") -> bytes:
    """A mask with one rectangle: left, upper, right, lower."""
    made = Image.new("RGB", size, "white" if inside == "black" else "black")
    made.paste(inside, box)
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def task_of(name: str, **fields: Any) -> tasks.Task:
    return tasks.from_data(request(name, **fields))


def served(task: tasks.Task):
    """The model that serves a task where the whole of Stability is offered."""
    return choose(task, ROUTES, ALL).model


def order_of(task: tasks.Task, *pictures: bytes) -> tuple[Order, Any]:
    """The definite order, and what reads its pictures."""
    stored = {f"{n}": data for n, data in enumerate(pictures)}
    inputs = tuple(
        Picture(bucket="uploads", key=f"{n}", contentType="image/png", width=1, height=1, bytes=len(data))
        for n, data in enumerate(pictures)
    )
    return Order(task=drafts.definite(task, served(task)), inputs=inputs), lambda one: stored[one.key]


def body_of(task: tasks.Task, *pictures: bytes, n: int = 1) -> dict[str, Any]:
    """The n-th request body."""
    order, read = order_of(task, *pictures)
    return json.loads(stability.body(order, served(task), n, read, PLACE))


def ask(name: str, *pictures: bytes, n: int = 1, **fields: Any) -> dict[str, Any]:
    return body_of(task_of(name, **fields), *pictures, n=n)


def image(text: str) -> Image.Image:
    """A picture of a body, decoded."""
    return Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")


def verdicts(name: str, **fields: Any) -> dict[str, Any]:
    """Field (its last name) → verdict, of the account by the model that serves."""
    task = task_of(name, **fields)
    return {one.field.rpartition(".")[2]: one for one in stability.verdicts(task, served(task))}
