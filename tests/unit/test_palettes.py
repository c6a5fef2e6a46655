"""A picture's colours moved toward a palette, judged by CIEDE2000 over CIELAB, which the code does not use itself."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from functions.darkroom import palettes
from functions.darkroom.errors import InputRefused
from local.bedrock import pictures

ROOT = Path(__file__).parents[2]
SMALL = 10
"""CIEDE2000: seen at a glance as a shade of the same colour."""
LEAST_GAIN = 0.30
LEAST_LIKENESS = 0.45
"""A palette of pastels has hardly any light and shade to tell apart by; with others it is 0.8 and more."""
SCENES = {
    "lighthouse": ("a lighthouse on a cliff at sunset, two sailing boats", 7),
    "forest": ("a forest with a fox and two deer at noon", 3),
    "city": ("a city at night with a red car", 5),
}
PHOTOS = {"coffee": "docs/samples/coffee.jpg", "table": "docs/pictures/gallery/background-removal.png"}
PALETTES = {
    "warm": ["#ff8800", "#7a1f1f", "#ffe8c0"],
    "pastel": ["#ffd1dc", "#bde0fe", "#cdb4db", "#a2d2ff"],
    "retro": ["#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51"],
}


@cache
def source(name: str) -> bytes:
    if name in SCENES:
        text, seed = SCENES[name]
        return pictures.develop(pictures.Wish(text, "", 512, 512, seed), fast=False)
    out = io.BytesIO()
    with Image.open(ROOT / PHOTOS[name]) as photo:
        photo.convert("RGB").resize((512, 342)).save(out, "PNG")
    return out.getvalue()


def lab(pixels) -> np.ndarray:
    return cv2.cvtColor((np.asarray(pixels, np.float32) / 255).astype(np.float32), cv2.COLOR_RGB2Lab).astype(float)


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def ciede2000(pixels: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """The formula of CIE 142:2001."""
    l1, a1, b1 = np.moveaxis(pixels, -1, 0)
    l2, a2, b2 = colour
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1 = np.degrees(np.arctan2(b1, stretch * a1)) % 360
    h2 = np.degrees(np.arctan2(b2, stretch * a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    lm, cm, hm = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360
    waves = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
    t = 1 + sum(weight * np.cos(np.radians(times * hm + shift)) for weight, times, shift in waves)
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * np.sqrt(cm**7 / (cm**7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2))))
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, hue / sh
    return np.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh)


def share(data: bytes, palette: list[str]) -> float:
    """The share of the pixels that lie within SMALL of one of the palette's colours."""
    wanted = lab([[list(bytes.fromhex(one[1:])) for one in palette]])[0]
    return float((np.min([ciede2000(lab(decoded(data)), one) for one in wanted], axis=0) <= SMALL).mean())


def test_the_judge_agrees_with_published_pairs():
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ]
    for one, other, expected in pairs:
        assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("name", [*SCENES, *PHOTOS])
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_far_more_of_a_picture_has_the_palettes_colours_and_its_light_and_shade_stay(name, palette):
    before = source(name)
    after = palettes.toward(before, palette)

    assert share(after, palette) - share(before, palette) >= LEAST_GAIN
    assert decoded(after).shape == decoded(before).shape
    assert _likeness(before, after) >= LEAST_LIKENESS


def _likeness(before: bytes, after: bytes) -> float:
    """How well the order of lightnesses is kept, -1 to 1: rank correlation."""
    ranks = [lab(decoded(one))[..., 0].ravel()[::37].argsort().argsort() for one in (before, after)]
    return float(np.corrcoef(*ranks)[0, 1])


def test_the_same_picture_and_palette_give_the_same_bytes():
    made = {palettes.toward(source("coffee"), PALETTES["warm"]) for _ in range(2)}
    assert len(made) == 1


def test_a_picture_in_the_palettes_colours_already_stays_nearly_as_it_is():
    flat = Image.new("RGB", (64, 64), "#ff8800")
    flat.paste("#7a1f1f", (0, 0, 32, 64))
    out = io.BytesIO()
    flat.save(out, "PNG")
    moved = lab(decoded(palettes.toward(out.getvalue(), PALETTES["warm"])))
    assert np.abs(moved - lab(np.asarray(flat))).max() < 6


@pytest.mark.parametrize("count", [1, 2, 10])
def test_any_number_of_colours_the_same_one_twice_and_a_picture_of_one_colour_are_taken(count):
    palette = [f"#{25 * n:02x}40{255 - 25 * n:02x}" for n in range(count)]
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#808080").save(out, "JPEG")
    assert decoded(palettes.toward(out.getvalue(), [*palette, palette[0]])).shape == (8, 8, 3)
    assert decoded(palettes.toward(source("forest"), palette)).shape == (512, 512, 3)


def test_what_is_no_picture_is_refused():
    with pytest.raises(InputRefused):
        palettes.toward(b"no picture", ["#ff0000"])
