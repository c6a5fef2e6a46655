"""A picture is put on a larger canvas, and its mask has a model paint what is new and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from functions.darkroom import masks
from functions.darkroom.errors import InputRefused
from functions.darkroom.sizing import Rule
from tests.unit.mask_rig import examples, loaded, oriented, photo, region, saved, understood

CANVAS = Rule(max_side=4096, min_side=320, max_pixels=4_194_303, max_ratio=4)
lengths = st.integers(0, 40)


@given(lengths, lengths, lengths, lengths)
@examples(40)
def test_the_picture_keeps_its_pixels_and_what_is_new_is_changed(left, right, up, down):
    if not any((left, right, up, down)):
        return
    picture = photo((30, 20))
    extended = masks.extend(saved(picture), left=left, right=right, up=up, down=down)

    assert extended.size == (30 + left + right, 20 + up + down)
    assert (extended.box, extended.factor) == ((left, up, 30, 20), 1)
    canvas = loaded(extended.image)
    assert canvas.size == extended.size
    assert canvas.crop((left, up, left + 30, up + 20)).tobytes() == picture.tobytes()
    kept = Image.frombytes("L", extended.size, understood(extended.mask, "OUTPAINTING"))
    assert region(extended.size, extended.box).tobytes() == kept.point(lambda value: 255 - value).tobytes()


@given(st.integers(20, 140), st.integers(20, 140), st.integers(0, 90), st.integers(1, 90))
@examples(40)
def test_a_canvas_that_is_too_large_is_scaled_down_with_its_picture(width, height, left, down):
    picture = saved(Image.new("RGB", (width, height), "teal"))
    extended = masks.extend(picture, left=left, down=down, rule=Rule(max_side=100))
    wished = (width + left, height + down)
    assert max(extended.size) == min(100, max(wished))
    assert extended.box[2] == pytest.approx(width * extended.factor, abs=1.5)
    assert extended.box[3] == pytest.approx(height * extended.factor, abs=1.5)
    assert (extended.box[0] + extended.box[2], extended.box[1]) == (extended.size[0], 0)
    assert any("scaled" in done for done in extended.done) == (max(wished) > 100)
    assert masks.see(extended.mask, extended.image, "OUTPAINTING").verdict == "ok"


def test_a_side_that_is_extended_by_little_keeps_a_pixel_of_it():
    extended = masks.extend(saved(Image.new("RGB", (4000, 20))), left=1, right=1)
    assert (extended.box[0], extended.size[0] - extended.box[0] - extended.box[2]) == (1, 1)


def test_a_canvas_that_is_too_small_is_scaled_up():
    extended = masks.extend(saved(photo((100, 100))), left=60, rule=CANVAS)
    assert extended.size == (512, 320)
    assert extended.factor == 3.2


def test_a_shape_that_no_scaling_makes_legal_is_refused_with_the_numbers():
    with pytest.raises(InputRefused, match="1000x100") as refused:
        masks.extend(saved(photo((100, 100))), left=900, rule=CANVAS)
    assert refused.value.slug == "image-shape"


def test_the_new_area_continues_the_colours_of_the_edges():
    picture = Image.new("RGB", (60, 60), "#204060")
    picture.paste("#e0c080", (0, 30, 60, 60))
    canvas = loaded(masks.extend(saved(picture), left=40, up=40, down=40).image)
    for spot, colour in (((5, 50), (32, 64, 96)), ((5, 130), (224, 192, 128)), ((80, 3), (32, 64, 96))):
        assert canvas.getpixel(spot) == pytest.approx(colour, abs=6)


def test_the_noise_of_an_edge_does_not_run_out_as_streaks():
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    canvas = loaded(masks.extend(saved(noise), right=24).image)
    inside = ImageStat.Stat(canvas.crop((0, 0, 200, 200))).stddev[0]
    assert ImageStat.Stat(canvas.crop((205, 0, 224, 200))).stddev[0] < 0.2 * inside


def test_a_turned_photograph_is_extended_on_the_side_that_is_looked_at():
    turned = saved(photo((20, 30)), exif=oriented(6))
    extended = masks.extend(turned, left=10)
    assert (extended.size, extended.box) == ((40, 20), (10, 0, 30, 20))
    assert "orientation 6" in extended.done[0]


def test_a_transparent_picture_needs_a_ground():
    picture = photo((30, 20)).convert("RGBA")
    picture.putalpha(0)
    with pytest.raises(InputRefused, match="transparent"):
        masks.extend(saved(picture), left=5)
    extended = masks.extend(saved(picture), left=5, background="#00ff00")
    assert loaded(extended.image).getpixel((20, 10)) == (0, 255, 0)
    with pytest.raises(InputRefused, match="no colour"):
        masks.extend(saved(picture), left=5, background="green")


def test_a_canvas_heavier_than_the_model_takes_becomes_a_jpeg():
    noise = saved(Image.effect_noise((100, 100), 90).convert("RGB"))
    extended = masks.extend(noise, left=20, rule=Rule(max_bytes=8_000))
    assert loaded(extended.image).format == "JPEG"
    assert len(extended.image) <= 8_000
    assert "quality" in extended.done[-1]


@pytest.mark.parametrize(
    ("sides", "slug"), [({}, "extend-nothing"), ({"left": -1}, "extend-too-far"), ({"up": 4097}, "extend-too-far")]
)
def test_lengths_are_held_to_their_bounds(sides, slug):
    with pytest.raises(InputRefused) as refused:
        masks.extend(saved(photo((30, 20))), **sides)
    assert refused.value.slug == slug
