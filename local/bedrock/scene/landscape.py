"""Open country: mountains, meadow, forest, desert. Paints from far to near and says where things may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.bedrock.scene import flora, land
from local.bedrock.scene.land import Row
from local.bedrock.scene.mountains import mountains
from local.bedrock.scene.noise import line
from local.bedrock.scene.scenery import Stage

if TYPE_CHECKING:
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.scenery import Scenery

GRASS = {"": "#5f9e45", "autumn": "#a8923f", "spring": "#79b24d"}
WOODS = {"": "#33684a", "autumn": "#a8622f", "spring": "#5b9155"}
ROCK = "#5f6a7c"
SAND = "#e2ac6a"
SNOW = "#eef3fb"


def grass_colour(scenery: Scenery) -> str:
    """What covers the ground."""
    return SNOW if scenery.snowy else GRASS[scenery.season]


def far_land(scenery: Scenery, *, high: bool) -> None:
    """What stands at the horizon: two ranges of mountains, or soft hills."""
    scenery.canvas.pixels[scenery.horizon :] = scenery.mood.haze
    if high:
        _ranges(scenery)
    else:
        _hills(scenery)


def _ranges(scenery: Scenery) -> None:
    horizon, unit = scenery.horizon, scenery.canvas.unit
    snow = 0.62 if scenery.snowy else 0.3
    rise = min(unit * 0.42, horizon * 0.66)
    for concern, size, depth, drop in (("range-1", 1.0, 0.5, 0.02), ("range-2", 0.55, 0.26, 0.05)):
        mountains(scenery, concern, Row(int(horizon + unit * drop), rise * size, depth, ROCK, snow))
    land.mist(scenery, "mist", (horizon - unit * 0.1, horizon + unit * 0.07), 0.5)


def _hills(scenery: Scenery) -> None:
    horizon, unit = scenery.horizon, scenery.canvas.unit
    colour = "#dfe8f2" if scenery.snowy else WOODS[scenery.season]
    for place, depth in enumerate((0.78, 0.62, 0.46)):
        row = Row(int(horizon + unit * (0.012 + 0.022 * place)), unit * (0.13 - 0.03 * place), depth, colour)
        land.hills(scenery, f"hill-{place}", row, row.base + unit // 8)


def meadow(scenery: Scenery, *, high: bool = False) -> Stage:
    """Grassland before hills or mountains."""
    canvas, colour = scenery.canvas, grass_colour(scenery)
    far_land(scenery, high=high)
    edge = _near_edge(scenery)
    if scenery.may("trees"):
        _woods(scenery, edge)
    land.ground(scenery, edge, colour)
    top = float(edge.max())
    for concern, share, depth in (("swell-1", 0.2, 0.14), ("swell-2", 0.5, 0.04)):
        land.swell(scenery, concern, top + (canvas.height - top) * share, colour, depth)
    if "path" in scenery.wanted or (scenery.rng("track").random() < 0.4 and scenery.may("path")):
        land.path(scenery, int(top), "#cfd8e6" if scenery.snowy else "#c9b48f")
    _turf(scenery, float(edge.mean()) + canvas.unit * 0.08, colour)
    return _open_stage(scenery, top)


def forest(scenery: Scenery) -> Stage:
    """A clearing before three rows of trees, with mist between them."""
    canvas = scenery.canvas
    far_land(scenery, high="mountains" in scenery.wanted)
    edge = _near_edge(scenery)
    if scenery.may("trees"):
        _rows_of_trees(scenery, edge)
    colour = SNOW if scenery.snowy else GRASS[scenery.season] if scenery.season else "#4c7a3a"
    land.ground(scenery, edge, colour)
    _turf(scenery, float(edge.mean()) + canvas.unit * 0.04, colour)
    return _open_stage(scenery, float(edge.max()))


def _rows_of_trees(scenery: Scenery, edge: Floats) -> None:
    unit, middle = scenery.canvas.unit, float(edge.mean())
    conifers = scenery.snowy or (scenery.rng("forest").random() < 0.45 and not scenery.season)
    grove = flora.grow(scenery, "pine" if conifers else "mixed", unit * 0.29)
    for place, (share, depth) in enumerate(((0.69, 0.62), (1.0, 0.42), (1.38, 0.2))):
        lifted = edge - unit * (0.035 - 0.014 * place)
        flora.treeline(scenery, f"row-{place}", grove.thinned(share, 0.95 - 0.18 * place), lifted, depth)
        land.mist(scenery, f"mist-{place}", (middle - unit * 0.16, middle + unit * 0.02), 0.42)


def desert(scenery: Scenery) -> Stage:
    """Rows of dunes under a wide sky."""
    canvas, horizon, unit = scenery.canvas, scenery.horizon, scenery.canvas.unit
    canvas.pixels[horizon:] = scenery.mood.tint(SAND, 0.6)
    if scenery.rng("mesa").random() < 0.5 or "mountains" in scenery.wanted:
        mountains(scenery, "mesas", Row(horizon + 8, unit * 0.15, 0.55, "#a8643f"))
    for place, (rise, depth, drop) in enumerate(((0.07, 0.5, 0.03), (0.1, 0.32, 0.1), (0.13, 0.14, 0.21))):
        land.dunes(scenery, f"dune-{place}", Row(int(horizon + unit * drop), unit * rise, depth, SAND))
    edge = horizon + unit * (0.2 + 0.02 * line(scenery.rng("near"), canvas.width, 1.5, 3))
    land.ground(scenery, edge, SAND, grain=0.03)
    return _open_stage(scenery, float(edge.max()))


def _near_edge(scenery: Scenery) -> Floats:
    canvas = scenery.canvas
    return scenery.horizon + canvas.unit * (0.055 + 0.016 * line(scenery.rng("edge"), canvas.width, 1.3, 3))


def _woods(scenery: Scenery, edge: Floats) -> None:
    """A far row of trees; more of them when trees were asked for."""
    many = "trees" in scenery.wanted
    grove = flora.grow(scenery, "pine" if scenery.snowy else "mixed", scenery.canvas.unit * (0.13 if many else 0.075))
    flora.treeline(scenery, "woods", grove.thinned(1.0, 1.0 if many else 0.7), edge, 0.42)


def _turf(scenery: Scenery, top: float, colour: str) -> None:
    if scenery.snowy or not scenery.may("grass"):
        return
    flora.grass(scenery, top, colour)
    if scenery.may("flowers"):
        flora.flowers(scenery, top, 1.0 if "flowers" in scenery.wanted else 0.16)


def _open_stage(scenery: Scenery, edge: float) -> Stage:
    canvas = scenery.canvas
    far = edge + (canvas.height - edge) * 0.14
    return Stage(air=(canvas.height * 0.07, scenery.horizon * 0.82), floor=(far, canvas.height * 0.955))
