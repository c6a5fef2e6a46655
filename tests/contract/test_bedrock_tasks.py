"""Every task's fields at and past each edge, for Titan v1, Titan v2 and Nova Canvas. Nothing is drawn here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from local.bedrock.moderation import MARK
from tests.contract.bedrock_rig import CANVAS, PROBE, V1, V2, bare_png, client, invoke, stored_png, task, text64

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.bedrock import Emulator

MARKED = dict([MARK])
IMAGE = text64(bare_png(320, 320, texts=MARKED))
"""An image that the filter stops, in a size that every model takes."""
MASK = text64(stored_png(b"\0" + b"\0" * 480 + b"\xff" * 480, (320, 320), {}))
ALL, TITAN, NEWER = (V1, V2, CANVAS), (V1, V2), (V2, CANVAS)
GOOD: dict[str, dict[str, Any]] = {
    "TEXT_IMAGE": {"text": PROBE},
    "COLOR_GUIDED_GENERATION": {"text": PROBE, "colors": ["#ff8800"]},
    "IMAGE_VARIATION": {"images": [IMAGE], "text": PROBE},
    "INPAINTING": {"image": IMAGE, "maskImage": MASK},
    "OUTPAINTING": {"image": IMAGE, "maskImage": MASK, "text": PROBE},
    "BACKGROUND_REMOVAL": {"image": IMAGE},
}
TASKS = [(model, name) for model in ALL for name in GOOD if model != V1 or name[0] not in "BC"]
CONFIGURED = [pair for pair in TASKS if pair[1] != "BACKGROUND_REMOVAL"]

type Verdict = Callable[..., str]


@pytest.fixture
def verdict(emulator: Emulator) -> Verdict:
    """Nothing for a good body with these changes that the model takes, else what it says against it."""

    def ask(model: str, name: str, **changes: Any) -> str:
        bedrock = client(emulator.url, "us-east-1")
        with pytest.raises(bedrock.exceptions.ValidationException) as caught:
            invoke(bedrock, model, task(name, **GOOD[name] | changes))
        text = str(caught.value.response["Error"]["Message"])
        return "" if "content filters" in text else text

    return ask


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_the_smallest_body_of_each_task_is_taken(verdict: Verdict, model: str, name: str) -> None:
    assert verdict(model, name) == ""


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_a_field_that_the_task_does_not_have_is_extraneous(verdict: Verdict, model: str, name: str) -> None:
    assert "extraneous key [extra]" in verdict(model, name, extra=1)


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("numberOfImages", [1, 5], [0, 6, 1.5, "1", True]),
        ("cfgScale", [1.1, 10], [1.09, 10.01, "8"]),
        ("quality", ["standard", "premium"], ["best", 1]),
    ],
)
def test_the_configuration_has_one_range_for_all(  # noqa: PLR0917 - a table
    verdict: Verdict, model: str, name: str, field: str, good: list[Any], bad: list[Any]
) -> None:
    assert {verdict(model, name, **{field: value}) for value in good} == {""}
    assert all(field in verdict(model, name, **{field: value}) for value in bad)


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
def test_prompts_are_taken_to_their_models_length(verdict: Verdict, model: str, name: str) -> None:
    longest = 1024 if model == CANVAS else 512
    full = PROBE + " " * (longest - len(PROBE))

    assert verdict(model, name, text=full, negativeText=full) == ""
    assert f"maxLength: {longest}, actual: {longest + 1}" in verdict(model, name, text=full + " ")
    assert f"maxLength: {longest}, actual: {longest + 1}" in verdict(model, name, negativeText=full + " ")
    assert "minLength: 1" in verdict(model, name, text="")
    assert "minLength: 1" in verdict(model, name, negativeText="")


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
def test_a_prompt_is_required_where_the_guide_says_so(verdict: Verdict, model: str, name: str) -> None:
    optional = name == "INPAINTING" or (name == "IMAGE_VARIATION" and model != CANVAS)

    assert ("required key [text] not found" in verdict(model, name, text=None)) is not optional


@pytest.mark.parametrize(("model", "name"), CONFIGURED)
def test_a_seed_is_taken_where_the_published_body_has_one(verdict: Verdict, model: str, name: str) -> None:
    if model == CANVAS or name in {"TEXT_IMAGE", "COLOR_GUIDED_GENERATION"}:
        assert verdict(model, name, seed=0) == verdict(model, name, seed=2_147_483_646) == ""
        assert "not greater or equal to 0" in verdict(model, name, seed=-1)
        assert "not less or equal to 2147483646" in verdict(model, name, seed=2_147_483_647)
    else:
        assert "extraneous key [seed]" in verdict(model, name, seed=0)


@pytest.mark.parametrize(("model", "name"), TASKS)
def test_width_and_height_are_taken_where_the_model_has_them(verdict: Verdict, model: str, name: str) -> None:
    without = name == "BACKGROUND_REMOVAL" or (model == CANVAS and name in {"INPAINTING", "OUTPAINTING"})

    assert ("extraneous key" in verdict(model, name, width=1024, height=1024)) is without


@pytest.mark.parametrize(
    ("width", "height"),
    [(320, 320), (4032, 1008), (1024, 4080), (320, 1280), (2048, 2032), (None, 320), (4080, None), (None, None)],
)
def test_canvas_takes_sizes_up_to_its_edges(verdict: Verdict, width: int | None, height: int | None) -> None:
    assert verdict(CANVAS, "TEXT_IMAGE", width=width, height=height) == ""


@pytest.mark.parametrize(
    ("width", "height", "why"),
    [
        (304, 320, "320 to 4096"),
        (1024, 4112, "less or equal to 4096"),
        (328, 320, "multiples of 16"),
        (320, 1296, "aspect ratios"),
        (4096, 1024, "4194304 pixels"),
        (2048, 2048, "not less than 4194304"),
        (4096, None, "4194304 pixels"),
        (None, 304, "320 to 4096"),
    ],
)
def test_canvas_refuses_sizes_past_its_edges(verdict: Verdict, width: Any, height: Any, why: str) -> None:
    assert why in verdict(CANVAS, "TEXT_IMAGE", width=width, height=height)


@pytest.mark.parametrize("field", ["conditionImage", "controlMode", "controlStrength"])
def test_version_one_knows_no_conditioning(verdict: Verdict, field: str) -> None:
    assert f"extraneous key [{field}]" in verdict(V1, "TEXT_IMAGE", **{field: "x"})


@pytest.mark.parametrize("model", NEWER)
def test_conditioning_takes_each_setting_to_its_edge(verdict: Verdict, model: str) -> None:
    ask = partial(verdict, model, "TEXT_IMAGE", conditionImage=IMAGE)

    assert ask() == ask(controlMode="CANNY_EDGE", controlStrength=0) == ""
    assert ask(controlMode="SEGMENTATION", controlStrength=1.0) == ""
    assert "DEPTH is not a valid enum" in ask(controlMode="DEPTH")
    assert "controlStrength" in ask(controlStrength=-0.01)
    assert "controlStrength" in ask(controlStrength=1.01)


@pytest.mark.parametrize("model", NEWER)
@pytest.mark.parametrize("control", [{"controlMode": "CANNY_EDGE"}, {"controlStrength": 0}])
def test_control_without_a_condition_image_is_refused(verdict: Verdict, model: str, control: dict[str, Any]) -> None:
    assert "requires conditionImage" in verdict(model, "TEXT_IMAGE", **control)


@pytest.mark.parametrize("model", NEWER)
def test_one_to_ten_colours_are_taken(verdict: Verdict, model: str) -> None:
    ask = partial(verdict, model, "COLOR_GUIDED_GENERATION")

    assert ask(colors=["#FF8800"] * 10) == ask(referenceImage=IMAGE) == ""
    assert "maximum item count: 10, found: 11" in ask(colors=["#ff8800"] * 11)
    assert "minimum item count: 1, found: 0" in ask(colors=[])
    assert "required key [colors]" in ask(colors=None)
    assert "expected type: JSONArray" in ask(colors="#ff8800")
    assert "colors/1: expected type: String" in ask(colors=["#ff8800", 7])


@pytest.mark.parametrize("colour", ["ff8800", "#ff880", "#ff88000", "#ff880g", "orange", "", "#ff8800\n"])
def test_a_colour_has_six_digits_after_a_hash(verdict: Verdict, colour: str) -> None:
    assert "does not match pattern" in verdict(V2, "COLOR_GUIDED_GENERATION", colors=[colour])


@pytest.mark.parametrize("model", ALL)
def test_one_to_five_images_are_varied(verdict: Verdict, model: str) -> None:
    ask = partial(verdict, model, "IMAGE_VARIATION")

    assert ask(images=[IMAGE] * 5, similarityStrength=0.2) == ask(similarityStrength=1.0) == ""
    assert "maximum item count: 5, found: 6" in ask(images=[IMAGE] * 6)
    assert "minimum item count: 1" in ask(images=[])
    assert "required key [images]" in ask(images=None)
    assert "images/1: the image is not base64" in ask(images=[IMAGE, "%"])
    assert "similarityStrength" in ask(similarityStrength=0.19)
    assert "similarityStrength" in ask(similarityStrength=1.01)


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("name", ["INPAINTING", "OUTPAINTING"])
def test_painting_takes_one_kind_of_mask(verdict: Verdict, model: str, name: str) -> None:
    ask = partial(verdict, model, name)

    assert ask() == ask(maskImage=None, maskPrompt="cup") == ""
    assert "exactly one of maskPrompt and maskImage" in ask(maskPrompt="cup")
    assert "exactly one of maskPrompt and maskImage" in ask(maskImage=None)
    assert "required key [image]" in ask(image=None)


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize("name", ["INPAINTING", "OUTPAINTING"])
def test_a_mask_can_be_asked_back_where_the_published_body_says_so(verdict: Verdict, model: str, name: str) -> None:
    if model == CANVAS:
        assert "extraneous key [returnMask]" in verdict(model, name, returnMask=True)
    else:
        assert verdict(model, name, returnMask=True) == verdict(model, name, returnMask=False) == ""
        assert "expected type: Boolean, found: String" in verdict(model, name, returnMask="true")


@pytest.mark.parametrize("model", ALL)
def test_only_outpainting_has_modes(verdict: Verdict, model: str) -> None:
    assert {verdict(model, "OUTPAINTING", outPaintingMode=mode) for mode in ("DEFAULT", "PRECISE")} == {""}
    assert "not a valid enum" in verdict(model, "OUTPAINTING", outPaintingMode="ROUGH")
    assert "extraneous key [outPaintingMode]" in verdict(model, "INPAINTING", outPaintingMode="PRECISE")


def test_style_is_for_canvas_only(verdict: Verdict) -> None:
    assert verdict(CANVAS, "TEXT_IMAGE", style="PHOTOREALISM") == ""
    assert verdict(CANVAS, "TEXT_IMAGE", style="MAXIMALISM", conditionImage=IMAGE) == ""
    assert "not a valid enum" in verdict(CANVAS, "TEXT_IMAGE", style="CUBISM")
    assert "extraneous key [style]" in verdict(V2, "TEXT_IMAGE", style="PHOTOREALISM")
    assert "extraneous key [style]" in verdict(CANVAS, "COLOR_GUIDED_GENERATION", style="PHOTOREALISM")


def test_virtual_try_on_is_named_as_not_emulated(emulator: Emulator) -> None:
    bedrock = client(emulator.url, "us-east-1")

    with pytest.raises(bedrock.exceptions.ValidationException, match=r"VIRTUAL_TRY_ON .* not emulated"):
        invoke(bedrock, CANVAS, {"taskType": "VIRTUAL_TRY_ON"})
    with pytest.raises(bedrock.exceptions.ValidationException, match="not a valid enum"):
        invoke(bedrock, V2, {"taskType": "VIRTUAL_TRY_ON"})


def test_every_violation_of_a_painting_is_named(verdict: Verdict) -> None:
    text = verdict(V2, "INPAINTING", image="%", maskPrompt="x", text="", cfgScale=0, seed=1, outPaintingMode="DEFAULT")

    named = ("/image:", "maskPrompt and maskImage", "/text:", "cfgScale", "[seed]", "[outPaintingMode]")
    assert [part for part in named if part not in text] == []
    assert "6 schema violations" in text
