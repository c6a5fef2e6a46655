"""Colours as people see them: `#rrggbb` ↔ OKLab, how far two are apart, and what a colour is called. Pure; no pictures.

OKLab (Björn Ottosson, 2020) is a space whose distances follow what eyes tell apart: L is the lightness from 0 to 1, a
goes from green to red, b from blue to yellow. Names are those that people, and so the captions of pictures, use.
"""

from __future__ import annotations

from functools import cache
from math import cbrt, dist
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNEL = 255
LIGHTNESS_IN_NAMES = 0.6


class Lab(NamedTuple):
    """A colour in OKLab."""

    l: float  # noqa: E741  (the space's own letter)
    a: float
    b: float


def lab(colour: str) -> Lab:
    """The colour `#rrggbb` in OKLab."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return lab_of(red / CHANNEL, green / CHANNEL, blue / CHANNEL)


def lab_of(red: float, green: float, blue: float) -> Lab:
    """A colour of sRGB, each channel from 0 to 1, in OKLab."""
    r, g, b = _linear(red), _linear(green), _linear(blue)
    long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return Lab(
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def rgb_of(colour: Lab) -> tuple[float, float, float]:
    """A colour of OKLab in sRGB, each channel from 0 to 1; one that no screen shows becomes paler until it is shown."""
    shown = _screen(colour)
    for _ in range(24):
        if all(-0.001 <= channel <= 1.001 for channel in shown):
            break
        colour = Lab(min(max(colour.l, 0), 1), colour.a * 0.9, colour.b * 0.9)
        shown = _screen(colour)
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in shown)
    return red, green, blue


def name(colour: str) -> str:
    """What people call the colour `#rrggbb`: the nearest of the well-known names."""
    wanted = _weighed(lab(colour))
    return min(NAMES, key=lambda known: dist(_known()[known], wanted))


def _weighed(colour: Lab) -> Lab:
    """For names the hue counts more than the lightness: a light brown is rather a brown than a grey as light."""
    return Lab(LIGHTNESS_IN_NAMES * colour.l, colour.a, colour.b)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _screen(colour: Lab) -> tuple[float, float, float]:
    """In sRGB, perhaps outside of what it holds."""
    long = (colour.l + 0.3963377774 * colour.a + 0.2158037573 * colour.b) ** 3
    middle = (colour.l - 0.1055613458 * colour.a - 0.0638541728 * colour.b) ** 3
    short = (colour.l - 0.0894841775 * colour.a - 1.2914855480 * colour.b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


NAMES: Mapping[str, str] = MappingProxyType(
    {
        "black": "#080808", "soft black": "#1e1e1e", "charcoal": "#303336", "dark grey": "#4a4a4a", "grey": "#808080",
        "silver": "#c0c0c0", "light grey": "#d9d9d9", "white": "#ffffff", "ivory": "#fffff0", "cream": "#fff1d0",
        "beige": "#e8dcc0", "sand": "#d8b98a", "tan": "#c9a47c", "khaki": "#b8a96a", "taupe": "#8b7d6b",
        "brown": "#8b4513", "chestnut": "#954535", "chocolate brown": "#4e2a14", "coffee brown": "#5c4033",
        "dark brown": "#3b2414", "maroon": "#700f1e", "burgundy": "#800020", "dark red": "#8b0000", "red": "#ff0000",
        "crimson": "#dc143c", "scarlet": "#f03a17", "brick red": "#b5382a", "rust": "#b7410e", "terracotta": "#d4714f",
        "coral": "#ff7f50", "salmon": "#fa8072", "peach": "#ffcba4", "apricot": "#fbb272", "pale pink": "#fadadd",
        "pink": "#ffb6c8", "rose": "#e8688a", "hot pink": "#ff69b4", "fuchsia": "#ff00ff", "magenta": "#d0117f",
        "orchid": "#da70d6", "plum": "#8e4585", "mauve": "#b58bb5", "lavender": "#d4c4f0", "lilac": "#c8a2c8",
        "violet": "#8f00ff", "purple": "#800080", "deep purple": "#3c1361", "indigo": "#4b0082",
        "midnight blue": "#191970", "navy blue": "#0d2a50", "dark blue": "#00008b", "blue": "#0000ff",
        "royal blue": "#4169e1", "cobalt blue": "#0047ab", "steel blue": "#4682b4", "dusty blue": "#6d9cbb",
        "slate blue": "#6a5acd", "azure": "#1e90ff", "sky blue": "#87ceeb", "pale blue": "#c8e2f2",
        "powder blue": "#a7c7e7", "blue grey": "#8497ad", "slate grey": "#667585", "ink blue": "#2a2c48",
        "cyan": "#00ffff", "turquoise": "#40e0d0", "aquamarine": "#7fffd4", "teal": "#008080", "dark teal": "#0b4a50",
        "petrol blue": "#005f6a", "mint green": "#b5ead0", "sea green": "#2e8b57", "emerald green": "#21a66b",
        "jade": "#2a9d8f", "green": "#008a00", "bright green": "#00ff00", "lime green": "#a4e800",
        "grass green": "#4c9a2a", "forest green": "#1f5c2e", "dark green": "#013220", "sage green": "#a3b18a",
        "olive green": "#6b7030", "chartreuse": "#c8f000", "pale yellow": "#fff7ae", "lemon yellow": "#fff44f",
        "yellow": "#ffff00", "golden yellow": "#ffd000", "straw yellow": "#e8c96c", "gold": "#d4af37",
        "mustard yellow": "#d9a520", "amber": "#ffb000", "ochre": "#c17a1f", "orange": "#ff8000",
        "dark orange": "#e25e00", "copper": "#b87333",
    }
)  # fmt: skip
"""Well-known names, each with the colour that most people would point at."""


@cache
def _known() -> Mapping[str, Lab]:
    return {known: _weighed(lab(colour)) for known, colour in NAMES.items()}
