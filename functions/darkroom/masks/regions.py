"""How much of the picture a region covers, where, and in how many separate pieces. Knows no file and no convention.

Shares are exact. Pieces are told apart on a copy of at most 256 pixels a side, by joining the runs of its rows; what
lies closer together than that copy can show counts as one piece, and a box is then tightened on the full region.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.darkroom.masks.report import Changed

if TYPE_CHECKING:
    from PIL import Image

    from functions.darkroom.sizing import Box

MAX_BOXES = 16
_SIDES = (256, 128, 64)
_MAX_RUNS = 5000
"""Noise is labelled on a smaller copy: the time stays bounded, and the count of its specks says nothing anyway."""
_RUN = re.compile(b"\xff+")
_MOST = 0.6
_DOWN = ("upper", "middle", "lower")
_ACROSS = ("left", "centre", "right")
_ALONE = {"upper": "the top", "lower": "the bottom", "left": "the left", "right": "the right"}


def measured(region: Image.Image) -> Changed:
    """The account of a region, with a sentence for people."""
    cells = _ninths(region)
    share = sum(cells) / (region.width * region.height)
    boxes, count = _boxes(region) if share else ((), 0)
    where = _place(cells) if share else "nowhere"
    return Changed(
        share=round(share, 6), boxes=boxes, regions=count, place=where, sentence=_sentence(share, where, count)
    )


def share_of(region: Image.Image) -> float:
    """The share of the pixels that are changed, 0 to 1."""
    return area(region) / (region.width * region.height)


def area(region: Image.Image) -> int:
    """How many pixels are changed. Counting bytes takes a third of what a histogram of two values takes."""
    return region.tobytes().count(255)


def percent(share: float) -> str:
    """A share for people: never "0 %" for something, nor "100 %" for less than everything."""
    value = 100 * share
    if value in {0, 100}:
        return f"{value:.0f} %"
    if 1 <= value <= 99:
        return f"{value:.0f} %"
    if value > 99:
        return "over 99.9 %" if value > 99.9 else f"{value:.1f} %"
    return "under 0.01 %" if value < 0.01 else f"{value:.2g} %"


def _place(cells: list[int]) -> str:
    """Where in the picture most of the region lies, in words."""
    total = sum(cells)
    if cells[4] < 0.1 * max(cells) and min(cells[:4] + cells[5:]) > 0.4 * max(cells):
        return "all around the edge"
    down = _third([sum(cells[row : row + 3]) / total for row in (0, 3, 6)], _DOWN)
    across = _third([sum(cells[column::3]) / total for column in (0, 1, 2)], _ACROSS)
    return _words(down, across)


def _ninths(region: Image.Image) -> list[int]:
    """How many pixels are changed in each cell of a 3x3 grid, row by row."""
    xs, ys = ([side * n // 3 for n in range(4)] for side in region.size)
    return [area(region.crop((xs[n % 3], ys[n // 3], xs[n % 3 + 1], ys[n // 3 + 1]))) for n in range(9)]


def _third(shares: list[float], names: tuple[str, str, str]) -> str | None:
    heaviest = max(range(3), key=shares.__getitem__)
    return names[heaviest] if shares[heaviest] >= _MOST else None


def _words(down: str | None, across: str | None) -> str:
    if down in {None, "middle"} and across in {None, "centre"}:
        return "all over it" if down is None and across is None else "the middle"
    if down in {None, "middle"} or across in {None, "centre"}:
        return _ALONE[down if down not in {None, "middle"} else across or ""]
    return f"the {down} {across}"


def _sentence(share: float, where: str, count: int) -> str:
    if share in {0, 1}:
        return "Nothing will be changed." if share == 0 else "The whole picture will be changed."
    pieces = f" in {count} separate areas" if count > 1 else ""
    return f"{percent(share)} of the picture, {where}, will be changed{pieces}."


def _boxes(region: Image.Image) -> tuple[tuple[Box, ...], int]:
    small, factor = _reduced(region)
    pieces = sorted(_pieces(small), reverse=True) or [(1, (0, 0, *small.size))]
    return tuple(_tightened(region, box, factor) for _, box in pieces[:MAX_BOXES]), len(pieces)


def _reduced(region: Image.Image) -> tuple[Image.Image, int]:
    """A copy in which each pixel stands for factor x factor of them and is set where any of those is."""
    for side in _SIDES:
        factor = -(-max(region.size) // side)
        small = region.reduce(factor) if factor > 1 else region
        small = small.point([0] + [255] * 255)
        if sum(len(_RUN.findall(row)) for row in _rows(small)) <= _MAX_RUNS:
            break
    return small, factor


def _rows(picture: Image.Image) -> list[bytes]:
    data, width = picture.tobytes(), picture.width
    return [data[at : at + width] for at in range(0, len(data), width)]


def _pieces(small: Image.Image) -> list[tuple[int, tuple[int, int, int, int]]]:
    """Area and (left, top, right, bottom) of each piece; pixels that touch at a corner belong together."""
    parents: list[int] = []
    runs: list[tuple[int, int, int]] = []
    above: list[int] = []
    for y, row in enumerate(_rows(small)):
        here = []
        for found in _RUN.finditer(row):
            label = len(runs)
            runs.append((found.start(), found.end(), y))
            parents.append(label)
            here.append(label)
        _join(runs, parents, above, here)
        above = here
    return _gathered(runs, parents)


def _join(runs: list[tuple[int, int, int]], parents: list[int], above: list[int], here: list[int]) -> None:
    """Give the runs of two neighbouring rows that touch one label: both rows are walked once, from the left."""
    i = j = 0
    while i < len(above) and j < len(here):
        upper, lower = runs[above[i]], runs[here[j]]
        if upper[0] <= lower[1] and lower[0] <= upper[1]:
            parents[_root(parents, above[i])] = _root(parents, here[j])
        if upper[1] < lower[1]:
            i += 1
        else:
            j += 1


def _root(parents: list[int], label: int) -> int:
    while parents[label] != label:
        parents[label] = parents[parents[label]]
        label = parents[label]
    return label


def _gathered(runs: list[tuple[int, int, int]], parents: list[int]) -> list[tuple[int, tuple[int, int, int, int]]]:
    found: dict[int, tuple[int, tuple[int, int, int, int]]] = {}
    for label, (start, end, y) in enumerate(runs):
        root = _root(parents, label)
        area, (left, top, right, bottom) = found.get(root, (0, (start, y, end, y + 1)))
        found[root] = (
            area + end - start,
            (min(left, start), min(top, y), max(right, end), max(bottom, y + 1)),
        )
    return list(found.values())


def _tightened(region: Image.Image, box: tuple[int, int, int, int], factor: int) -> Box:
    left, top, right, bottom = (side * factor for side in box)
    inner = region.crop((left, top, min(right, region.width), min(bottom, region.height))).getbbox()
    if inner is None:
        return left, top, min(right, region.width) - left, min(bottom, region.height) - top
    return left + inner[0], top + inner[1], inner[2] - inner[0], inner[3] - inner[1]
