"""What each task makes of a real photo: measured on the pixels of the reply."""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.contract.bedrock_rig import CANVAS, V1, V2, client, invoke, png_texts, task, text64

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient
    from numpy.typing import NDArray

    from local.bedrock import Emulator

    type Pixels = NDArray[np.uint8]

COFFEE = Path(__file__).parents[2] / "docs" / "samples" / "coffee.jpg"
WIDTH, HEIGHT = 480, 320
SMALL = {"width": 512, "height": 512}
CUP = (150, 20, 340, 210)
"""Left, top, right, bottom of the cup."""


@pytest.fixture
def bedrock(emulator: Emulator) -> BedrockRuntimeClient:
    return client(emulator.url, "us-east-1")


@cache
def photo() -> Pixels:
    return np.asarray(Image.open(COFFEE).convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))


def file_of(pixels: Pixels) -> str:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return text64(file.getvalue())


def mask_of(box: tuple[int, int, int, int], *, black_inside: bool = True) -> tuple[str, NDArray[np.bool_]]:
    """A mask as a file, and where it is black."""
    black = np.full((HEIGHT, WIDTH), not black_inside)
    black[box[1] : box[3], box[0] : box[2]] = black_inside
    return file_of(np.where(black[..., None], np.uint8(0), np.uint8(255)).repeat(3, 2)), black


def pictures(reply: dict[str, Any]) -> list[Pixels]:
    return [pixels_of(image) for image in reply["images"]]


def pixels_of(image: str) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(image))).convert("RGB"))


def notes(reply: dict[str, Any]) -> dict[str, str]:
    return png_texts(base64.b64decode(reply["images"][0]))


def change(one: Pixels, other: Pixels) -> NDArray[np.int64]:
    """How far each pixel moved, by its most changed channel."""
    return np.asarray(np.abs(one.astype(int) - other).max(2))


def lab(pixels: Pixels) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB))


@pytest.mark.parametrize("model", [V1, V2, CANVAS])
@pytest.mark.parametrize("text", [None, "a cat", "a beach at sunset"])
def test_inpainting_changes_what_is_black_and_nothing_else(
    bedrock: BedrockRuntimeClient, model: str, text: str | None
) -> None:
    mask, black = mask_of(CUP)

    reply = invoke(bedrock, model, task("INPAINTING", image=file_of(photo()), maskImage=mask, text=text))

    (made,) = pictures(reply)
    assert made.shape == photo().shape
    assert (change(made, photo())[~black] == 0).all()
    assert change(made, photo())[black].mean() > 20


@pytest.mark.parametrize("model", [V1, V2, CANVAS])
@pytest.mark.parametrize("text", ["more", "a cat", "a beach at sunset"])
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
    assert (moved[depth > 0.05 * HEIGHT] == 0).all()
    assert moved[(depth > 0) & (depth < 4)].mean() > 5


def test_without_a_prompt_the_fill_looks_like_its_surroundings(bedrock: BedrockRuntimeClient) -> None:
    table = photo().copy()
    table[140:180, 20:60] = (0, 255, 0)
    mask, black = mask_of((18, 138, 62, 182))

    (made,) = pictures(invoke(bedrock, V2, task("INPAINTING", image=file_of(table), maskImage=mask)))

    around = photo()[120:200, 4:80].reshape(-1, 3).mean(0)
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
    picture = np.full((320, 320, 3), (214, 190, 140), np.uint8)
    cv2.circle(picture, (160, 170), 80, (200, 40, 36), -1)
    return picture


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
    land = np.full((320, 320, 3), (90, 160, 230), np.uint8)
    land[180:] = (60, 110, 40)

    body = task("OUTPAINTING", image=file_of(land), maskPrompt="the sky", text="a cat", returnMask=True)

    mask = pixels_of(invoke(bedrock, CANVAS, body)["maskImage"])[..., 0]
    assert (mask[10:100, 160] == 0).all()
    assert (mask[200:, 10] == 255).all()


def test_a_mask_prompt_that_fits_nothing_fails_with_the_published_text(bedrock: BedrockRuntimeClient) -> None:
    flat = np.full((320, 320, 3), 128, np.uint8)

    with pytest.raises(
        bedrock.exceptions.ValidationException,
        match=r"Unable to auto-generate mask image with given input image and mask prompt\.",
    ):
        invoke(bedrock, V2, task("INPAINTING", image=file_of(flat), maskPrompt="purple"))


def test_a_mask_comes_back_only_when_asked_for(bedrock: BedrockRuntimeClient) -> None:
    mask, black = mask_of(CUP)
    body = task("OUTPAINTING", image=file_of(photo()), maskImage=mask, text="more")

    assert "maskImage" not in invoke(bedrock, V2, body)
    body["outPaintingParams"]["returnMask"] = True
    returned = pixels_of(invoke(bedrock, V2, body)["maskImage"])
    assert ((returned[..., 0] == 0) == black).all()


