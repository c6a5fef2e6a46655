"""What Stability's ways of asking have in common: a way's shape, and the fields that many bodies hold. Knows no task.

Facts are of the Amazon Bedrock user guide ("Stability AI Image Services", and the request and response pages of Stable
Image Core, Stable Image Ultra and Stable Diffusion 3.5 Large).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pybase64

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.darkroom.accounts import Rules
    from functions.darkroom.engines import Order
    from functions.darkroom.fields import ImageGenerationConfig
    from functions.darkroom.job import Picture

    type Read = Callable[[Picture], bytes]
    """Fetches an input picture. In a dry run it gives no bytes, and what would be made of them is left empty."""
    type Body = Callable[[Order, int, Read], dict[str, Any]]
    """The n-th call's request body; n counts from 1."""

ASPECT_RATIOS: Mapping[str, float] = MappingProxyType(
    {name: int(name.split(":")[0]) / int(name.split(":")[1]) for name in
     ("1:1", "16:9", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")}
)  # fmt: skip
"""What is drawn anew has one of these shapes: width over height."""

SEED_FOR_ZERO = 2_147_483_647
"""0 means "any seed" there. Titan's 0 is a seed like others; this number is past all of Titan's."""

OUTPUT_FORMAT = "png"
"""Nothing is lost by it, and a cut-out keeps its transparency."""

EDGE = 5
"""Pixels over which a painted area fades into its surroundings: `grow_mask`, whose default it is, 0 to 20."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of asking one model: its request body, and what becomes of the fields."""

    body: Body
    rules: Rules


def drawn(order: Order, n: int) -> dict[str, Any]:
    """What nearly every body holds: what not to draw, the seed, the file format."""
    negative = getattr(order.task.params, "negativeText", None)
    said = {"negative_prompt": negative} if negative is not None else {}
    return {**said, "seed": seed(order.task.config, n), "output_format": OUTPUT_FORMAT}


def seed(config: ImageGenerationConfig, n: int) -> int:
    """The seed of the n-th picture: they follow each other, and none is 0."""
    if config.seed is None:
        raise ValueError("a task's seed is drawn before it is sent")
    return (config.seed + n - 1) or SEED_FOR_ZERO


def picture(order: Order, place: int, read: Read) -> str:
    """An input picture as it travels: the bytes that were pinned, as base64."""
    return encoded(read(order.inputs[place]))


def encoded(data: bytes) -> str:
    """Bytes as they travel in JSON."""
    return pybase64.b64encode(data).decode()


def aspect_ratio(width: int, height: int) -> str:
    """The ratio whose picture loses least when it is cut to width x height."""
    return max(ASPECT_RATIOS, key=lambda ratio: kept(ratio, width, height))


def kept(ratio: str, width: int, height: int) -> float:
    """How much of a picture of that ratio is kept, 0 to 1, when it is cut to the shape of width x height."""
    drawn, wanted = ASPECT_RATIOS[ratio], width / height
    return min(wanted, drawn) / max(wanted, drawn)
