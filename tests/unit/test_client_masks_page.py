"""The pictures of docs/masks.md: what its script makes of the photo, small, labelled, and all of them shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from docs import masks

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = set(re.findall(r"\(pictures/masks/([\w.-]+)\)", (DOCS / "masks.md").read_text(encoding="utf-8")))
FILES = {file.name: file for file in masks.PICTURES.iterdir()}
LARGEST, ALL = 40_000, 600_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    for name, (picture, shown) in masks.pictures().items():
        masks.write(folder / name, picture, shown)
    return folder


def test_the_page_shows_every_picture_and_no_other(made):
    assert SHOWN == set(FILES) == {file.name for file in made.iterdir()}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_picture_is_what_the_script_makes_of_the_photo(made, name):
    with Image.open(FILES[name]) as shown, Image.open(made / name) as fresh:
        assert shown.size == fresh.size
        apart = ImageChops.difference(shown.convert("RGB"), fresh.convert("RGB"))

    assert max(ImageStat.Stat(apart).mean) < 1


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_picture_is_small_and_says_what_it_is(name):
    assert FILES[name].stat().st_size <= LARGEST
    with Image.open(FILES[name]) as picture:
        said = (
            picture.info.get("comment", b"").decode() + picture.info.get("Shown", "") + picture.info.get("Software", "")
        )
    assert "functions/darkroom/masks" in said


def test_the_pictures_are_small_together():
    assert sum(file.stat().st_size for file in FILES.values()) <= ALL
