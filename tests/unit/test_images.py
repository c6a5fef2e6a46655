"""Measuring from the header agrees with a decoder, and nothing but a picture is measured."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from functions.darkroom import images
from functions.darkroom.errors import InputRefused


def encoded(size: tuple[int, int], kind: str, mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


@given(st.integers(1, 3000), st.integers(1, 40))
def test_a_png_is_measured_from_its_header(width, height):
    assert images.measure(encoded((width, height), "PNG")) == images.Measured("png", width, height)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}, {"quality": 100, "subsampling": 0}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_kind_of_jpeg_is_measured_from_its_header(options, mode):
    assert images.measure(encoded((123, 45), "JPEG", mode, **options)) == images.Measured("jpeg", 123, 45)


def test_metadata_before_the_size_is_passed_over():
    exif = Image.Exif()
    exif[0x010E] = "x" * 30_000
    data = encoded((20, 10), "JPEG", exif=exif, icc_profile=b"p" * 20_000, comment=b"c" * 1000)
    assert images.measure(data[: images.HEADER_BYTES]).width == 20


@given(st.binary(max_size=300), st.sampled_from([b"", images.PNG, images.JPEG, images.JPEG + b"\xe0"]))
def test_whatever_bytes_come_they_are_measured_or_refused(data, start):
    try:
        measured = images.measure(start + data)
    except InputRefused as error:
        assert error.slug in {"image-empty", "image-format", "image-unreadable"}
    else:
        assert measured.width > 0
        assert measured.height > 0


@given(st.integers(0, 60))
def test_a_header_that_is_cut_short_is_refused(length):
    for kind in ("PNG", "JPEG"):
        data = encoded((30, 30), kind)
        frame = data.find(b"\xff\xc0") if kind == "JPEG" else 16
        if length < frame + 4:
            with pytest.raises(InputRefused):
                images.measure(data[:length])


@given(st.integers(10, 300), st.integers(10, 300), st.integers(10, 300), st.integers(10, 300))
def test_fitting_gives_exactly_the_size(width, height, to_width, to_height):
    fitted = images.fit(encoded((width, height), "PNG"), to_width, to_height)
    assert images.measure(fitted) == images.Measured("png", to_width, to_height)


def test_fitting_cuts_evenly_and_does_not_stretch():
    picture = Image.new("RGB", (300, 100), "red")
    picture.paste("blue", (100, 0, 200, 100))
    out = io.BytesIO()
    picture.save(out, "PNG")

    middle = Image.open(io.BytesIO(images.fit(out.getvalue(), 100, 100)))

    assert middle.getpixel((50, 50)) == (0, 0, 255)
    assert middle.getpixel((4, 50)) == (0, 0, 255)
