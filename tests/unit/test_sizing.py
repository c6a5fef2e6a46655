"""Every size comes to a legal one, by scaling where that is enough, and with no more loss than the bounds ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom.errors import InputRefused
from functions.darkroom.sizing import Rule, planned, whole
from tests.unit.mask_rig import examples

TITAN = Rule(max_side=1408, max_bytes=5_000_000)
CANVAS = Rule(max_side=4096, min_side=320, max_pixels=4_194_303, max_ratio=4)
PAIRS = Rule(sizes=((1024, 1024), (1152, 768), (768, 1152), (1408, 640), (640, 1408), (512, 512), (576, 384)))
hows = st.sampled_from(["resize", "pad", "crop"])
rules = st.sampled_from([TITAN, CANVAS, PAIRS])
sizes = st.tuples(st.integers(1, 9000), st.integers(1, 9000))


@given(sizes, hows, rules)
@examples(300)
def test_every_size_comes_to_a_legal_one_or_is_refused_as_distorted(size, how, rule):
    try:
        plan = planned(size, how, rule)
    except InputRefused as error:
        assert how == "resize"
        assert error.slug == "image-shape"
        return
    assert rule.takes(plan.canvas)
    for (left, top, width, height), (across, down) in ((plan.part, plan.source), (plan.box, plan.canvas)):
        assert min(left, top) >= 0
        assert min(width, height) >= 1
        assert left + width <= across
        assert top + height <= down


@given(sizes, hows, rules)
@examples(200)
def test_what_is_legal_stays_and_only_padding_and_cutting_change_the_shape(size, how, rule):
    try:
        plan = planned(size, how, rule)
    except InputRefused:
        return
    if rule.takes(size):
        assert plan.moves_nothing
    if how == "pad":
        assert plan.part == (0, 0, *size)
    if how == "crop":
        assert plan.box == (0, 0, *plan.canvas)
    if how == "resize":
        assert (plan.part, plan.box) == ((0, 0, *size), (0, 0, *plan.canvas))
    if min(plan.box[2:]) > 100 < min(plan.part[2:]):
        assert abs(plan.stretch) < (0.101 if how == "resize" else 0.02)


@given(sizes, st.integers(2, 12))
@examples(100)
def test_no_more_is_lost_than_the_bounds_ask_for(size, most):
    plan = planned(size, "resize", Rule(max_side=100 * most))
    assert max(plan.canvas) == min(max(size), 100 * most)


@pytest.mark.parametrize(
    ("size", "legal"),
    [
        ((3000, 3000), (1024, 1024)),
        ((900, 900), (1024, 1024)),
        ((600, 400), (1152, 768)),
        ((90, 60), (576, 384)),
    ],
)
def test_of_exact_sizes_the_nearest_shape_is_taken_and_then_the_smallest_that_loses_nothing(size, legal):
    assert planned(size, "pad", PAIRS).canvas == legal


@given(sizes, st.sampled_from([TITAN, CANVAS]))
@examples(200)
def test_a_whole_picture_keeps_its_shape_or_is_refused(size, rule):
    try:
        legal = whole(size, rule)
    except InputRefused as error:
        assert error.slug == "image-shape"
        assert max(size) > rule.ratio * min(size)
    else:
        assert rule.takes(legal)
        (across, down), (width, height) = sorted((size, legal))
        assert min(abs(down - across * height / width), abs(across - down * width / height)) < 1, "by a pixel at most"
