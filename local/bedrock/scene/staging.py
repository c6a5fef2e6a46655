"""Decides where the prompt's things stand: how large, in which row, in which order. Paints nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.scene import vocabulary as known
from local.bedrock.scene.sprites import aspect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.bedrock.scene.scenery import Scenery, Stage
    from local.bedrock.scene.words import Thing

TRIES = 60
TALL = 0.3
"""From this size on a thing stands in the back row."""
EVENNESS = 0.62
"""Sizes are drawn together by this power: a mouse beside a house stays visible."""
APART = 0.3
"""Things this far apart in depth may overlap a little: the near one stands before the far one."""
LARGEST = 0.62
"""Of the picture's shorter side."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing's place: its feet, its height, and how far away it is (0 near, 1 far)."""

    thing: Thing
    number: int
    zone: str
    x: float
    foot: float
    height: float
    away: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        half = self.height * aspect(self.thing.name) / 2
        return self.x - half, self.foot - self.height, self.x + half, self.foot


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all tries for one thing share."""

    thing: Thing
    number: int
    zone: str
    slot: float
    """Where along the width it should stand, 0 to 1."""
    crowd: float


def arrange(scenery: Scenery, stage: Stage, things: Iterable[Thing]) -> list[Spot]:
    """A spot for every single thing, far ones first. Large things take their places before small ones."""
    singles = [(thing, number) for thing in things for number in range(thing.count)]
    singles.sort(key=lambda single: -known.size(single[0].name))
    crowd = _crowd(singles)
    slots = _slots(scenery, stage, singles)
    spots: list[Spot] = []
    for (thing, number), slot in zip(singles, slots, strict=True):
        plan = _Plan(thing, number, zone(stage, thing.name), slot, crowd)
        spots.append(_best(scenery, stage, plan, spots))
    return sorted(spots, key=lambda spot: (spot.zone != "sky", spot.foot))


def zone(stage: Stage, name: str) -> str:
    """Where a thing belongs on this stage: sky, water, ground, or afloat where there is no ground."""
    if stage.floating:
        return "afloat"
    habitat = known.HABITATS.get(name, "ground")
    if habitat == "sky":
        return "ground" if stage.level else "sky"
    if stage.water and (habitat in {"water", "deep"} or stage.floor == stage.water):
        return "water"
    return "ground"


def _crowd(singles: list[tuple[Thing, int]]) -> float:
    """How much everything shrinks so that all fit, and grows when one stands alone."""
    total = sum(known.size(thing.name) ** EVENNESS for thing, _ in singles)
    return float(np.clip(1.15 / max(total, 0.01) ** 0.5, 0.55, 1.75))


def _slots(scenery: Scenery, stage: Stage, singles: list[tuple[Thing, int]]) -> list[float]:
    """Every row spread evenly over the width; one that stands alone near a third, away from the light."""
    rows = [_row(stage, thing.name) for thing, _ in singles]
    left = 1 if scenery.light.x > scenery.canvas.width / 2 else -1
    seen = dict.fromkeys(rows, 0)
    slots = []
    for row in rows:
        count = rows.count(row)
        if row in {"ground", "tall"} and stage.reach != (0.0, 1.0):
            slots.append(sum(stage.reach) / 2 + (0.06 if stage.reach[0] == 0 else -0.06))
        elif count == 1:
            slots.append(0.5 - left * _aside(row, rows))
        else:
            slots.append(0.5 + (seen[row] - (count - 1) / 2) * min(0.4 if row == "tall" else 0.24, 0.86 / count))
        seen[row] += 1
    return slots


def _aside(row: str, rows: list[str]) -> float:
    """How far from the middle a lone thing stands: apart from a lone tall one, between several."""
    if len(set(rows)) == 1:
        return 0.06
    if row == "tall":
        return 0.17
    return 0.0 if rows.count("tall") > 1 else -0.14


def _row(stage: Stage, name: str) -> str:
    where = zone(stage, name)
    return "tall" if where == "ground" and known.size(name) > TALL else where


def _best(scenery: Scenery, stage: Stage, plan: _Plan, taken: list[Spot]) -> Spot:
    """The least crowded of many tries."""
    rng = scenery.rng(f"spot {plan.thing.name} {plan.number}")
    tries = [_try(scenery, stage, plan, rng) for _ in range(TRIES)]
    return min(tries, key=lambda spot: _cost(scenery, spot, plan, taken))


def _try(scenery: Scenery, stage: Stage, plan: _Plan, rng: np.random.Generator) -> Spot:
    canvas, name = scenery.canvas, plan.thing.name
    near = _nearness(rng, _row(stage, name))
    grounded = plan.zone in {"ground", "water"}
    height = known.size(name) ** EVENNESS * 0.72 * plan.crowd * plan.thing.scale * stage.size * canvas.unit
    height *= 0.8 + 0.4 * near if grounded else rng.uniform(0.75, 1.1)
    height = min(height, _room(scenery, stage, plan.zone, aspect(name)))
    start, stop = (canvas.width * share for share in (stage.reach if plan.zone == "ground" else (0.0, 1.0)))
    middle, half = (start + stop) / 2, height * aspect(name) * 0.54
    x = rng.uniform(min(start + half, middle), max(stop - half, middle))
    return Spot(plan.thing, plan.number, plan.zone, x, _foot(scenery, stage, plan.zone, near, height), height, 1 - near)


def _nearness(rng: np.random.Generator, row: str) -> float:
    """0 at the far end of the floor, 1 at the near one."""
    low, high = {"tall": (0.05, 0.35), "ground": (0.42, 0.85)}.get(row, (0.0, 1.0))
    return float(rng.uniform(low, high))


def _room(scenery: Scenery, stage: Stage, where: str, shape: float) -> float:
    """The tallest a thing of this shape may be, to stay inside the picture."""
    canvas = scenery.canvas
    above = stage.floor[0] if where == "ground" else canvas.height * (0.7 if where == "water" else 0.9)
    return min(canvas.unit * LARGEST, above * 0.95, canvas.width * 0.8 / max(shape, 0.3))


def _foot(scenery: Scenery, stage: Stage, where: str, near: float, height: float) -> float:
    if where in {"sky", "afloat"}:
        low, high = stage.air
        middle = low + (high - low) * near
        return float(np.clip(middle + height / 2, scenery.canvas.height * 0.05 + height, scenery.canvas.height * 0.95))
    low, high = stage.water if where == "water" and stage.water else stage.floor
    return low + (high - low) * near


def _cost(scenery: Scenery, spot: Spot, plan: _Plan, taken: list[Spot]) -> float:
    canvas, light = scenery.canvas, scenery.light
    cost = sum(_overlap(spot.box, other.box) * (2.2 if other.away - spot.away > APART else 6) for other in taken)
    cost += 1.4 * abs(spot.x / canvas.width - plan.slot)
    if light.visible and spot.zone == "sky":
        away = float(np.hypot(spot.x - light.x, spot.foot - spot.height / 2 - light.y)) / canvas.unit
        cost += 1.2 * max(0.0, 0.2 - away)
    return cost


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The shared share of the smaller of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * high / max(smaller, 1.0)
