"""Paints the things at their spots, far to near: lit, with shadow or reflection, glow, and what they hold or ride."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene import vocabulary as known
from local.bedrock.scene.colour import rgb
from local.bedrock.scene.pasting import cast_shadow, paste, reflect
from local.bedrock.scene.sprites import Nature, lit, sprite

if TYPE_CHECKING:
    from local.bedrock.scene.scenery import Scenery, Stage
    from local.bedrock.scene.sprites import Sprite
    from local.bedrock.scene.staging import Spot

GLOWING = frozenset({"fire", "candle", "red-paper-lantern", "fireworks", "sparkler", "diya-lamp", "jack-o-lantern"})
UPRIGHT = frozenset({"lighthouse", "starship"})
"""Never mirrored: their light is drawn for one side."""
CLIMB = 17.0
"""Degrees by which a starship points upwards."""
LAMP = (-0.23, 0.83)
"""Where a lighthouse's lamp is, as shares of its width and height from its foot."""


def perform(scenery: Scenery, stage: Stage, spots: list[Spot]) -> None:
    """Paint every thing at its spot."""
    for spot in spots:
        figure = _figure(scenery, stage, spot)
        _ground(scenery, stage, spot, figure)
        _shine_behind(scenery, spot, figure)
        paste(scenery.canvas, figure, spot.x, spot.foot)
        _shine_before(scenery, spot, figure)
        _hold(scenery, spot, figure)


def _figure(scenery: Scenery, stage: Stage, spot: Spot) -> Sprite:
    """The thing, or the rider on its mount, in the light of its spot."""
    rng = scenery.rng(f"figure {spot.thing.name} {spot.number}")
    name = spot.thing.name
    nature = Nature(_colour(spot), snow=scenery.snowy, season=scenery.season, lamps=scenery.mood.lamps)
    figure = sprite(name, spot.height, rng, nature)
    if name == "starship":
        figure = figure.turned(CLIMB)
    if name not in UPRIGHT and rng.random() < 0.5:
        figure = figure.mirrored()
    return lit(figure, scenery.mood, scenery.light.side(spot.x), _haze(stage, spot), glowing=name in GLOWING)


def _haze(stage: Stage, spot: Spot) -> float:
    if stage.floating or stage.level:
        return 0.0
    return 0.12 if spot.zone == "sky" else 0.2 * spot.away


def _colour(spot: Spot) -> str | None:
    """The colour asked for, unless it is the thing's own; several of a kind differ by themselves."""
    name, asked = spot.thing.name, spot.thing.colour
    if asked:
        return None if asked in known.NATURAL.get(name, ()) else asked
    coats = known.COATS.get(name, (None,))
    return coats[spot.number % len(coats)]


def _ground(scenery: Scenery, stage: Stage, spot: Spot, figure: Sprite) -> None:
    """What ties a thing to where it stands."""
    canvas = scenery.canvas
    if spot.zone == "water":
        reflect(canvas, figure, (spot.x, spot.foot), scenery.rng(f"ripples {spot.thing.name} {spot.number}"))
        half = figure.width * 0.56, figure.height * 0.022 + 2
        canvas.shade((spot.x, spot.foot), half, 0.55, scenery.mood.tint("#ffffff", 0.2))
    elif spot.zone == "ground" and stage.shadows:
        _shadow(scenery, spot, figure)


def _shadow(scenery: Scenery, spot: Spot, figure: Sprite) -> None:
    """A cast shadow away from the light, long when the light is low, and a dark touch where it stands."""
    canvas, light = scenery.canvas, scenery.light
    tint = rgb(scenery.mood.shadow) * np.float32(0.6)
    if light.visible:
        low = float(np.clip(light.y / max(1, scenery.horizon), 0, 1))
        lean = float(np.clip((spot.x - light.x) / canvas.width * 2.2, -1.1, 1.1))
        cast_shadow(canvas, figure, (spot.x, spot.foot), (lean, 0.16 + 0.2 * low), tint)
    half = figure.width * 0.46, max(2.0, figure.width * 0.055)
    canvas.shade((spot.x, spot.foot - half[1] * 0.4), half, 0.5, tint)


def _shine_behind(scenery: Scenery, spot: Spot, figure: Sprite) -> None:
    if spot.thing.name in GLOWING:
        middle = spot.x, spot.foot - figure.height / 2
        scenery.canvas.halo(rgb("#ffb45a"), middle, figure.height * 1.7, 0.6, 2.2)
    if spot.thing.name == "starship":
        _wake(scenery, spot, figure)
    if spot.thing.name == "lighthouse" and scenery.mood.dark:
        _beam(scenery, _lamp(spot, figure))


def _shine_before(scenery: Scenery, spot: Spot, figure: Sprite) -> None:
    if spot.thing.name == "lighthouse" and scenery.mood.dark:
        scenery.canvas.halo(rgb("#fff3c8"), _lamp(spot, figure), figure.height * 0.22, 0.95, 2.4)


def _lamp(spot: Spot, figure: Sprite) -> tuple[float, float]:
    return spot.x + figure.width * LAMP[0], spot.foot - figure.height * LAMP[1]


def _beam(scenery: Scenery, lamp: tuple[float, float]) -> None:
    """Two beams from a lamp, the one towards the open side long and bright."""
    canvas = scenery.canvas
    rows, columns = canvas.rows(0, canvas.height) - np.float32(lamp[1]), canvas.columns - np.float32(lamp[0])
    side = scenery.light.side(lamp[0])
    for towards, strength in ((side, 0.62), (-side, 0.34)):
        along = columns * np.float32(towards)
        reach = np.maximum(along * np.float32(0.115) + np.float32(canvas.unit * 0.008), 1)
        width = np.clip(1 - np.abs(rows + along * np.float32(0.06)) / reach, 0, 1)
        fading = np.exp(-np.maximum(along, 0) / np.float32(canvas.width * 0.75)) * (along > 0)
        canvas.glow(rgb("#fff1c0"), width * fading * np.float32(strength))


def _wake(scenery: Scenery, spot: Spot, figure: Sprite) -> None:
    """The light of the engines behind a ship, and the trail it leaves."""
    slope = float(np.tan(np.radians(CLIMB)))
    stern = spot.x - figure.width * 0.44, spot.foot - figure.height * 0.5 + figure.width * 0.27 * slope
    for step in np.linspace(1, 0, 26):
        away = step * figure.width * 0.75
        centre = stern[0] - away, stern[1] + away * slope
        scenery.canvas.halo(rgb("#59d8ff"), centre, figure.height * (0.2 + 0.12 * step), 0.26 * (1 - step) ** 1.3, 1.6)
    scenery.canvas.halo(rgb("#bff3ff"), stern, figure.height * 0.5, 0.85, 2.4)


def _hold(scenery: Scenery, spot: Spot, figure: Sprite) -> None:
    """What somebody holds, at the height of the hands; what somebody rides, before the legs."""
    side = scenery.light.side(spot.x)
    if spot.thing.held:
        held = sprite(spot.thing.held, spot.height * 0.3, scenery.rng(f"held {spot.thing.held}"))
        x, foot = spot.x + figure.width * 0.42, spot.foot - figure.height * 0.16
        paste(scenery.canvas, lit(held, scenery.mood, side), x, foot)
    if spot.thing.mount:
        mount = sprite(spot.thing.mount, spot.height * 0.8, scenery.rng(f"mount {spot.thing.mount}"))
        paste(scenery.canvas, lit(mount, scenery.mood, side), spot.x, spot.foot + figure.height * 0.24)
