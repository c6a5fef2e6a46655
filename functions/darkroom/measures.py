"""Whether a model takes a picture of these measures: bytes, sides, shape. Pure; decodes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.errors import InputRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.darkroom.contracts import InputLimits

MOST_PIXELS = 50_000_000
"""No larger picture is ever decoded: 200 MB of memory as RGBA, well inside of a function's gigabyte."""

FIT_HINT = "Send another, or let it be fitted: `fit` takes `resize`, `pad` or `crop`."


def fault(size: int, width: int, height: int, limits: InputLimits, *, may_be_larger: bool) -> InputRefused | None:
    """Why the model would not take a picture of `size` bytes and width x height pixels."""
    return next(_faults(size, width, height, limits, may_be_larger=may_be_larger), None)


def _faults(size: int, width: int, height: int, limits: InputLimits, *, may_be_larger: bool) -> Iterator[InputRefused]:
    """In the order in which they are worth telling; `may_be_larger` where the model itself scales a picture down."""
    short, long = sorted((width, height))
    pixels = f"{width}x{height} pixels"
    if size > limits.max_bytes:
        yield too_large(f"{size:,} bytes; the model takes at most {limits.max_bytes:,}")
    if short * long > MOST_PIXELS:
        yield too_large(f"{pixels}; nothing over 50 megapixels is taken")
    if long > limits.max_side and not may_be_larger:
        yield too_large(f"{pixels}; the model takes at most {limits.max_side} a side")
    if limits.below_pixels is not None and short * long >= limits.below_pixels:
        yield too_large(f"{pixels}; the model takes less than {limits.below_pixels:,} in all")
    if short < limits.min_side:
        detail = f"{pixels}; the model takes at least {limits.min_side} a side"
        yield InputRefused("image-too-small", detail, hint=FIT_HINT)
    if limits.max_ratio is not None and long > limits.max_ratio * short:
        yield InputRefused("image-ratio", f"{pixels}; the model takes at most {limits.max_ratio:g}:1", hint=FIT_HINT)


def too_large(detail: str) -> InputRefused:
    """The refusal of something too large."""
    return InputRefused("image-too-large", detail, hint=f"Scale it down. {FIT_HINT}")
