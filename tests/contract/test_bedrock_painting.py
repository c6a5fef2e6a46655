"""What inpainting and outpainting make of a real photo: measured on the pixels of the reply."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from local.bedrock.retouching import filling
from local.bedrock.scene import Sketch, draw_roughly
from tests.contract.bedrock_rig import (
    CANVAS,
    SIDE,
    V1,
    V2,
    change,
    client,
    file_of,
    invoke,
    notes,
    photo,
    pictures,
    pixels_of,
    task,
)

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient
    from numpy.typing import NDArray

    from local.bedrock import Emulator
    from tests.contract.bedrock_rig import Pixels


CUP = (70, 20, 260, 210)
"""Left, top, right, bottom of the cup."""


@pytest.fixture
def bedrock(emulator: Emulator) -> BedrockRuntimeClient:
    return client(emulator.url, "us-east-1")


def mask_of(box: tuple[int, int, int, int], *, black_inside: bool = True) -> tuple[str, NDArray[np.bool_]]:
    """A mask as a file, and where it is black."""
    black = np.full((SIDE, SIDE), not black_inside)
    black[box[1] : box[3], box[0] : box[2]] = black_inside
    return file_of(np.where(black[..., None], np.uint8(0), np.uint8(255)).repeat(3, 2)), black


@pytest.mark.parametrize(("model", "text"), [(V1, None), (V2, "a cat"), (CANVAS, "a beach at sunset"), (CANVAS, None)])
def test_inpainting_changes_what_is_black_and_nothing_else(
    bedrock: BedrockRuntimeClient, model: str, text: str | None
) -> None:
    mask, black = mask_of(CUP)

    reply = invoke(bedrock, model, task("INPAINTING", image=file_of(photo()), maskImage=mask, text=text))

    (made,) = pictures(reply)
    assert made.shape == photo().shape
    assert (change(made, photo())[~black] == 0).all()
    assert change(made, photo())[black].mean() > 20


@pytest.mark.parametrize(("model", "text"), [(V1, "a cat"), (V2, "more"), (CANVAS, "a beach at sunset")])
def test_precise_outpainting_changes_what_is_white_and_nothing_else(
    bedrock: BedrockRuntimeClient, model: str, text: str
) -> None:
    mask, black = mask_of(CUP)
    body = task("OUTPAINTING", image=file_of(photo()), maskImage=mask, text=text, outPaintingMode="PRECISE")

    (made,) = pictures(invoke(bedrock, model, body))

    assert made.shape == photo().shape
    assert (change(made, photo())[black] == 0).all()
    assert change(made, photo())[~black].mean() > 10


def test_default_outpainting_lets_the_edge_of_what_is_kept_pass_over(bedrock: BedrockRuntimeClient) -> None:
    mask, black = mask_of(CUP)
    body = task("OUTPAINTING", image=file_of(photo()), maskImage=mask, text="a beach at sunset")

    (made,) = pictures(invoke(bedrock, V2, body))

    moved = change(made, photo())
    depth = cv2.distanceTransform(black.astype(np.uint8), cv2.DIST_L2, 5)
    assert (moved[depth > 0.05 * SIDE] == 0).all()
    assert moved[(depth > 0) & (depth < 4)].mean() > 5


def test_without_a_prompt_the_fill_looks_like_its_surroundings(bedrock: BedrockRuntimeClient) -> None:
    table = photo().copy()
    table[8:48, 268:308] = (0, 255, 0)
    mask, black = mask_of((266, 6, 310, 50))

    (made,) = pictures(invoke(bedrock, V2, task("INPAINTING", image=file_of(table), maskImage=mask)))

    around = photo()[:70, 250:].reshape(-1, 3).mean(0)
    assert np.abs(made[black].mean(0) - around).max() < 50


@pytest.mark.parametrize("text", ["a cat", "two balloons", "qwxyv"])
def test_the_file_tells_what_was_real_and_what_was_simulated(bedrock: BedrockRuntimeClient, text: str) -> None:
    mask, _ = mask_of(CUP)

    said = notes(invoke(bedrock, V2, task("INPAINTING", image=file_of(photo()), maskImage=mask, text=text)))

    assert "hole filled by" in said["Real"]
    assert {"a cat": "cat", "two balloons": "balloon", "qwxyv": "no word of the prompt"}[text] in said["Simulated"]
    assert "drawn for this call" in said["Seed"]


@cache
def ball() -> Pixels:
    """A red ball on sand."""
    picture = np.full((SIDE, SIDE, 3), (214, 190, 140), np.uint8)
    cv2.circle(picture, (160, 170), 80, (200, 40, 36), -1)
    return picture


def test_a_hole_in_the_subject_is_filled_with_the_subject(bedrock: BedrockRuntimeClient) -> None:
    mask, black = mask_of((140, 150, 180, 190))

    (made,) = pictures(invoke(bedrock, V2, task("INPAINTING", image=file_of(ball()), maskImage=mask)))

    assert change(made, ball())[black].mean() < 20


def test_a_hole_beside_the_subject_is_not(bedrock: BedrockRuntimeClient) -> None:
    mask, black = mask_of((200, 60, 300, 300))

    (made,) = pictures(invoke(bedrock, V2, task("INPAINTING", image=file_of(ball()), maskImage=mask)))

    sand = np.abs(made[black].astype(int) - ball()[0, 0]).max(1) < 60
    assert sand.mean() > 0.9


def test_a_scene_is_drawn_whole_into_its_hole(bedrock: BedrockRuntimeClient) -> None:
    mask, black = mask_of((60, 20, 260, 120))
    body = task("INPAINTING", image=file_of(photo()), maskImage=mask, text="the sea at noon", cfgScale=8, seed=5)

    (made,) = pictures(invoke(bedrock, CANVAS, body))

    scene = draw_roughly(Sketch("the sea at noon", "", 5, 0, 8.0), 200, 100).pixels
    light = (cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).ravel() for pixels in (made[20:120, 60:260], scene))
    assert np.corrcoef(*light)[0, 1] > 0.9
    assert (change(made, photo())[~black] == 0).all()


@pytest.mark.parametrize(
    ("prompt", "told", "inside"),
    [
        ("the ball", "salient subject", True),
        ("background", "all but the subject", False),
        ("what is red", "looks red", True),
    ],
)
def test_a_mask_prompt_is_approximated_and_told(
    bedrock: BedrockRuntimeClient, prompt: str, told: str, *, inside: bool
) -> None:
    body = task("INPAINTING", image=file_of(ball()), maskPrompt=prompt, returnMask=True)

    reply = invoke(bedrock, V2, body)

    mask = pixels_of(reply["maskImage"])
    assert told in notes(reply)["Simulated"]
    assert set(np.unique(mask)) == {0, 255}
    assert (change(pictures(reply)[0], ball())[mask[..., 0] == 255] == 0).all()
    assert (mask[170, 160, 0], mask[4, 4, 0]) == ((0, 255) if inside else (255, 0))


def test_a_sky_is_found_along_the_upper_edge(bedrock: BedrockRuntimeClient) -> None:
    land = np.full((SIDE, SIDE, 3), (90, 160, 230), np.uint8)
    land[180:] = (60, 110, 40)

    body = task("OUTPAINTING", image=file_of(land), maskPrompt="the sky", text="a cat", returnMask=True)

    mask = pixels_of(invoke(bedrock, V2, body)["maskImage"])[..., 0]
    assert (mask[10:100, 160] == 0).all()
    assert (mask[200:, 10] == 255).all()


def test_a_mask_prompt_that_fits_nothing_fails_with_the_published_text(bedrock: BedrockRuntimeClient) -> None:
    flat = np.full((SIDE, SIDE, 3), 128, np.uint8)

    with pytest.raises(
        bedrock.exceptions.ValidationException,
        match=r"Unable to auto-generate mask image with given input image and mask prompt\.",
    ):
        invoke(bedrock, V2, task("INPAINTING", image=file_of(flat), maskPrompt="purple"))


def test_a_mask_comes_back_only_when_asked_for(bedrock: BedrockRuntimeClient) -> None:
    mask, black = mask_of(CUP)
    body = task("OUTPAINTING", image=file_of(photo()), maskImage=mask, text="the sea")

    assert "maskImage" not in invoke(bedrock, V2, body)
    body["outPaintingParams"]["returnMask"] = True
    returned = pixels_of(invoke(bedrock, V2, body)["maskImage"])
    assert ((returned[..., 0] == 0) == black).all()


@pytest.mark.parametrize("name", ["INPAINTING", "OUTPAINTING"])
@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("text", ["two lighthouses", "a beach at sunset", "qwxyv"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (8, 8), (300, 2)])
def test_a_mask_of_all_or_nothing_and_the_smallest_image_are_served(  # noqa: PLR0917 - a table
    bedrock: BedrockRuntimeClient, name: str, value: int, text: str, width: int, height: int
) -> None:
    image, mask = (np.full((height, width, 3), shade, np.uint8) for shade in (90, value))

    reply = invoke(bedrock, V2, task(name, image=file_of(image), maskImage=file_of(mask), text=text))

    (made,) = pictures(reply)
    assert made.shape == image.shape
    unchanged = (value == 255) is (name == "INPAINTING")
    assert not unchanged or (made == image).all()


def test_without_patchmatch_holes_are_diffused_and_the_file_says_so(
    monkeypatch: pytest.MonkeyPatch, bedrock: BedrockRuntimeClient
) -> None:
    monkeypatch.setitem(sys.modules, "patchmatch", None)  # importing it fails from here on
    filling._patchmatch.cache_clear()
    mask, _ = mask_of(CUP)

    said = notes(invoke(bedrock, V2, task("INPAINTING", image=file_of(photo()), maskImage=mask)))

    filling._patchmatch.cache_clear()
    assert said["Real"] == "hole filled by diffusion (cv2.inpaint, since PyPatchMatch is not installed)"
