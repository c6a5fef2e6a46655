"""The pictures that a request brings: decoded from base64, known by their first bytes, measured without decoding.

Limits are Titan's (Bedrock user guide, "Input images"). Knows no model.
"""

from __future__ import annotations

import re
import struct
from binascii import Error as Base64Error
from typing import TYPE_CHECKING

import pybase64

if TYPE_CHECKING:
    from local.bedrock.contract.schema import Fields

LARGEST_BYTES = 5 * 1024 * 1024
LONGEST_SIDE = 1408
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
JPEG_MAGIC = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = re.compile(rb"[\x01\xd0-\xd9]")


def read_source(fields: Fields, name: str) -> bytes | None:
    """The image in this field, or None after noting why it cannot be taken."""
    value = fields.text(name, longest=2 * LARGEST_BYTES, shortest=1, required=True)
    if not value:
        return None
    try:
        image = pybase64.b64decode(value, validate=True)
        check(image)
    except (Base64Error, ValueError) as error:
        fields.refuse(name, f"{error}")
        return None
    return image


def check(image: bytes) -> None:
    """Accept a PNG or JPEG within Titan's limits.

    Raises:
        ValueError: saying which limit.
    """
    if len(image) > LARGEST_BYTES:
        raise ValueError(f"the image has {len(image)} bytes, more than 5 MB")
    width, height = measure(image)
    if not 0 < max(width, height) <= LONGEST_SIDE or min(width, height) < 1:
        raise ValueError(f"the image is {width}x{height}, its longer side may be at most {LONGEST_SIDE} pixels")


def measure(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG, from its header.

    Raises:
        ValueError: when it is neither, or ends before its size is told.
    """
    try:
        if image.startswith(PNG_MAGIC):
            return struct.unpack_from(">II", image, 16)
        if image.startswith(JPEG_MAGIC):
            return _measure_jpeg(image)
    except (struct.error, IndexError):
        raise ValueError("the image ends within its header") from None
    raise ValueError("the image is neither PNG nor JPEG")


def _measure_jpeg(image: bytes) -> tuple[int, int]:
    """Walk the segments to the frame header, which holds height before width."""
    position = 2
    while True:
        while image[position + 1] == 0xFF:
            position += 1
        marker = image[position + 1]
        if image[position] != 0xFF:
            raise ValueError("the image is not a whole JPEG")
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", image, position + 5)
            return width, height
        alone = _ALONE.match(bytes([marker]))
        position += 2 if alone else 2 + struct.unpack_from(">H", image, position + 2)[0]
