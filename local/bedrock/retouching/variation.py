"""A variation of a photo: reframed, gently warped and toned by a seed, the more the less similar it has to be.

Real pixels moved and recoloured, nothing generated. The warp is slow and small, so that faces stay faces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.retouching.regions import covering, from_lab, lab
from local.bedrock.scene import words
from local.bedrock.scene.colour import rgb
from local.bedrock.scene.moods import HOURS
from local.bedrock.scene.noise import field, smoothstep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.bedrock.orders import Pixels
    from local.bedrock.scene.colour import Floats

ROOM = 1.3
"""How much larger than the result the working copy is, for turning and zooming without empty corners."""
MIRRORED_FROM = 0.3
"""From this difference on a variation may be mirrored."""


def vary(
    images: Sequence[Pixels], size: tuple[int, int], similarity: float, text: str, rng: np.random.Generator
) -> Pixels:
    """One variation in this width and height. Of several images one is chosen, and takes on the others' colours."""
    base = images[int(rng.integers(len(images)))]
    difference = (1 - similarity) / 0.8
    pixels = _reframed(base, size, difference, rng)
    values = lab(pixels)
    if len(images) > 1:
        values = _leaning(values, images, difference)
    values = _toned(values, difference, rng)
    return _lit(from_lab(values), text, difference, rng)


def _reframed(base: Pixels, size: tuple[int, int], difference: float, rng: np.random.Generator) -> Pixels:
    """The photo seen from a little beside: turned, nearer, out of its middle, and warped slowly."""
    width, height = size
    source = covering(base, round(width * ROOM), round(height * ROOM))
    if difference > MIRRORED_FROM and rng.random() < 0.5:
        source = np.ascontiguousarray(source[:, ::-1])
    turn = np.radians(rng.uniform(-1, 1) * (0.6 + 4.5 * difference))
    zoom = ROOM * (1 - 0.03 - rng.uniform(0.2, 1) * 0.2 * difference)
    across = (np.arange(width, dtype=np.float32) - width / 2)[None, :] * np.float32(zoom)
    down = (np.arange(height, dtype=np.float32) - height / 2)[:, None] * np.float32(zoom)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    reach = 0.06 * difference * min(width, height)
    columns = cos * across - sin * down + source.shape[1] / 2 + np.float32(rng.uniform(-reach, reach))
    rows = sin * across + cos * down + source.shape[0] / 2 + np.float32(rng.uniform(-reach, reach))
    swing = np.float32((0.006 + 0.03 * difference) * min(width, height))
    columns = columns + swing * (field(rng, (height, width), (1.6, 1.6), octaves=1) - np.float32(0.5))
    rows = rows + swing * (field(rng, (height, width), (1.6, 1.6), octaves=1) - np.float32(0.5))
    places = np.asarray(columns, np.float32), np.asarray(rows, np.float32)
    return np.asarray(cv2.remap(source, *places, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def _leaning(values: Floats, images: Sequence[Pixels], difference: float) -> Floats:
    """The colours moved towards the average of all the images."""
    others = [lab(np.asarray(cv2.resize(image, (64, 64), interpolation=cv2.INTER_AREA), np.uint8)) for image in images]
    mean = np.mean([other.mean((0, 1)) for other in others], 0)
    spread = np.mean([other.std((0, 1)) for other in others], 0)
    own_mean, own_spread = values.mean((0, 1)), np.maximum(values.std((0, 1)), 1)
    share = 0.3 + 0.4 * difference
    moved = (values - own_mean) * (1 + share * (np.clip(spread / own_spread, 0.6, 1.6) - 1))
    return np.asarray(moved + own_mean + share * (mean - own_mean), np.float32)


def _toned(values: Floats, difference: float, rng: np.random.Generator) -> Floats:
    """Hue, chroma and contrast moved a little; shadows and lights tinted apart."""
    turn = np.radians(rng.choice([-1, 1]) * rng.uniform(0.4, 1) * (2 + 20 * difference))
    chroma = 1 + rng.uniform(-0.5, 0.6) * (0.1 + 0.45 * difference)
    gamma = np.exp(rng.uniform(-1, 1) * (0.04 + 0.2 * difference))
    light = np.clip(values[..., 0] / np.float32(100), 0, 1) ** np.float32(gamma)
    cos, sin = np.float32(chroma * np.cos(turn)), np.float32(chroma * np.sin(turn))
    tint = rng.uniform(-1, 1, 2).astype(np.float32) * np.float32(1 + 7 * difference)
    lean = (light - np.float32(0.5)) * 2
    first = cos * values[..., 1] - sin * values[..., 2] + lean * tint[0]
    second = sin * values[..., 1] + cos * values[..., 2] + lean * tint[1]
    return np.stack([light * np.float32(100), first, second], 2)


def _lit(pixels: Pixels, text: str, difference: float, rng: np.random.Generator) -> Pixels:
    """A soft light from one side, in the colour of the hour if the prompt names one."""
    height, width = pixels.shape[:2]
    hour = words.read(text).time
    angle = rng.uniform(0, 2 * np.pi)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * np.float32(np.cos(angle))
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * np.float32(np.sin(angle))
    fall = smoothstep(-1.4, 1.4, across + down) - np.float32(0.5)
    gain = 1 + fall[..., None] * np.float32(0.1 + 0.35 * difference)
    if hour:
        gain = gain * (1 - np.float32(0.7) * (1 - rgb(HOURS[hour][0].ambient)))
    return np.asarray(np.clip(pixels * gain + 0.5, 0, 255), np.uint8)
