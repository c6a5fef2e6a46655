"""A picture's colours moved toward a palette: its main colours become the palette's. Pure; knows no model and no S3.

Light, shade and texture stay: what differs from a main colour goes on to differ from it, only less. Deep shadow and
bright highlight, where no main colour is near, stay what they are. Every step is a function of the colour alone, so it
is worked out for a grid of colours, and the imaging library looks each pixel up in that. Importing this module imports
no imaging library.
"""

from __future__ import annotations

from math import dist, exp
from typing import TYPE_CHECKING, NamedTuple

from functions.darkroom.colours import CHANNEL, Lab, lab, lab_of, rgb_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image

LOOKED_AT = (192, 192)
"""Main colours are found in a copy of this size …"""
SHADES = 96
"""… and of so many colours."""
ROUNDS = 12
"""Of moving main colours to the middle of what is nearest to them; it comes to rest before."""
DISTINCT = 0.08
"""Main colours that lie closer in OKLab are one, or a surface would be speckled with two of the palette."""
LIGHTNESS_IN_MATCHING = 3.0
"""How much more than its hue a main colour's lightness counts when it is given one of the palette's."""
CONTRAST, TINGE = 0.4, 0.25
"""How much of a pixel's difference to its main colour is kept: in lightness, and in hue."""
SHADOW, HIGHLIGHT = Lab(0.08, 0.0, 0.0), Lab(1.0, 0.0, 0.0)
UNTOUCHED = 0.18
"""Shadow and highlight stay unless a main colour is as near in lightness as this."""
SHARPNESS = 0.4
"""How soon one main colour's pull gives way to another's, in parts of the distance between them."""
GRID = 17
"""Colours on each side of the cube that is worked out; between them the imaging library interpolates."""


class Main(NamedTuple):
    """One of a picture's main colours, and the share of the picture that it stands for."""

    share: float
    colour: Lab


class Pull(NamedTuple):
    """Colours near `start` come to `end`; `reach` is how far it is felt."""

    start: Lab
    end: Lab
    reach: float


def toward(data: bytes, colours: Sequence[str]) -> bytes:
    """The picture with its colours moved toward those (`#rrggbb`, 1 to 10 of them); gives a PNG without alpha.

    Raises InputRefused where the bytes are no picture.
    """
    from PIL import ImageFilter  # noqa: PLC0415  (most pictures are never coloured)

    from functions.darkroom.pictures import files, writing  # noqa: PLC0415  (import the imaging library)

    picture = files.upright(data)[0].convert("RGB")
    table = list(_table(pulls(main_colours(picture, len(set(colours))), colours)))
    return writing.png(picture.filter(ImageFilter.Color3DLUT(GRID, table)))


def main_colours(picture: Image.Image, most: int) -> list[Main]:
    """The picture's main colours, at most so many: the middles of what lies together in OKLab."""
    shades = _shades(picture)
    middles = _spread(shades, most)
    for _ in range(ROUNDS):
        middles = _gathered(shades, middles)
    return _distinct([Main(share, colour) for share, colour in middles if share])


def pulls(found: Sequence[Main], colours: Sequence[str]) -> list[Pull]:
    """Where each main colour is to come to; and shadow and highlight, which are to stay."""
    ends = _matched(found, [lab(one) for one in dict.fromkeys(colours)])
    ways = list(zip((one.colour for one in found), ends, strict=True))
    for extreme in (SHADOW, HIGHLIGHT):
        if min(abs(start.l - extreme.l) for start, _ in ways) > UNTOUCHED:
            ways.append((extreme, extreme))
    starts = [start for start, _ in ways]
    return [Pull(start, end, max(_nearest(start, starts), DISTINCT / 2) * SHARPNESS) for start, end in ways]


def _shades(picture: Image.Image) -> list[Main]:
    from PIL import Image  # noqa: PLC0415  (imports the imaging library)

    small = picture.resize(LOOKED_AT, Image.Resampling.BOX).quantize(SHADES, Image.Quantize.MEDIANCUT)
    flat = small.getpalette() or []
    colours = [_shade(*flat[at : at + 3]) for at in range(0, len(flat), 3)]
    counts = small.histogram()[: len(colours)]
    total = sum(counts)
    return [Main(count / total, colour) for count, colour in zip(counts, colours, strict=True) if count]


