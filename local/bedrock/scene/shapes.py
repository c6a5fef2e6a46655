"""Loads the SVG drawings beside it: `$name` in a file is a colour or a piece of markup to be filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

_ROOT = re.compile(r'<svg [^>]*viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)">(?P<inside>.*)</svg>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands inside an <svg>, and the size of its grid. It stands on its lower edge."""

    markup: str
    width: float
    height: float


def shape(name: str, **filling: str) -> Shape:
    """The drawing `shapes/{name}.svg` with its blanks filled."""
    template, width, height = _load(name)
    return Shape(template.substitute(filling), width, height)


@cache
def _load(name: str) -> tuple[Template, float, float]:
    text = files(__package__).joinpath("shapes", f"{name}.svg").read_text("utf-8")
    found = _ROOT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"shapes/{name}.svg is not an <svg> with a viewBox from 0 0")
    return Template(found["inside"]), float(found["width"]), float(found["height"])
