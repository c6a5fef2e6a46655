"""Planets: banded globes lit from one side, with a thin atmosphere and perhaps a ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import ramp, rgb
from local.bedrock.scene.noise import field, smoothstep

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

PALETTES = (
    ("#3d6fb0", "#8fc1dd", "#e7e0c4"),
    ("#b0563a", "#e09a62", "#f3d6a8"),
    ("#5a3f8c", "#a078c8", "#e8c7e6"),
    ("#2f7f78", "#7cc7a3", "#eee6b8"),
)
SUN = (-0.62, -0.42, 0.66)
"""Direction to the light: left, up, and towards the viewer."""


@dataclass(frozen=True, slots=True)
class _Planet:
    x: float
    y: float
    radius: float
    palette: tuple[str, str, str]
    ringed: bool


def planets(scenery: Scenery) -> None:
    """A large planet in the lower right corner and a small one above on the left, most of the time."""
    rng, canvas = scenery.rng("planets"), scenery.canvas
    if "planets" not in scenery.wanted and rng.random() < 0.25:
        return
    radius = canvas.unit * rng.uniform(0.13, 0.19)
    palettes = rng.permutation(len(PALETTES))
    x, y = canvas.width * rng.uniform(0.82, 0.95), canvas.height * rng.uniform(0.8, 0.92)
    near = _Planet(x, y, radius, PALETTES[palettes[0]], ringed=bool(rng.random() < 0.5))
    x, y = canvas.width * rng.uniform(0.08, 0.22), canvas.height * rng.uniform(0.08, 0.2)
    for planet in (near, _Planet(x, y, radius * 0.24, PALETTES[palettes[1]], ringed=False)):
        _paint(scenery, planet)


def _paint(scenery: Scenery, planet: _Planet) -> None:
    canvas, palette = scenery.canvas, [rgb(code) for code in planet.palette]
    aura = planet.x - planet.radius * 0.12, planet.y - planet.radius * 0.1
    canvas.halo(palette[1], aura, planet.radius * 1.3, 0.35, 1.2)
    if planet.ringed:
        _ring(scenery, planet, front=False)
    _globe(scenery, planet, palette)
    if planet.ringed:
        _ring(scenery, planet, front=True)


def _globe(scenery: Scenery, planet: _Planet, palette: list[Floats]) -> None:
    """The banded face with day, night and the blue edge of the air."""
    size = int(planet.radius + 3)
    span = np.arange(-size, size + 1, dtype=np.float32) / np.float32(planet.radius)
    across, down = span[None, :], span[:, None]
    distance = np.hypot(across, down)
    swirl = field(scenery.rng(f"globe {planet.radius}"), (2 * size + 1, 2 * size + 1), (4, 2), 5, 0.6) - np.float32(0.5)
    bands = 0.5 + 0.5 * np.sin((down * 0.94 + across * 0.3) * 9 + swirl * 5)
    tone = np.clip(bands * 0.75 + swirl * 0.5 + 0.1, 0, 1)
    height = np.sqrt(np.clip(1 - distance**2, 0, 1))
    day = np.clip(SUN[0] * across + SUN[1] * down + SUN[2] * height, 0, 1) ** np.float32(0.85)
    face = ramp(palette, 256)[(tone * 255).astype(np.int32)] * (0.05 + day[..., None])
    air = smoothstep(0.82, 1.0, distance) * np.clip(0.55 - across - 0.6 * down, 0, 1) * np.float32(0.7)
    face += (rgb("#bfe4ff") - face) * air[..., None]
    alpha = np.clip((1 - distance) * np.float32(planet.radius) + 0.5, 0, 1)
    scenery.canvas.lay(face, alpha, int(planet.y) - size, int(planet.x) - size)


def _ring(scenery: Scenery, planet: _Planet, *, front: bool) -> None:
    """One half of the ring, before or behind the globe."""
    size = int(planet.radius * 2.1)
    span = np.arange(-size, size + 1, dtype=np.float32) / np.float32(planet.radius)
    across, down = span[None, :] * 0.95 + span[:, None] * 0.3, span[:, None] * 0.95 - span[None, :] * 0.3
    away = np.hypot(across, down * 3.6)
    band = smoothstep(1.28, 1.34, away) * (1 - smoothstep(1.92, 2.0, away)) * (0.5 + 0.3 * np.sin(away * 26))
    half = down > 0 if front else down <= 0
    corner = int(planet.y) - size, int(planet.x) - size
    scenery.canvas.lay(rgb(planet.palette[2]), band * half * np.float32(0.62), *corner)
