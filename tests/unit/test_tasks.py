"""The contract: every limit at and just past its edge, and every wrong field named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import tasks
from functions.darkroom.catalogue import TITAN_SIZES
from functions.darkroom.errors import InvalidRequest


def request(**config):
    return {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a cat"}, "imageGenerationConfig": config}


def fields_of(error: InvalidRequest) -> list[str]:
    return [one.field for one in error.errors]


def accepts(data) -> bool:
    try:
        tasks.from_data(data)
    except InvalidRequest:
        return False
    return True


EDGES = [
    ("numberOfImages", [1, 5], [0, 6, 1.5, "1", True]),
    ("cfgScale", [1.1, 10, 10.0, 8], [1.09, 10.01, "8"]),
    ("seed", [0, 2_147_483_646], [-1, 2_147_483_647, 0.5]),
    ("quality", ["standard", "premium"], ["best", ""]),
]


@pytest.mark.parametrize(("field", "legal", "illegal"), EDGES)
def test_each_limit_holds_at_its_edge_and_not_past_it(field, legal, illegal):
    for value in legal:
        assert accepts(request(**{field: value})), value
    for value in illegal:
        with pytest.raises(InvalidRequest) as caught:
            tasks.from_data(request(**{field: value}))
        assert fields_of(caught.value) == [f"imageGenerationConfig.{field}"]


@pytest.mark.parametrize(("length", "legal"), [(0, False), (1, True), (512, True), (513, False)])
@pytest.mark.parametrize("field", ["text", "negativeText"])
def test_a_prompt_has_1_to_512_characters(field, length, legal):
    params = {"text": "a cat", field: "x" * length}
    assert accepts({"taskType": "TEXT_IMAGE", "textToImageParams": params}) is legal


@given(st.integers(1, 2000), st.integers(1, 2000))
def test_a_size_is_legal_exactly_when_the_pair_is_in_the_table(width, height):
    assert accepts(request(width=width, height=height)) is ((width, height) in TITAN_SIZES)


@given(st.sampled_from(sorted(TITAN_SIZES)))
def test_every_pair_of_the_table_is_legal(size):
    assert tasks.from_data(request(width=size[0], height=size[1])).imageGenerationConfig.size == size


@given(st.integers(-3, 5000), st.integers(-3, 5000))
def test_the_nearest_size_is_always_a_legal_one(width, height):
    named = tasks.nearest(width, height).removeprefix("The nearest legal size is ").removesuffix(".")
    assert tuple(map(int, named.split("x"))) in TITAN_SIZES


@pytest.mark.parametrize(
    ("width", "height", "best"), [(1000, 1000, "1024x1024"), (1920, 1080, "1152x640"), (500, 500, "512x512")]
)
def test_the_nearest_size_keeps_the_shape(width, height, best):
    assert best in tasks.nearest(width, height)


@pytest.mark.parametrize("config", [{"width": 512}, {"height": 512}])
def test_half_a_size_is_refused(config):
    with pytest.raises(InvalidRequest) as caught:
        tasks.from_data(request(**config))
    assert "go together" in caught.value.errors[0].detail


def test_an_omitted_size_is_1024_squared():
    assert tasks.from_data(request()).imageGenerationConfig.size == (1024, 1024)


def test_a_background_removal_takes_no_generation_config():
    data = {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "x"}, "imageGenerationConfig": {}}
    with pytest.raises(InvalidRequest) as caught:
        tasks.from_data(data)
    assert fields_of(caught.value) == ["imageGenerationConfig"]


@pytest.mark.parametrize(
    ("metadata", "legal"),
    [
        ({str(n): "v" for n in range(16)}, True),
        ({str(n): "v" for n in range(17)}, False),
        ({str(n): "v" * 1000 for n in range(4)}, True),
        ({str(n): "v" * 1000 for n in range(5)}, False),
        ({"a": 1}, False),
    ],
)
def test_metadata_has_16_keys_and_4_kilobytes(metadata, legal):
    assert accepts({**request(), "metadata": metadata}) is legal


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}" * 2])
def test_what_is_no_json_object_is_refused_as_one_problem(body):
    with pytest.raises(InvalidRequest) as caught:
        tasks.parse(body)
    assert len(caught.value.errors) == 1


@pytest.mark.parametrize("tag", sorted(tasks.KNOWN_ELSEWHERE))
def test_a_task_of_titan_that_is_not_served_is_named(tag):
    with pytest.raises(InvalidRequest) as caught:
        tasks.from_data({"taskType": tag})
    assert tag in caught.value.errors[0].detail


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=12,
    )
)
def test_no_json_at_all_makes_anything_but_a_task_or_a_refusal(data):
    try:
        tasks.parse(json.dumps(data))
    except InvalidRequest as error:
        assert error.errors
