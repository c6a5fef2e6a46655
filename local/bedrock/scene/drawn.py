"""Nouns that no icon does justice: starship, lighthouse, balloon and windmill from files, trees grown from a seed.

Knows shapes; no light, no place.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from local.bedrock.scene.colour import hex_code, lighten, mix, rgb
from local.bedrock.scene.shapes import Shape, shape

if TYPE_CHECKING:
    import numpy as np

GREENS = ("#3f8f3f", "#4f9a3a", "#2f7f47", "#5fa544")
AUTUMN = ("#e2622c", "#d9402b", "#f0922e", "#e9b233")
BLOSSOM = ("#f7a8c4", "#f9bfd3", "#f28fb4")
STRIPES = (
    ("#e2453c", "#fff1d6", "#f4a13a"),
    ("#2c7fd1", "#fff4dc", "#f6c343"),
    ("#8a4fc7", "#ffd9e8", "#f2784b"),
    ("#1f9e8b", "#fff3d4", "#ef5f4c"),
    ("#f2b233", "#fff6e0", "#d8553f"),
)
CROWN = ((-0.13, 15, 1.0, 34, 8), (-0.045, 15, 0.92, 29, 0), (0.03, 13, 0.76, 24, -9), (0.1, 9, 0.56, 17, -22))
"""A crown's layers from back to front: lightness, clusters, spread, radius, lift."""
TRUNK = (
    '<path fill="#5e4130" d="M92 240c6-40 4-60-4-92l10-4 6 34 14-46 10 4-14 52c-4 20-2 34 6 52z"/>'
    '<path fill="#47301f" d="M108 240c2-30 0-52 6-72l6-16-8 40c-4 18-2 34 6 48z"/>'
)
TIERS = 6


def draw(name: str, rng: np.random.Generator, colour: str | None, *, snow: bool = False, season: str = "") -> Shape:
    """The shape of one of the drawn nouns, in this colour if one was asked for."""
    if name == "hot air balloon":
        return _balloon(rng, colour)
    if name == "pine":
        return _pine(rng, colour or "#2c6e4c", snow=snow)
    if name == "lighthouse":
        band = colour or "#d4412f"
        return shape("lighthouse", band=band, roof=_tone(band, -0.12), lamp="#ffdd88", pane="#2f3350")
    if name == "windmill":
        return shape("windmill", cap=colour or "#a8442f")
    if name == "starship":
        return _starship(colour or "#c9d3e6")
    return _tree(rng, colour or _foliage(name, rng, season), snow=snow)


def _foliage(name: str, rng: np.random.Generator, season: str) -> str:
    options: tuple[str, ...] = GREENS
    if name == "cherry tree" or season == "spring":
        options = BLOSSOM
    elif name == "maple" or season == "autumn":
        options = AUTUMN
    return options[int(rng.integers(len(options)))]


def _tone(colour: str, amount: float) -> str:
    return hex_code(lighten(rgb(colour), amount))


def _starship(hull: str) -> Shape:
    tones = {"pale": 0.12, "mid": -0.14, "dark": -0.3, "darkest": -0.36, "engine": -0.4}
    return shape("starship", hull=hull, **{name: _tone(hull, tone) for name, tone in tones.items()})


def _balloon(rng: np.random.Generator, colour: str | None) -> Shape:
    main, pale, accent = STRIPES[int(rng.integers(len(STRIPES)))]
    if colour:
        main, pale, accent = colour, _tone(colour, 0.22), _tone(colour, -0.14)
    return shape("balloon", main=main, pale=pale, accent=accent)


def _tree(rng: np.random.Generator, colour: str, *, snow: bool) -> Shape:
    """A crown of leaf clusters in four tones over a forked trunk."""
    parts = [TRUNK]
    for amount, count, spread, radius, lift in CROWN:
        fill = _crown_tone(colour, amount)
        for place in range(count):
            angle = 2 * math.pi * (place / count + rng.uniform(-0.05, 0.05))
            away = spread * math.sqrt(rng.uniform(0.08, 1))
            x, y = 105 + 68 * away * math.cos(angle), 96 + lift + 56 * away * math.sin(angle)
            parts.append(_circle(x, y, radius * rng.uniform(0.75, 1.1), fill))
    parts += _leaves(rng, colour)
    if snow:
        caps = ((70, 52, 26), (105, 40, 32), (140, 56, 24), (92, 76, 18), (132, 86, 16))
        parts += [f'<ellipse cx="{x}" cy="{y}" rx="{r}" ry="{r * 0.42}" fill="#f4f8ff"/>' for x, y, r in caps]
    return Shape("".join(parts), 210.0, 240.0)


def _crown_tone(colour: str, amount: float) -> str:
    """Dark clusters turn to blue, bright ones to the sun."""
    tone = lighten(rgb(colour), amount)
    if amount < -0.1:
        return hex_code(mix(tone, rgb("#1d2f5a"), 0.18))
    return hex_code(mix(tone, rgb("#fff1a8"), 0.18 if amount > 0.05 else 0.0))


def _leaves(rng: np.random.Generator, colour: str) -> list[str]:
    """Single leaves over the crown and at its rim, which make it read as foliage."""
    tones = [_tone(colour, amount) for amount in (-0.09, 0.07, 0.14)]
    parts = []
    for _ in range(46):
        angle, away = rng.uniform(0, 2 * math.pi), math.sqrt(rng.uniform(0.15, 1.25))
        x, y = 105 + 72 * away * math.cos(angle), 92 + 60 * away * math.sin(angle)
        parts.append(_circle(x, y, rng.uniform(2.0, 4.0), tones[int(rng.integers(3))]))
    return parts


def _circle(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}"/>'


def _pine(rng: np.random.Generator, colour: str, *, snow: bool) -> Shape:
    """Tiers of drooping branches, lit on one side, with snow on them if it has fallen."""
    parts = ['<path fill="#4f3727" d="M54 200h12l2-30H52z"/>']
    for tier in range(TIERS):
        top, half, share = 12 + tier * 26, 16 + tier * 7.6, tier / TIERS
        parts.append(_path(_tone(colour, 0.04 - 0.11 * share), _tier(rng, top, half)))
        lit = [(60.0, top - 8.0), (60 - half * 0.96, top + 44.0), (60 - half * 0.3, top + 36.0)]
        parts.append(_path(_tone(colour, 0.12 - 0.1 * share), lit))
        if snow:
            parts.append(_snow_cap(top, half))
    return Shape("".join(parts), 120.0, 200.0)


def _tier(rng: np.random.Generator, top: float, half: float) -> list[tuple[float, float]]:
    """One tier's outline: the tip, then a jagged lower edge from right to left."""
    outline = [(60.0, top - 8.0)]
    steps = 6
    for step in range(steps + 1):
        sag = 6 * math.sin(math.pi * step / steps) + (7 if step % 2 else 0) - rng.uniform(0, 3)
        outline.append((60 + half * (1 - 2 * step / steps), top + 48 - sag))
    return outline


def _snow_cap(top: float, half: float) -> str:
    left, inner, right = 60 - half * 0.8, 60 - half * 0.3, 60 + half * 0.32
    return (
        f'<path fill="#f3f7ff" d="M60 {top - 9}Q{60 - half * 0.5:.1f} {top + 14} {left:.1f} {top + 39}'
        f'Q{inner:.1f} {top + 24} 60 {top + 26}Q{right:.1f} {top + 18} 60 {top - 9}Z"/>'
    )


def _path(fill: str, points: list[tuple[float, float]]) -> str:
    return f'<path fill="{fill}" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + 'Z"/>'
