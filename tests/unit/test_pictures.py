"""Picture files are opened within bounds, told what they are, and turned upright."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from functions.darkroom import fitting, masks
from functions.darkroom.errors import InputRefused
from functions.darkroom.pictures import files, writing
from tests.unit.mask_rig import examples, loaded, oriented, photo, png_claiming, saved


def test_what_a_door_may_import_brings_no_imaging_library():
    modules = ", ".join(f"functions.darkroom.{name}" for name in ("masks.shapes", "sizing", "masks", "fitting"))
    script = f"import sys, {modules}; print('PIL' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.strip() == "False"


def test_the_package_finds_its_functions_when_they_are_asked_for():
    assert all(callable(getattr(masks, name)) for name in masks.__all__ if name[0].islower())
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = masks.nothing


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_picture_is_turned_upright_as_another_reader_does(orientation, kind):
    data = saved(photo((24, 16)), kind, exif=oriented(orientation), **({"lossless": True} if kind == "WEBP" else {}))

    picture, traits = files.upright(data)

    assert traits.orientation == orientation
    assert picture.size == traits.size == files.upright_size(data)
    assert picture.tobytes() == ImageOps.exif_transpose(loaded(data)).convert("RGB").tobytes()


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"Exif\x00\x00",
        b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\xff",
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff\x12",
    ],
)
def test_broken_exif_is_no_turn_and_no_warning(exif):
    assert fitting.examine(saved(photo((9, 7)), "JPEG", exif=exif)).orientation == 1


@given(st.binary(max_size=80))
def test_whatever_the_exif_holds_the_orientation_is_one_of_eight(tail):
    for order in (b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08"):
        assert 1 <= files._orientation(b"Exif\x00\x00" + order + tail) <= 8


@pytest.mark.parametrize(
    ("picture", "kind", "told"),
    [
        (Image.new("1", (3, 2)), "PNG", ("png", "1", 1, False, False)),
        (Image.new("L", (3, 2)), "PNG", ("png", "L", 8, False, False)),
        (Image.new("P", (3, 2)), "GIF", ("gif", "P", 8, False, False)),
        (Image.new("I;16", (3, 2)), "PNG", ("png", "I;16", 16, False, False)),
        (Image.new("LA", (3, 2), (1, 255)), "PNG", ("png", "LA", 8, True, False)),
        (Image.new("RGBA", (3, 2), (1, 2, 3, 255)), "PNG", ("png", "RGBA", 8, True, False)),
        (Image.new("RGBA", (3, 2), (1, 2, 3, 254)), "PNG", ("png", "RGBA", 8, True, True)),
        (Image.new("RGB", (3, 2)), "BMP", ("bmp", "RGB", 8, False, False)),
        (Image.new("CMYK", (3, 2)), "JPEG", ("jpeg", "CMYK", 8, False, False)),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else None,
)
def test_a_file_is_told_by_its_traits(picture, kind, told):
    traits = fitting.examine(saved(picture, kind))
    assert (traits.format, traits.mode, traits.bits, traits.alpha, traits.transparent) == told
    assert traits.size == (3, 2)


def test_a_transparent_palette_entry_counts_only_where_it_is_used():
    picture = Image.new("P", (4, 4), 1)
    picture.putpalette([0, 0, 0, 255, 255, 255])
    assert not fitting.examine(saved(picture, "PNG", transparency=0)).transparent
    picture.putpixel((0, 0), 0)
    assert fitting.examine(saved(picture, "PNG", transparency=0)).transparent


@pytest.mark.parametrize("value", [0, 255, 257, 511, 32896, 65535])
def test_sixteen_bits_become_eight_without_clipping(value):
    picture = files.eight_bits(files.opened(saved(Image.new("I;16", (2, 2), value))))
    assert (picture.mode, picture.getpixel((0, 0))) == ("L", value >> 8)


@pytest.mark.parametrize("size", [(10_001, 5_000), (60_000, 60_000), (2**31 - 1, 1)])
def test_a_picture_over_fifty_megapixels_is_refused_before_it_is_decoded(size):
    for look in (fitting.examine, files.upright_size, files.upright):
        with pytest.raises(InputRefused, match="megapixels") as refused:
            look(png_claiming(*size))
        assert refused.value.slug == "image-too-large"


@given(st.integers(1, 90), st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]))
@examples(30)
def test_a_file_that_ends_too_early_is_refused(percent, kind):
    data = saved(photo((40, 30)), kind)
    with pytest.raises(InputRefused) as refused:
        files.upright(data[: max(1, len(data) * percent // 100 - 12)])
    assert refused.value.slug in {"image-unreadable", "image-format"}


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF", b"GIF89a", b"BM"]),
)
@examples(60)
def test_whatever_bytes_come_they_are_read_or_refused(data, start):
    try:
        traits = fitting.examine(start + data)
    except InputRefused as error:
        assert error.slug in {"image-empty", "image-format", "image-unreadable", "image-too-large"}
    else:
        assert min(traits.size) > 0


def test_what_is_too_heavy_as_a_png_becomes_the_best_jpeg_that_is_not():
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    lossless, told = writing.within(noise, None)
    assert (loaded(lossless).tobytes(), told) == (noise.tobytes(), None)

    data, told = writing.within(noise, len(lossless) - 1)

    assert len(data) < len(lossless)
    assert loaded(data).format == "JPEG"
    assert "quality" in told
    with pytest.raises(InputRefused, match="at most 100"):
        writing.within(noise, 100)
