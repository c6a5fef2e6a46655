"""The environment contract: what infra writes, the functions read."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from functions.darkroom.recipes import BACKGROUND_REMOVAL, Recipe, matching
from functions.darkroom.settings import Settings, Timeouts

NAMES = {name: name.lower() for name, field in Settings.model_fields.items() if field.is_required()}


def test_settings_come_back_from_the_environment_as_they_went_in():
    written = Settings(
        **NAMES, RECIPES=(BACKGROUND_REMOVAL,), TIMEOUTS=Timeouts(model_read=5, step=6, lease=7, worker=8, visibility=9)
    )
    assert Settings.from_env(written.as_env()) == written


def test_every_setting_is_a_variable():
    assert set(Settings(**NAMES).as_env()) == set(Settings.model_fields)


def test_a_missing_variable_is_named():
    environment = Settings(**NAMES).as_env()
    del environment["TABLE_NAME"]
    with pytest.raises(ValidationError, match="TABLE_NAME"):
        Settings.from_env(environment)


def test_timeouts_that_do_not_rise_are_refused():
    with pytest.raises(ValidationError, match="must rise"):
        Timeouts(model_read=90)


@pytest.mark.parametrize(
    ("key", "name"),
    [("background-removal/a.png", "background-removal"), ("background-removal/inner/a.png", "inner"), ("a.png", None)],
)
def test_the_longest_prefix_decides_the_recipe(key, name):
    inner = Recipe(name="inner", prefix="background-removal/inner/", task=BACKGROUND_REMOVAL.task)
    found = matching((BACKGROUND_REMOVAL, inner), key)
    assert (found.name if found else None) == name


def test_two_sources_never_share_an_output():
    keys = [
        "background-removal/a.png",
        "background-removal/a.jpg",
        "background-removal/a",
        "background-removal/a.png.png",
    ]
    assert len({BACKGROUND_REMOVAL.output_key(key, ".png") for key in keys}) == len(keys)