def test_a_variation_strays_the_further_the_less_similar_it_must_be(bedrock: BedrockRuntimeClient) -> None:
    source = np.asarray(Image.fromarray(photo()).crop((80, 0, 400, 320)))

    def strays(similarity: float) -> float:
        body = task("IMAGE_VARIATION", images=[file_of(source)], text="x", similarityStrength=similarity, seed=3)
        (made,) = pictures(invoke(bedrock, CANVAS, body | {"imageGenerationConfig": {"seed": 3} | SMALL}))
        assert made.shape == (512, 512, 3)
        small = np.asarray(Image.fromarray(made).resize((320, 320)))
        return float(change(small, source).mean())

    assert strays(1.0) < strays(0.2)


def test_variations_of_one_call_differ(bedrock: BedrockRuntimeClient) -> None:
    body = task("IMAGE_VARIATION", images=[file_of(photo())] * 2, numberOfImages=2, **SMALL)

    first, second = pictures(invoke(bedrock, V1, body))

    assert change(first, second).mean() > 3


PALETTE = ["#0d3b66", "#f4d35e", "#EE964B"]


def near(pixels: Pixels) -> float:
    """The share of pixels whose colour is near to one of the palette's."""
    targets = lab(np.array([[[13, 59, 102], [244, 211, 94], [238, 150, 75]]], np.uint8))[0, :, 1:]
    distance = np.linalg.norm(lab(pixels)[..., None, 1:] - targets, axis=-1).min(-1)
    return float((distance < 22).mean())


def test_a_reference_image_takes_on_the_palette_and_keeps_its_structure(bedrock: BedrockRuntimeClient) -> None:
    reference = np.asarray(Image.fromarray(photo()).crop((80, 0, 400, 320)).resize((512, 512)))
    cool = np.ascontiguousarray(reference[..., ::-1])
    body = task("COLOR_GUIDED_GENERATION", text="a cup", colors=PALETTE, referenceImage=file_of(cool), **SMALL)

    (made,) = pictures(invoke(bedrock, V2, body))

    assert near(made) > near(cool) + 0.3
    light = (cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).ravel() for pixels in (made, cool))
    assert np.corrcoef(*light)[0, 1] > 0.8


def test_without_a_reference_the_scene_takes_on_the_palette(bedrock: BedrockRuntimeClient) -> None:
    plain = invoke(bedrock, V2, task("TEXT_IMAGE", text="a green forest", **SMALL))
    guided = invoke(bedrock, V2, task("COLOR_GUIDED_GENERATION", text="a green forest", colors=PALETTE, **SMALL))

    assert near(pictures(guided)[0]) > near(pictures(plain)[0]) + 0.3


@pytest.mark.parametrize("mode", ["CANNY_EDGE", "SEGMENTATION"])
def test_a_condition_image_shows_in_the_scene_as_far_as_its_strength(bedrock: BedrockRuntimeClient, mode: str) -> None:
    control = np.full((320, 320, 3), 240, np.uint8)
    cv2.circle(control, (160, 160), 90, (20, 20, 20), -1)

    def shows(strength: float) -> float:
        """How far the colour steps at the circle's rim, beyond what the bare scene does there."""
        image = file_of(control)
        body = task("TEXT_IMAGE", text="a green forest", conditionImage=image, controlMode=mode, **SMALL)
        body["textToImageParams"]["controlStrength"] = strength
        (made,) = pictures(invoke(bedrock, V2, body))
        grey = cv2.GaussianBlur(cv2.cvtColor(made, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 2)
        slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
        angles = np.linspace(0, 2 * np.pi, 90)
        rim = [slope[round(256 + 144 * np.sin(a)), round(256 + 144 * np.cos(a))] for a in angles]
        return float(np.mean(rim))

    bare, half, full = (shows(strength) for strength in (0, 0.5, 1.0))
    assert bare * 1.3 < half < full


STYLES = ["3D_ANIMATED_FAMILY_FILM", "DESIGN_SKETCH", "FLAT_VECTOR_ILLUSTRATION", "GRAPHIC_NOVEL_ILLUSTRATION",
          "MAXIMALISM", "MIDCENTURY_RETRO", "PHOTOREALISM", "SOFT_DIGITAL_PAINTING"]  # fmt: skip


def test_each_style_of_canvas_looks_its_own_way(bedrock: BedrockRuntimeClient) -> None:
    bodies = [task("TEXT_IMAGE", text="a hill", style=style, width=320, height=320) for style in [None, *STYLES]]

    made = [reply["images"][0] for reply in (invoke(bedrock, CANVAS, body) for body in bodies)]

    assert len(set(made)) == len(made)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("COLOR_GUIDED_GENERATION", {"text": "a hill", "colors": PALETTE, "width": 384, "height": 640}),
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
