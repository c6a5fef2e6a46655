"""What falls or drifts before the whole scene: rain, snow, fog; and lightning behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.scene.colour import rgb
from local.bedrock.scene.noise import field
from local.bedrock.scene.raster import blur, stretch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from local.bedrock.scene.scenery import Scenery

RAIN = ((0.03, 0.35, 260), (0.06, 0.6, 130))
"""Length, strength and number of streaks, far and near."""
FLAKES = ((0.0012, 0.7, 420), (0.0026, 0.85, 170), (0.006, 0.6, 36))
"""Size, strength and number, from far to near."""
_BITS = 4


def fall(scenery: Scenery, weather: str | None) -> None:
    """The weather in front of the scene, if it has any."""
    if weather in {"rain", "storm"}:
        _rain(scenery)
    elif weather == "snowfall":
        _snow(scenery)
    elif weather == "fog":
        _fog(scenery)


def _rain(scenery: Scenery) -> None:
    canvas, rng = scenery.canvas, scenery.rng("rain")
    cover = np.zeros((canvas.height, canvas.width), np.float32)
    for length, strength, count in RAIN:
        for _ in range(count):
            x, y = rng.random() * canvas.width * 1.1, rng.random() * canvas.height
            reach = canvas.unit * length * rng.uniform(0.6, 1.4)
            ends = _fixed(x, y), _fixed(x - reach * 0.22, y + reach)
            cv2.line(cover, *ends, (strength,), max(1, canvas.unit // 700), cv2.LINE_AA, _BITS)
    canvas.lay(rgb("#e3edf5"), cover * np.float32(0.6))


def _snow(scenery: Scenery) -> None:
    canvas, rng = scenery.canvas, scenery.rng("flakes")
    cover = np.zeros((canvas.height, canvas.width), np.float32)
    for size, strength, count in FLAKES:
        for _ in range(count):
            centre = _fixed(rng.random() * canvas.width, rng.random() * canvas.height)
            radius = int(canvas.unit * size * rng.uniform(0.6, 1.3) * (1 << _BITS))
            cv2.circle(cover, centre, radius, (strength,), -1, cv2.LINE_AA, _BITS)
    canvas.lay(rgb("#ffffff"), blur(cover, max(0.6, canvas.unit / 1200)))


def _fog(scenery: Scenery) -> None:
    """Banks of fog, thickest above the ground."""
    canvas = scenery.canvas
    swirl = field(scenery.rng("fog"), (canvas.height // 4, canvas.width // 4), (3, 2), 4)
    down = np.linspace(0, 1, swirl.shape[0], dtype=np.float32)[:, None]
    shape = 0.25 + 0.7 * np.exp(-(((down - scenery.horizon / canvas.height) / 0.22) ** 2))
    alpha = stretch((swirl + 0.25) * shape * np.float32(0.95), canvas.width, canvas.height)
    canvas.lay(scenery.mood.haze, np.clip(alpha, 0, 0.86))


def lightning(scenery: Scenery) -> None:
    """One forked bolt from the clouds, and its light on them."""
    canvas, rng = scenery.canvas, scenery.rng("bolt")
    x = canvas.width * (0.22 if rng.random() < 0.5 else 0.78)
    canvas.halo(rgb("#c9d4ff"), (x, scenery.horizon * 0.3), canvas.unit * 0.5, 0.55, 2.0)
    bolt = np.zeros((canvas.height, canvas.width), np.float32)
    _fork(bolt, rng, (x, canvas.height * 0.04), scenery.horizon, max(2, canvas.unit // 260))
    canvas.glow(rgb("#b9c6ff"), blur(bolt, canvas.unit / 90) * np.float32(1.6))
    canvas.glow(rgb("#ffffff"), bolt)


def _fork(
    bolt: NDArray[np.float32], rng: np.random.Generator, start: tuple[float, float], end: float, width: int
) -> None:
    height, across = bolt.shape
    x, y = start
    while y < end:
        following = x + float(rng.normal(0, 1)) * across * 0.022, y + height * rng.uniform(0.015, 0.04)
        cv2.line(bolt, _fixed(x, y), _fixed(*following), (1.0,), width, cv2.LINE_AA, _BITS)
        if width > 1 and rng.random() < 0.16:
            _fork(bolt, rng, (x, y), min(end, y + height * 0.16), 1)
        x, y = following


def _fixed(x: float, y: float) -> tuple[int, int]:
    return int(x * (1 << _BITS)), int(y * (1 << _BITS))
