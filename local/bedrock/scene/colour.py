"""Colour arithmetic: hex to RGB, even mixing in OKLab, lightness and saturation. Colours are float32 RGB in 0..1."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    type Floats = NDArray[np.floating[Any]]

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
_FROM_LMS, _FROM_LAB = np.linalg.inv(_TO_LMS), np.linalg.inv(_TO_LAB)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@cache
def rgb(code: str) -> Floats:
    """A colour from `#rrggbb` or `#rgb`."""
    digits = code.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    colour = np.array([int(digits[place : place + 2], 16) for place in (0, 2, 4)], np.float32) / 255
    colour.setflags(write=False)
    return colour


def hex_code(colour: ArrayLike) -> str:
    """The colour as `#rrggbb`, for SVG."""
    values = np.clip(np.asarray(colour, np.float64) * 255 + 0.5, 0, 255).astype(int)
    return "#{:02x}{:02x}{:02x}".format(*values)


def oklab(colours: ArrayLike) -> NDArray[np.float64]:
    """RGB to OKLab, where equal steps look equal."""
    values = np.asarray(colours, np.float64)
    linear = np.where(values <= 0.04045, values / 12.92, ((np.maximum(values, 0) + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def from_oklab(lab: ArrayLike) -> Floats:
    """OKLab to RGB, cut at the edges of what a screen shows."""
    linear = np.clip(((np.asarray(lab, np.float64) @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T, 0, 1)
    values = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.clip(values, 0, 1).astype(np.float32)


def mix(one: ArrayLike, other: ArrayLike, share: float) -> Floats:
    """The colour between two, evenly in OKLab; share 0 is `one`."""
    return from_oklab((1 - share) * oklab(one) + share * oklab(other))


def ramp(stops: Sequence[ArrayLike], length: int, gamma: float = 1.0) -> Floats:
    """`length` colours from the first stop to the last, smooth and even; gamma above 1 gives the first more room."""
    labs = np.array([oklab(stop) for stop in stops])
    places = np.linspace(0, 1, length) ** gamma * (len(stops) - 1)
    floor = np.clip(places.astype(int), 0, len(stops) - 2)
    share = (places - floor)[:, None]
    share = share * 0.5 + 0.5 * share * share * (3 - 2 * share)
    return from_oklab(labs[floor] * (1 - share) + labs[floor + 1] * share)


def saturate(colour: ArrayLike, amount: float) -> Floats:
    """Amount 0 is grey, 1 unchanged, above 1 more vivid."""
    lab = oklab(colour)
    lab[..., 1:] *= amount
    return from_oklab(lab)


def lighten(colour: ArrayLike, amount: float) -> Floats:
    """Move the lightness by `amount` (OKLab, -1..1), keeping the hue."""
    lab = oklab(colour)
    lab[..., 0] = np.clip(lab[..., 0] + amount, 0, 1)
    return from_oklab(lab)
