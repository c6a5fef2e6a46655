"""The pictures and masks that a request to one of Stability's models brings: decoded, known by their first bytes.

More is taken than Amazon's models take: WebP, transparency, 16 bits, CMYK and grey masks. Every reason to refuse one is
noted with its field. Knows no service; limits are handed in.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pybase64

from local.bedrock.errors import BODY_LIMIT
from local.bedrock.headers import JPEG_MAGIC, measure
from local.bedrock.orders import Source, Strength
from local.bedrock.png import PNG_MAGIC, transparent_grey
from local.bedrock.webp import is_webp, measure_webp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.contract.schema import Fields
    from local.bedrock.contract.services import Fit

MOST_DECODED = 50_000_000
"""Pixels of anything that is decoded here: the emulator's own bound, against files that unpack to more than memory
holds. Of a mask the guide says only that it is resized."""
OPAQUE = 255
WHITE = 255


def read_photo(fields: Fields, name: str, fit: Fit, *, required: bool) -> Source | None:
    """The image in this field with its transparency, or None: it is not there, or the reason against it is noted."""
    value = fields.text(name, longest=2 * BODY_LIMIT, shortest=1, required=required)
    if not value:
        return None
    try:
        file, size = _unpacked(value)
        why = fit(*size)
        if why is None:
            return _photo(file)
    except ValueError as error:
        why = f"{error}"
    fields.refuse(name, why)
    return None


def read_strength(fields: Fields, name: str) -> Strength | None:
    """The mask in this field, of whatever size: white is 1, black is 0."""
    value = fields.text(name, longest=2 * BODY_LIMIT, shortest=1)
    if not value:
        return None
    try:
        file, size = _unpacked(value)
        colours = _photo(file).pixels if _fits(size) else None
    except ValueError as error:
        fields.refuse(name, f"{error}".replace("the image", "the mask", 1))
        return None
    if colours is None:
        fields.refuse(name, f"the mask is {size[0]}x{size[1]}, which is nothing or more than {MOST_DECODED} pixels")
        return None
    return Strength(file, cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(WHITE))


def _fits(size: tuple[int, int]) -> bool:
    return 0 < size[0] * size[1] <= MOST_DECODED


def _unpacked(value: str) -> tuple[bytes, tuple[int, int]]:
    """The file, and its width and height by its header."""
    try:
        file = pybase64.b64decode(value, validate=True)
    except (Base64Error, ValueError):
        raise ValueError("the image is not base64") from None
    if is_webp(file):
        return file, measure_webp(file)
    if not file.startswith((PNG_MAGIC, JPEG_MAGIC)):
        raise ValueError("the image is neither JPEG, PNG nor WebP")
    return file, measure(file)


def _photo(file: bytes) -> Source:
    pixels = _decoded(file)
    if pixels.ndim == 2:
        shade = transparent_grey(file)
        alpha = None if shade is None else np.where(pixels == shade, 0, OPAQUE).astype(np.uint8)
        return Source(file, np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8), alpha)
    alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
    return Source(file, np.ascontiguousarray(pixels[..., 2::-1]), alpha)


def _decoded(file: bytes) -> NDArray[np.uint8]:
    """8 bits a channel, with whatever channels the file has."""
    pixels: Any = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("the image's pixels cannot be decoded")
    if pixels.dtype == np.uint16:
        pixels = pixels >> 8
    return np.asarray(pixels, np.uint8)
