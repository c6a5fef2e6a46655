"""Colours as people see them: OKLab there and back, and the names that go into prompts."""

from __future__ import annotations

from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import colours

CHANNEL = st.integers(0, 255)


@given(CHANNEL, CHANNEL, CHANNEL)
def test_every_colour_of_a_screen_comes_back_from_oklab(red, green, blue):
    there = colours.lab(f"#{red:02x}{green:02x}{blue:02X}")
    assert [round(255 * one) for one in colours.rgb_of(there)] == [red, green, blue]


@given(st.floats(-0.5, 1.5), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_what_no_screen_shows_comes_to_a_colour_that_it_shows(lightness, a, b):
    assert all(0 <= one <= 1 for one in colours.rgb_of(colours.Lab(lightness, a, b)))


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ("#ffffff", (1, 0, 0)),
        ("#000000", (0, 0, 0)),
        ("#ff0000", (0.628, 0.225, 0.126)),
        ("#00ff00", (0.866, -0.234, 0.179)),
        ("#0000ff", (0.452, -0.032, -0.312)),
    ],
)
def test_the_published_values_of_oklab(colour, expected):
    assert dist(colours.lab(colour), expected) < 0.002


def test_every_name_is_its_own_colours():
    assert [colours.name(colour) for colour in colours.NAMES.values()] == list(colours.NAMES)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#ff8800", "orange"), ("#c1121f", "brick red"), ("#003049", "navy blue"), ("#2a9d8f", "jade"),
        ("#FFE8C0", "cream"), ("#101010", "black"), ("#fafafa", "white"), ("#5c4033", "coffee brown"),
        ("#123456", "navy blue"), ("#777777", "grey"), ("#ffd1dc", "pale pink"), ("#8d99ae", "blue grey"),
    ],
)  # fmt: skip
def test_what_people_call_a_colour(colour, name):
    assert colours.name(colour) == name


@given(CHANNEL, CHANNEL, CHANNEL)
def test_every_colour_has_a_name_of_nearly_its_own_hue(red, green, blue):
    colour = f"#{red:02x}{green:02x}{blue:02x}"
    wanted, found = colours.lab(colour), colours.lab(colours.NAMES[colours.name(colour)])
    assert dist(wanted[1:], found[1:]) < 0.12
