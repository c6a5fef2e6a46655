"""The sky above any landscape: its gradient, sun or moon, clouds and rainbow. Knows no things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene.colour import lighten, mix, rgb
from local.bedrock.scene.noise import field, smoothstep
from local.bedrock.scene.raster import stretch
from local.bedrock.scene.scenery import Light

if TYPE_CHECKING:
    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.moods import Mood
    from local.bedrock.scene.scenery import Scenery

THIRDS = (0.27, 0.36, 0.64, 0.73)
RAINBOW = ("#8d5bd6", "#4a7df0", "#3ec46d", "#ffe45c", "#ff9a3d", "#f2503b")


def place_light(canvas: Canvas, mood: Mood, rng: np.random.Generator, horizon: int) -> Light:
    """Sun and moon stand near a third of the width, never dead centre."""
    third = THIRDS[int(rng.integers(len(THIRDS)))] + rng.uniform(-0.05, 0.05)
    low, high = mood.height
    return Light(canvas.width * third, horizon * (1 - rng.uniform(low, high)), visible=mood.body != "none")


def paint(scenery: Scenery) -> None:
    """The empty sky with the light's glow in it."""
    canvas, mood, light = scenery.canvas, scenery.mood, scenery.light
    canvas.fade([rgb(stop) for stop in mood.sky], 0, min(canvas.height, scenery.horizon + 2), gamma=0.92)
    if light.visible:
        sun = mood.body == "sun"
        canvas.halo(
            rgb(mood.light), (light.x, light.y), canvas.unit * (0.75 if sun else 0.45), 0.5 if sun else 0.34, 2.4
        )


def disc(scenery: Scenery) -> None:
    """The sun, or the moon with its seas and, if asked, its phase."""
    canvas, mood, light, rng = scenery.canvas, scenery.mood, scenery.light, scenery.rng("disc")
    radius = canvas.unit * 0.051 * rng.uniform(0.9, 1.15)
    canvas.halo(rgb(mood.light), (light.x, light.y), radius * 4.2, 0.55, 2.6)
    size = int(radius + 3)
    span = np.arange(-size, size + 1, dtype=np.float32)
    alpha = np.clip(radius - np.hypot(span[:, None], span[None, :]) + 0.5, 0, 1)
    if mood.body == "sun":
        face: Floats = lighten(mix(rgb(mood.light), rgb("#ffffff"), 0.55), 0.02)
    else:
        face = _moon(mood, rng, alpha.shape)
        if "crescent" in scenery.wanted:
            cut = np.hypot(span[:, None] + radius * 0.22, span[None, :] - radius * 0.5)
            alpha = alpha * np.clip(cut - radius * 0.92 + 0.5, 0, 1)
    canvas.lay(face, alpha, int(light.y) - size, int(light.x) - size)


def _moon(mood: Mood, rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    seas = smoothstep(0.45, 0.65, field(rng, (shape[0], shape[1]), (2.5, 2.5), 4)) * np.float32(0.16)
    return mix(rgb(mood.light), rgb("#ffffff"), 0.5) * (1 - seas[..., None])


def clouds(scenery: Scenery) -> None:
    """Soft clouds, flatter towards the horizon, bright on the side of the light."""
    canvas, mood = scenery.canvas, scenery.mood
    density = _density(scenery)
    edge = 0.66 - 0.34 * mood.clouds
    leaning = 10 if scenery.light.x > canvas.width / 2 else -10
    lit = np.clip((density - _seen_towards(density, 6, leaning)) * 4.5 + 0.55, 0, 1)
    thick = smoothstep(edge + 0.05, edge + 0.42, density)
    bright = mix(rgb(mood.cloud), rgb(mood.light), 0.35)
    dark = mix(rgb(mood.sky[len(mood.sky) // 2]), rgb(mood.cloud), 0.28 if mood.contrast >= 1 else 0.1)
    colour = dark + (bright - dark) * (lit * (1 - 0.55 * thick))[..., None]
    fading = np.linspace(1, 0.35, density.shape[0], dtype=np.float32)[:, None]
    alpha = smoothstep(edge, edge + 0.2, density) * np.float32(0.55 + 0.4 * mood.clouds) * fading
    size = canvas.width, scenery.horizon
    canvas.lay(stretch(colour, *size), stretch(alpha, *size))


def _density(scenery: Scenery) -> Floats:
    """How much cloud there is, at half size; seen from below, so that far clouds look flat."""
    height, width = max(8, scenery.horizon // 2), max(8, scenery.canvas.width // 2)
    across = 1.7 * scenery.canvas.width / max(1, scenery.horizon)
    source = field(scenery.rng("clouds"), (height, width), (3.2, across), 6 if scenery.fine else 5, 0.52)
    down = np.linspace(0, 1, height, dtype=np.float32)
    return np.asarray(source[((0.5 * down + 0.5 * down * down) * (height - 1)).astype(int)])


def _seen_towards(density: Floats, down: int, right: int) -> Floats:
    """The density a little further towards the light, the edge's own where there is no further."""
    height, width = density.shape
    rows = np.minimum(np.arange(height) + down, height - 1)
    columns = np.clip(np.arange(width) + right, 0, width - 1)
    return np.asarray(density[rows[:, None], columns[None, :]])


def rainbow(scenery: Scenery) -> None:
    """An arc over the landscape, faint at its feet."""
    canvas, horizon = scenery.canvas, scenery.horizon
    centre = canvas.width * scenery.rng("rainbow").uniform(0.35, 0.65)
    radius = min(canvas.width * 0.62, horizon * 0.95)
    distance = np.hypot(canvas.columns - centre, canvas.rows(0, horizon) - horizon * 1.05)
    share = np.clip((distance - radius * 0.88) / (radius * 0.12), 0, 1)
    hues = np.array([rgb(code) for code in RAINBOW])
    place = share * (len(hues) - 1)
    floor = np.minimum(place.astype(int), len(hues) - 2)
    colour = hues[floor] + (hues[floor + 1] - hues[floor]) * (place - floor)[..., None]
    alpha = np.clip(np.minimum(share, 1 - share) * 6, 0, 1) * 0.5 * np.linspace(1, 0.45, horizon)[:, None]
    canvas.lay(colour, alpha)
