"""Variations, palettes, conditioning and styles, measured on the pixels of the reply; and what a seed decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from tests.contract.bedrock_rig import (
    CANVAS,
    SIDE,
    V1,
    V2,
    change,
    client,
    file_of,
    invoke,
    lab,
    photo,
    pictures,
    task,
)

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

    from local.bedrock import Emulator
    from tests.contract.bedrock_rig import Pixels


SMALL = {"width": SIDE, "height": SIDE}
"""For Nova Canvas; Titan has no size as small."""


@pytest.fixture
def bedrock(emulator: Emulator) -> BedrockRuntimeClient:
    return client(emulator.url, "us-east-1")


def test_a_variation_strays_the_further_the_less_similar_it_must_be(bedrock: BedrockRuntimeClient) -> None:
    def strays(similarity: float) -> float:
        body = task("IMAGE_VARIATION", images=[file_of(photo())], text="x", similarityStrength=similarity)
        (made,) = pictures(invoke(bedrock, CANVAS, body | {"imageGenerationConfig": {"seed": 3} | SMALL}))
        return float(change(made, photo()).mean())

    assert strays(1.0) < strays(0.2)


def test_variations_of_one_call_differ(bedrock: BedrockRuntimeClient) -> None:
    body = task("IMAGE_VARIATION", images=[file_of(photo())] * 2, numberOfImages=2, width=320, height=704)

    first, second = pictures(invoke(bedrock, V1, body))

    assert change(first, second).mean() > 3


PALETTE = ["#0d3b66", "#f4d35e", "#EE964B"]


def near(pixels: Pixels) -> float:
    """The share of pixels whose colour is near to one of the palette's."""
    targets = lab(np.array([[[13, 59, 102], [244, 211, 94], [238, 150, 75]]], np.uint8))[0, :, 1:]
    distance = np.linalg.norm(lab(pixels)[..., None, 1:] - targets, axis=-1).min(-1)
    return float((distance < 22).mean())


def test_a_reference_image_takes_on_the_palette_and_keeps_its_structure(bedrock: BedrockRuntimeClient) -> None:
    cool = np.ascontiguousarray(photo()[..., ::-1])
    body = task("COLOR_GUIDED_GENERATION", text="a cup", colors=PALETTE, referenceImage=file_of(cool), **SMALL)

    (made,) = pictures(invoke(bedrock, CANVAS, body))

    assert near(made) > near(cool) + 0.3
    light = (cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).ravel() for pixels in (made, cool))
    assert np.corrcoef(*light)[0, 1] > 0.8


def test_without_a_reference_the_scene_takes_on_the_palette(bedrock: BedrockRuntimeClient) -> None:
    plain = invoke(bedrock, CANVAS, task("TEXT_IMAGE", text="a green forest", **SMALL))
    guided = invoke(bedrock, CANVAS, task("COLOR_GUIDED_GENERATION", text="a green forest", colors=PALETTE, **SMALL))

    assert near(pictures(guided)[0]) > near(pictures(plain)[0]) + 0.3


@pytest.mark.parametrize("mode", ["CANNY_EDGE", "SEGMENTATION"])
def test_a_condition_image_shows_in_the_scene_as_far_as_its_strength(bedrock: BedrockRuntimeClient, mode: str) -> None:
    control = np.full((SIDE, SIDE, 3), 240, np.uint8)
    cv2.circle(control, (SIDE // 2, SIDE // 2), 90, (20, 20, 20), -1)

    def shows(strength: float) -> float:
        """How far the colour steps at the circle's rim, beyond what the bare scene does there."""
        image = file_of(control)
        body = task("TEXT_IMAGE", text="a green forest", conditionImage=image, controlMode=mode, **SMALL)
        body["textToImageParams"]["controlStrength"] = strength
        (made,) = pictures(invoke(bedrock, CANVAS, body))
        grey = cv2.GaussianBlur(cv2.cvtColor(made, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 2)
        slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
        angles = np.linspace(0, 2 * np.pi, 90)
        rim = [slope[round(SIDE / 2 + 90 * np.sin(a)), round(SIDE / 2 + 90 * np.cos(a))] for a in angles]
        return float(np.mean(rim))

    bare, half, full = (shows(strength) for strength in (0, 0.5, 1.0))
    assert bare * 1.3 < half < full


STYLES = ["3D_ANIMATED_FAMILY_FILM", "DESIGN_SKETCH", "FLAT_VECTOR_ILLUSTRATION", "GRAPHIC_NOVEL_ILLUSTRATION",
          "MAXIMALISM", "MIDCENTURY_RETRO", "PHOTOREALISM", "SOFT_DIGITAL_PAINTING"]  # fmt: skip


def test_each_style_of_canvas_looks_its_own_way(bedrock: BedrockRuntimeClient) -> None:
    bodies = [task("TEXT_IMAGE", text="the sea", style=style, **SMALL) for style in [None, *STYLES]]

    made = [reply["images"][0] for reply in (invoke(bedrock, CANVAS, body) for body in bodies)]

    assert len(set(made)) == len(made)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("COLOR_GUIDED_GENERATION", {"text": "the sea", "colors": PALETTE} | SMALL),
        ("IMAGE_VARIATION", {"text": "x"} | SMALL),
        ("INPAINTING", {"maskPrompt": "the cup"}),
        ("OUTPAINTING", {"maskPrompt": "the cup", "text": "a cat"}),
    ],
)
def test_canvas_gives_the_same_bytes_for_the_same_seed(
    bedrock: BedrockRuntimeClient, name: str, fields: dict[str, Any]
) -> None:
    image = {} if name[0] == "C" else {"images": [file_of(photo())]} if name[6] == "V" else {"image": file_of(photo())}

    def images(**seed: int) -> list[str]:
        found: list[str] = invoke(bedrock, CANVAS, task(name, **fields, **image, **seed))["images"]
        return found

    assert images(seed=12) == images()
    assert images(seed=13) != images()


def test_titan_draws_a_seed_where_its_body_has_none(bedrock: BedrockRuntimeClient) -> None:
    body = task("IMAGE_VARIATION", images=[file_of(photo())], width=320, height=704)

    assert invoke(bedrock, V2, body)["images"] != invoke(bedrock, V2, body)["images"]
