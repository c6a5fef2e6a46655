"""The pictures and masks that a request brings: decoded from base64, known by their first bytes, measured, decoded.

Every reason to refuse one is noted with its field. Knows no task; limits are handed in.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pybase64

from local.bedrock.headers import JPEG_MAGIC, form, is_perfect_jpeg, measure
from local.bedrock.orders import Mask, Source
from local.bedrock.png import transparent_grey

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from local.bedrock.contract.limits import Limits
    from local.bedrock.contract.schema import Fields

    type Fit = Callable[[int, int], str | None]

MOST_PIXELS = 50_000_000
"""Of anything that is decoded here: the emulator's own bound, against files that unpack to more than memory holds."""
TRANSPARENT = "the image has transparent pixels; an alpha channel must be opaque everywhere"
JPEG_ROUNDING = 6
"""How far a sharp black-and-white edge strays from 0 and 255 in a JPEG of quality 100."""


def read_source(fields: Fields, name: str, fit: Fit, largest: int) -> Source | None:
    """The required image in this field, or None after noting why it cannot be taken."""
    value = fields.text(name, longest=2 * largest, shortest=1, required=True)
    return _source(fields, name, value, fit, largest) if value else None


def read_sources(fields: Fields, name: str, most: int, fit: Fit, largest: int) -> tuple[Source | None, ...]:
    """The required list of images in this field."""
    values = fields.texts(name, most=most, required=True)
    return tuple(_source(fields, place, value, fit, largest) for place, value in values)


def read_mask(fields: Fields, name: str, size: tuple[int, ...] | None, limits: Limits) -> Mask | None:
    """The mask in this field, or None after noting why it cannot be taken.

    `size` is the image's width and height, None when the image itself could not be taken.
    """
    value = fields.text(name, longest=2 * limits.source_bytes, shortest=1)
    try:
        return _mask(_unpack(value, limits.source_bytes), size, limits) if value else None
    except ValueError as error:
        fields.refuse(name, f"{error}")
        return None


def _source(fields: Fields, place: str, value: str, fit: Fit, largest: int) -> Source | None:
    try:
        file = _unpack(value, largest)
        why = fit(*measure(file))
        if why is None:
            return Source(file, _rgb(file))
    except ValueError as error:
        why = f"{error}"
    fields.refuse(place, why)
    return None


def _unpack(value: str, largest: int) -> bytes:
    try:
        file = pybase64.b64decode(value, validate=True)
    except (Base64Error, ValueError):
        raise ValueError("the image is not base64") from None
    if len(file) > largest:
        raise ValueError(f"the image has {len(file)} bytes, more than {largest / 2**20:.0f} MB")
    return file


def _decode(file: bytes) -> NDArray[np.uint8]:
    """The pixels as they are stored, with whatever channels they have."""
    width, height = measure(file)
    if not 0 < width * height <= MOST_PIXELS:
        raise ValueError(f"the image is {width}x{height}, which is nothing or more than {MOST_PIXELS} pixels")
    pixels: Any = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("the image's pixels cannot be decoded")
    if pixels.dtype != np.uint8:
        raise ValueError("the image has more than 8 bits a channel")
    return np.asarray(pixels, np.uint8)


def _rgb(file: bytes) -> NDArray[np.uint8]:
    """Colours alone, of whatever stands for 8-bit RGB: grey and palettes too. CMYK does not, without its profile."""
    if form(file) == "CMYK":
        raise ValueError("the image is CMYK, not RGB")
    pixels = _decode(file)
    if pixels.ndim == 2:
        shade = transparent_grey(file)
        if shade is not None and (pixels == shade).any():
            raise ValueError(TRANSPARENT)
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)
    return np.ascontiguousarray(_opaque(pixels)[..., ::-1])


def _opaque(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours of what OpenCV decoded. An alpha channel is taken as long as nothing shows through."""
    if pixels.shape[2] == 4 and int(pixels[..., 3].min()) < 255:
        raise ValueError(TRANSPARENT)
    return pixels[..., :3]


def _mask(file: bytes, size: tuple[int, ...] | None, limits: Limits) -> Mask:
    found = measure(file)
    if size and found != size:
        raise ValueError(f"the mask is {found[0]}x{found[1]}, the image {size[0]}x{size[1]}")
    jpeg = file.startswith(JPEG_MAGIC)
    if jpeg and limits.perfect_jpeg_masks and not is_perfect_jpeg(file):
        raise ValueError("a JPEG mask must be of 100 % quality")
    pixels = _mask_pixels(file, limits.mask_forms)
    slack = JPEG_ROUNDING if jpeg else 0
    black, white = (pixels <= slack).all(2), (pixels >= 255 - slack).all(2)
    if not (black | white).all():
        raise ValueError("the mask may hold only pixels of (0, 0, 0) and (255, 255, 255)")
    return Mask(file, np.asarray(black, np.bool_))


def _mask_pixels(file: bytes, forms: frozenset[str]) -> NDArray[np.uint8]:
    """The colours of a mask that is made of what it may be. A colour called transparent is an alpha channel, too."""
    found, pixels = form(file), _decode(file)
    if found == "RGB" and pixels.shape[2] == 4:
        found = "RGB with alpha"
    if found not in forms:
        raise ValueError(f"the mask is {found}; it must be {' or '.join(sorted(forms))}")
    return _opaque(pixels)
