"""Picture files: opened within bounds, told what they are, turned upright, brought to 8 bits. Knows no task.

A plugin of the imaging library is opened by itself, not through `Image.open`: that one warns about large files instead
of refusing them, and its bound is a global of the process. Here the header is read, the bound is held, then decoded.
"""

from __future__ import annotations

import struct
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, cast

from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from functions.darkroom.errors import InputRefused
from functions.darkroom.images import JPEG, PNG
from functions.darkroom.measures import MOST_PIXELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.ImageFile import ImageFile

_EXIF_HEAD = b"Exif\x00\x00"
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """A JPEG whose Exif is not parsed for a resolution: that would warn about broken Exif, which does not matter."""

    def _read_dpi_from_exif(self) -> None:
        pass


_OPENERS: tuple[tuple[bytes, str, Callable[[BytesIO], ImageFile]], ...] = (
    (PNG, "png", PngImagePlugin.PngImageFile),
    (JPEG, "jpeg", _Jpeg),
    (b"RIFF", "webp", WebPImagePlugin.WebPImageFile),
    (b"GIF8", "gif", GifImagePlugin.GifImageFile),
    (b"BM", "bmp", BmpImagePlugin.BmpImageFile),
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a picture's file is. `width` and `height` are as stored; `size` is that of the upright picture."""

    format: str
    width: int
    height: int
    orientation: int
    """EXIF's, 1 to 8; 1 is upright."""
    mode: str
    """Pillow's name of the pixels' form: 1, L, P, RGB, RGBA, CMYK, I;16 …"""
    bits: int
    """Per channel, as stored."""
    alpha: bool
    """It has an alpha channel, or a transparent palette entry or colour."""
    transparent: bool
    """Some pixel is not fully opaque."""
    frames: int
    bytes: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture as it is looked at."""
        return (self.height, self.width) if self.orientation > 4 else (self.width, self.height)


def examine(data: bytes) -> Traits:
    """Tell what a picture's file is; decodes only where there is alpha, to see whether it is used.

    Raises InputRefused: image-empty, image-format, image-unreadable, image-too-large (over 50 megapixels).
    """
    return traits(data, opened(data))


def upright_size(data: bytes) -> tuple[int, int]:
    """Width and height of a picture as it is looked at, from its header: nothing is decoded."""
    picture = opened(data)
    width, height = picture.size
    return (height, width) if _orientation(picture.info.get("exif", b"")) > 4 else (width, height)


def opened(data: bytes) -> ImageFile:
    """The file with its header read and the bound held. Nothing is decoded yet, so pixels may still turn out broken."""
    if not data:
        raise InputRefused("image-empty", "the picture has no bytes")
    opener = next((opener for magic, _, opener in _OPENERS if data.startswith(magic)), None)
    if opener is None:
        raise InputRefused(
            "image-format", "the first bytes are no known picture's", hint="Send a PNG, JPEG, WebP, GIF or BMP file."
        )
    with _readable():
        picture = opener(BytesIO(data))
    hold(*picture.size)
    return picture


def traits(data: bytes, picture: ImageFile) -> Traits:
    """The traits of a file that is open already."""
    alpha = picture.has_transparency_data
    return Traits(
        format=next(name for magic, name, _ in _OPENERS if data.startswith(magic)),
        width=picture.size[0],
        height=picture.size[1],
        orientation=_orientation(picture.info.get("exif", b"")),
        mode=picture.mode,
        bits=_bits(data, picture.mode),
        alpha=alpha,
        transparent=alpha and transparent(alpha_of(eight_bits(picture))),
        frames=getattr(picture, "n_frames", 1) if data.startswith((PNG, b"RIFF")) else 1,
        bytes=len(data),
    )


def upright(data: bytes) -> tuple[Image.Image, Traits]:
    """The picture as it is looked at, in mode L, LA, RGB or RGBA, and what its file is."""
    picture = opened(data)
    said = traits(data, picture)
    return turned(eight_bits(picture), said.orientation), said


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture turned as EXIF's orientation says."""
    return picture.transpose(_TURNS[orientation]) if orientation in _TURNS else picture


def eight_bits(picture: Image.Image) -> Image.Image:
    """Any mode as L, LA, RGB or RGBA. Decodes; raises InputRefused (image-unreadable) when the pixels are broken."""
    with _readable():
        picture.load()
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        return picture if picture.mode in {"LA", "RGBA"} else picture.convert("RGBA")
    if picture.mode in {"L", "RGB"}:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def alpha_of(picture: Image.Image) -> Image.Image | None:
    """The alpha channel of a picture in mode L, LA, RGB or RGBA."""
    return picture.getchannel("A") if picture.mode in {"LA", "RGBA"} else None


def transparent(alpha: Image.Image | None) -> bool:
    """Some pixel of the alpha channel is not fully opaque."""
    return alpha is not None and extremes(alpha)[0] < 255


def extremes(channel: Image.Image) -> tuple[int, int]:
    """The smallest and the largest value of a picture in mode L."""
    least, most = channel.getextrema()
    return cast("int", least), cast("int", most)


def flattened(picture: Image.Image, colour: str = "#ffffff") -> Image.Image:
    """The picture in RGB, lying on a colour where it is transparent."""
    alpha = alpha_of(picture)
    if alpha is None:
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, colour)
    ground.paste(picture.convert("RGB"), mask=alpha)
    return ground


@contextmanager
def _readable() -> Iterator[None]:
    """What the imaging library raises for a broken file, in our words."""
    try:
        yield
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise InputRefused(
            "image-unreadable", "the picture's file is broken or ends too early", hint="Save or send it again."
        ) from error


def hold(width: int, height: int) -> None:
    """Refuse a size that is none, or too large to be worked on."""
    if not (width and height):
        raise InputRefused("image-unreadable", "the header gives the picture no size")
    if width * height > MOST_PIXELS:
        raise InputRefused(
            "image-too-large",
            f"{width}x{height} pixels; at most {MOST_PIXELS // 1_000_000} megapixels are decoded",
            hint="Scale it down.",
        )


def _bits(data: bytes, mode: str) -> int:
    if data.startswith(PNG):
        return data[24]
    return 1 if mode == "1" else 8


def _orientation(exif: bytes) -> int:
    """Read from the first directory, as TIFF orders it; 1 where there is none or it is broken."""
    tiff = exif.removeprefix(_EXIF_HEAD)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    count = int.from_bytes(tiff[start : start + 2], "little" if order == "<" else "big")
    for at in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, at)
        if tag == _ORIENTATION:
            return value if value in _TURNS else 1
    return 1
