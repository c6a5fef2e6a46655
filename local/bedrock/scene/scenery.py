"""What every painter is given, and what a place hands to the stage: the two shapes between the parts of a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.bedrock.scene.noise import generator

if TYPE_CHECKING:
    import numpy as np

    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.moods import Mood


@dataclass(frozen=True, slots=True)
class Light:
    """Where the light comes from, in pixels."""

    x: float
    y: float
    visible: bool

    def side(self, x: float) -> float:
        """On which side of a column the light is: -1 left, 1 right."""
        return 1.0 if self.x >= x else -1.0


@dataclass(frozen=True, slots=True)
class Scenery:
    """The surface, the light, and what was asked for."""

    canvas: Canvas
    mood: Mood
    light: Light
    horizon: int
    """The row where the sky ends."""
    wanted: frozenset[str]
    """Features named by the prompt: snow, stars, trees, ..."""
    forbidden: frozenset[str]
    """Features named by the negative prompt."""
    seed: tuple[object, ...]
    fine: bool = False
    """More detail than usual."""
    season: str = ""
    """autumn, spring, or nothing in particular."""

    def rng(self, concern: str) -> np.random.Generator:
        """The random numbers of one concern; asked again, they begin again."""
        return generator(*self.seed, concern)

    def may(self, feature: str) -> bool:
        """Whether the negative prompt leaves this in."""
        return feature not in self.forbidden

    @property
    def snowy(self) -> bool:
        """Whether snow lies."""
        return "snow" in self.wanted


@dataclass(frozen=True, slots=True)
class Stage:
    """Where things may be put, in rows of the canvas."""

    air: tuple[float, float]
    """Between these rows things fly."""
    floor: tuple[float, float]
    """Between these rows feet stand: far to near."""
    water: tuple[float, float] | None = None
    """Between these rows things swim, if there is water."""
    reach: tuple[float, float] = (0.0, 1.0)
    """From where to where across there is ground."""
    floating: bool = False
    """There is no ground: everything floats (space, under water)."""
    size: float = 1.0
    """How large things are here beside the usual."""
    shadows: bool = True
    level: float = 0.0
    """Row of a table top, 0 when there is none."""
