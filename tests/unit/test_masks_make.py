"""Masks are made of shapes, pixel by pixel where they were said to be."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from pydantic import TypeAdapter, ValidationError

from functions.darkroom import masks
from functions.darkroom.errors import InputRefused
from functions.darkroom.masks.shapes import MAX_SHAPES, Shapes
from tests.unit.mask_rig import examples, photo, region, saved, sides, tasks, understood

SIZE = (60, 40)
SHAPES = TypeAdapter(Shapes)


def shapes(*data: dict) -> tuple:
    return SHAPES.validate_json(json.dumps(data))


def changed(canvas, *data: dict, task: str = "INPAINTING", **options) -> Image.Image:
    made = masks.make(canvas, shapes(*data), task, **options)
    size = canvas if isinstance(canvas, tuple) else SIZE
    return Image.frombytes("L", size, understood(made.png, task))


BOX = {"kind": "rectangle", "left": 10, "top": 5, "width": 20, "height": 12}


def boxes(corner: st.SearchStrategy, length: st.SearchStrategy) -> st.SearchStrategy:
    return st.tuples(corner, corner, length, length)


@given(st.tuples(sides, sides), boxes(st.integers(-20, 70), st.integers(1, 70)), tasks)
@examples(80)
def test_a_rectangle_covers_its_pixels_and_is_clipped(size, place, task):
    left, top, across, down = place
    expected = region(size, place)
    box = {"kind": "rectangle", "left": left, "top": top, "width": across, "height": down}
    if expected.getextrema() == (0, 0):
        with pytest.raises(InputRefused, match=r"shapes\.0 \(rectangle\)"):
            changed(size, box, task=task)
    elif expected.getextrema() == (255, 255):
        with pytest.raises(InputRefused, match="whole picture"):
            changed(size, box, task=task)
    else:
        assert changed(size, box, task=task).tobytes() == expected.tobytes()


@given(st.tuples(sides, sides), boxes(st.integers(-3, 5), st.integers(6, 9)))
@examples(60)
def test_a_polygon_along_a_rectangles_corners_covers_what_the_rectangle_covers(size, place):
    left, top, across, down = place
    expected = region(size, place)
    assume(expected.getextrema() == (0, 255))
    right, bottom = left + across, top + down
    polygon = changed(size, {"kind": "polygon", "points": [[left, top], [right, top], [right, bottom], [left, bottom]]})
    assert polygon.tobytes() == expected.tobytes()


def test_a_polygon_is_drawn_alike_across_the_bands_it_is_drawn_in():
    tall = changed((20, 700), {"kind": "polygon", "points": [[2, 10], [12, 10], [12, 690], [2, 690]]})
    assert tall.tobytes() == region((20, 700), (2, 10, 10, 680)).tobytes()


@given(st.integers(8, 58), st.integers(8, 38))
@examples(30)
def test_an_ellipse_touches_its_four_sides_and_covers_pi_quarters(width, height):
    drawn = changed(SIZE, {"kind": "ellipse", "left": 1, "top": 1, "width": width, "height": height})
    assert drawn.getbbox() == (1, 1, 1 + width, 1 + height)
    assert drawn.histogram()[255] == pytest.approx(math.pi / 4 * width * height, rel=0.1)


def test_a_border_is_the_outer_frame():
    drawn = changed(SIZE, {"kind": "border", "left": 3, "right": 4, "up": 5, "down": 6})
    assert ImageChops.invert(drawn).tobytes() == region(SIZE, (3, 5, 53, 29)).tobytes()


@given(st.sampled_from([0.0, 0.25, 0.5]), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.25, 0.5]))
@examples(20)
def test_fractions_are_of_the_pictures_sides(left, top, length):
    box = {"kind": "rectangle", "left": left, "top": top, "width": length, "height": length, "unit": "fraction"}
    expected = region(SIZE, (int(60 * left), int(40 * top), int(60 * length), int(40 * length)))
    assert changed(SIZE, box).tobytes() == expected.tobytes()


@given(st.lists(st.tuples(st.sampled_from(["add", "subtract"]), st.integers(0, 50), st.integers(1, 9)), max_size=5))
@examples(40)
def test_shapes_add_and_subtract_in_their_order(steps):
    expected = {*range(10, 30)}
    data = [BOX]
    for op, left, width in steps:
        data.append({**BOX, "left": left, "width": width, "op": op})
        expected = expected | {*range(left, left + width)} if op == "add" else expected - {*range(left, left + width)}
    if not expected:
        return
    row = changed(SIZE, *data).crop((0, 8, 60, 9)).tobytes()
    assert {x for x in range(60) if row[x] == 255} == {x for x in expected if x < 60}


def test_growing_comes_last():
    assert changed(SIZE, BOX, grow=2).getbbox() == (8, 3, 32, 19)


def test_the_pictures_own_transparency_is_a_shape():
    picture = photo(SIZE).convert("RGBA")
    picture.putalpha(ImageChops.invert(region(SIZE, (10, 5, 20, 12))))
    assert changed(saved(picture), {"kind": "alpha"}).tobytes() == region(SIZE, (10, 5, 20, 12)).tobytes()


@pytest.mark.parametrize(
    ("shade", "found"), [("#2060c0", True), ("#4080e0", True), ("#c06020", False), ("#2060c8", True)]
)
def test_a_colour_is_found_with_its_shades_and_no_other(shade, found):
    picture = Image.new("RGB", SIZE, "#e8e8e8")
    picture.paste(shade, (10, 5, 30, 17))
    wanted = {"kind": "colour", "colour": "#2060c0"}
    if found:
        assert changed(saved(picture), wanted).tobytes() == region(SIZE, (10, 5, 20, 12)).tobytes()
    else:
        with pytest.raises(InputRefused, match="no pixel of the picture is near"):
            changed(saved(picture), wanted)


def test_no_tolerance_is_that_colour_alone():
    picture = photo(SIZE)
    picture.paste("#2060c0", (10, 5, 30, 17))
    exact = changed(saved(picture), {"kind": "colour", "colour": "#2060c0", "tolerance": 0})
    assert exact.tobytes() == region(SIZE, (10, 5, 20, 12)).tobytes()


@pytest.mark.parametrize("form", ["L", "RGBA", "half"])
def test_a_cut_out_gives_the_subject_or_the_background(form):
    subject = region(SIZE, (10, 4, 20, 12))
    matte = subject if form == "L" else subject.resize((30, 20), Image.Resampling.NEAREST)
    if form == "RGBA":
        matte = photo(SIZE).convert("RGBA")
        matte.putalpha(subject)
    data = saved(matte)
    assert changed(SIZE, {"kind": "subject"}, matte=data).tobytes() == subject.tobytes()
    assert changed(SIZE, {"kind": "background"}, matte=data).tobytes() == ImageChops.invert(subject).tobytes()


def test_the_subject_can_be_bounded_by_a_shape():
    subject = saved(region(SIZE, (10, 4, 20, 12)))
    drawn = changed(SIZE, {"kind": "subject"}, {**BOX, "left": 0, "width": 15, "op": "subtract"}, matte=subject)
    assert drawn.getbbox() == (10, 4, 30, 16)
    assert drawn.getpixel((12, 8)) == 0


@pytest.mark.parametrize(
    ("data", "slug", "field"),
    [
        ([{**BOX, "left": 100}], "shape-outside", "shapes.0"),
        ([BOX, {**BOX, "top": -50, "op": "subtract"}], "shape-outside", "shapes.1"),
        ([BOX, {"kind": "ellipse", "left": -30, "top": 0, "width": 20, "height": 5}], "shape-outside", "shapes.1"),
        ([{"kind": "polygon", "points": [[70, 1], [80, 1], [80, 9]]}], "shape-outside", "shapes.0"),
        ([{"kind": "border"}], "shape-outside", "shapes.0"),
        ([{"kind": "alpha"}], "mask-no-alpha", "shapes.0"),
        ([{"kind": "colour", "colour": "#000000"}], "mask-no-picture", "shapes.0"),
        ([{"kind": "subject"}], "mask-no-matte", "shapes.0"),
        ([BOX, {"kind": "background"}], "mask-no-matte", "shapes.1"),
        ([{**BOX, "op": "subtract"}], "shapes-order", "shapes.0.op"),
        ([BOX, {**BOX, "op": "subtract"}], "mask-empty", None),
        ([{"kind": "border", "left": 60}], "mask-full", None),
    ],
)
def test_what_gives_no_mask_is_refused_by_the_shapes_number(data, slug, field):
    with pytest.raises(InputRefused) as refused:
        masks.make(SIZE, shapes(*data), "INPAINTING")
    assert refused.value.slug == slug
    assert [error.field for error in refused.value.errors] == ([field] if field else [])


def test_a_cut_out_of_another_picture_is_refused():
    with pytest.raises(InputRefused, match="40x40") as refused:
        masks.make(SIZE, shapes({"kind": "subject"}), "INPAINTING", matte=saved(region((40, 40), (1, 1, 9, 9))))
    assert refused.value.slug == "matte-shape"


@pytest.mark.parametrize(
    "data",
    [
        [],
        [BOX] * (MAX_SHAPES + 1),
        [{"kind": "star"}],
        [{**BOX, "width": 0}],
        [{**BOX, "left": 1e9}],
        [{**BOX, "left": 200, "unit": "fraction"}],
        [{**BOX, "colour": "#000000"}],
        [{"kind": "polygon", "points": [[1, 1], [2, 2]]}],
        [{"kind": "polygon", "points": [[1, 1], [2, 2], [3, 99]], "unit": "fraction"}],
        [{"kind": "colour", "colour": "red"}],
        [{"kind": "colour", "colour": "#ff0000", "tolerance": 129}],
        [{"kind": "border", "left": -1}],
        [{"kind": "rectangle", "left": "1", "top": 1, "width": 1, "height": 1}],
    ],
)
def test_shapes_are_held_to_their_limits(data):
    with pytest.raises(ValidationError):
        shapes(*data)


def test_a_canvas_that_is_none_or_too_large_is_refused():
    for size in ((0, 10), (10_000, 6_000)):
        with pytest.raises(InputRefused):
            masks.make(size, shapes(BOX), "INPAINTING")
