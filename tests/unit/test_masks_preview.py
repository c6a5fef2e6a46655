"""A preview shows the area that will be changed, on any picture."""

from __future__ import annotations

import pytest
from PIL import Image

from functions.darkroom import masks
from functions.darkroom.errors import InputRefused
from tests.unit.mask_rig import loaded, mask, oriented, photo, region, saved

BOX = (60, 40, 50, 30)


def shown(picture: Image.Image, task: str = "INPAINTING", means: str = "black-is-inside", **options) -> Image.Image:
    changed = region(picture.size, BOX)
    return loaded(masks.preview(saved(picture, **options), mask(changed, means, task), task, means=means))


@pytest.mark.parametrize("task", ["INPAINTING", "OUTPAINTING"])
@pytest.mark.parametrize("means", ["black-is-inside", "white-is-changed", "transparent-is-changed"])
def test_what_will_be_changed_is_tinted_and_nothing_else(means, task):
    seen = shown(Image.new("RGB", (200, 120), "#808080"), task, means)
    red, green, blue = seen.getpixel((85, 55))
    assert red > 180
    assert blue > 160
    assert green < 70
    assert {seen.getpixel(spot) for spot in ((10, 10), (57, 55), (150, 100))} == {(128, 128, 128)}


@pytest.mark.parametrize("ground", ["black", "white", "#ff00dc"])
def test_the_edge_is_two_pixels_of_white_within_one_of_black(ground):
    row = [shown(Image.new("RGB", (200, 120), ground)).getpixel((x, 55)) for x in range(59, 62)]
    assert row == [(0, 0, 0), (255, 255, 255), (255, 255, 255)]


@pytest.mark.parametrize(
    ("size", "expected"), [((1536, 1024), (768, 512)), ((700, 900), (597, 768)), ((200, 120), (200, 120))]
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_it_is_at_most_768_pixels_and_never_larger_than_the_picture(size, expected, kind):
    data = saved(Image.new("RGB", size, "#336699"), kind)
    preview = loaded(masks.preview(data, mask(region(size, (0, 0, size[0] // 2, size[1]))), "INPAINTING"))
    assert preview.size == pytest.approx(expected, abs=1)
    assert preview.getpixel((expected[0] - 9, 20)) == pytest.approx((0x33, 0x66, 0x99), abs=3)
    assert preview.getpixel((20, 20))[0] > 120


def test_a_turned_photograph_is_shown_as_it_is_looked_at():
    turned = saved(photo((120, 200)), "JPEG", exif=oriented(6))
    preview = loaded(masks.preview(turned, mask(region((200, 120), BOX)), "INPAINTING"))
    assert preview.size == (200, 120)


def test_a_thin_line_stays_visible_when_scaled_down():
    line = region((1536, 1024), (0, 510, 1536, 2))
    preview = loaded(masks.preview(saved(Image.new("RGB", (1536, 1024))), mask(line), "INPAINTING"))
    assert max(preview.crop((0, 250, 768, 262)).getextrema()[0]) > 60
    line = region((1536, 1024), (0, 510, 1536, 1))
    preview = loaded(masks.preview(saved(Image.new("RGB", (1536, 1024), "#777777")), mask(line), "INPAINTING"))
    assert preview.crop((0, 250, 768, 262)).getextrema()[1] == (0, 255), "outlined in white and black"


def test_a_picture_with_transparency_lies_on_white():
    clear = Image.new("RGBA", (200, 120), (0, 0, 0, 0))
    assert shown(clear).getpixel((5, 5)) == (255, 255, 255)


def test_a_mask_without_transparency_cannot_be_shown_by_it():
    opaque = mask(region((200, 120), BOX))
    with pytest.raises(InputRefused, match="no transparent area"):
        masks.preview(saved(photo((200, 120))), opaque, "INPAINTING", means="transparent-is-changed")
