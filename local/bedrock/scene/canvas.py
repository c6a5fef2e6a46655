"""The surface that everything is painted on: float32 RGB in 0..1, with a few ways to lay paint.

Knows pixels and colours; no scene.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.scene.colour import ramp
from local.bedrock.scene.raster import stretch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from local.bedrock.scene.colour import Floats

    type Point = tuple[float, float]

BAND = 48
"""Rows worked on at a time: what is in between stays in the processor's cache, which halves the time."""
_BITS = 4
"""Fractional bits of the coordinates that OpenCV draws with."""


def bands(top: int, bottom: int) -> Iterator[tuple[int, int]]:
    """The rows from top to bottom, in pieces."""
    for start in range(top, bottom, BAND):
        yield start, min(start + BAND, bottom)


class Canvas:
    """`pixels` is height x width x 3; `unit` is the shorter side, the measure of things."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.unit = min(width, height)
        self.pixels: NDArray[np.float32] = np.zeros((height, width, 3), np.float32)
        self.columns: Floats = np.arange(width, dtype=np.float32)[None, :]

    def rows(self, top: int, bottom: int) -> Floats:
        """Row numbers as a column, to broadcast against the columns."""
        return np.arange(top, bottom, dtype=np.float32)[:, None]

    def fade(self, stops: Sequence[ArrayLike], top: int, bottom: int, gamma: float = 1.0) -> None:
        """Fill whole rows with a vertical gradient."""
        self.pixels[top:bottom] = ramp(stops, bottom - top, gamma)[:, None, :]

    def lay(self, colour: Floats, alpha: Floats, top: int = 0, left: int = 0) -> None:
        """Paint `colour` (one, or one per pixel) through `alpha` (rows x columns), cut at the canvas's edges."""
        (y0, y1), (x0, x1) = self._inside(alpha, top, left)
        for start, stop in bands(y0, y1):
            target = self.pixels[top + start : top + stop, left + x0 : left + x1]
            paint = colour[start:stop, x0:x1] if colour.ndim == 3 else colour
            target += (paint - target) * alpha[start:stop, x0:x1, None]

    def glow(self, colour: Floats, strength: Floats, top: int = 0, left: int = 0) -> None:
        """Add light (one colour, or one per pixel) the way film does, by screening: bright stays below white."""
        (y0, y1), (x0, x1) = self._inside(strength, top, left)
        for start, stop in bands(y0, y1):
            target = self.pixels[top + start : top + stop, left + x0 : left + x1]
            light = colour[start:stop, x0:x1] if colour.ndim == 3 else colour
            target += (1 - target) * (strength[start:stop, x0:x1, None] * light)

    def _inside(self, shape: Floats, top: int, left: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Which rows and columns of a shape laid at (left, top) fall on the canvas."""
        height, width = shape.shape
        y0, x0 = max(0, -top), max(0, -left)
        y1, x1 = min(height, self.height - top), min(width, self.width - left)
        return (y0, y1 if x0 < x1 else y0), (x0, x1)

    def halo(self, colour: Floats, centre: Point, radius: float, strength: float, power: float = 2.0) -> None:
        """A soft round light around a point (x, y)."""
        span = np.linspace(-1, 1, max(8, min(96, int(radius))), dtype=np.float32)
        distance = np.hypot(span[:, None], span[None, :])
        small = np.clip(1 - distance, 0, 1) ** np.float32(power) * np.float32(strength)
        side = max(2, int(2 * radius))
        self.glow(colour, stretch(small, side, side), int(centre[1] - radius), int(centre[0] - radius))

    def shade(self, centre: Point, half: Point, darkness: float, tint: Floats) -> None:
        """A soft ellipse of paint around a point (x, y)."""
        width, height = max(4, int(2 * half[0])), max(4, int(2 * half[1]))
        across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        alpha = np.clip(1 - across**2 - down**2, 0, 1) * np.float32(darkness)
        self.lay(tint, alpha, int(centre[1] - height / 2), int(centre[0] - width / 2))

    def polygons(self, outlines: Sequence[NDArray[np.floating]], colour: Floats) -> None:
        """Fill outlines (points x 2) with one colour."""
        fill(self.pixels, outlines, colour)

    def stroke(self, start: Point, end: Point, colour: Floats, width: float) -> None:
        """A straight line, at least a pixel wide."""
        ends = _fixed(start), _fixed(end)
        cv2.line(self.pixels, *ends, _paint(colour), max(1, round(width)), cv2.LINE_AA, _BITS)

    def dot(self, centre: Point, radius: float, colour: Floats, line: int = -1) -> None:
        """A disc, or a ring of `line` pixels."""
        size = max(1, int(radius * (1 << _BITS)))
        cv2.circle(self.pixels, _fixed(centre), size, _paint(colour), line, cv2.LINE_AA, _BITS)

    def ellipse(self, centre: Point, half: Point, colour: Floats) -> None:
        """A filled ellipse with level axes."""
        cv2.ellipse(self.pixels, _fixed(centre), _fixed(half), 0, 0, 360, _paint(colour), -1, cv2.LINE_AA, _BITS)

    def box(self, corner: Point, opposite: Point, colour: Floats, line: int = -1) -> None:
        """A rectangle, filled or as an outline of `line` pixels."""
        start, end = ((round(x), round(y)) for x, y in (corner, opposite))
        cv2.rectangle(self.pixels, start, end, _paint(colour), line, cv2.LINE_AA)


def fill(surface: NDArray[np.float32], outlines: Sequence[NDArray[np.floating]], colour: Floats) -> None:
    """Fill outlines on any surface: a canvas's pixels, or a cover of one value per pixel."""
    shapes = [(outline * (1 << _BITS)).astype(np.int32) for outline in outlines]
    cv2.fillPoly(surface, shapes, _paint(colour), cv2.LINE_AA, _BITS)


def _paint(colour: Floats) -> tuple[float, ...]:
    return tuple(float(part) for part in np.atleast_1d(colour))


def _fixed(point: Point) -> tuple[int, int]:
    return int(point[0] * (1 << _BITS)), int(point[1] * (1 << _BITS))
