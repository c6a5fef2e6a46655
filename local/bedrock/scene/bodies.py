"""Bodies for the icons that are only a face or a bust: a sitting animal, a standing person, a robot.

Knows a face's colours; no scene. The drawings lie in `shapes/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from local.bedrock.scene.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.bedrock.scene.shapes import Shape


@dataclass(frozen=True, slots=True)
class Coat:
    """An animal's colours and its tail: none, brush, long, tuft or rings."""

    fur: str
    dark: str
    belly: str
    tail: str = "none"
    paws: str = ""


COATS: Mapping[str, Coat] = MappingProxyType(
    {
        "fox": Coat("#ff822d", "#e0651c", "#ffdea7", "brush", "#3b2a2a"),
        "wolf": Coat("#9b9b9b", "#7d7d80", "#dcdcdc", "brush", "#636363"),
        "bear": Coat("#8c5543", "#6d4131", "#a56953"),
        "panda": Coat("#f3eef8", "#2f2b3d", "#ffffff", paws="#2f2b3d"),
        "polar-bear": Coat("#f3eef8", "#cdc4d6", "#ffffff"),
        "koala": Coat("#9b9b9b", "#7b7b7f", "#e6e6e6"),
        "lion": Coat("#ffb02e", "#e3912a", "#ffd67d", "tuft"),
        "tiger-face": Coat("#ff822d", "#d8641c", "#fff3e0", "long"),
        "frog": Coat("#86d72f", "#5fb01c", "#fcd53f"),
        "raccoon": Coat("#8d8d92", "#636363", "#cfcfd2", "rings"),
        "rabbit-face": Coat("#cdc4d6", "#b3a7c0", "#f3eef8"),
        "cat-face": Coat("#ffb02e", "#e59227", "#ffdea7", "long"),
        "dog-face": Coat("#c68b59", "#6d4534", "#ffdea7", "long"),
        "horse-face": Coat("#8c5543", "#5e3a2c", "#a56953", "brush"),
        "cow-face": Coat("#f3eef8", "#636363", "#ffffff", "tuft"),
        "pig-face": Coat("#ff8687", "#e66f71", "#ffb1b1"),
        "mouse-face": Coat("#cdc4d6", "#b3a7c0", "#f3eef8", "long"),
        "monkey-face": Coat("#6d4534", "#52332a", "#d3a188", "long"),
        "hamster": Coat("#ffb27c", "#e5955d", "#ffe7cf"),
        "chicken": Coat("#f3eef8", "#cdc4d6", "#ffffff"),
        "unicorn": Coat("#b4acf5", "#8d7fe0", "#d8d2ff", "brush"),
        "moose": Coat("#6d4534", "#52332a", "#8c5543"),
    }
)
SHIRTS = ("#e2504a", "#2f7fd6", "#2f9e77", "#f0a62e", "#8a56c9", "#e5739b")
FACES = frozenset(
    {"man", "woman", "girl", "boy", "child", "person", "old-man", "old-woman", "older-person", "baby", "alien"}
)
BUSTS: Mapping[str, str] = MappingProxyType(
    {
        "astronaut": "#d9d6e3",
        "princess": "#8d5bd0",
        "prince": "#3b6fd6",
        "ninja": "#2b2540",
        "man-mage": "#5a45a8",
        "woman-mage": "#7a3fa8",
        "farmer": "#3f6fb5",
        "pilot": "#2d3f63",
        "guard": "#d5342f",
        "detective": "#7d6b53",
        "artist": "#e5739b",
        "cook": "#f3eef8",
        "scientist": "#f3eef8",
        "student": "#3b6fd6",
        "santa-claus": "#d5342f",
        "person-with-crown": "#b0302f",
    }
)
"""Icons that show head and shoulders, and the colour of what they wear below."""


def is_partial(name: str) -> bool:
    """Whether the icon lacks a body."""
    return name in COATS or name in FACES or name in BUSTS or name == "robot"


def embody(name: str, face: str, variant: int = 0) -> Shape:
    """The icon's markup on top of a body; `variant` picks a person's shirt."""
    if name in COATS:
        return _animal(COATS[name], face)
    if name == "robot":
        return shape("robot", face=face)
    if name in BUSTS:
        return shape("bust", face=face, shirt=BUSTS[name])
    return shape("person", face=face, shirt="#4f9a2f" if name == "alien" else SHIRTS[variant % len(SHIRTS)])


def _animal(coat: Coat, face: str) -> Shape:
    colours = {"fur": coat.fur, "dark": coat.dark, "belly": coat.belly}
    tail = shape(f"tail-{coat.tail}", **colours).markup
    return shape("animal", tail=tail, face=face, paws=coat.paws or coat.fur, **colours)
