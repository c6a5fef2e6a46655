"""The words that the scene painter understands, read once from `vocabulary.toml`: data only, no reading of prompts."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text("utf-8"))


def _by_word(table: str) -> Mapping[str, str]:
    """Turn `meaning = [words]` into word → meaning."""
    return MappingProxyType({word: meaning for meaning, words in _DATA[table].items() for word in words})


def _numbers(table: str) -> Mapping[str, float]:
    return MappingProxyType({word: float(number) for number, words in _DATA[table].items() for word in words})


def _words(name: str) -> frozenset[str]:
    return frozenset(_DATA["words"][name])


PLACES = _by_word("places")
TIMES = _by_word("times")
WEATHERS = _by_word("weathers")
FEATURES = _by_word("features")
ALIASES = _by_word("aliases")
HABITATS = _by_word("habitats")
HOMES = _by_word("homes")
COLOURS: Mapping[str, str] = MappingProxyType(_DATA["colours"])
SCALES: Mapping[str, float] = MappingProxyType(_DATA["scales"])
IRREGULAR: Mapping[str, str] = MappingProxyType(_DATA["irregular"])
COUNTS = _numbers("counts")
USUAL_SIZE = float(_DATA["sizes"].pop("usual"))
SIZES = _numbers("sizes")
"""Height as a share of the picture's shorter side, were there nothing else in it."""
NATURAL: Mapping[str, tuple[str, ...]] = MappingProxyType({name: tuple(own) for name, own in _DATA["natural"].items()})
COATS: Mapping[str, tuple[str | None, ...]] = MappingProxyType(
    {name: tuple(None if coat == "own" else coat for coat in coats) for name, coats in _DATA["coats"].items()}
)
PANES: Mapping[str, tuple[str, ...]] = MappingProxyType({name: tuple(own) for name, own in _DATA["panes"].items()})
DRAWN = _words("drawn")
CARRYING = _words("carrying")
RIDING = _words("riding")
COLD = _words("cold")
NO_NOUNS = _words("no_nouns")
SCENES = _words("scenes")
LITTLE = _words("little")


def size(name: str) -> float:
    """How tall a thing is beside others, as a share of the picture's shorter side."""
    return SIZES.get(name, USUAL_SIZE)
