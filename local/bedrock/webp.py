"""Writes WebP files that say in themselves how they were made, and reads a WebP's size. Knows pixels and notes only.

OpenCV writes the picture; the notes go as an XMP packet into the extended form of the container, which has room for it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import cv2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

QUALITY = 92
_EXTENDED, _LOSSY, _LOSSLESS = b"VP8X", b"VP8 ", b"VP8L"
_HAS_XMP = 0x04
_PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
    '<rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>'
)


def is_webp(image: bytes) -> bool:
    """By its first bytes."""
    return image.startswith(b"RIFF") and image[8:12] == b"WEBP"


def measure_webp(image: bytes) -> tuple[int, int]:
    """Width and height, from the header.

    Raises:
        ValueError: when the file ends before its size is told.
    """
    try:
        kind, data = next(_chunks(image))
        if kind == _EXTENDED:
            return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
        if kind == _LOSSLESS:
            (sizes,) = struct.unpack_from("<I", data, 1)
            return 1 + (sizes & 0x3FFF), 1 + (sizes >> 14 & 0x3FFF)
        width, height = struct.unpack_from("<HH", data, 6)
    except (StopIteration, struct.error):
        raise ValueError("the image ends within its header") from None
    return width & 0x3FFF, height & 0x3FFF


def encode_webp(pixels: NDArray[np.uint8], notes: Mapping[str, str]) -> bytes:
    """A WebP of height x width x 3 RGB bytes, or 4 with alpha, with the notes as its XMP description."""
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    written, data = cv2.imencode(".webp", cv2.cvtColor(pixels, order), [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    if not written:
        raise RuntimeError("OpenCV could not write the WebP")
    text = escape("\n".join(f"{name}: {note}" for name, note in notes.items()))
    return _with_packet(data.tobytes(), _PACKET.format(text=text).encode())


def _with_packet(image: bytes, packet: bytes) -> bytes:
    """The same picture in a container that announces its XMP and ends with it."""
    width, height = measure_webp(image)
    chunks = list(_chunks(image))
    flags = 0
    if chunks[0][0] == _EXTENDED:
        flags = chunks.pop(0)[1][0]
    header = bytes([flags | _HAS_XMP, 0, 0, 0]) + _three(width - 1) + _three(height - 1)
    body = b"".join(_chunk(kind, data) for kind, data in [(_EXTENDED, header), *chunks, (b"XMP ", packet)])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the data of a file's chunks, as far as they are whole."""
    place = 12
    while place + 8 <= len(image):
        (length,) = struct.unpack_from("<I", image, place + 4)
        yield image[place : place + 4], image[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
