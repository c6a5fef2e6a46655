"""Whatever form a mask comes in, the same region comes out, in Titan's black and white."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from functions.darkroom import masks
from functions.darkroom.errors import InputRefused
from functions.darkroom.masks import growing
from functions.darkroom.masks.shapes import Rectangle
from tests.unit.mask_rig import (
    conventions,
    examples,
    grey,
    loaded,
    mask,
    oriented,
    region,
    regions,
    saved,
    tasks,
    understood,
)

OPAQUE = ("1", "L", "RGB", "P", "CMYK", "I;16", "RGBA", "LA")


def in_mode(picture: Image.Image, mode: str) -> bytes:
    """A black and white picture as a file of that mode."""
    if mode == "I;16":
        return saved(picture.convert("I").point(lambda value: value * 257).convert("I;16"))
    if mode == "CMYK":
        return saved(picture.convert("RGB").convert("CMYK"), "JPEG", quality=100, subsampling=0)
    return saved(picture.convert("RGB").convert(mode) if mode in {"P", "CMYK"} else picture.convert(mode))


@given(regions(), tasks, st.sampled_from(OPAQUE), st.sampled_from(["black-is-inside", "white-is-changed"]))
@examples(120)
def test_every_mode_gives_the_region_that_was_drawn(changed, task, mode, means):
    done = masks.convert(in_mode(grey(changed, means, task), mode), changed.size, task, means)
    assert understood(done.png, task) == changed.tobytes()
    assert (done.means, done.pure) == (means, True)


@given(regions(), tasks, conventions, conventions)
@examples(80)
def test_a_region_made_in_one_convention_and_read_back_through_another_is_the_same(changed, task, one, other):
    left, top, right, bottom = changed.getbbox()
    shape = Rectangle(kind="rectangle", left=left, top=top, width=right - left, height=bottom - top)
    if (right - left, bottom - top) == changed.size:
        return
    made = masks.make(changed.size, (shape,), task, into=one)
    through = masks.convert(made.png, changed.size, task, one, into=other)
    back = masks.convert(through.png, changed.size, task, other)

    assert understood(back.png, task) == region(changed.size, (left, top, right - left, bottom - top)).tobytes()
    assert made.changed == through.changed == back.changed


@given(regions(), tasks, conventions, st.integers(-3, 3))
@examples(60)
def test_converting_twice_is_converting_once(changed, task, means, grow):
    try:
        once = masks.convert(mask(changed, means, task), changed.size, task, means, grow=grow)
    except InputRefused:
        return
    twice = masks.convert(once.png, changed.size, task)
    assert (twice.png, twice.done) == (once.png, ())


@given(regions(), conventions)
@examples(40)
def test_masks_of_the_two_tasks_are_each_others_inverse(changed, means):
    inpainting, outpainting = (
        loaded(masks.convert(mask(changed, means, task), None, task, means).png)
        for task in ("INPAINTING", "OUTPAINTING")
    )
    assert ImageChops.invert(inpainting).tobytes() == outpainting.tobytes()


@given(
    st.integers(60, 95),
    st.tuples(st.integers(8, 40), st.integers(8, 40), st.integers(16, 70), st.integers(16, 70)),
    tasks,
)
@examples(40)
def test_the_noise_of_a_jpeg_moves_the_edge_by_a_pixel_at_most(quality, box, task):
    changed = region((120, 120), box)
    noisy = saved(grey(changed, "black-is-inside", task).convert("RGB"), "JPEG", quality=quality)

    read = Image.frombytes("L", changed.size, understood(masks.convert(noisy, None, task).png, task))

    assert not ImageChops.subtract(read, growing.grown(changed, 1)).getbbox()
    assert not ImageChops.subtract(growing.grown(changed, -1), read).getbbox()


@given(regions(least=16), st.integers(1, 4), tasks)
@examples(40)
def test_a_mask_of_another_size_is_resized_without_a_new_value(changed, times, task):
    size = (changed.width * times, changed.height * times)
    done = masks.convert(mask(changed, task=task), size, task)
    assert understood(done.png, task) == changed.resize(size, Image.Resampling.NEAREST).tobytes()
    assert bool(done.done) == (times > 1)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_mask_is_turned_upright(orientation):
    changed = region((40, 30), (2, 3, 10, 6))
    upright = (30, 40) if orientation > 4 else (40, 30)
    done = masks.convert(saved(loaded(mask(changed)), exif=oriented(orientation)), upright, "INPAINTING")
    assert loaded(done.png).size == upright
    assert done.changed.share == 0.05
    assert str(orientation) in done.done[0]


@given(regions(), st.integers(1, 255), st.integers(0, 255))
@examples(60)
def test_a_value_is_white_from_the_threshold_on(changed, threshold, value):
    toned = grey(changed, "black-is-inside", "INPAINTING").point([value] + [255] * 255)
    if value >= threshold:
        with pytest.raises(InputRefused, match="nothing would be changed"):
            masks.convert(saved(toned), None, "INPAINTING", threshold=threshold)
    else:
        done = masks.convert(saved(toned), None, "INPAINTING", threshold=threshold)
        assert understood(done.png, "INPAINTING") == changed.tobytes()


def test_half_transparent_masks_lie_on_what_is_not_painted():
    changed = region((40, 30), (5, 5, 10, 10))
    for colour, means in (((0, 0, 0, 255), "black-is-inside"), ((255, 255, 255, 255), "white-is-changed")):
        strokes = Image.new("RGBA", changed.size, (128, 128, 128, 0))
        strokes.paste(colour, mask=changed)
        done = masks.convert(saved(strokes), None, "INPAINTING", means)
        assert understood(done.png, "INPAINTING") == changed.tobytes()


def test_growing_shows_in_the_mask_and_in_what_was_done():
    done = masks.convert(mask(region((40, 30), (10, 10, 5, 5))), None, "INPAINTING", grow=3)
    assert done.changed.boxes == ((7, 7, 11, 11),)
    assert done.done == ("The area was grown by 3 pixels.",)


@pytest.mark.parametrize(("grow", "slug"), [(40, "mask-full"), (-3, "mask-empty")])
def test_an_area_that_grows_to_all_or_shrinks_to_nothing_is_refused(grow, slug):
    with pytest.raises(InputRefused, match=f"by {abs(grow)} pixels") as refused:
        masks.convert(mask(region((40, 30), (10, 10, 5, 5))), None, "INPAINTING", grow=grow)
    assert refused.value.slug == slug


def test_a_feathered_mask_is_grey_around_its_edge_alone_and_says_so():
    changed = region((200, 60), (0, 0, 100, 60))
    done = masks.convert(mask(changed), None, "INPAINTING", feather=16, into="white-is-changed")
    row = loaded(done.png).getchannel("R").crop((0, 30, 200, 31)).tobytes()
    assert (row[80], row[120], done.pure) == (255, 0, False)
    assert list(row) == sorted(row, reverse=True)
    assert len(set(row[90:110])) > 8
    assert "not take" in done.done[-1]


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        ({"threshold": 0}, "mask-threshold"),
        ({"threshold": 256}, "mask-threshold"),
        ({"grow": 513}, "mask-grow"),
        ({"grow": -513}, "mask-grow"),
        ({"feather": -1}, "mask-feather"),
        ({"feather": 257}, "mask-feather"),
    ],
)
def test_a_number_out_of_its_bounds_is_refused_by_its_name(options, slug):
    with pytest.raises(InputRefused) as refused:
        masks.convert(mask(region((20, 20), (5, 5, 5, 5))), None, "INPAINTING", **options)
    assert refused.value.slug == slug
    assert refused.value.errors[0].field in options


def test_a_refusal_to_guess_names_what_can_be_said():
    with pytest.raises(InputRefused) as refused:
        masks.convert(mask(region((40, 30), (0, 0, 20, 30))), None, "INPAINTING", "auto")
    assert refused.value.slug == "mask-means"
    for means in ("black-is-inside", "white-is-changed", "transparent-is-changed"):
        assert means in refused.value.hint


def test_into_the_convention_it_came_in_nothing_is_said_to_be_exchanged():
    white = mask(region((40, 30), (10, 10, 5, 5)), "white-is-changed")
    done = masks.convert(white, None, "INPAINTING", "white-is-changed", into="white-is-changed")
    assert (done.done, loaded(done.png).tobytes()) == ((), loaded(white).tobytes())
