"""Between files and pixels: measures a PNG or JPEG before decoding it, turns it upright, and writes the cut-out's PNG.

Everything that can be wrong with a picture from outside is found here. Knows nothing of networks, masks or S3.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    type Pixels = NDArray[np.uint8]
    type Slug = Literal["image-empty", "image-format", "image-missing", "image-too-large", "image-unreadable"]

MAX_BYTES = 20 * 1024 * 1024
MAX_SIDE = 4096
"""The longest side in pixels. With 16 bits and four channels: 134 MB decoded, well inside the function's 2 GB."""

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
JPEG_MAGIC = b"\xff\xd8\xff"
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The start-of-frame markers; the three taken out of their range mean other things."""
EXIF_ORIENTATION = 0x0112
UPRIGHT: Mapping[int, tuple[bool, int | None]] = MappingProxyType(
    {2: (False, 1), 3: (False, -1), 4: (False, 0), 5: (True, None), 6: (True, 1), 7: (True, -1), 8: (True, 0)}
)
"""EXIF orientation → whether to transpose, then which of OpenCV's flips."""
PNG_FILTER = (cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG)
"""With OpenCV's run-length strategy this filter makes smaller files than zlib's level 9, in a tenth of its time."""


class InputRefused(Exception):
    """The picture cannot be cut out, and trying again would not help. `detail` is a sentence for its sender."""

    def __init__(self, slug: Slug, detail: str) -> None:
        """Name the reason twice: for programs and for people."""
        super().__init__(f"{slug}: {detail}")
        self.slug = slug
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Picture:
    """Decoded pixels, upright."""

    bgr: Pixels
    """Height x width x 3, 8 bits, in OpenCV's order of channels."""
    alpha: Pixels | None
    """Height x width, where the file has an alpha channel (or transparent colours in a palette)."""
    profile: Pixels | None
    """The ICC profile of `bgr`, byte by byte."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.bgr.shape[1], self.bgr.shape[0]


def measure(image: bytes) -> tuple[int, int]:
    """Width and height as the header states them, before orientation. Decodes nothing. Raises InputRefused."""
    if not image:
        raise InputRefused("image-empty", "The file has no bytes.")
    if image.startswith(PNG_MAGIC):
        size = (_int(image, 16, 4), _int(image, 20, 4)) if image[12:16] == b"IHDR" else (0, 0)
    elif image.startswith(JPEG_MAGIC):
        size = _jpeg_size(image)
    else:
        raise InputRefused("image-format", "By its first bytes this is neither a PNG nor a JPEG.")
    if 0 in size:
        raise InputRefused("image-unreadable", "The file's header states no size.")
    return size


def decode(image: bytes) -> Picture:
    """Decode a PNG or JPEG of at most `MAX_SIDE` pixels a side and `MAX_BYTES`. Raises InputRefused for all else."""
    if len(image) > MAX_BYTES:
        raise InputRefused("image-too-large", f"The file is larger than {MAX_BYTES:,} bytes.")
    width, height = measure(image)
    if max(width, height) > MAX_SIDE:
        raise InputRefused("image-too-large", f"{width} x {height} pixels; at most {MAX_SIDE} a side are taken.")
    pixels, metadata = _pixels(image)
    pixels = _upright(pixels, bytes(metadata.get(cv2.IMAGE_METADATA_EXIF, b"")))
    if pixels.ndim == 2:  # grey
        return Picture(bgr=_uint8(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)), alpha=None, profile=None)
    alpha = pixels[..., 3] if pixels.shape[2] == 4 else None
    return Picture(bgr=np.ascontiguousarray(pixels[..., :3]), alpha=alpha, profile=_rgb_profile(metadata))


def encode(picture: Picture, opacity: Pixels) -> bytes:
    """Write the picture as an RGBA PNG. Pixels that do not show are black, so that no background is left in them."""
    pixels = cv2.merge((picture.bgr, opacity))
    pixels[opacity == 0] = 0
    profile = () if picture.profile is None else (picture.profile,)
    _, png = cv2.imencodeWithMetadata(".png", pixels, [cv2.IMAGE_METADATA_ICCP] * len(profile), profile, PNG_FILTER)
    return png.tobytes()


def _pixels(image: bytes) -> tuple[Pixels, dict[int, Pixels]]:
    try:
        pixels, kinds, blobs = cv2.imdecodeWithMetadata(np.frombuffer(image, np.uint8), flags=cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise InputRefused("image-unreadable", "The file's pixels cannot be decoded.") from error
    if pixels is None:
        raise InputRefused("image-unreadable", "The file is cut short or damaged.")
    if pixels.dtype == np.uint16:
        pixels = np.asarray(pixels, np.uint16) >> 8
    return _uint8(pixels), {int(kind): _uint8(blob).ravel() for kind, blob in zip(kinds, blobs, strict=True)}


def _rgb_profile(metadata: Mapping[int, Pixels]) -> Pixels | None:
    """Keep a profile of RGB only: one of CMYK does not fit the pixels that OpenCV made of such a source."""
    profile = metadata.get(cv2.IMAGE_METADATA_ICCP)
    return profile if profile is not None and profile[16:20].tobytes() == b"RGB " else None


def _upright(pixels: Pixels, exif: bytes) -> Pixels:
    transpose, flip = UPRIGHT.get(_orientation(exif), (False, None))
    turned = cv2.transpose(pixels) if transpose else pixels
    return _uint8(turned if flip is None else cv2.flip(turned, flip))


def _orientation(exif: bytes) -> int:
    """Find the orientation in the first directory; 1 is upright."""
    order: Literal["big", "little"] = "little" if exif.startswith(b"II") else "big"
    directory = _int(exif, 4, 4, order)
    end = min(len(exif), directory + 2 + 12 * _int(exif, directory, 2, order))
    for entry in range(directory + 2, end, 12):
        if _int(exif, entry, 2, order) == EXIF_ORIENTATION:
            return _int(exif, entry + 8, 2, order)
    return 1


def _jpeg_size(image: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(image) and image[at] == 0xFF:
        marker = image[at + 1]
        if marker in JPEG_FRAMES:
            return _int(image, at + 7, 2), _int(image, at + 5, 2)
        # a marker may be padded with any number of 0xFF before it
        at += 1 if marker == 0xFF else 2 + _int(image, at + 2, 2)
    return 0, 0


def _int(data: bytes, at: int, width: int, order: Literal["big", "little"] = "big") -> int:
    return int.from_bytes(data[at : at + width], order)


def _uint8(pixels: NDArray[np.generic]) -> Pixels:
    return np.asarray(pixels, np.uint8)
