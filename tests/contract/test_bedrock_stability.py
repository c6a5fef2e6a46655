"""Stable Image Core: requests at and past each edge, sizes by aspect ratio, seeds, and its way of refusing."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.bedrock_rig import CORE, invoke, png_size, png_texts

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

SIZES = {
    "1:1": (1024, 1024), "16:9": (1344, 768), "21:9": (1536, 640), "2:3": (832, 1216), "3:2": (1216, 832),
    "4:5": (896, 1088), "5:4": (1088, 896), "9:16": (768, 1344), "9:21": (640, 1536),
}  # fmt: skip
BLOCKED = {"finish_reasons": ["Filter reason: prompt"]}


@pytest.mark.parametrize(("ratio", "size"), SIZES.items())
def test_an_aspect_ratio_gives_its_size(bedrock: BedrockRuntimeClient, ratio: str, size: tuple[int, int]) -> None:
    reply = invoke(bedrock, CORE, {"prompt": "space", "aspect_ratio": ratio, "seed": 3})

    assert png_size(base64.b64decode(reply["images"][0])) == size


def test_a_reply_has_one_picture_its_seed_and_no_reason(bedrock: BedrockRuntimeClient) -> None:
    reply = invoke(bedrock, CORE, {"prompt": "space", "seed": 5})

    assert reply["seeds"] == [5]
    assert reply["finish_reasons"] == [None]
    assert len(reply["images"]) == 1
    assert "simulated" in png_texts(base64.b64decode(reply["images"][0]))["Software"]


@pytest.mark.parametrize("seed", [{}, {"seed": 0}])
def test_a_random_seed_is_told_and_gives_the_picture_again(bedrock: BedrockRuntimeClient, seed: dict[str, int]) -> None:
    body = {"prompt": "space", "aspect_ratio": "9:21"}
    reply = invoke(bedrock, CORE, body | seed)

    assert 0 < reply["seeds"][0] <= 4_294_967_295
    assert invoke(bedrock, CORE, body | {"seed": reply["seeds"][0]})["images"] == reply["images"]
    assert invoke(bedrock, CORE, body | seed)["seeds"] != reply["seeds"]


def test_a_jpeg_is_a_jpeg_that_says_what_it_is(bedrock: BedrockRuntimeClient) -> None:
    reply = invoke(bedrock, CORE, {"prompt": "space", "output_format": "jpeg", "aspect_ratio": "9:21"})

    image = base64.b64decode(reply["images"][0])
    assert image.startswith(b"\xff\xd8\xff")
    assert b"Darkroom Bedrock emulator (simulated picture)" in image[:600]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("prompt", ["naked" + " " * 9_995], ["naked" + " " * 9_996, 7]),
        ("negative_prompt", ["", "x" * 10_000], ["x" * 10_001, None]),
        ("seed", [0, 4_294_967_295], [-1, 4_294_967_296, 1.5, "1", True]),
        ("aspect_ratio", ["9:21"], ["4:3", "", 1]),
        ("output_format", ["png", "jpeg"], ["webp", "PNG ", None]),
        ("mode", [], ["text-to-image"]),
        ("image", [], ["eA=="]),
    ],
)
def test_each_field_is_taken_to_its_edge_and_no_further(
    bedrock: BedrockRuntimeClient, field: str, good: list[Any], bad: list[Any]
) -> None:
    for value in good:
        assert invoke(bedrock, CORE, {"prompt": "naked"} | {field: value}) == BLOCKED
    for value in bad:
        with pytest.raises(bedrock.exceptions.ValidationException, match="Malformed input request"):
            invoke(bedrock, CORE, {"prompt": "naked"} | {field: value})


def test_a_prompt_is_required(bedrock: BedrockRuntimeClient) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match=r"required key \[prompt\]"):
        invoke(bedrock, CORE, {})


def test_a_flagged_prompt_is_a_success_without_pictures(bedrock: BedrockRuntimeClient) -> None:
    reply = bedrock.invoke_model(modelId=CORE, body=b'{"prompt": "a bloody knife"}')

    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert reply["body"].read() == b'{"finish_reasons": ["Filter reason: prompt"]}'