def _shade(red: int, green: int, blue: int) -> Lab:
    return lab_of(red / CHANNEL, green / CHANNEL, blue / CHANNEL)


def _spread(shades: Sequence[Main], most: int) -> list[Main]:
    """Where to begin: colours from dark to light, each as far along in the picture's area as the next."""
    found: list[Main] = []
    before, ordered = 0.0, sorted(shades, key=lambda one: one.colour.l)
    for one in ordered:
        before += one.share
        while len(found) < most and before >= (len(found) + 0.5) / most:
            found.append(one)
    return found or ordered[:1]


def _gathered(shades: Sequence[Main], middles: Sequence[Main]) -> list[Main]:
    """Each middle moved to the mean of the shades that are nearest to it; without any, it stays."""
    groups: list[list[Main]] = [[] for _ in middles]
    for one in shades:
        nearest = min(range(len(middles)), key=lambda n: dist(one.colour, middles[n].colour))
        groups[nearest].append(one)
    return [_mean(group) if group else Main(0, middle.colour) for group, middle in zip(groups, middles, strict=True)]


def _mean(group: Sequence[Main]) -> Main:
    total = sum(one.share for one in group)
    return Main(total, Lab(*(sum(one.share * one.colour[n] for one in group) / total for n in range(3))))


def _distinct(found: list[Main]) -> list[Main]:
    """Those that lie together joined, the closest first."""
    while len(found) > 1:
        pairs = ((m, n) for m in range(len(found)) for n in range(m))
        m, n = min(pairs, key=lambda pair: dist(found[pair[0]].colour, found[pair[1]].colour))
        if dist(found[m].colour, found[n].colour) >= DISTINCT:
            break
        found = [one for k, one in enumerate(found) if k not in {m, n}] + [_mean([found[m], found[n]])]
    return found


def _matched(found: Sequence[Main], palette: Sequence[Lab]) -> list[Lab]:
    """For each main colour one of the palette, none twice, so that all together move least: exactly, by subsets."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for one in found:
        onward: dict[int, tuple[float, tuple[int, ...]]] = {}
        for taken, (cost, places) in best.items():
            for n in _free(taken, len(palette)):
                way = (cost + one.share * _apart(one.colour, palette[n]), (*places, n))
                onward[taken | 1 << n] = min(onward.get(taken | 1 << n, way), way)
        best = onward
    return [palette[n] for n in min(best.values())[1]]


def _free(taken: int, count: int) -> Iterator[int]:
    return (n for n in range(count) if not taken >> n & 1)


def _apart(one: Lab, other: Lab) -> float:
    return LIGHTNESS_IN_MATCHING * (one.l - other.l) ** 2 + (one.a - other.a) ** 2 + (one.b - other.b) ** 2


def _nearest(start: Lab, starts: Sequence[Lab]) -> float:
    return min((dist(start, other) for other in starts if other is not start), default=1.0)


def _table(ways: Sequence[Pull]) -> Iterator[float]:
    """Red, green and blue of what becomes of each colour of the grid; red runs fastest, as the imaging library asks."""
    steps = [n / (GRID - 1) for n in range(GRID)]
    for blue in steps:
        for green in steps:
            for red in steps:
                yield from rgb_of(_moved(lab_of(red, green, blue), ways))


def _moved(colour: Lab, ways: Sequence[Pull]) -> Lab:
    """Where all pulls together bring a colour, the nearer ones more."""
    far = [(dist(colour, way.start) / way.reach) ** 2 / 2 for way in ways]
    weights = [exp(min(far) - one) for one in far]
    total = sum(weights)
    ends = [_kept(colour, way) for way in ways]
    return Lab(*(sum(w * end[n] for w, end in zip(weights, ends, strict=True)) / total for n in range(3)))


def _kept(colour: Lab, way: Pull) -> Lab:
    """The end of a pull, and what of the colour's own difference to its start is kept."""
    start, end = way.start, way.end
    return Lab(
        end.l + CONTRAST * (colour.l - start.l),
        end.a + TINGE * (colour.a - start.a),
        end.b + TINGE * (colour.b - start.b),
    )
