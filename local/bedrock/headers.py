"""What a PNG or JPEG says before it is decoded: its size, its channels, and for a JPEG its quality. Knows no limits."""

from __future__ import annotations

import re
import struct
from types import MappingProxyType
from typing import TYPE_CHECKING

from local.bedrock.png import PNG_MAGIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

JPEG_MAGIC = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES, _SCAN = 0xDB, 0xDA
_ALONE = re.compile(rb"[\x01\xd0-\xd9]")
_PNG_FORMS: Mapping[int, str] = MappingProxyType(
    {0: "grey", 2: "RGB", 3: "indexed", 4: "grey with alpha", 6: "RGB with alpha"}
)
_JPEG_FORMS: Mapping[int, str] = MappingProxyType({1: "grey", 3: "RGB", 4: "CMYK"})


def measure(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG, from its header, before any orientation.

    Raises:
        ValueError: when it is neither, or ends before its size is told.
    """
    try:
        if image.startswith(PNG_MAGIC):
            return struct.unpack_from(">II", image, 16)
        if image.startswith(JPEG_MAGIC):
            after_length_and_bits = _frame(image) + 3
            height, width = struct.unpack_from(">HH", image, after_length_and_bits)
            return width, height
    except (struct.error, IndexError, StopIteration):
        raise ValueError("the image ends within its header") from None
    raise ValueError("the image is neither PNG nor JPEG")


def form(image: bytes) -> str:
    """What the pixels of a file that could be measured are made of: `RGB`, `grey`, `indexed`, `CMYK` ..."""
    if image.startswith(PNG_MAGIC):
        return _PNG_FORMS.get(image[25], "of no known kind")
    return _JPEG_FORMS.get(image[_frame(image) + 7], "of no known kind")


def is_perfect_jpeg(image: bytes) -> bool:
    """Whether a whole JPEG is of quality 100: its tables divide by 1 everywhere."""
    divisors = bytearray()
    for marker, at in _segments(image):
        if marker == _SCAN:
            break
        if marker == _TABLES:
            (length,) = struct.unpack_from(">H", image, at)
            divisors += _divisors(image[at + 2 : at + length])
    return set(divisors) == {1}


def _divisors(tables: bytes) -> bytes:
    """The low bytes of all tables in a segment; one of 16 bits, which quality 100 never has, counts as imperfect."""
    found = bytearray()
    while tables:
        if tables[0] >> 4:
            return b"\xff"
        found += tables[1:65]
        tables = tables[65:]
    return bytes(found)


def _frame(image: bytes) -> int:
    """Where the frame header of a JPEG begins, at its length."""
    return next(at for marker, at in _segments(image) if marker in _FRAMES)


def _segments(image: bytes) -> Iterator[tuple[int, int]]:
    """Every marker of a JPEG up to the pixels, with the place of its segment's length."""
    position = 2
    while position + 1 < len(image):
        while image[position + 1] == 0xFF:
            position += 1
        marker = image[position + 1]
        if image[position] != 0xFF:
            raise ValueError("the image is not a whole JPEG")
        yield marker, position + 2
        if marker == _SCAN:
            return
        position += 2 if _ALONE.match(bytes([marker])) else 2 + struct.unpack_from(">H", image, position + 2)[0]
