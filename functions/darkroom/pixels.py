"""What only shows in a picture's pixels: whether it can be decoded, stands upright, is transparent, is a pure mask.

Pure; knows no S3. The imaging library is loaded by the first call, never at import: most requests bring no picture.
"""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from functions.darkroom.errors import InputRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from functions.darkroom.contracts import InputLimits

MOST_PIXELS = 50_000_000
"""No larger picture is ever decoded: 200 MB of memory as RGBA, well inside of a function's gigabyte."""

JPEG_ROUNDING = 6
"""How far sharp black and white edges stray from 0 and 255 in a JPEG of quality 100."""

ORIENTATION = 0x0112
TURNED_QUALITY = 95


@contextmanager
def decoded(data: bytes) -> Iterator[Image]:
    """The picture with its pixels loaded. Raises InputRefused for what is no whole picture, or too large a one."""
    from PIL import Image  # noqa: PLC0415  (loaded when a picture is looked at)

    try:
        with Image.open(BytesIO(data)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InputRefused("image-too-large", f"{picture.width}x{picture.height} is over 50 megapixels")
            picture.load()
            yield picture
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputRefused("image-unreadable", "the picture's pixels cannot be decoded", hint=BROKEN_HINT) from error


BROKEN_HINT = "The file is damaged or was cut off; save it anew as PNG or JPEG."


def upright(data: bytes) -> tuple[bytes, str] | None:
    """The picture turned as its EXIF orientation says, and a sentence about that; None when it stands already.

    A JPEG is encoded again at quality 95 without chroma subsampling; a PNG loses nothing.
    """
    from PIL import ImageOps  # noqa: PLC0415

    with decoded(data) as picture:
        orientation = picture.getexif().get(ORIENTATION, 1)
        if orientation not in range(2, 9):
            return None
        out = BytesIO()
        options = {"quality": TURNED_QUALITY, "subsampling": 0} if picture.format == "JPEG" else {"compress_level": 6}
        ImageOps.exif_transpose(picture).save(out, picture.format, **options)
    return out.getvalue(), f"It was turned upright as EXIF's orientation {orientation} says."


def hold_opaque(data: bytes) -> None:
    """Raise InputRefused unless the picture stands for 8-bit RGB, grey and palettes too, and nothing shows through."""
    with decoded(data) as picture:
        if _bits(data) > 8:
            raise InputRefused("image-mode", "more than 8 bits a channel", hint="Save it with 8 bits a channel.")
        if picture.mode == "CMYK":
            raise InputRefused("image-mode", "the picture is CMYK, not RGB", hint="Convert it to RGB.")
        if not _is_opaque(picture):
            raise InputRefused(
                "image-transparent",
                "the picture has transparent pixels; the model takes none",
                hint="Put it on a background, or save it without an alpha channel.",
            )


def hold_mask(data: bytes, size: tuple[int, int], limits: InputLimits) -> None:
    """Raise InputRefused unless this is a mask as the model wants it, for a picture of `size`.

    That is RGB, pure black and pure white, as large as its picture, and without an alpha channel (or, for Nova
    Canvas, with one that is opaque everywhere, and as a JPEG only of quality 100).
    """
    with decoded(data) as mask:
        if mask.size != size:
            detail = f"the mask is {mask.width}x{mask.height}, its picture {size[0]}x{size[1]}"
            raise InputRefused("mask-size", detail, hint="Scale the mask to its picture's size, without smoothing.")
        if not _is_rgb(mask, limits) or _bits(data) > 8:
            raise InputRefused("mask-mode", f"the mask is {_form(mask)}; it must be RGB of 8 bits", hint=PURE_HINT)
        if limits.perfect_jpeg_masks and mask.format == "JPEG" and not _is_perfect(mask):
            raise InputRefused("mask-quality", "a JPEG mask must be of 100 % quality", hint="Save the mask as a PNG.")
        if not _is_pure(mask):
            raise InputRefused(
                "mask-not-pure", "the mask holds other pixels than (0, 0, 0) and (255, 255, 255)", hint=PURE_HINT
            )


def _is_opaque(picture: Image) -> bool:
    return not picture.has_transparency_data or picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def _is_rgb(mask: Image, limits: InputLimits) -> bool:
    if mask.mode == "RGB" and not mask.has_transparency_data:
        return True
    return limits.opaque_masks and mask.mode in {"RGB", "RGBA"} and _is_opaque(mask)


def _form(mask: Image) -> str:
    names = {"1": "of one bit", "L": "grey", "P": "a palette", "LA": "grey with alpha", "RGBA": "RGB with alpha"}
    return names.get(mask.mode, "RGB with a transparent colour" if mask.mode == "RGB" else mask.mode)


PURE_HINT = (
    "Save it as an RGB PNG of pure black and pure white, or have it converted: send it as "
    '{"image": …, "means": "black-is-inside"}.'
)


def _bits(data: bytes) -> int:
    """Bits a channel; Pillow hides that a colour PNG has 16."""
    is_png = data.startswith(b"\x89PNG")
    return data[24] if is_png else 8


def _is_pure(mask: Image) -> bool:
    slack = JPEG_ROUNDING if mask.format == "JPEG" else 0
    levels = [0 if level <= slack else 255 if level >= 255 - slack else 128 for level in range(256)]
    colours = mask.convert("RGB").point(levels * 3).getcolors(2)
    return colours is not None and {colour for _, colour in colours} <= {(0, 0, 0), (255, 255, 255)}


def _is_perfect(jpeg: Image) -> bool:
    """Quality 100 divides by nothing: every number of its quantization tables is 1."""
    tables: dict[int, list[int]] = jpeg.quantization  # type: ignore[attr-defined]  # a JPEG's own
    return all(step == 1 for table in tables.values() for step in table)
