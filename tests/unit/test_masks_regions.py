"""Regions are measured, told about, and grown exactly: held against the slow, obvious way to do it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from functions.darkroom.masks import growing, regions
from tests.unit.mask_rig import examples, region
from tests.unit.mask_rig import regions as some_regions


def changed_pixels(picture: Image.Image) -> set[tuple[int, int]]:
    width, data = picture.width, picture.tobytes()
    return {(at % width, at // width) for at, value in enumerate(data) if value == 255}


def grown_slowly(picture: Image.Image, by: int) -> set[tuple[int, int]]:
    near = range(-by, by + 1)
    wide = {(x + dx, y + dy) for x, y in changed_pixels(picture) for dx in near for dy in near}
    return {(x, y) for x, y in wide if 0 <= x < picture.width and 0 <= y < picture.height}


def pieces_slowly(picture: Image.Image) -> list[tuple[int, tuple[int, int, int, int]]]:
    left, found = changed_pixels(picture), []
    while left:
        edge = [left.pop()]
        piece = set(edge)
        while edge:
            x, y = edge.pop()
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & left
            left -= near
            piece |= near
            edge += near
        xs, ys = sorted(x for x, _ in piece), sorted(y for _, y in piece)
        found.append((len(piece), (xs[0], ys[0], xs[-1] - xs[0] + 1, ys[-1] - ys[0] + 1)))
    return sorted(found, reverse=True)


@given(some_regions(most=24), st.integers(0, 9))
@examples(40)
def test_growing_reaches_every_pixel_in_a_square_and_no_other(picture, by):
    assert changed_pixels(growing.grown(picture, by)) == grown_slowly(picture, by)


@given(some_regions(), st.integers(1, 500))
@examples(40)
def test_shrinking_is_growing_what_is_kept(picture, by):
    kept = growing.ImageChops.invert(picture)
    assert changed_pixels(growing.grown(picture, -by)).isdisjoint(changed_pixels(growing.grown(kept, by)))
    assert growing.grown(picture, -by).tobytes() == growing.ImageChops.invert(growing.grown(kept, by)).tobytes()


@given(st.integers(0, 20), st.integers(1, 20), st.integers(1, 20))
@examples(30)
def test_growing_and_shrinking_a_rectangle_away_from_the_edges_gives_it_back(by, width, height):
    picture = region((64, 64), (21, 22, width, height))
    grown = growing.grown(picture, by)
    assert grown.getbbox() == (21 - by, 22 - by, 21 + width + by, 22 + height + by)
    assert growing.grown(grown, -by).tobytes() == picture.tobytes()


def test_shrinking_eats_from_no_edge_of_the_picture():
    picture = region((20, 20), (0, 0, 10, 20))
    assert growing.grown(picture, -3).getbbox() == (0, 0, 7, 20)


def test_a_large_radius_costs_no_more_than_a_few_copies():
    assert growing.grown(region((600, 400), (300, 200, 1, 1)), 512).getextrema() == (255, 255)


def test_dots_and_thin_lines_are_what_is_too_fine():
    picture = region((40, 40), (5, 5, 3, 3), (20, 5, 2, 20), (30, 30, 1, 1))
    assert regions.area(growing.too_fine(picture)) == 40 + 1
    assert regions.area(growing.too_fine(region((40, 40), (0, 0, 40, 2)))) == 0, "the edge of the picture is no end"


@given(st.integers(1, 40), st.integers(1, 40), st.data())
@examples(40)
def test_pieces_and_their_boxes_are_found_as_by_flooding(width, height, data):
    picture = Image.frombytes("L", (width, height), bytes(data.draw(st.lists(
        st.sampled_from([0, 0, 255]), min_size=width * height, max_size=width * height))))  # fmt: skip
    expected = pieces_slowly(picture)

    told = regions.measured(picture)

    assert told.regions == len(expected)
    assert told.share == round(sum(area for area, _ in expected) / (width * height), 6)
    areas = [area for area, _ in expected]
    for box, area in zip(told.boxes, areas, strict=False):
        assert (area, box) in {(one, two) for one, two in expected if one == area}


@given(st.integers(300, 2000), st.integers(300, 2000), st.data())
@examples(20)
def test_boxes_of_a_large_mask_are_exact_where_pieces_lie_well_apart(width, height, data):
    cell = max(width, height) // 64
    corners = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4, unique=True))
    boxes = [
        (x * width // 3 + cell, y * height // 3 + cell, data.draw(st.integers(1, width // 6)), height // 5)
        for x, y in corners
    ]
    told = regions.measured(region((width, height), *boxes))
    assert sorted(told.boxes) == sorted(boxes)
    assert told.regions == len(boxes)


def test_at_most_sixteen_boxes_are_told_and_all_are_counted():
    boxes = [(2 + 8 * n, 5, 2 + n % 5, 5) for n in range(30)]
    told = regions.measured(region((250, 20), *boxes))
    assert (told.regions, len(told.boxes)) == (30, 16)
    widths = [box[2] for box in told.boxes]
    assert widths == sorted(widths, reverse=True)


def test_noise_is_counted_on_a_smaller_copy_and_its_share_is_exact():
    picture = Image.effect_noise((700, 700), 120).point([255] * 100 + [0] * 156)
    told = regions.measured(picture)
    assert told.share == pytest.approx(len(changed_pixels(picture)) / 490_000, abs=1e-6)
    assert told.regions < 10


def test_a_lone_pixel_of_a_huge_mask_is_not_lost():
    told = regions.measured(region((9000, 4000), (8997, 3, 1, 1)))
    assert (told.boxes, told.regions) == (((8997, 3, 1, 1),), 1)


@pytest.mark.parametrize(
    ("box", "place"),
    [
        ((0, 0, 20, 20), "the upper left"),
        ((70, 0, 20, 20), "the upper right"),
        ((0, 70, 20, 20), "the lower left"),
        ((70, 70, 20, 20), "the lower right"),
        ((0, 0, 90, 20), "the top"),
        ((0, 70, 90, 20), "the bottom"),
        ((0, 0, 20, 90), "the left"),
        ((70, 0, 20, 90), "the right"),
        ((35, 35, 20, 20), "the middle"),
        ((0, 35, 90, 20), "the middle"),
        ((2, 2, 86, 86), "all over it"),
    ],
)
def test_the_place_is_told_in_words(box, place):
    told = regions.measured(region((90, 90), box))
    assert told.place == place
    assert place in told.sentence


def test_a_frame_is_told_as_all_around_the_edge():
    picture = growing.ImageChops.invert(region((90, 90), (20, 20, 50, 50)))
    assert regions.measured(picture).place == "all around the edge"


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0 %"), (1, "100 %"), (1e-7, "under 0.01 %"), (0.0042, "0.42 %"), (0.224, "22 %"), (0.9999, "over 99.9 %")],
)
def test_a_share_is_never_told_as_nothing_or_everything_when_it_is_not(share, told):
    assert regions.percent(share) == told
