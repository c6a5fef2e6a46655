"""A noun's picture as pixels: rasterised, coloured as asked, then lit by the scene it stands in.

Knows icons, drawings and light; not where things go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import resvg_py

from local.bedrock.scene import bodies, drawn, icons
from local.bedrock.scene.colour import from_oklab, hex_code, oklab, rgb
from local.bedrock.scene.raster import blur, shift, stretch
from local.bedrock.scene.shapes import Shape
from local.bedrock.scene.vocabulary import COLOURS, DRAWN, PANES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.moods import Mood

_FILL = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
_SWELL = re.compile(r'<path fill="#00a6ed" d="M30[.\d]* [.\d]+c-1\.75[^"]*"/>')
"""The strip of water that boats' icons bring along; the scene has its own."""
WATERLINES = {
    "sailboat": 25.6,
    "canoe": 24.2,
    "motor-boat": 24.2,
    "speedboat": 24.6,
    "ship": 26.9,
    "passenger-ship": 27.7,
    "ferry": 26.9,
    "whale": 26.5,
    "spouting-whale": 26.5,
}
"""How far down an icon shows above the water."""
LAMP = "#ffdd88"
"""The colour of lamplight, which no hour's light changes."""
ALIKE = 0.12
"""Colours this close in hue and chroma are one coat."""
SHADES = 0.24
"""Lightnesses this close are shades of one colour."""
PALE = 0.03
"""Chroma below this is grey."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What a scene makes of a noun: its colour by name, and for plants the season and whether snow lies on them."""

    colour: str | None = None
    snow: bool = False
    season: str = ""
    lamps: bool = False
    """Light shines from its windows."""


PLAIN = Nature()


@dataclass(frozen=True, slots=True)
class Sprite:
    """A picture of a thing with transparency, standing on its lower edge."""

    colour: Floats
    alpha: Floats

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.alpha.shape[1])

    @property
    def height(self) -> int:
        """Pixels from foot to top."""
        return int(self.alpha.shape[0])

    def mirrored(self) -> Sprite:
        """The same sprite looking the other way."""
        return Sprite(self.colour[:, ::-1], self.alpha[:, ::-1])

    def scaled(self, share: float) -> Sprite:
        """The same sprite in another size, without drawing it again."""
        size = max(2, round(self.width * share)), max(2, round(self.height * share))
        return self._resampled(lambda part: stretch(part, *size))

    def turned(self, degrees: float) -> Sprite:
        """The sprite turned counter-clockwise, with room for its corners."""
        matrix = cv2.getRotationMatrix2D((self.width / 2, self.height / 2), degrees, 1.0)
        cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
        wide, high = int(self.height * sin + self.width * cos), int(self.height * cos + self.width * sin)
        matrix[:, 2] += np.array([(wide - self.width) / 2, (high - self.height) / 2])
        found = self._resampled(lambda part: np.asarray(cv2.warpAffine(part, matrix, (wide, high)), np.float32))
        return _trimmed(found.colour, found.alpha)

    def _resampled(self, sample: Callable[[Floats], Floats]) -> Sprite:
        """Colours are weighted by their opacity on the way, or what is transparent would darken the edges."""
        colour = sample(np.ascontiguousarray(self.colour * self.alpha[..., None]))
        alpha = sample(np.ascontiguousarray(self.alpha))
        return Sprite(colour / np.maximum(alpha, np.float32(1e-3))[..., None], alpha)


@lru_cache(maxsize=256)
def aspect(name: str) -> float:
    """Width by height of a noun's picture."""
    found = _shape(name, np.random.default_rng(0), PLAIN)
    return found.width / found.height


def sprite(name: str, height: float, rng: np.random.Generator, nature: Nature = PLAIN) -> Sprite:
    """A noun `height` pixels high. The generator varies what varies in nature."""
    return _trimmed(*_rasterised(_shape(name, rng, nature), max(6, round(height))))


def _shape(name: str, rng: np.random.Generator, nature: Nature) -> Shape:
    colour = COLOURS.get(nature.colour or "")
    if name in DRAWN:
        return drawn.draw(name, rng, colour, snow=nature.snow, season=nature.season)
    found = _icon(name, colour, int(rng.integers(6)))
    return _lamplit(name, found) if nature.lamps else found


@lru_cache(maxsize=64)
def _icon(name: str, colour: str | None, variant: int) -> Shape:
    body = icons.bodies()[name]
    if bodies.is_partial(name):
        found = bodies.embody(name, body, variant)
    else:
        found = Shape(_SWELL.sub("", body), float(icons.GRID), WATERLINES.get(name, float(icons.GRID)))
    return Shape(_recoloured(found.markup, colour), found.width, found.height) if colour else found


