"""From a sketch (prompt, seed) to pixels: reads the words, chooses light and place, paints far to near, finishes.

The one place that knows the whole order of work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from local.bedrock.scene import acting, finish, framing, icons, moods, sky, staging, stars, weather, words
from local.bedrock.scene import vocabulary as known
from local.bedrock.scene.canvas import Canvas
from local.bedrock.scene.city import city
from local.bedrock.scene.deep import sunken, underwater
from local.bedrock.scene.headland import cliff
from local.bedrock.scene.indoors import lamplit, room
from local.bedrock.scene.landscape import desert, forest, meadow
from local.bedrock.scene.noise import generator
from local.bedrock.scene.scenery import Scenery
from local.bedrock.scene.shore import beach, lake, sea
from local.bedrock.scene.space import space, starlight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from local.bedrock.scene.moods import Mood
    from local.bedrock.scene.scenery import Stage
    from local.bedrock.scene.words import Reading

PAINTERS: Mapping[str, Callable[[Scenery], Stage]] = MappingProxyType(
    {
        "space": space,
        "underwater": underwater,
        "city": city,
        "forest": forest,
        "desert": desert,
        "lake": lake,
        "sea": sea,
        "beach": beach,
        "cliff": cliff,
    }
)
HORIZONS = {"sea": 0.5, "beach": 0.46, "lake": 0.47, "cliff": 0.6, "city": 0.6, "desert": 0.52}
USUAL_HORIZON = 0.56
UNNAMED_PLACES = ("meadow", "mountains", "lake", "meadow")
UNNAMED_HOURS = ("day", "golden", "sunset", "sunrise", "day")
NIGHTLY = frozenset({"stars", "moon", "crescent", "aurora", "lights", "neon"})
FRAMED = frozenset({"meadow", "mountains", "forest", "lake"})
LIGHTS: Mapping[str, Callable[[Scenery], Mood]] = MappingProxyType(
    {"space": starlight, "underwater": sunken, "room": lamplit}
)
CLOSED = frozenset(LIGHTS)
"""Places without a sky, which have a light of their own."""
TABLEWARE = 0.125
"""Nothing larger is put on a table."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a picture is drawn from."""

    text: str
    negative: str
    seed: int
    index: int
    guidance: float
    detailed: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture as height x width x 3 RGB bytes, and an account of what was understood."""

    pixels: NDArray[np.uint8]
    account: str


def draw(sketch: Sketch, width: int, height: int) -> Drawing:
    """Paint the sketch at this size. Equal sketches give equal pixels."""
    unwanted = words.read(sketch.negative)
    reading = words.without(words.read(sketch.text), unwanted)
    place = _place(reading, sketch)
    seed = (sketch.seed, sketch.index, place)
    hour = _hour(reading, generator(*seed, "hour"))
    scenery = _scenery(Canvas(width, height), reading, seed, hour)
    scenery = replace(scenery, forbidden=frozenset(unwanted.features), fine=sketch.detailed)
    _paint(scenery, place, reading)
    return Drawing(finish.develop(scenery.canvas, sketch.guidance), _account(reading, place, hour))


def _paint(scenery: Scenery, place: str, reading: Reading) -> None:
    if place not in CLOSED:
        _sky(scenery, reading)
    stage = _background(scenery, place, reading)
    if place in LIGHTS:
        scenery = replace(scenery, mood=LIGHTS[place](scenery))
    acting.perform(scenery, stage, staging.arrange(scenery, stage, reading.things))
    if place == "forest" and scenery.may("trees"):
        framing.trees(scenery)
    if place in FRAMED and scenery.may("grass"):
        framing.grass(scenery)
    if place not in CLOSED:
        weather.fall(scenery, reading.weather)


def _background(scenery: Scenery, place: str, reading: Reading) -> Stage:
    if place in PAINTERS:
        return PAINTERS[place](scenery)
    if place == "room":
        sizes = (known.size(thing.name) for thing in reading.things)
        return room(scenery, table=max(sizes, default=0.0) <= TABLEWARE)
    return meadow(scenery, high=place == "mountains" or "mountains" in scenery.wanted)


def _place(reading: Reading, sketch: Sketch) -> str:
    """The place named first; else where the things are at home; else a landscape by the seed.

    Space and the deep leave no room for another place; mountains stand behind any other.
    """
    named = [place for place in reading.places if place != "mountains"] or reading.places
    homes = [known.HOMES[thing.name] for thing in reading.things if thing.name in known.HOMES]
    for place in ("space", "underwater"):
        if place in named:
            return place
    if named or homes:
        return _ashore((named or homes)[0], reading)
    rng = generator(sketch.seed, sketch.index, "place")
    return UNNAMED_PLACES[int(rng.integers(len(UNNAMED_PLACES)))]


def _ashore(place: str, reading: Reading) -> str:
    """What stands on land is not put into the open sea: a lighthouse gets its cliff, anything else a beach."""
    grounded = [thing.name for thing in reading.things if thing.name not in known.HABITATS]
    if place != "sea" or not grounded:
        return place
    return "cliff" if any(known.HOMES.get(name) == "cliff" for name in grounded) else "beach"


def _hour(reading: Reading, rng: np.random.Generator) -> str:
    if reading.time:
        return reading.time
    if reading.features & NIGHTLY:
        return "night"
    return UNNAMED_HOURS[int(rng.integers(len(UNNAMED_HOURS)))]


def _scenery(canvas: Canvas, reading: Reading, seed: tuple[object, ...], hour: str) -> Scenery:
    mood = moods.choose(hour, reading.weather, generator(*seed, "mood"))
    horizon = round(canvas.height * HORIZONS.get(str(seed[-1]), USUAL_HORIZON))
    features = set(reading.features)
    if any(thing.name in known.COLD for thing in reading.things):
        features.add("snow")
    season = next((season for season in ("autumn", "spring") if season in features), "")
    light = sky.place_light(canvas, mood, generator(*seed, "light"), horizon)
    return Scenery(canvas, mood, light, horizon, frozenset(features), frozenset(), seed, season=season)


def _sky(scenery: Scenery, reading: Reading) -> None:
    mood = scenery.mood
    sky.paint(scenery)
    if scenery.may("stars"):
        if mood.dark and mood.body == "moon" and scenery.rng("milky way").random() < 0.7:
            stars.galaxy(scenery)
        stars.stars(scenery, scenery.horizon, mood.stars)
    if "aurora" in scenery.wanted:
        stars.aurora(scenery)
    if scenery.light.visible and scenery.may(mood.body):
        sky.disc(scenery)
    if scenery.may("clouds"):
        sky.clouds(scenery)
    if "rainbow" in scenery.wanted:
        sky.rainbow(scenery)
    if reading.weather == "storm":
        weather.lightning(scenery)


def _account(reading: Reading, place: str, hour: str) -> str:
    """What the picture shows and what it leaves out, for the file's text chunk."""
    things = ", ".join(" ".join(filter(None, (str(t.count), t.colour, t.name))) for t in reading.things)
    account = f"place {place}; hour {hour}; weather {reading.weather or 'fair'}; things {things or 'none'}"
    if reading.unread:
        account += f"; words not drawn: {' '.join(reading.unread[:40])}"
    if not icons.available():
        account += "; drawn without icons, since their file is missing"
    return account
