"""What a request's pictures and masks may be, for each model."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from local.bedrock.moderation import MARK
from tests.contract.bedrock_rig import CANVAS, V1, V2, bare_png, client, invoke, stored_png, task, text64

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.bedrock import Emulator

SIDE = 320
MARKED = dict([MARK])
IMAGE = text64(bare_png(SIDE, SIDE, texts=MARKED))
BLACK, WHITE = b"\0\0\0", b"\xff\xff\xff"
ALL = (V1, V2, CANVAS)

type Verdict = Callable[[str, dict[str, Any]], str]


@pytest.fixture
def verdict(emulator: Emulator) -> Verdict:
    """Nothing for a body that reaches the content filter, else what the model says against it."""

    def ask(model: str, body: dict[str, Any]) -> str:
        bedrock = client(emulator.url, "us-east-1")
        with pytest.raises(bedrock.exceptions.ValidationException) as caught:
            invoke(bedrock, model, body)
        text = str(caught.value.response["Error"]["Message"])
        return "" if "content filters" in text else text

    return ask


def masked(mask: bytes | str) -> dict[str, Any]:
    return task("INPAINTING", image=IMAGE, maskImage=mask if isinstance(mask, str) else text64(mask))


def sized(width: int, height: int, padding: int = 0) -> dict[str, Any]:
    return task("INPAINTING", image=text64(bare_png(width, height, padding, texts=MARKED)), maskPrompt="cup")


def jpeg_mask(quality: int, mode: str = "RGB") -> bytes:
    image = Image.new(mode, (SIDE, SIDE), "white")
    image.paste("black", (0, 0, 155, 150))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def png_of(pixels: np.ndarray[Any, Any]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("model", ALL)
def test_a_black_and_white_mask_is_taken(verdict: Verdict, model: str) -> None:
    assert verdict(model, masked(stored_png(b"\0" + (BLACK + WHITE) * (SIDE // 2), (SIDE, SIDE), {}))) == ""
    assert verdict(model, masked(jpeg_mask(100))) == ""


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(
    ("mask", "why"),
    [
        (stored_png(b"\0" + b"\0\0\1" * SIDE, (SIDE, SIDE), {}), r"only pixels of"),
        (stored_png(b"\0" + b"\xfe\xff\xff" * SIDE, (SIDE, SIDE), {}), r"only pixels of"),
        (stored_png(b"\0" + b"\xff\0\0" * SIDE, (SIDE, SIDE), {}), r"only pixels of"),
        (stored_png(b"\0" + b"\xff" * 4 * SIDE, (SIDE, SIDE), {}, kind=6), "without an alpha channel"),
        (stored_png(b"\0" + b"\xff" * SIDE, (SIDE, SIDE), {}, kind=0), "must be RGB"),
        (stored_png(b"\0" + b"\xff" * 6 * SIDE, (SIDE, SIDE), {}, depth=16), "more than 8 bits"),
        (stored_png(b"\0" + WHITE * (SIDE + 1), (SIDE + 1, SIDE), {}), "the mask is 321x320, the image 320x320"),
        (stored_png(b"\0" + WHITE * SIDE, (SIDE, SIDE - 1), {}), "the mask is 320x319"),
        (b"GIF89a" + b"\0" * 64, "neither PNG nor JPEG"),
        ("%", "not base64"),
    ],
)
def test_any_other_mask_is_refused(verdict: Verdict, model: str, mask: bytes | str, why: str) -> None:
    assert why in verdict(model, masked(mask))


@pytest.mark.parametrize(("model", "why"), [(V2, "only pixels of"), (CANVAS, "100 % quality")])
def test_a_lossy_jpeg_mask_is_refused(verdict: Verdict, model: str, why: str) -> None:
    assert why in verdict(model, masked(jpeg_mask(90)))


@pytest.mark.parametrize(("model", "taken"), [(V2, True), (CANVAS, False)])
def test_only_canvas_minds_the_quality_of_a_jpeg_that_is_pure_all_the_same(
    verdict: Verdict, model: str, *, taken: bool
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), "white").save(file, "JPEG", quality=95)

    assert (verdict(model, masked(file.getvalue())) == "") is taken


@pytest.mark.parametrize("model", [V1, V2])
def test_titan_takes_images_of_1408_pixels_and_5_mb(verdict: Verdict, model: str) -> None:
    full = 5 * 1024 * 1024
    bare = len(bare_png(320, 320, 1, texts=MARKED)) - 1

    assert verdict(model, sized(1408, 8)) == verdict(model, sized(8, 1408)) == ""
    assert "1409x8" in verdict(model, sized(1409, 8))
    assert "8x1409" in verdict(model, sized(8, 1409))
    assert verdict(model, sized(320, 320, full - bare)) == ""
    assert "more than 5 MB" in verdict(model, sized(320, 320, full - bare + 1))


@pytest.mark.parametrize("model", [V1, V2])
def test_titan_shrinks_what_is_to_be_varied(verdict: Verdict, model: str) -> None:
    body = task("IMAGE_VARIATION", images=[text64(bare_png(1600, 8, texts=MARKED))])

    assert verdict(model, body) == ""


@pytest.mark.parametrize(("width", "height"), [(320, 320), (321, 1284), (4092, 1023), (2048, 2047)])
def test_canvas_takes_images_up_to_its_edges(verdict: Verdict, width: int, height: int) -> None:
    assert verdict(CANVAS, sized(width, height)) == ""


@pytest.mark.parametrize(
    ("width", "height", "why"),
    [
        (319, 320, "320 to 4096"),
        (1024, 4097, "320 to 4096"),
        (320, 1281, "aspect ratios"),
        (2048, 2048, "not less than 4194304"),
    ],
)
def test_canvas_refuses_images_past_its_edges(verdict: Verdict, width: int, height: int, why: str) -> None:
    assert why in verdict(CANVAS, sized(width, height))


@pytest.mark.parametrize("model", ALL)
def test_an_alpha_channel_must_be_opaque(verdict: Verdict, model: str) -> None:
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    mask = text64(stored_png(b"\0" + WHITE * SIDE, (SIDE, SIDE), {}))

    opaque = task("INPAINTING", image=text64(png_of(pixels)), maskImage=mask, text="naked")
    assert verdict(model, opaque) == ""
    pixels[0, 0, 3] = 254
    assert "transparent pixels" in verdict(model, task("INPAINTING", image=text64(png_of(pixels)), maskImage=mask))


def test_an_image_that_unpacks_to_too_much_is_not_unpacked(verdict: Verdict) -> None:
    bomb = stored_png(b"\0", (60_000, 60_000), {})

    assert "pixels" in verdict(V2, task("IMAGE_VARIATION", images=[text64(bomb)]))


def test_a_file_that_stops_being_an_image_is_refused(verdict: Verdict) -> None:
    broken = bare_png(8, 8)[:40] + b"\0" * 40

    assert "cannot be decoded" in verdict(V2, task("IMAGE_VARIATION", images=[text64(broken)]))
