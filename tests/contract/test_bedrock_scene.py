"""The simulator's painter: what it reads, what a negative prompt takes away, and that any prompt gives a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.bedrock.scene import Sketch, draw, draw_roughly, icons, words
from local.bedrock.scene.compose import PAINTERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = (160, 160)
"""Small: what is measured shows in it as well."""


def sketch(text: str, negative: str = "", seed: int = 7, guidance: float = 8.0) -> Sketch:
    return Sketch(text, negative, seed, 0, guidance)


def difference(one: Sketch, other: Sketch) -> float:
    """The mean distance of two pictures' pixels, in 8-bit steps."""
    pictures = (draw(drawn, *SIZE).pixels.astype(np.int16) for drawn in (one, other))
    return float(np.abs(np.subtract(*pictures)).mean())


@pytest.mark.parametrize(
    ("prompt", "things"),
    [
        ("two cats", [("cat", 2, None)]),
        ("three red balloons over a field", [("balloon", 3, "red")]),
        ("A BLUE car, a dog and 4 pines", [("automobile", 1, "blue"), ("dog", 1, None), ("pine", 4, None)]),
        ("mice", [("mouse", 3, None)]),
        ("Create a starship emerging from a nebula.", [("starship", 1, None)]),
        ("hot air balloon", [("hot air balloon", 1, None)]),
        ("99999 foxes", [("fox", 12, None)]),
        ("trees under the stars", []),
        ("", []),
    ],
)
def test_nouns_are_read_with_their_counts_and_colours(prompt: str, things: list[tuple[str, int, str | None]]) -> None:
    assert [(thing.name, thing.count, thing.colour) for thing in words.read(prompt).things] == things


def test_a_noun_may_be_held_or_ridden() -> None:
    robot, astronaut = words.read("a robot drinking coffee and an astronaut riding a horse").things

    assert robot.held == "hot-beverage"
    assert astronaut.mount == "horse"


def test_place_hour_and_weather_are_read() -> None:
    reading = words.read("a lighthouse on a cliff at night, fog, northern lights")

    assert (reading.places, reading.time, reading.weather) == (["cliff"], "night", "fog")
    assert "aurora" in reading.features


def test_what_is_not_understood_is_told_in_the_account() -> None:
    account = draw(sketch("a cat with flibbertigibbets"), *SIZE).account

    assert "1 cat" in account
    assert "words not drawn: flibbertigibbets" in account


def test_the_negative_prompt_takes_a_thing_away_and_leaves_the_rest() -> None:
    both, one = sketch("a cat and a dog in a field", seed=3), sketch("a cat and a dog in a field", "dog", seed=3)

    assert "dog" not in draw(one, *SIZE).account
    assert 0 < difference(both, one) < difference(both, sketch("a cat and a dog in a field", seed=4))


@pytest.mark.parametrize("feature", ["stars", "clouds", "trees", "moon"])
def test_the_negative_prompt_takes_a_part_of_the_landscape_away(feature: str) -> None:
    assert difference(sketch("a meadow at night"), sketch("a meadow at night", feature)) > 0


def test_what_is_wanted_and_unwanted_at_once_is_left_out() -> None:
    left = words.without(
        words.read("a snowy lake at night, northern lights"), words.read("snow, northern lights, night")
    )

    assert (left.places, left.time, left.features) == (["lake"], None, {"water"})


def test_a_colour_is_seen() -> None:
    prompt = "a {} car in a field at noon"
    red, blue = (draw(sketch(prompt.format(colour)), *SIZE).pixels.astype(int) for colour in ("red", "blue"))

    assert (red[..., 0] - red[..., 2]).max() > 120 > (blue[..., 0] - blue[..., 2]).max()


def test_guidance_is_seen_as_vividness() -> None:
    pale, vivid = (draw(sketch("a beach", guidance=value), *SIZE).pixels.astype(int) for value in (1.1, 10))

    assert np.ptp(vivid, axis=2).mean() > 1.5 * np.ptp(pale, axis=2).mean()


@pytest.mark.parametrize("place", [*PAINTERS, "meadow", "mountain", "living room", "table"])
@pytest.mark.parametrize("moment", ["sunrise, two foxes, ten ships", "night, snow, storm"])
def test_every_place_can_be_painted(place: str, moment: str) -> None:
    pixels = draw(sketch(f"{place}, {moment}"), *SIZE).pixels

    assert pixels.shape == (SIZE[1], SIZE[0], 3)
    assert pixels.std() > 8


@pytest.mark.parametrize(("width", "height"), [(1024, 1024), (1408, 640), (400, 1600), (8, 8)])
def test_a_rough_drawing_has_its_size_and_says_so(width: int, height: int) -> None:
    rough = draw_roughly(sketch("the sea"), width, height)

    assert rough.pixels.shape == (height, width, 3)
    assert ("drawn small and enlarged" in rough.account) is (width > 256)


@given(st.text(max_size=80), st.integers(0, 2**32), st.sampled_from([(160, 352), (352, 160), (256, 256)]))
@settings(max_examples=12, deadline=None)
def test_any_prompt_gives_a_picture(text: str, seed: int, size: tuple[int, int]) -> None:
    assert draw(sketch(text, seed=seed), *size).pixels.shape == (size[1], size[0], 3)


@pytest.fixture
def no_icons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("DARKROOM_ICONS", str(tmp_path / "none.json"))
    for cached in (icons.bodies, words._exact_noun):
        cached.cache_clear()
    yield
    for cached in (icons.bodies, words._exact_noun):
        cached.cache_clear()


@pytest.mark.usefixtures("no_icons")
def test_without_icons_a_landscape_is_drawn_and_says_so() -> None:
    drawing = draw(sketch("a fox and a lighthouse by the sea"), *SIZE)

    assert "1 lighthouse" in drawing.account
    assert "drawn without icons" in drawing.account
    assert drawing.pixels.std() > 8
