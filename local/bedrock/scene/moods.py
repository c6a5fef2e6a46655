"""Light and colour by time of day and weather: every sky, its sun or moon, and how it tints what stands below.

The palettes are data in `moods.toml`. Knows no prompt.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from local.bedrock.scene.colour import hex_code, mix, rgb, saturate

if TYPE_CHECKING:
    import numpy as np

    from local.bedrock.scene.colour import Floats


@dataclass(frozen=True, slots=True)
class Mood:
    """One light. `sky` runs from the zenith to the horizon."""

    sky: tuple[str, ...]
    light: str
    """The colour of sun or moon, and of edges that it touches."""
    ambient: str
    """What every own colour is multiplied by."""
    shadow: str
    """What the dark side of things tends to."""
    body: str = "sun"
    """Which disc stands in the sky: sun, moon or none."""
    height: tuple[float, float] = (0.55, 0.75)
    """Where it stands: 0 at the horizon, 1 at the top."""
    stars: float = 0.0
    clouds: float = 0.45
    cloud: str = "#ffffff"
    contrast: float = 1.0
    dark: bool = False
    """Lamps are lit."""

    @property
    def haze(self) -> Floats:
        """What far things fade into."""
        return mix(rgb(self.sky[-1]), rgb(self.sky[-2]), 0.45)

    @property
    def lamps(self) -> bool:
        """Windows and street lamps are lit: at night, under a closed sky, and while the sun is low."""
        return self.dark or self.contrast < 1 or self.height[0] < 0.1

    def tint(self, colour: str | Floats, depth: float = 0.0) -> Floats:
        """An own colour as it looks in this light, at a depth of 0 (near) to 1 (lost in the haze)."""
        own = rgb(colour) if isinstance(colour, str) else colour
        lit = mix(own * rgb(self.ambient), rgb(self.shadow), 0.22 * self.contrast)
        return mix(lit, self.haze, depth)

    def under(self, stops: list[str], clouds: float) -> Mood:
        """The same hour under a closed sky."""
        if self.dark:
            return replace(self, clouds=clouds, stars=0.15, body="none", contrast=0.9)
        last = len(self.sky) - 1
        covers = (stops[round(place * (len(stops) - 1) / last)] for place in range(last + 1))
        pairs = zip(self.sky, covers, strict=True)
        sky = tuple(hex_code(mix(saturate(rgb(own), 0.35), rgb(cover), 0.6)) for own, cover in pairs)
        return replace(self, sky=sky, body="none", stars=0.0, clouds=clouds, contrast=0.8)


_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("moods.toml").read_text("utf-8"))
HOURS: dict[str, tuple[Mood, ...]] = {
    hour: tuple(Mood(**(mood | {"sky": tuple(mood["sky"])})) for mood in moods)
    for hour, moods in _DATA["hours"].items()
}
CLOSED: dict[str, dict[str, Any]] = _DATA["closed"]
"""Weathers that hide the sun: the sky that is mixed into the hour's, and how much cloud."""


def choose(time: str, weather: str | None, rng: np.random.Generator) -> Mood:
    """One of the hour's lights, under this weather."""
    options = HOURS[time]
    mood = options[int(rng.integers(len(options)))]
    closed = CLOSED.get(weather or "")
    return mood.under(closed["sky"], closed["clouds"]) if closed else mood
