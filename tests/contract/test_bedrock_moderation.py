"""The content filter at each of its stages, in each model's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.bedrock.moderation import MARK
from tests.contract.bedrock_rig import CANVAS, CORE, SIDE, V2, bare_png, client, http, invoke, stored_png, task, text64

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

    from local.bedrock import Emulator

CLEAN, MARKED = (text64(bare_png(SIDE, SIDE, texts=texts)) for texts in ({}, dict([MARK])))
MASK, MARKED_MASK = (
    text64(stored_png(b"\0" + b"\xff" * 3 * SIDE, (SIDE, SIDE), texts)) for texts in ({}, dict([MARK]))
)
SMALL = {"width": 320, "height": 704}
MODELS = pytest.mark.parametrize("model", [V2, CANVAS])


@pytest.fixture
def bedrock(emulator: Emulator) -> BedrockRuntimeClient:
    return client(emulator.url, "us-east-1")


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (
            V2,
            (
                "This request has been blocked by our content filters. Our filters automatically flagged this prompt "
                "because it may conflict our AUP or AWS Responsible AI Policy. Please adjust your text prompt to "
                "submit a new request."
            ),
        ),
        (
            CANVAS,
            (
                "This request has been blocked by our content filters. Please adjust your text prompt to submit a new "
                "request."
            ),
        ),
    ],
)
@pytest.mark.parametrize("fields", [{"text": "a bloody cup", "maskPrompt": "cup"}, {"maskPrompt": "the gore"}])
def test_a_flagged_prompt_is_refused(
    bedrock: BedrockRuntimeClient, model: str, text: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException) as caught:
        invoke(bedrock, model, task("INPAINTING", image=CLEAN, **fields))

    assert caught.value.response["Error"]["Message"] == text


@MODELS
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("TEXT_IMAGE", {"text": "a cat", "conditionImage": MARKED}),
        ("COLOR_GUIDED_GENERATION", {"text": "a cat", "colors": ["#ff8800"], "referenceImage": MARKED}),
        ("IMAGE_VARIATION", {"text": "a cat", "images": [CLEAN, MARKED]}),
        ("INPAINTING", {"image": MARKED, "maskImage": MASK}),
        ("INPAINTING", {"image": CLEAN, "maskImage": MARKED_MASK}),
        ("OUTPAINTING", {"text": "a cat", "image": MARKED, "maskImage": MASK}),
        ("BACKGROUND_REMOVAL", {"image": MARKED}),
    ],
)
def test_a_marked_image_is_refused(
    bedrock: BedrockRuntimeClient, model: str, name: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match=r"content filters.* adjust your input image"):
        invoke(bedrock, model, task(name, **fields))


@MODELS
def test_all_pictures_can_be_held_back(bedrock: BedrockRuntimeClient, model: str) -> None:
    reply = invoke(bedrock, model, task("TEXT_IMAGE", text="lewd space", **SMALL, numberOfImages=2))

    assert reply["images"] == []
    assert "content filters" in reply["error"]
    assert ("All of the generated images" in reply["error"]) is (model == CANVAS)


@MODELS
def test_some_pictures_can_be_held_back(bedrock: BedrockRuntimeClient, model: str) -> None:
    clean = invoke(bedrock, model, task("TEXT_IMAGE", text="space", **SMALL))
    reply = invoke(bedrock, model, task("TEXT_IMAGE", text="risque space", **SMALL, numberOfImages=2))

    assert len(reply["images"]) == len(clean["images"]) == 1
    assert ("Some of the generated images" in reply["error"]) is (model == CANVAS)
    assert clean.get("error", None) is None
    assert ("error" in clean) is (model == V2)


def test_a_single_doubtful_picture_leaves_none(bedrock: BedrockRuntimeClient) -> None:
    reply = invoke(bedrock, CANVAS, task("TEXT_IMAGE", text="suggestive space", **SMALL))

    assert reply == {"images": [], "error": "All of the generated images have been blocked by our content filters."}


def test_core_tells_a_held_back_picture_by_its_reason(emulator: Emulator) -> None:
    reply = invoke(client(emulator.url), CORE, {"prompt": "obscene space"})

    assert reply == {"finish_reasons": ["Filter reason: output image"]}


@pytest.mark.parametrize(
    ("kind", "count", "left", "text"),
    [("partial", 2, 1, "Some of the generated images"), ("partial", 1, 0, "All of the generated images")],
)
def test_canvas_tells_an_ordered_fault_in_its_own_words(  # noqa: PLR0917 - a table
    emulator: Emulator, bedrock: BedrockRuntimeClient, kind: str, count: int, left: int, text: str
) -> None:
    http().post(f"{emulator.url}/_emulator/faults", json={"kind": kind}).raise_for_status()

    reply = invoke(bedrock, CANVAS, task("TEXT_IMAGE", text="space", **SMALL, numberOfImages=count))

    assert len(reply["images"]) == left
    assert text in reply["error"]


def test_canvas_refuses_an_ordered_block_as_a_prompt(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    http().post(f"{emulator.url}/_emulator/faults", json={"kind": "blocked"}).raise_for_status()

    with pytest.raises(bedrock.exceptions.ValidationException, match="adjust your text prompt"):
        invoke(bedrock, CANVAS, task("BACKGROUND_REMOVAL", image=CLEAN))


def test_the_mask_of_a_reply_is_on_the_page_with_its_pictures(
    emulator: Emulator, bedrock: BedrockRuntimeClient
) -> None:
    invoke(bedrock, V2, task("INPAINTING", image=CLEAN, maskImage=MASK, returnMask=True))

    numbers = emulator.state.calls.calls()[-1].pictures
    assert len(numbers) == 2
    page = http().get(emulator.url).text
    assert all(f"/_emulator/pictures/{number}" in page for number in numbers)
