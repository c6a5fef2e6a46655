"""Writes PNG and JPEG files that say in themselves how they were made, and reads what a PNG says.

Knows pixels and notes; no scene, no model.

PNG rows are filtered with Up in numpy and packed by zlib at level 1: as fast as OpenCV's writer on these pictures
(about 35 ms for 1024x1024), a third of Pillow's time, it takes text chunks, and its bytes do not depend on a library's
choice of filter.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_HEADER_END = 8 + 4 + 4 + 13 + 4
_UP = 2
_GREY = 0
_KINDS = {3: 2, 4: 6}
"""Channels → the colour type of such a PNG."""
JPEG_QUALITY = 92


def encode_png(pixels: NDArray[np.uint8], notes: Mapping[str, str]) -> bytes:
    """A PNG of height x width x 3 RGB bytes, or 4 with alpha, with each note as a text chunk."""
    height, width, channels = pixels.shape
    rows = np.empty((height, 1 + channels * width), np.uint8)
    rows[:, 0] = _UP
    flat = pixels.reshape(height, channels * width)
    rows[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=rows[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, _KINDS[channels], 0, 0, 0)
    body = _chunk(b"IDAT", zlib.compress(rows, 1))
    return PNG_MAGIC + _chunk(b"IHDR", header) + _texts(notes) + body + _chunk(b"IEND", b"")


def encode_jpeg(pixels: NDArray[np.uint8], notes: Mapping[str, str]) -> bytes:
    """A JPEG of the same pixels; the notes go into one comment segment."""
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    written, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not written:
        raise RuntimeError("OpenCV could not write the JPEG")
    comment = "\n".join(f"{name}: {note}" for name, note in notes.items()).encode("latin-1", "replace")
    segment = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    image = data.tobytes()
    return image[:2] + segment + image[2:]


def annotate_png(image: bytes, notes: Mapping[str, str]) -> bytes:
    """The same PNG with each note as a text chunk after its header."""
    return image[:_HEADER_END] + _texts(notes) + image[_HEADER_END:]


def png_texts(image: bytes) -> dict[str, str]:
    """The text chunks of a PNG, as far as its chunks are whole; nothing for any other file."""
    texts: dict[str, str] = {}
    for kind, data in _chunks(image):
        if kind == b"tEXt":
            name, _, text = data.partition(b"\0")
            texts[name.decode("latin-1")] = text.decode("latin-1")
    return texts


def transparent_grey(image: bytes) -> int | None:
    """The shade, in 8 bits, that a grey PNG calls transparent. OpenCV tells it of every other kind, not of this one."""
    if not image.startswith(PNG_MAGIC) or image[25] != _GREY:
        return None
    shade = next((data for kind, data in _chunks(image) if kind == b"tRNS"), None)
    return None if shade is None else int.from_bytes(shade[:2]) * 255 // (2 ** image[24] - 1)


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the data of a PNG's chunks, as far as they are whole."""
    place = len(PNG_MAGIC)
    while image.startswith(PNG_MAGIC) and place + 12 <= len(image):
        (length,) = struct.unpack_from(">I", image, place)
        yield image[place + 4 : place + 8], image[place + 8 : place + 8 + length]
        place += 12 + length


def _texts(notes: Mapping[str, str]) -> bytes:
    encoded = ((name.encode("latin-1"), note.encode("latin-1", "replace")) for name, note in notes.items())
    return b"".join(_chunk(b"tEXt", name + b"\0" + note) for name, note in encoded)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
