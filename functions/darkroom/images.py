"""Pictures: told by their first bytes, measured before decoding, fitted to a size. Pure; knows no S3.

Sniffing and measuring read headers only, with the standard library: a door that sees a picture starts no faster or
slower for it. Only `fit` decodes, and only then is the imaging library imported.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Literal

from functions.darkroom.errors import InputRefused

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
HEADER_BYTES = 65_536
"""How much of an object usually holds a JPEG's size, its embedded thumbnail and profile included."""

CONTENT_TYPES = {"png": "image/png", "jpeg": "image/jpeg"}
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKERS_WITHOUT_LENGTH = frozenset(range(0xD0, 0xDA)) | {0x01}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a picture's header says: its format, and its stored width and height in pixels."""

    format: Literal["png", "jpeg"]
    width: int
    height: int

    @property
    def content_type(self) -> str:
        """The media type of the format."""
        return CONTENT_TYPES[self.format]


def media_type(data: bytes) -> str | None:
    """What the first bytes say: a PNG, a JPEG, or neither."""
    return next((CONTENT_TYPES[name] for magic, name in ((PNG, "png"), (JPEG, "jpeg")) if data.startswith(magic)), None)


def measure(data: bytes) -> Measured:
    """Tell format and size from the first bytes. Raises InputRefused when they are no PNG or JPEG header."""
    if not data:
        raise InputRefused("image-empty", "the picture has no bytes")
    if data.startswith(PNG):
        return _measure_png(data)
    if data.startswith(JPEG):
        return _measure_jpeg(data)
    raise InputRefused(
        "image-format", "the first bytes are neither a PNG's nor a JPEG's", hint="Send a PNG or a JPEG file."
    )


def _measure_png(data: bytes) -> Measured:
    if len(data) < 24 or data[12:16] != b"IHDR":
        raise InputRefused("image-unreadable", "the PNG ends before its size")
    width, height = struct.unpack(">II", data[16:24])
    return _positive(Measured("png", width, height))


def _measure_jpeg(data: bytes) -> Measured:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAME_MARKERS:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return _positive(Measured("jpeg", width, height))
        elif marker in _MARKERS_WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise InputRefused("image-unreadable", "the JPEG ends before its size")


def _positive(measured: Measured) -> Measured:
    if not (measured.width and measured.height):
        raise InputRefused("image-unreadable", "the header gives the picture no size")
    return measured


def digest(data: bytes) -> str:
    """The sha256 of exactly these bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def fit(data: bytes, width: int, height: int) -> bytes:
    """Scale a picture to cover width x height pixels and cut what hangs over, evenly; gives a PNG."""
    from io import BytesIO  # noqa: PLC0415  (decoding is rare: only here is an imaging library needed)

    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(BytesIO(data)) as picture:
        fitted = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    fitted.save(out, "PNG", compress_level=1)
    return out.getvalue()
