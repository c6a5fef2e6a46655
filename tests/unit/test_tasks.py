"""The contract: every limit of every model at and just past its edge, and every wrong field named with the way out."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import contracts, tasks
from functions.darkroom.contracts import CONTRACTS, TITAN_SIZES, is_canvas_size
from functions.darkroom.errors import InvalidRequest
from tests.unit.request_rig import CANVAS, V1, V2, request

ALL = (V1, V2, CANVAS)
TASKS = [(model, name) for model, contract in CONTRACTS.items() for name in sorted(contract.tasks)]
CONFIGURED = [(model, name) for model, name in TASKS if name != "BACKGROUND_REMOVAL"]


def faults(model: str, name: str, **fields) -> dict[str, str | None]:
    """The wrong fields of a request, each with its hint."""
    try:
        tasks.from_data(request(name, modelId=model, **fields))
    except InvalidRequest as error:
        return {one.field.rpartition(".")[2]: one.hint for one in error.errors}
    return {}


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_the_smallest_body_of_each_task_is_taken(model, name):
    assert faults(model, name) == {}


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_a_field_that_the_task_does_not_have_is_named(model, name):
    assert "extra" in faults(model, name, extra=1)


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
@pytest.mark.parametrize(
    ("field", "legal", "illegal"),
    [
        ("numberOfImages", [1, 5], {0: "1", 6: "5", 1.5: "without a fraction", "1": "without quotes", True: "number"}),
        ("cfgScale", [1.1, 10, 10.0, 8], {1.09: "1.1", 10.01: "10", "8": "without quotes"}),
        ("quality", ["standard", "premium"], {"premum": "premium", "": None}),
    ],
)
def test_each_limit_holds_at_its_edge_and_past_it_the_nearest_value_is_named(model, name, field, legal, illegal):
    assert [value for value in legal if faults(model, name, **{field: value})] == []
    for value, hint in illegal.items():
        found = faults(model, name, **{field: value})
        assert list(found) == [field]
        assert hint is None or hint in found[field]


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
@pytest.mark.parametrize("field", ["text", "negativeText"])
def test_a_prompt_has_the_length_that_its_model_takes(model, name, field):
    longest = 1024 if model == CANVAS else 512

    assert faults(model, name, **{field: "x" * longest}) == faults(model, name, **{field: "x"}) == {}
    assert faults(model, name, **{field: "x" * (longest + 1)}) == {field: f"Cut it to {longest}."}
    assert list(faults(model, name, **{field: ""})) == [field]


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
def test_a_prompt_is_required_where_the_model_needs_one(model, name):
    optional = name == "INPAINTING" or (name == "IMAGE_VARIATION" and model != CANVAS)

    assert ("text" in faults(model, name, text=None)) is not optional


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
def test_a_seed_is_taken_where_the_published_body_has_one(model, name):
    if model == CANVAS or name in {"TEXT_IMAGE", "COLOR_GUIDED_GENERATION"}:
        assert faults(model, name, seed=0) == faults(model, name, seed=2_147_483_646) == {}
        assert faults(model, name, seed=-1) == {"seed": "The nearest legal value is 0."}
        assert faults(model, name, seed=2_147_483_647) == {"seed": "The nearest legal value is 2147483646."}
    else:
        assert faults(model, name, seed=0) == {"seed": "Leave it out."}


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_a_size_is_taken_where_the_model_has_one(model, name):
    without = name == "BACKGROUND_REMOVAL" or (model == CANVAS and name in {"INPAINTING", "OUTPAINTING"})

    assert bool(faults(model, name, width=1024, height=1024)) is without


@given(st.integers(-2, 2000), st.integers(-2, 2000))
def test_titan_draws_exactly_the_pairs_of_its_table(width, height):
    assert (faults(V2, "TEXT_IMAGE", width=width, height=height) == {}) is ((width, height) in TITAN_SIZES)


@given(st.sampled_from(sorted(TITAN_SIZES)), st.sampled_from([V1, V2]))
def test_every_pair_of_the_table_is_legal(size, model):
    made = tasks.from_data(request("TEXT_IMAGE", modelId=model, width=size[0], height=size[1]))
    assert made.size == size


@pytest.mark.parametrize(
    "size", [(320, 320), (4032, 1008), (1024, 4080), (320, 1280), (2048, 2032), (None, 320), (4080, None), (None, None)]
)
def test_canvas_draws_sizes_up_to_its_edges(size):
    assert faults(CANVAS, "TEXT_IMAGE", width=size[0], height=size[1]) == {}


@pytest.mark.parametrize(
    ("size", "near"),
    [
        ((304, 320), "320x320"), ((1024, 4112), "1024x4080"), ((328, 320), "3..x320"), ((320, 1296), "320x1280"),
        ((4096, 1024), "4080x1024"), ((2048, 2048), "20..x20.."), ((4096, None), "4080x1024"),
        ((None, 304), "1024x320"), ((0, 0), "320x320"),
    ],
)  # fmt: skip
def test_canvas_refuses_sizes_past_its_edges_and_names_the_nearest(size, near):
    hint = faults(CANVAS, "TEXT_IMAGE", width=size[0], height=size[1])["height"]
    assert re.fullmatch(f"The nearest legal size is {near}\\.", hint)


@given(st.integers(-3, 6000), st.integers(-3, 6000))
def test_the_nearest_size_is_always_a_legal_one(width, height):
    assert contracts.nearest_titan_size(width, height) in TITAN_SIZES
    assert is_canvas_size(*contracts.nearest_canvas_size(width, height))


@given(st.integers(320, 4096), st.integers(320, 4096))
def test_a_legal_size_of_canvas_is_its_own_nearest(width, height):
    size = width // 16 * 16, height // 16 * 16
    if is_canvas_size(*size):
        assert contracts.nearest_canvas_size(*size) == size


@pytest.mark.parametrize(
    ("width", "height", "best"), [(1000, 1000, (1024, 1024)), (1920, 1080, (1152, 640)), (500, 500, (512, 512))]
)
def test_the_nearest_size_keeps_the_shape(width, height, best):
    assert contracts.nearest_titan_size(width, height) == best


@pytest.mark.parametrize("half", [{"width": 512}, {"height": 512}])
def test_half_a_size_is_refused_by_titan(half):
    assert faults(V2, "TEXT_IMAGE", **half) == {"height": "Send both, or neither."}


def test_an_omitted_size_is_1024_squared_but_where_it_follows_from_the_input():
    assert tasks.from_data(request("TEXT_IMAGE")).size == (1024, 1024)
    assert tasks.from_data(request("IMAGE_VARIATION")).size == (1024, 1024)
    assert tasks.from_data(request("INPAINTING", width=512, height=512)).size is None
    assert tasks.from_data(request("BACKGROUND_REMOVAL")).size is None


def test_a_background_removal_takes_no_generation_config():
    with pytest.raises(InvalidRequest) as caught:
        tasks.from_data({**request("BACKGROUND_REMOVAL"), "imageGenerationConfig": {}})
    assert [one.field for one in caught.value.errors] == ["imageGenerationConfig"]


@pytest.mark.parametrize("name", ["COLOR_GUIDED_GENERATION", "BACKGROUND_REMOVAL"])
def test_a_task_that_titan_v1_does_not_have_is_refused_by_its_name(name):
    assert faults(V1, name) == {"modelId": "Titan Image Generator v2 has."}


@pytest.mark.parametrize("field", ["conditionImage", "controlMode", "controlStrength"])
def test_titan_v1_has_no_conditioning(field):
    value = {"conditionImage": "x", "controlMode": "CANNY_EDGE", "controlStrength": 0.0}[field]
    assert field in faults(V1, "TEXT_IMAGE", **{field: value})


@pytest.mark.parametrize("model", [V2, CANVAS])
def test_conditioning_is_taken_to_its_edges(model):
    good = {"conditionImage": "x"}
    for more in ({}, {"controlMode": "CANNY_EDGE", "controlStrength": 0}, {"controlStrength": 1.0}):
        assert faults(model, "TEXT_IMAGE", **good, **more) == {}
    assert faults(model, "TEXT_IMAGE", **good, controlMode="CANNY") == {"controlMode": "Did you mean CANNY_EDGE?"}
    assert faults(model, "TEXT_IMAGE", **good, controlStrength=1.01) == {
        "controlStrength": "The nearest legal value is 1.0."
    }
    assert list(faults(model, "TEXT_IMAGE", controlStrength=0)) == ["controlStrength"]
    assert list(faults(model, "TEXT_IMAGE", controlMode="SEGMENTATION")) == ["controlMode"]


def test_only_canvas_has_styles():
    assert faults(CANVAS, "TEXT_IMAGE", style="PHOTOREALISM") == {}
    assert faults(V2, "TEXT_IMAGE", style="PHOTOREALISM") == {"style": "Describe the style in the text."}
    assert faults(CANVAS, "TEXT_IMAGE", style="photorealism") == {"style": "Did you mean PHOTOREALISM?"}


@pytest.mark.parametrize("model", [V2, CANVAS])
def test_one_to_ten_colours_are_taken(model):
    name = "COLOR_GUIDED_GENERATION"
    assert faults(model, name, colors=["#FF8800"] * 10) == faults(model, name, referenceImage="x") == {}
    assert faults(model, name, colors=["#FF8800"] * 11) == {"colors": "At most 10."}
    assert list(faults(model, name, colors=[])) == ["colors"]
    assert list(faults(model, name, colors=None)) == ["colors"]
    assert list(faults(model, name, colors="#ff8800")) == ["colors"]


@pytest.mark.parametrize(
    ("colour", "hint"),
    [
        ("ff8800", "Write it as #ff8800."), ("#f80", "Write it as #ff8800."), ("#ff880", "For example #ff8800."),
        ("#ff880g", "For example #ff8800."), ("orange", "For example #ff8800."), ("", "For example #ff8800."),
        ("#ff8800\n", "For example #ff8800."), ("#ff880\uff10", "For example #ff8800."),
    ],
)  # fmt: skip
def test_a_colour_has_six_digits_after_a_hash(colour, hint):
    assert faults(V2, "COLOR_GUIDED_GENERATION", colors=["#000000", colour]) == {"1": hint}


@pytest.mark.parametrize("model", ALL)
def test_one_to_five_pictures_are_varied(model):
    name = "IMAGE_VARIATION"
    assert faults(model, name, images=["x"] * 5, similarityStrength=0.2) == {}
    assert faults(model, name, similarityStrength=1.0) == {}
    assert faults(model, name, images=["x"] * 6) == {"images": "At most 5."}
    assert list(faults(model, name, images=[])) == ["images"]
    assert faults(model, name, similarityStrength=0.19) == {"similarityStrength": "The nearest legal value is 0.2."}
    assert faults(model, name, similarityStrength=1.01) == {"similarityStrength": "The nearest legal value is 1.0."}


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("name", ["INPAINTING", "OUTPAINTING"])
def test_painting_takes_exactly_one_kind_of_mask(model, name):
    assert faults(model, name, maskImage=None, maskPrompt="cup") == {}
    assert list(faults(model, name, maskPrompt="cup")) == ["maskPrompt"]
    assert list(faults(model, name, maskImage=None)) == ["maskPrompt"]
    assert list(faults(model, name, returnMask="yes")) == ["returnMask"]
    assert bool(faults(model, name, returnMask=True)) is (model == CANVAS)


def test_outpainting_has_two_modes():
    for mode in ("DEFAULT", "PRECISE"):
        assert faults(V2, "OUTPAINTING", outPaintingMode=mode) == {}
    assert faults(V2, "OUTPAINTING", outPaintingMode="precise") == {"outPaintingMode": "Did you mean PRECISE?"}
    assert list(faults(V2, "INPAINTING", outPaintingMode="PRECISE")) == ["outPaintingMode"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(number):
    body = json.dumps(request("TEXT_IMAGE", cfgScale=0)).replace('"cfgScale": 0', f'"cfgScale": {number}')
    with pytest.raises(InvalidRequest) as caught:
        tasks.parse(body)
    assert [one.field for one in caught.value.errors] == ["imageGenerationConfig.cfgScale"]


def test_every_wrong_field_is_named_at_once():
    found = faults(
        V2, "INPAINTING", image=7, maskPrompt="x", text="", cfgScale=0, seed=1, width=1, height=1, negative_text="x"
    )
    assert set(found) == {"image", "maskPrompt", "text", "negative_text", "cfgScale", "height", "seed"}
    assert found["negative_text"] == "Did you mean negativeText?"


def test_a_misspelt_task_is_told_which_one_was_probably_meant():
    with pytest.raises(InvalidRequest) as caught:
        tasks.from_data({"taskType": "IMAGE_VARIATIONS"})
    [error] = caught.value.errors
    assert (error.field, error.hint) == ("taskType", "Did you mean IMAGE_VARIATION?")


def test_a_null_says_nothing():
    data = request("TEXT_IMAGE")
    data["textToImageParams"]["negativeText"] = None
    assert tasks.from_data(data).textToImageParams.negativeText is None


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
    assert (faults(V2, "TEXT_IMAGE", metadata=metadata) == {}) is legal


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}" * 2])
def test_what_is_no_json_object_is_refused_as_one_problem(body):
    with pytest.raises(InvalidRequest) as caught:
        tasks.parse(body)
    assert len(caught.value.errors) == 1


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


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_a_stored_task_reads_back_as_it_was(model, name):
    task = tasks.from_data(request(name, modelId=model))
    stored = task.model_dump(mode="json", exclude_unset=True)

    again = tasks.task_schema().validate_python(stored, strict=False)

    assert again == task
    assert again.params.model_fields_set == task.params.model_fields_set


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_pictures_are_named_by_their_fields_and_can_be_put_in_again(model, name):
    task = tasks.from_data(
        request(name, modelId=model, **({"images": ["a", "b"]} if name == "IMAGE_VARIATION" else {}))
    )

    named = task.with_inputs(f"input:{index}" for index, _ in enumerate(task.inputs))

    assert [one.reference for one in named.inputs] == [f"input:{index}" for index, _ in enumerate(task.inputs)]
    assert named.with_inputs(one.reference for one in task.inputs) == task
