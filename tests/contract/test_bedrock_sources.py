"""What a request's pictures and masks may be, for each model."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from local.bedrock.moderation import MARK
from tests.contract.bedrock_rig import CANVAS, SIDE, V1, V2, bare_png, client, invoke, stored_png, task, text64

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.bedrock import Emulator

MARKED = dict([MARK])
IMAGE = text64(bare_png(SIDE, SIDE, texts=MARKED))
BLACK, WHITE = b"\0\0\0", b"\xff\xff\xff"
ALL, TITAN = (V1, V2, CANVAS), (V1, V2)
FULL = 5 * 1024 * 1024

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


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def square(mode: str, colour: Any = 0) -> Image.Image:
    return Image.new(mode, (SIDE, SIDE), colour)


def half_black(mode: str = "RGB") -> Image.Image:
    image = square("RGB", "white")
    image.paste("black", (0, 0, 155, 150))
    return image.convert(mode)


def seen(image: bytes | str) -> dict[str, Any]:
    """A body that is refused for its prompt, once its image has been taken."""
    return task("INPAINTING", image=image if isinstance(image, str) else text64(image), maskPrompt="naked")


@pytest.mark.parametrize("model", ALL)
def test_a_black_and_white_mask_is_taken(verdict: Verdict, model: str) -> None:
    assert verdict(model, masked(stored_png(b"\0" + (BLACK + WHITE) * (SIDE // 2), (SIDE, SIDE), {}))) == ""
    assert verdict(model, masked(saved(half_black(), "JPEG", quality=100))) == ""


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(
    ("mask", "why"),
    [
        (stored_png(b"\0" + b"\0\0\1" * SIDE, (SIDE, SIDE), {}), r"only pixels of"),
        (stored_png(b"\0" + b"\xfe\xff\xff" * SIDE, (SIDE, SIDE), {}), r"only pixels of"),
        (stored_png(b"\0" + b"\xff\0\0" * SIDE, (SIDE, SIDE), {}), r"only pixels of"),
        (saved(half_black("L")), "the mask is grey; it must be RGB"),
        (saved(half_black("LA")), "the mask is grey with alpha; it must be RGB"),
        (saved(half_black("1")), "the mask is grey; it must be RGB"),
        (saved(half_black("P")), "the mask is indexed; it must be RGB"),
        (saved(half_black("L"), "JPEG", quality=100), "the mask is grey; it must be RGB"),
        (saved(half_black("CMYK"), "JPEG", quality=100), "the mask is CMYK; it must be RGB"),
        (stored_png(b"\0" + b"\xff" * 6 * SIDE, (SIDE, SIDE), {}, depth=16), "more than 8 bits"),
        (stored_png(b"\0" + WHITE * (SIDE + 1), (SIDE + 1, SIDE), {}), "the mask is 321x320, the image 320x320"),
        (stored_png(b"\0" + WHITE * SIDE, (SIDE, SIDE - 1), {}), "the mask is 320x319"),
        (b"GIF89a" + b"\0" * 64, "neither PNG nor JPEG"),
        ("%", "not base64"),
    ],
)
def test_any_other_mask_is_refused(verdict: Verdict, model: str, mask: bytes | str, why: str) -> None:
    assert why in verdict(model, masked(mask))


@pytest.mark.parametrize("model", TITAN)
def test_titan_takes_a_mask_without_an_alpha_channel_only(verdict: Verdict, model: str) -> None:
    for mask in (saved(half_black("RGBA")), saved(half_black(), transparency=(1, 2, 3))):
        assert "the mask is RGB with alpha; it must be RGB" in verdict(model, masked(mask))


def test_canvas_takes_a_mask_with_an_alpha_channel_that_is_opaque(verdict: Verdict) -> None:
    half = half_black("RGBA")
    half.putpixel((3, 3), (0, 0, 0, 254))

    assert verdict(CANVAS, masked(saved(half_black("RGBA")))) == ""
    assert "transparent pixels" in verdict(CANVAS, masked(saved(half)))


def test_a_mask_of_titan_has_5_mb_at_most(verdict: Verdict) -> None:
    full = FULL - len(bare_png(SIDE, SIDE, 1)) + 1

    assert "only pixels of" in verdict(V2, masked(bare_png(SIDE, SIDE, full)))
    assert "more than 5 MB" in verdict(V2, masked(bare_png(SIDE, SIDE, full + 1)))


@pytest.mark.parametrize(("model", "why"), [(V2, "only pixels of"), (CANVAS, "100 % quality")])
def test_a_lossy_jpeg_mask_is_refused(verdict: Verdict, model: str, why: str) -> None:
    assert why in verdict(model, masked(saved(half_black(), "JPEG", quality=90)))


@pytest.mark.parametrize(("model", "taken"), [(V2, True), (CANVAS, False)])
def test_only_canvas_minds_the_quality_of_a_jpeg_that_is_pure_all_the_same(
    verdict: Verdict, model: str, *, taken: bool
) -> None:
    assert (verdict(model, masked(saved(square("RGB", "white"), "JPEG", quality=95))) == "") is taken


@pytest.mark.parametrize("model", TITAN)
def test_titan_takes_images_of_1408_pixels_and_5_mb(verdict: Verdict, model: str) -> None:
    bare = len(bare_png(320, 320, 1, texts=MARKED)) - 1

    assert verdict(model, sized(1408, 8)) == verdict(model, sized(8, 1408)) == ""
    assert "1409x8" in verdict(model, sized(1409, 8))
    assert "8x1409" in verdict(model, sized(8, 1409))
    assert verdict(model, sized(320, 320, FULL - bare)) == ""
    assert "more than 5 MB" in verdict(model, sized(320, 320, FULL - bare + 1))


@pytest.mark.parametrize("model", TITAN)
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
@pytest.mark.parametrize(
    "image",
    [
        saved(square("L", 90)),
        saved(square("L", 90), transparency=91),
        saved(square("1")),
        saved(square("P")),
        saved(square("LA", (90, 255))),
        saved(square("RGBA", (9, 9, 9, 255))),
        saved(square("L", 90), "JPEG"),
        saved(square("RGB"), "JPEG", progressive=True, quality=20),
    ],
    ids=["grey", "unused-transparency", "1-bit", "indexed", "grey-alpha", "alpha", "grey-jpeg", "progressive-jpeg"],
)
def test_what_stands_for_8_bit_rgb_is_taken(verdict: Verdict, model: str, image: bytes) -> None:
    assert verdict(model, seen(image)) == ""


@pytest.mark.parametrize("model", ALL)
@pytest.mark.parametrize(
    ("image", "why"),
    [
        (saved(square("RGBA", (9, 9, 9, 254))), "transparent pixels"),
        (saved(square("LA", (90, 254))), "transparent pixels"),
        (saved(square("L", 90), transparency=90), "transparent pixels"),
        (saved(square("1", 1), transparency=1), "transparent pixels"),
        (saved(square("P"), transparency=0), "transparent pixels"),
        (saved(square("RGB"), transparency=(0, 0, 0)), "transparent pixels"),
        (stored_png(b"\0" + b"\x80" * 2 * SIDE, (SIDE, SIDE), {}, depth=16, kind=0), "more than 8 bits"),
        (saved(square("CMYK"), "JPEG"), "CMYK, not RGB"),
        (saved(square("RGB"), "WEBP"), "neither PNG nor JPEG"),
        (saved(square("RGB"), "GIF"), "neither PNG nor JPEG"),
        ("data:image/png;base64," + IMAGE, "not base64"),
        (IMAGE.rstrip("=")[:-1], "not base64"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) and len(value) < 40 else "",
)
def test_what_does_not_is_refused(verdict: Verdict, model: str, image: bytes | str, why: str) -> None:
    assert why in verdict(model, seen(image))


def test_an_image_that_unpacks_to_too_much_is_not_unpacked(verdict: Verdict) -> None:
    bomb = stored_png(b"\0", (60_000, 60_000), {})

    assert "pixels" in verdict(V2, task("IMAGE_VARIATION", images=[text64(bomb)]))


def test_a_file_that_stops_being_an_image_is_refused(verdict: Verdict) -> None:
    broken = bare_png(8, 8)[:40] + b"\0" * 40

    assert "cannot be decoded" in verdict(V2, task("IMAGE_VARIATION", images=[text64(broken)]))
