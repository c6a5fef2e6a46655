"""The network on a real photo and on pictures whose answer is known."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from functions.cutout import cut_out, segmentation
from functions.cutout.picture import decode
from infra.weights import fetch_weights

COFFEE = Path(__file__).parents[2] / "docs" / "samples" / "coffee.jpg"


@pytest.fixture(scope="module", autouse=True)
def _weights():
    fetch_weights()


@pytest.fixture(scope="module")
def coffee():
    return cut_out(COFFEE.read_bytes())


def pixels_of(png: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(png))
    assert image.mode == "RGBA"
    return np.asarray(image)


def png(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def test_the_cup_is_kept_and_the_table_is_cut_away(coffee):
    alpha = pixels_of(coffee.png)[..., 3]

    assert (coffee.width, coffee.height) == (1024, 683) == alpha.shape[::-1]
    assert alpha[330, 480] == 255  # the coffee
    assert not alpha[[5, 5, -5, -5], [5, -5, 5, -5]].any()  # the corners


def test_the_numbers_describe_the_mask(coffee):
    assert coffee.coverage == pytest.approx(0.474, abs=0.01)
    assert coffee.edge_uncertainty < 0.05
    assert coffee.regions == 1
    assert not coffee.touches_border


def test_the_subject_keeps_its_own_colours(coffee):
    source = np.asarray(Image.open(COFFEE)).astype(int)
    shown = pixels_of(coffee.png)
    opaque = shown[..., 3] == 255

    # two JPEG decoders may round differently
    assert np.abs(shown[opaque][:, :3] - source[opaque]).mean() < 1


def test_the_edge_is_sharp_and_no_ghost_is_left_outside(coffee):
    alpha = pixels_of(coffee.png)[..., 3]

    assert ((alpha > 0) & (alpha < 255)).mean() < 0.02


@pytest.mark.parametrize("colour", ["black", "grey", "white"])
def test_a_bare_wall_has_no_subject(colour):
    cut = cut_out(png(Image.new("RGB", (400, 300), colour)))

    assert cut.coverage < 0.001
    assert cut.regions == 0
    assert not cut.touches_border


def test_a_subject_that_runs_out_of_the_picture_is_told():
    photo = Image.open(COFFEE)

    assert cut_out(png(photo.crop((380, 100, 1024, 683)))).touches_border


def test_what_was_transparent_stays_transparent():
    photo = Image.open(COFFEE)
    shown = Image.new("L", photo.size)
    ImageDraw.Draw(shown).rectangle((0, 0, 500, 682), fill=200)
    photo.putalpha(shown)

    alpha = pixels_of(cut_out(png(photo)).png)[..., 3]

    assert not alpha[:, 501:].any()
    assert alpha.max() == 200


def test_colours_under_transparent_pixels_do_not_count():
    side = 2 * segmentation.SIDE
    photo = np.asarray(Image.open(COFFEE).resize((side, side)))
    alpha = np.zeros((side, side), np.uint8)
    alpha[100:400, 200:500] = 255

    def subject(hidden: int) -> np.ndarray:
        shown = np.where(alpha[..., None] > 0, photo, hidden).astype(np.uint8)
        return segmentation.find_subject(decode(png(Image.fromarray(np.dstack((shown, alpha))))))

    assert np.allclose(subject(hidden=0), subject(hidden=255), atol=1e-4)


def test_a_turned_photo_is_cut_upright(coffee):
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.open(COFFEE).transpose(Image.Transpose.ROTATE_90)

    cut = cut_out(png(lying, exif=exif))

    assert (cut.width, cut.height) == (coffee.width, coffee.height)
    assert cut.coverage == pytest.approx(coffee.coverage, abs=0.01)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (4096, 2)])
def test_odd_sizes_are_cut_out_too(size):
    cut = cut_out(png(Image.new("RGB", size, "red")))

    assert (cut.width, cut.height) == size == Image.open(io.BytesIO(cut.png)).size


def test_threads_take_turns_at_the_network(coffee):
    with ThreadPoolExecutor(4) as pool:
        cuts = list(pool.map(cut_out, [COFFEE.read_bytes()] * 4))

    assert cuts == [coffee] * 4


def test_missing_weights_name_the_command_that_fetches_them(monkeypatch, tmp_path):
    monkeypatch.setenv("DARKROOM_U2NETP", str(tmp_path / "none.onnx"))

    with pytest.raises(FileNotFoundError, match=r"python -m infra\.weights"):
        segmentation._weights()


def test_weights_may_lie_where_the_environment_says(monkeypatch, tmp_path):
    chosen = tmp_path / "chosen.onnx"
    chosen.touch()
    monkeypatch.setenv("DARKROOM_U2NETP", str(chosen))

    assert segmentation._weights() == chosen
