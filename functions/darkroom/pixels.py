"""What a model would refuse in a picture's pixels: transparency, 16 bits, a grey mask; and turning a picture upright.

Pure; knows no S3. The imaging library is loaded by the first call, never at import: most requests bring no picture.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from functions.darkroom.errors import InputRefused

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

    from functions.darkroom.contracts import InputLimits
    from functions.darkroom.pictures.files import Traits

JPEG_ROUNDING = 6
"""How far sharp black and white edges stray from 0 and 255 in a JPEG of quality 100."""

TURNED_QUALITY = 95
PURE_HINT = (
    "Save it as an RGB PNG of pure black and pure white, or have it converted: send it as "
    '{"image": …, "means": "black-is-inside"}.'
)


def upright(data: bytes) -> tuple[bytes, str] | None:
    """The picture turned as its EXIF orientation says, and a sentence about that; None when it stands already.

    A JPEG is encoded again at quality 95 without chroma subsampling; a PNG loses nothing. Raises InputRefused unless
    the picture stands for 8-bit RGB, grey and palettes too, and nothing shows through it.
    """
    from functions.darkroom.pictures import files  # noqa: PLC0415  (imports the imaging library)

    picture, said = _opened(data)
    _hold_opaque(said)
    if said.orientation == 1:
        return None
    out = BytesIO()
    options = {"quality": TURNED_QUALITY, "subsampling": 0} if said.format == "jpeg" else {"compress_level": 6}
    turned = files.turned(picture, said.orientation)
    turned.save(out, said.format.upper(), icc_profile=picture.info.get("icc_profile"), **options)
    return out.getvalue(), f"It was turned upright as EXIF's orientation {said.orientation} says."


def _hold_opaque(said: Traits) -> None:
    if said.bits > 8:
        raise InputRefused("image-mode", "more than 8 bits a channel", hint="Save it with 8 bits a channel.")
    if said.mode == "CMYK":
        raise InputRefused("image-mode", "the picture is CMYK, not RGB", hint="Convert it to RGB.")
    if said.transparent:
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
    mask, said = _opened(data)
    if mask.size != size:
        detail = f"the mask is {mask.width}x{mask.height}, its picture {size[0]}x{size[1]}"
        raise InputRefused("mask-size", detail, hint="Scale the mask to its picture's size, without smoothing.")
    if not _is_rgb(said, limits):
        raise InputRefused("mask-mode", f"the mask is {_form(said)}; it must be RGB of 8 bits", hint=PURE_HINT)
    if limits.perfect_jpeg_masks and said.format == "jpeg" and not _is_perfect(mask):
        raise InputRefused("mask-quality", "a JPEG mask must be of 100 % quality", hint="Save the mask as a PNG.")
    if not _is_pure(mask, JPEG_ROUNDING if said.format == "jpeg" else 0):
        detail = "the mask holds other pixels than (0, 0, 0) and (255, 255, 255)"
        raise InputRefused("mask-not-pure", detail, hint=PURE_HINT)


def _opened(data: bytes) -> tuple[ImageFile, Traits]:
    """The picture with its pixels decoded, and what its file is."""
    from functions.darkroom.pictures import files  # noqa: PLC0415  (imports the imaging library)

    picture = files.opened(data)
    said = files.traits(data, picture)
    files.eight_bits(picture)  # a broken file shows only when it is decoded
    return picture, said


def _is_rgb(said: Traits, limits: InputLimits) -> bool:
    if said.bits > 8 or said.mode not in {"RGB", "RGBA"}:
        return False
    return not said.alpha or (limits.opaque_masks and not said.transparent)


def _form(said: Traits) -> str:
    names = {"1": "of one bit", "L": "grey", "P": "a palette", "LA": "grey with alpha", "RGBA": "RGB with alpha"}
    return names.get(said.mode, "RGB with a transparent colour" if said.alpha else said.mode)


def _is_pure(mask: Image, slack: int) -> bool:
    levels = [0 if level <= slack else 255 if level >= 255 - slack else 128 for level in range(256)]
    colours = mask.convert("RGB").point(levels * 3).getcolors(2)
    return colours is not None and {colour for _, colour in colours} <= {(0, 0, 0), (255, 255, 255)}


def _is_perfect(jpeg: ImageFile) -> bool:
    """Quality 100 divides by nothing: every number of its quantization tables is 1."""
    tables: dict[int, list[int]] = jpeg.quantization  # type: ignore[attr-defined]  # a JPEG's own
    return all(step == 1 for table in tables.values() for step in table)
