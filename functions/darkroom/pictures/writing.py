"""Pictures written: as a PNG, or as what fits into so many bytes. The files carry no metadata."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from functions.darkroom.errors import InputRefused

if TYPE_CHECKING:
    from PIL import Image

_QUALITIES = (95, 90, 85, 75)
"""Of a JPEG; below 75 a model sees the blocks."""


def png(picture: Image.Image) -> bytes:
    """The picture as a PNG. Fast rather than small."""
    return _saved(picture, "PNG", compress_level=1)


def within(picture: Image.Image, max_bytes: int | None) -> tuple[bytes, str | None]:
    """An RGB picture as a PNG or, where that is too heavy, as the best JPEG that is not; and what that came to.

    Raises InputRefused (image-too-large) where not even a JPEG of quality 75 fits.
    """
    data = lossless = png(picture)
    if max_bytes is None or len(data) <= max_bytes:
        return data, None
    for quality in _QUALITIES:
        data = _saved(picture, "JPEG", quality=quality, subsampling=0)
        if len(data) <= max_bytes:
            told = (
                f"It was written as a JPEG of quality {quality}: a PNG has {len(lossless):,} bytes, and {max_bytes:,}"
            )
            return data, f"{told} is the limit."
    raise InputRefused(
        "image-too-large",
        f"{len(data):,} bytes as a JPEG of quality {_QUALITIES[-1]}; the model takes at most {max_bytes:,}",
        hint="Scale it down.",
    )


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    bare = picture.copy()
    bare.info = {}  # else a colour profile, a comment or a transparent colour of the source would be written again
    out = BytesIO()
    bare.save(out, kind, **options)
    return out.getvalue()
