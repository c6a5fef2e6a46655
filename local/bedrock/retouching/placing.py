"""Puts drawn things into a photo: fitted into a region, toned like their surroundings, with a shadow where they stand.

Nothing outside the region changes. The things are simulated; the light on them is taken from the photo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.regions import blended, bounds, feathered, grown, largest_part
from local.bedrock.scene import vocabulary as known
from local.bedrock.scene import words
from local.bedrock.scene.canvas import Canvas
from local.bedrock.scene.colour import hex_code, saturate
from local.bedrock.scene.moods import Mood
from local.bedrock.scene.noise import generator
from local.bedrock.scene.pasting import paste
from local.bedrock.scene.raster import blur, stretch
from local.bedrock.scene.sprites import Nature, aspect, lit, sprite

if TYPE_CHECKING:
    from local.bedrock.orders import Pixels, Region
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.sprites import Sprite
    from local.bedrock.scene.words import Thing

MOST_PLACED = 5
SEARCH = 96
"""Longer side of the copy in which a place is looked for."""
SHARES = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.5, 0.4, 0.3)
INSIDE = 0.93
"""How much of a thing must lie in the region."""
EDGE = 1.5


def wanted(text: str, negative: str) -> list[Thing]:
    """The things that the prompt names and the negative prompt leaves."""
    things = words.without(words.read(text), words.read(negative)).things
    singles = [thing for thing in things for _ in range(thing.count)]
    return singles[:MOST_PLACED]


def place(pixels: Pixels, region: Region, things: list[Thing], seed: tuple[object, ...]) -> Pixels:
    """The picture with the things standing in the region, side by side."""
    canvas = Canvas(pixels.shape[1], pixels.shape[0])
    canvas.pixels[:] = pixels.astype(np.float32) / np.float32(255)
    mood, side = _light(pixels, region)
    for number, (thing, part) in enumerate(zip(things, _parts(region, len(things)), strict=True)):
        rng = generator(*seed, "placing", number)
        _put(canvas, thing, part, (mood, side), rng)
    drawn = np.asarray(np.clip(canvas.pixels * 255 + 0.5, 0, 255), np.uint8)
    return blended(pixels, drawn, feathered(region, EDGE))


def _put(canvas: Canvas, thing: Thing, region: Region, light: tuple[Mood, float], rng: np.random.Generator) -> None:
    flies = known.HABITATS.get(thing.name) == "sky"
    height, x, foot = _spot(region, aspect(thing.name), flies=flies)
    figure = sprite(thing.name, max(8.0, height * min(thing.scale, 1.0)), rng, Nature(thing.colour))
    if rng.random() < 0.5:
        figure = figure.mirrored()
    mood, side = light
    figure = lit(figure, mood, side)
    if not flies:
        _shadow(canvas, figure, (x, foot), side)
    paste(canvas, figure, x, foot)


def _parts(region: Region, count: int) -> list[Region]:
    """The region cut into upright strips of equal area, one for each thing."""
    if count == 1:
        return [largest_part(region)]
    area = np.cumsum(region.sum(0))
    cuts = np.searchsorted(area, np.linspace(0, area[-1], count + 1)[1:-1])
    columns = np.digitize(np.arange(region.shape[1]), cuts)
    parts = [region & (columns == number) for number in range(count)]
    return [part if part.any() else region for part in parts]


def _spot(region: Region, shape: float, *, flies: bool) -> tuple[float, float, float]:
    """The largest upright place of this shape in the region: height, x and foot in pixels.

    What flies is put as high as it goes, anything else as low.
    """
    scale = min(1.0, SEARCH / max(region.shape))
    size = max(1, round(region.shape[1] * scale)), max(1, round(region.shape[0] * scale))
    small = cv2.resize(region.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    left, top, right, bottom = bounds(region)
    tallest = min(bottom - top, (right - left) / shape) * scale
    for share in SHARES:
        high, wide = max(1, round(tallest * share)), max(1, round(tallest * share * shape))
        if high > small.shape[0] or wide > small.shape[1]:
            continue
        covered = cv2.boxFilter(small, -1, (wide, high), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
        covered = covered[: small.shape[0] - high + 1, : small.shape[1] - wide + 1]
        rows, columns = np.nonzero(covered >= INSIDE * float(covered.max()) - 1e-6)
        if covered.max() >= INSIDE or share == SHARES[-1]:
            row = int(rows.min() if flies else rows.max())
            column = int(np.median(columns[rows == row]))
            return high / scale, (column + wide / 2) / scale, (row + high) / scale
    return (bottom - top) * SHARES[-1], (left + right) / 2, float(bottom)


def _light(pixels: Pixels, region: Region) -> tuple[Mood, float]:
    """The light of the photo around the region, and from which side it comes: -1 left, 1 right."""
    ring = grown(region, max(region.shape) / 10) & ~region
    ring = ring if ring.any() else ~region if (~region).any() else region
    around = pixels[ring].astype(np.float32) / np.float32(255)
    mean, bright = around.mean(0), np.percentile(around, 95, axis=0)
    tone = np.clip(0.55 + 0.5 * saturate(mean / max(float(mean.max()), 1e-3), 0.6) * float(mean.max()), 0, 1)
    dark = saturate(mean, 0.8) * np.float32(0.25)
    half = max(1, pixels.shape[1] // 2)
    side = 1.0 if pixels[:, -half:].mean() > pixels[:, :half].mean() else -1.0
    sky = (hex_code(bright), hex_code(mean))
    return Mood(sky, light=hex_code(bright), ambient=hex_code(tone), shadow=hex_code(dark), contrast=0.8), side


def _shadow(canvas: Canvas, figure: Sprite, at: tuple[float, float], side: float) -> None:
    """A soft flat shadow on the ground, and a dark touch under the feet."""
    width, height = max(4, round(figure.width * 1.15)), max(3, round(figure.height * 0.16))
    flat = stretch(np.ascontiguousarray(figure.alpha[::-1]), width, height)
    room = max(2, height // 2)
    soft: Floats = blur(np.pad(flat, room), max(1.0, height / 6)) * np.float32(0.42)
    dark = np.zeros(3, np.float32)
    canvas.lay(dark, soft, round(at[1] - height * 0.45) - room, round(at[0] - width / 2 - side * width * 0.06) - room)
    canvas.shade((at[0], at[1]), (figure.width * 0.42, max(2.0, figure.width * 0.045)), 0.5, dark)
