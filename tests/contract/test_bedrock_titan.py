"""Titan's requests at and past each edge, its replies, and its content filter."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from infra.weights import fetch_weights
from tests.contract.bedrock_rig import PROBE, V1, V2, bare_png, invoke, png_size, png_texts, task, text64, text_image

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

PAIRS = [
    (1024, 1024), (768, 768), (512, 512), (768, 1152), (384, 576), (1152, 768), (576, 384), (768, 1280), (384, 640),
    (1280, 768), (640, 384), (896, 1152), (448, 576), (1152, 896), (576, 448), (768, 1408), (384, 704), (1408, 768),
    (704, 384), (640, 1408), (320, 704), (1408, 640), (704, 320), (1152, 640), (1173, 640),
]  # fmt: skip
COFFEE = Path(__file__).parents[2] / "docs" / "samples" / "coffee.jpg"


def changed(**changes: Any) -> dict[str, Any]:
    """A good body with some of its settings replaced; None takes one away."""
    return task("TEXT_IMAGE", **{"text": PROBE, "width": 320, "height": 704} | changes)


def passes(bedrock: BedrockRuntimeClient, body: object, model: str = V2) -> bool:
    """Whether the schema lets it through to the content filter."""
    with pytest.raises(bedrock.exceptions.ValidationException) as caught:
        invoke(bedrock, model, body)
    return "content filters" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("text", [PROBE + "x" * 0, PROBE + " " * 507], ["", PROBE + " " * 508, 7, None]),
        ("negativeText", ["x", "x" * 512, None], ["", "x" * 513, 7]),
        ("numberOfImages", [1, 5, None], [0, 6, 1.5, "1", True]),
        ("cfgScale", [1.1, 8, 10.0, None], [1.09, 10.01, "8", True]),
        ("seed", [0, 2_147_483_646, None], [-1, 2_147_483_647, 1.5, "0"]),
        ("quality", ["standard", "premium", None], ["best", "", 1]),
    ],
)
def test_each_setting_is_taken_to_its_edge_and_no_further(
    bedrock: BedrockRuntimeClient, field: str, good: list[Any], bad: list[Any]
) -> None:
    assert [value for value in good if not passes(bedrock, changed(**{field: value}))] == []
    assert [value for value in bad if passes(bedrock, changed(**{field: value}))] == []


@pytest.mark.parametrize("pair", PAIRS)
def test_each_published_size_is_taken(bedrock: BedrockRuntimeClient, pair: tuple[int, int]) -> None:
    assert passes(bedrock, changed(width=pair[0], height=pair[1]))


@pytest.mark.parametrize(
    ("width", "height"), [(1408, 1408), (1024, 768), (1023, 1024), (640, 1173), (None, 1024), (512, None), ("512", 512)]
)
def test_a_size_outside_the_table_is_refused(bedrock: BedrockRuntimeClient, width: Any, height: Any) -> None:
    assert not passes(bedrock, changed(width=width, height=height))


def test_without_a_configuration_the_defaults_hold(bedrock: BedrockRuntimeClient) -> None:
    assert passes(bedrock, {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": PROBE}})


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"text"', b"\xff", b'{"taskType": NaN}', b"[" * 100_000,
        {}, {"taskType": "TEXT_IMAGE"}, {"taskType": "PAINT"}, {"taskType": None},
        text_image(PROBE) | {"extra": 1},
        text_image(PROBE) | {"backgroundRemovalParams": {"image": "eA=="}},
        text_image(PROBE, colour="red"),
        {"taskType": "TEXT_IMAGE", "textToImageParams": PROBE},
        {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": PROBE, "Text": "x"}},
        {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": PROBE}, "imageGenerationConfig": None},
    ],
)  # fmt: skip
def test_a_body_of_another_shape_is_malformed(bedrock: BedrockRuntimeClient, body: object) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match="Malformed input request"):
        invoke(bedrock, V2, body)


def test_every_violation_is_named_at_once(bedrock: BedrockRuntimeClient) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException) as caught:
        invoke(bedrock, V2, changed(text="", cfgScale=11, seed=-1))

    assert all(field in str(caught.value) for field in ("textToImageParams/text", "cfgScale", "seed", "3 schema"))


@pytest.mark.parametrize("name", ["BACKGROUND_REMOVAL", "COLOR_GUIDED_GENERATION"])
def test_version_one_does_not_know_the_tasks_of_version_two(bedrock: BedrockRuntimeClient, name: str) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match="not a valid enum value"):
        invoke(bedrock, V1, {"taskType": name})


def test_a_flagged_prompt_is_refused_with_the_published_text(bedrock: BedrockRuntimeClient) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match="automatically flagged this prompt") as caught:
        invoke(bedrock, V2, text_image("a NAKED statue"))

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_the_filter_reads_whole_words_and_not_the_negative_prompt(bedrock: BedrockRuntimeClient) -> None:
    body = text_image("a bloodhound on a hill")
    body["textToImageParams"]["negativeText"] = "blood"

    assert len(invoke(bedrock, V2, body)["images"]) == 1


@pytest.mark.parametrize("model", [V1, V2])
def test_a_picture_has_its_size_and_says_what_it_is(bedrock: BedrockRuntimeClient, model: str) -> None:
    reply = invoke(bedrock, model, text_image("a cat", size=(704, 320), seed=7))

    assert set(reply) == {"images", "error"}
    assert reply["error"] is None
    image = base64.b64decode(reply["images"][0], validate=True)
    assert png_size(image) == (704, 320)
    texts = png_texts(image)
    assert texts["Software"] == "Darkroom Bedrock emulator (simulated picture)"
    assert texts["Seed"] == "7 picture 0"


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(bedrock: BedrockRuntimeClient) -> None:
    first = invoke(bedrock, V2, text_image(seed=1))["images"]

    assert invoke(bedrock, V2, text_image(seed=1))["images"] == first
    assert invoke(bedrock, V2, text_image(seed=2))["images"] != first


def test_no_seed_means_42(bedrock: BedrockRuntimeClient) -> None:
    assert invoke(bedrock, V2, text_image()) == invoke(bedrock, V2, text_image(seed=42))


def test_several_pictures_of_one_call_differ(bedrock: BedrockRuntimeClient) -> None:
    images = invoke(bedrock, V2, text_image(numberOfImages=5))["images"]

    assert len(set(images)) == 5


@pytest.mark.parametrize("setting", [{"cfgScale": 1.1}, {"cfgScale": 10}, {"quality": "premium"}])
def test_each_setting_is_seen_in_the_picture(bedrock: BedrockRuntimeClient, setting: dict[str, Any]) -> None:
    assert invoke(bedrock, V2, text_image(**setting)) != invoke(bedrock, V2, text_image())


def removal(image: bytes | str) -> dict[str, Any]:
    return task("BACKGROUND_REMOVAL", image=image if isinstance(image, str) else text64(image))


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("", "minLength"),
        ("%%%", "#/backgroundRemovalParams/image"),
        (b"GIF89a" + b"\0" * 64, "neither PNG nor JPEG"),
        (b"\x89PNG\r\n\x1a\n", "ends within its header"),
        (b"\xff\xd8\xff\xe0\x00", "ends within its header"),
        (bare_png(1409, 8), "1409x8"),
        (bare_png(8, 1409), "8x1409"),
        (bare_png(8, 8, padding=5 * 1024 * 1024), "more than 5 MB"),
    ],
)
def test_an_image_that_cannot_be_taken_is_refused(bedrock: BedrockRuntimeClient, image: bytes | str, why: str) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match=why):
        invoke(bedrock, V2, removal(image))


def test_background_removal_takes_no_configuration(bedrock: BedrockRuntimeClient) -> None:
    body = removal(bare_png(8, 8)) | {"imageGenerationConfig": {"numberOfImages": 1}}

    with pytest.raises(bedrock.exceptions.ValidationException, match="extraneous key"):
        invoke(bedrock, V2, body)


def test_a_photo_loses_its_background_and_says_who_did_it(bedrock: BedrockRuntimeClient) -> None:
    fetch_weights()

    photo = COFFEE.read_bytes()
    (image,) = invoke(bedrock, V2, removal(photo))["images"]

    png = base64.b64decode(image)
    assert png_size(png) == Image.open(io.BytesIO(photo)).size
    assert "u2netp" in png_texts(png)["Simulated"]
    low, high = Image.open(io.BytesIO(png)).getchannel("A").getextrema()
    assert (low, high) == (0, 255)