def _lamplit(name: str, found: Shape) -> Shape:
    """The shape with a lamp behind every window."""
    markup = found.markup
    for pane in PANES.get(name, ()):
        markup = markup.replace(pane, LAMP)
    return Shape(markup, found.width, found.height)


def _recoloured(markup: str, colour: str) -> str:
    """The markup with its leading colour, and what is near to it, turned to another; light and shade stay."""
    labs = {code: oklab(rgb(code)) for code in set(_FILL.findall(markup))}
    target = oklab(rgb(colour))
    middle = labs[max(sorted(labs), key=lambda code: _weight(code, labs[code], markup))]

    def turn(found: re.Match[str]) -> str:
        lab = labs[found.group()]
        if not _is_shade(lab, middle):
            return found.group()
        light = np.clip(target[0] + (lab[0] - middle[0]) * 0.9, 0.05, 0.98)
        return hex_code(from_oklab([light, target[1], target[2]]))

    return _FILL.sub(turn, markup)


def _is_shade(lab: NDArray[np.float64], middle: NDArray[np.float64]) -> bool:
    """Whether a colour is a lighter or darker tone of the leading one. Grey belongs to grey alone."""
    if abs(lab[0] - middle[0]) > SHADES or np.hypot(*(lab - middle)[1:]) > ALIKE:
        return False
    return not np.hypot(*lab[1:]) < PALE <= np.hypot(*middle[1:])


def _weight(code: str, lab: NDArray[np.float64], markup: str) -> float:
    """How much a colour leads: how much outline is drawn in it, and how vivid it is."""
    drawn_in = sum(len(part) for part in re.findall(rf'fill="{code}" d="([^"]*)"', markup)) + 20 * markup.count(code)
    return drawn_in * (0.25 + 4 * float(np.hypot(*lab[1:])))


def _rasterised(found: Shape, height: int) -> tuple[Floats, Floats]:
    width = max(4, round(height * found.width / found.height))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {found.width} {found.height}" preserveAspectRatio="none">{found.markup}</svg>'
    )
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    bgra = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if bgra is None:
        raise RuntimeError("resvg wrote a picture that OpenCV cannot read")
    pixels = np.asarray(bgra, np.float32) / np.float32(255)
    return pixels[..., 2::-1], pixels[..., 3]


def _trimmed(colour: Floats, alpha: Floats) -> Sprite:
    """Without empty margins, so that a thing stands on its feet."""
    rows, columns = (np.flatnonzero(alpha.max(axis) > 0.02) for axis in (1, 0))
    if not len(rows):
        return Sprite(colour, alpha)
    inside = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return Sprite(np.ascontiguousarray(colour[inside]), np.ascontiguousarray(alpha[inside]))


def lit(thing: Sprite, mood: Mood, side: float, depth: float = 0.0, *, glowing: bool = False) -> Sprite:
    """The sprite in this light: tinted, darker away from the light, with a bright rim towards it.

    `side` is where the light is, -1 left to 1 right; `depth` how far it fades into the haze, 0 to 1; what glows keeps
    its own colours.
    """
    strength = np.float32(0.25 if glowing else 1.0)
    colour = thing.colour * (1 - strength * (1 - rgb(mood.ambient)))
    across = np.linspace(-1, 1, thing.width, dtype=np.float32)[None, :] * np.float32(side)
    down = np.linspace(0, 1, thing.height, dtype=np.float32)[:, None]
    shade = np.clip(0.16 - 0.2 * across + 0.14 * down, 0, 0.5) * strength * np.float32(mood.contrast)
    colour += (rgb(mood.shadow) - colour) * shade[..., None]
    if mood.lamps:
        shining = np.abs(thing.colour - rgb(LAMP)).max(2, keepdims=True) < 0.03
        colour = np.where(shining, thing.colour, colour)
    rim = _rim(thing, side) * np.float32(0.7) * strength * np.float32(mood.contrast)
    colour += (1 - colour) * rim[..., None] * rgb(mood.light)
    if depth:
        colour += (mood.haze - colour) * np.float32(depth)
    return Sprite(colour, thing.alpha)


def _rim(thing: Sprite, side: float) -> Floats:
    """The edge that the light touches, 0 to 1."""
    step = max(1, thing.height // 80)
    inner = shift(thing.alpha, step, -int(side * 1.5 * step))
    return blur(np.clip(thing.alpha - inner, 0, 1), 0.35 * step + 0.4) * thing.alpha
