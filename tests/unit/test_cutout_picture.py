"""Files to pixels and back. Pillow is the second opinion."""

from __future__ import annotations

import io
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from functions.cutout.picture import JPEG_MAGIC, MAX_BYTES, MAX_SIDE, InputRefused, Picture, decode, encode, measure

ORIENTATION = 0x0112
WIDTH, HEIGHT = 60, 40


def colours() -> Image.Image:
    """Every pixel another colour, so that a turn or a swap of channels shows."""
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + header + zlib.crc32(header).to_bytes(4)


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def rgb(picture: Picture) -> np.ndarray:
    return picture.bgr[..., ::-1]


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_the_size_is_read_from_the_header_alone(form):
    image = saved(colours(), form, exif=oriented(1))

    assert measure(image[:-20]) == (WIDTH, HEIGHT)


def test_the_size_of_a_progressive_jpeg_is_read():
    assert measure(saved(colours(), "JPEG", progressive=True)) == (WIDTH, HEIGHT)


def test_padding_before_a_jpeg_marker_is_passed_over():
    plain = saved(colours(), "JPEG")

    assert measure(plain[:2] + b"\xff\xff\xff" + plain[2:]) == (WIDTH, HEIGHT)


REFUSED = {
    "nothing": (b"", "image-empty"),
    "text": (b"hello", "image-format"),
    "a GIF": (saved(colours(), "GIF"), "image-format"),
    "a WebP": (saved(colours(), "WEBP"), "image-format"),
    "a PNG's first bytes": (b"\x89PNG\r\n\x1a\n", "image-unreadable"),
    "a PNG without width": (png_claiming(0, 10), "image-unreadable"),
    "a JPEG's first bytes": (b"\xff\xd8\xff", "image-unreadable"),
    "a JPEG of zeros": (b"\xff\xd8\xff\xe0" + bytes(40), "image-unreadable"),
    "half a PNG": (saved(colours())[:3000], "image-unreadable"),
    "half a JPEG": (saved(colours(), "JPEG")[:1500], "image-unreadable"),
    "a JPEG behind a PNG's header": (png_claiming(WIDTH, HEIGHT) + saved(colours(), "JPEG"), "image-unreadable"),
    "a PNG behind a JPEG's first bytes": (JPEG_MAGIC + saved(colours())[3:], "image-unreadable"),
    "one column too many": (png_claiming(MAX_SIDE + 1, 1), "image-too-large"),
    "a bomb": (png_claiming(1, 2**31 - 1), "image-too-large"),
    "one byte too many": (saved(colours()).ljust(MAX_BYTES + 1, b"\0"), "image-too-large"),
}


@pytest.mark.parametrize(("image", "slug"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused_by_its_own_name(image, slug):
    with pytest.raises(InputRefused) as refused:
        decode(image)

    assert refused.value.slug == slug
    assert refused.value.detail.endswith(".")


def test_a_damaged_png_is_refused():
    image = bytearray(saved(colours()))
    image[len(image) // 2] ^= 0xFF

    with pytest.raises(InputRefused, match="image-unreadable"):
        decode(bytes(image))


@settings(max_examples=60)
@given(st.data())
def test_no_damage_makes_anything_else_than_a_picture_or_a_refusal(data):
    form = data.draw(st.sampled_from(["PNG", "JPEG"]))
    image = bytearray(saved(colours(), form, exif=oriented(6)))
    for _ in range(data.draw(st.integers(1, 6))):
        image[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))
    try:
        width, height = decode(bytes(image)).size
    except InputRefused:
        return

    assert 0 < width <= MAX_SIDE
    assert 0 < height <= MAX_SIDE


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_every_orientation_is_turned_upright(form, orientation):
    image = saved(colours(), form, exif=oriented(orientation), **({"quality": 95} if form == "JPEG" else {}))

    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(image)))

    assert np.abs(rgb(decode(image)).astype(int) - np.asarray(upright)).max() <= (2 if form == "JPEG" else 0)


def test_a_little_endian_orientation_is_read():
    exif = b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00"

    assert decode(saved(colours(), exif=exif)).size == (HEIGHT, WIDTH)


@pytest.mark.parametrize("mode", ["L", "P", "1"])
def test_grey_and_palette_pictures_become_colour_without_alpha(mode):
    source = colours().convert(mode)
    picture = decode(saved(source))

    assert picture.alpha is None
    assert np.array_equal(rgb(picture), np.asarray(source.convert("RGB")))


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_sixteen_bits_keep_their_upper_eight(channels):
    deep = np.random.default_rng(1).integers(0, 2**16, (HEIGHT, WIDTH, channels), np.uint16)
    picture = decode(cv2.imencode(".png", deep)[1].tobytes())

    assert np.array_equal(picture.bgr, np.broadcast_to(deep[..., :3] >> 8, (HEIGHT, WIDTH, 3)))
    assert (picture.alpha is not None) == (channels == 4)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_an_alpha_channel_is_kept_apart(mode):
    source = colours().convert(mode)
    alpha = np.arange(WIDTH * HEIGHT, dtype=np.uint8).reshape(HEIGHT, WIDTH)
    source.putalpha(Image.fromarray(alpha))

    assert np.array_equal(decode(saved(source)).alpha, alpha)


def test_a_transparent_palette_colour_is_alpha():
    source = colours().quantize(16)
    picture = decode(saved(source, transparency=3))

    assert np.array_equal(picture.alpha == 0, np.asarray(source) == 3)


def test_a_cmyk_jpeg_becomes_rgb():
    assert decode(saved(colours().convert("CMYK"), "JPEG")).bgr.shape == (HEIGHT, WIDTH, 3)


def test_an_rgb_profile_is_kept():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = decode(saved(colours(), "JPEG", icc_profile=profile))

    written = Image.open(io.BytesIO(encode(picture, np.full((HEIGHT, WIDTH), 255, np.uint8))))

    assert written.info["icc_profile"] == profile


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_grey_profile_is_not_put_on_a_colour_picture(form):
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[16:20] = b"GRAY"

    assert decode(saved(colours().convert("L"), form, icc_profile=bytes(profile))).profile is None


def test_a_cmyk_profile_is_dropped():
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[16:20] = b"CMYK"

    assert decode(saved(colours().convert("CMYK"), "JPEG", icc_profile=bytes(profile))).profile is None


def test_hidden_pixels_are_written_black_and_visible_ones_as_they_were():
    opacity = np.random.default_rng(3).integers(0, 3, (HEIGHT, WIDTH)).astype(np.uint8) * 127

    written = Image.open(io.BytesIO(encode(decode(saved(colours())), opacity)))

    assert written.mode == "RGBA"
    pixels = np.asarray(written)
    assert np.array_equal(pixels[..., 3], opacity)
    assert not pixels[opacity == 0].any()
    assert np.array_equal(pixels[opacity > 0][:, :3], np.asarray(colours())[opacity > 0])
