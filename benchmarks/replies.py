"""What the stub answers: pictures of a fixed size, and model replies around them. Made at start, always the same."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops

SIDE = 1024
"""Pixels."""
SMALL_SIDE = 512

FINE = [value // 48 for value in range(256)]
"""Grain (a level for each value of noise) under which 1024x1024 pixels are a PNG of 1.5 MB, as the models return."""
SPARSE = [value // 255 for value in range(256)]
"""Grain for the small picture, some 10 KB: it warms a process up and leaves no weight in its memory."""


@dataclass(frozen=True, slots=True)
class Replies:
    """The fixed answers."""

    titan: dict[int, bytes]
    """Number of pictures → Titan's reply with so many."""
    small: bytes
    """Titan's reply with one small picture."""
    cutout: bytes
    """The reply of Darkroom's cutout function, which stores its picture by itself."""
    photo: bytes
    """What somebody uploads: as large as a drawn one."""


@cache
def replies() -> Replies:
    """Make them; takes a second or two."""
    drawn = [_encoded(_picture(SIDE, FINE, seed)) for seed in range(5)]
    measures = {"width": SIDE, "height": SIDE, "bytes": len(drawn[0]), "sha256": hashlib.sha256(drawn[0]).hexdigest()}
    judged = {"coverage": 0.4, "edgeUncertainty": 0.01, "regions": 1, "touchesBorder": False}
    return Replies(
        titan={n: _titan(drawn[:n]) for n in range(1, len(drawn) + 1)},
        small=_titan([_encoded(_picture(SMALL_SIDE, SPARSE, 0))]),
        cutout=json.dumps({**measures, "contentType": "image/png", **judged}).encode(),
        photo=_encoded(_picture(SIDE, FINE, len(drawn))),
    )


def _titan(pictures: list[bytes]) -> bytes:
    return json.dumps({"images": [base64.b64encode(one).decode() for one in pictures], "error": None}).encode()


def _picture(side: int, grain: list[int], seed: int) -> Image.Image:
    """A slope from dark to light under noise; the grain decides how well it compresses."""
    slope = Image.linear_gradient("L").resize((side, side)).point([value * 3 // 4 for value in range(256)])
    noise = Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3))  # noqa: S311
    return ImageChops.add(Image.merge("RGB", [slope] * 3), noise.point(grain * 3))


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
