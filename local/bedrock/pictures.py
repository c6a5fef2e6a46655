"""From a wish to the bytes of a picture: the scene is drawn, or the subject cut out, and the file says who did it.

Knows no request fields, no retouching and no HTTP.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pybase64

from local.bedrock.errors import invalid
from local.bedrock.png import annotate_png, encode_jpeg, encode_png
from local.bedrock.scene import Sketch, draw, draw_roughly
from local.bedrock.webp import encode_webp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from local.bedrock.orders import Pixels

    type Encoder = Callable[[Pixels, Mapping[str, str]], bytes]

SOFTWARE = "Darkroom Bedrock emulator (simulated picture)"
ENCODERS: Mapping[str, Encoder] = MappingProxyType({"png": encode_png, "jpeg": encode_jpeg, "webp": encode_webp})
"""output_format → how such a file is written."""


@dataclass(frozen=True, slots=True)
class Made:
    """One picture, and an account of what in it is real work on the caller's pictures and what is simulated."""

    pixels: Pixels
    simulated: str
    real: str = "nothing"


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture to be drawn: what, how large, and by which seed."""

    text: str
    negative: str
    width: int
    height: int
    seed: int
    index: int = 0
    """Which picture of a call that asks for several; each is another one."""
    guidance: float = 8.0
    """How closely to follow the prompt, 1.1 to 10: drawn as vividness."""
    detailed: bool = False
    suffix: str = "png"

    def at(self, index: int) -> Self:
        """The same wish for another picture of the call."""
        return replace(self, index=index)


def develop(wish: Wish, *, fast: bool) -> bytes:
    """The picture's file. The same wish gives the same bytes."""
    sketch = Sketch(wish.text, wish.negative, wish.seed, wish.index, wish.guidance, detailed=wish.detailed)
    drawing = (draw_roughly if fast else draw)(sketch, wish.width, wish.height)
    notes = {
        "Software": SOFTWARE,
        "Prompt-SHA256": fingerprint(wish.text),
        "Seed": f"{wish.seed} picture {wish.index}",
        "Simulated": drawing.account,
    }
    return ENCODERS[wish.suffix](drawing.pixels, notes)


def fingerprint(prompt: str) -> str:
    """The prompt's SHA-256, by which a picture's prompt can be proved and not read."""
    return hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()


def cut_out(image: bytes) -> bytes:
    """The subject of a photo on a transparent background: real work, done by the product's own network.

    Raises:
        BedrockError: ValidationException when the picture cannot be read.
    """
    # Loaded at the first use: the emulator starts without the network's weights.
    from functions.cutout import InputRefused  # noqa: PLC0415
    from functions.cutout import cut_out as find_subject  # noqa: PLC0415

    try:
        found = find_subject(image)
    except InputRefused as refused:
        raise invalid(f"The provided image could not be processed: {refused.detail}") from refused
    return annotate_png(
        found.png,
        {
            "Software": SOFTWARE,
            "Real": "background removed",
            "Simulated": "cut out by u2netp instead of the model itself",
        },
    )


def encoded(image: bytes) -> str:
    """The file as it travels in JSON."""
    return pybase64.b64encode_as_string(image)
