"""Pictures come to what a model takes and results come back, and every step is told."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms

from functions.darkroom import fitting
from functions.darkroom.errors import InputRefused
from functions.darkroom.fitting import Rule, Transform
from functions.darkroom.sizing import planned
from tests.unit.mask_rig import examples, loaded, mask, oriented, photo, region, saved, understood

TITAN = Rule(max_side=1408, max_bytes=5_000_000)
HOWS = ("resize", "pad", "crop")

hows = st.sampled_from(HOWS)


@pytest.mark.parametrize("how", HOWS)
def test_a_legal_picture_is_not_touched(how):
    data = saved(photo((60, 40)), "JPEG")
    fitted = fitting.fit(data, how, TITAN)
    assert (fitted.data, fitted.done, fitted.format) == (data, (), "jpeg")
    assert fitting.restore(data, fitted.transform) == data


SMALL = Rule(max_side=64, max_ratio=2)


@given(st.integers(8, 160), st.integers(8, 160), hows, st.sampled_from([1, 3, 6, 8]))
@examples(60)
def test_a_result_comes_back_to_the_size_and_place_of_its_original(width, height, how, orientation):
    original = saved(photo((width, height)), exif=oriented(orientation))
    upright = (height, width) if orientation > 4 else (width, height)
    try:
        fitted = fitting.fit(original, how, SMALL)
    except InputRefused:
        assume(how != "resize")
        raise
    assert SMALL.takes(loaded(fitted.data).size)
    back = loaded(fitting.restore(fitted.data, fitted.transform, original))
    assert back.size == upright
    there = photo((width, height)) if orientation == 1 else None
    if there is not None:
        apart = ImageChops.difference(back.convert("RGB"), there).convert("L")
        assert sum(value * count for value, count in enumerate(apart.histogram())) / (width * height) < 24


def marked(data: bytes, colour: str) -> bytes:
    """A model's result: the picture in one colour."""
    return saved(Image.new("RGB", loaded(data).size, colour))


def test_what_was_cut_out_is_put_back_into_the_original():
    original = photo((200, 50))
    fitted = fitting.fit(saved(original), "crop", SMALL)
    assert fitted.transform.part == (50, 0, 100, 50)
    back = loaded(fitting.restore(marked(fitted.data, "red"), fitted.transform, saved(original)))
    assert back.crop((50, 0, 150, 50)).getcolors() == [(5000, (255, 0, 0))]
    for kept in ((0, 0, 50, 50), (150, 0, 200, 50)):
        assert back.crop(kept).tobytes() == original.crop(kept).tobytes()
    with pytest.raises(InputRefused, match="not given"):
        fitting.restore(fitted.data, fitted.transform)


@pytest.mark.parametrize("larger", [1, 2])
def test_what_was_padded_is_cut_away_again(larger):
    fitted = fitting.fit(saved(photo((200, 50))), "pad", SMALL)
    across, down = fitted.transform.canvas
    result = Image.new("RGB", (across * larger, down * larger), "red")
    left, top, width, height = (side * larger for side in fitted.transform.box)
    result.paste("blue", (left, top, left + width, top + height))
    back = loaded(fitting.restore(saved(result), fitted.transform))
    assert (back.size, back.getcolors()) == ((200, 50), [(10_000, (0, 0, 255))])


def test_a_result_of_another_size_and_with_alpha_comes_back_too():
    original = saved(photo((200, 50)))
    for how in ("pad", "crop"):
        fitted = fitting.fit(original, how, SMALL)
        width, height = fitted.transform.canvas
        result = Image.new("RGBA", (2 * width, 2 * height), (9, 9, 9, 0))
        back = loaded(fitting.restore(saved(result), fitted.transform, original))
        assert (back.size, back.mode, back.getpixel((100, 25))[3]) == ((200, 50), "RGBA", 0)


@given(st.integers(8, 160), st.integers(8, 160), hows, st.sampled_from(["INPAINTING", "OUTPAINTING"]))
@examples(60)
def test_a_mask_follows_its_picture(width, height, how, task):
    changed = region((width, height), (width // 4, height // 4, max(1, width // 2), max(1, height // 2)))
    try:
        fitted = fitting.fit(saved(changed.convert("RGB")), how, SMALL)
    except InputRefused:
        assume(how != "resize")
        raise
    moved = Image.frombytes(
        "L", fitted.transform.canvas, understood(fitting.follow(mask(changed, task=task), fitted.transform, task), task)
    )
    left, top, across, down = fitted.transform.box
    moved_picture = loaded(fitted.data).convert("L").crop((left, top, left + across, top + down))
    apart = ImageChops.difference(moved.crop((left, top, left + across, top + down)), moved_picture)
    assert sum(apart.histogram()[140:]) <= 4 * (across + down)
    outside = moved.copy()
    outside.paste(0, (left, top, left + across, top + down))
    assert not outside.getbbox()


def test_a_mask_of_another_size_cannot_follow():
    plan = planned((200, 50), "pad", SMALL)
    with pytest.raises(InputRefused, match="20x20"):
        fitting.follow(mask(region((20, 20), (1, 1, 5, 5))), plan, "INPAINTING")


@pytest.mark.parametrize(
    ("picture", "kind", "options", "told"),
    [
        (photo((60, 40), "L"), "PNG", {}, "greyscale"),
        (photo((60, 40)).convert("P"), "PNG", {}, "palette"),
        (photo((60, 40), "CMYK"), "JPEG", {}, "CMYK"),
        (photo((60, 40), "L").convert("I").point(lambda value: value * 257).convert("I;16"), "PNG", {}, "16 bits"),
        (photo((60, 40)).convert("RGBA"), "PNG", {}, "opaque everywhere"),
        (photo((60, 40)), "JPEG", {"exif": oriented(6)}, "orientation 6"),
        (photo((60, 40)), "WEBP", {}, "WEBP"),
        (photo((90, 40)), "PNG", {}, "64x28"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_form_comes_to_rgb_and_is_told(picture, kind, options, told):
    fitted = fitting.fit(saved(picture, kind, **options), "resize", Rule(max_side=64))
    result = loaded(fitted.data)
    assert (result.mode, result.format, fitted.format) == ("RGB", "PNG", "png")
    assert any(told in done for done in fitted.done)
    assert not fitting.objections(fitting.examine(fitted.data), Rule(max_side=64))


def test_a_transparent_picture_is_refused_or_laid_on_the_named_colour():
    clear = photo((30, 20)).convert("RGBA")
    clear.putalpha(0)
    with pytest.raises(InputRefused) as refused:
        fitting.fit(saved(clear), "resize", TITAN)
    assert refused.value.slug == "image-transparent"
    fitted = fitting.fit(saved(clear), "resize", TITAN, background="#102030")
    assert loaded(fitted.data).getpixel((5, 5)) == (16, 32, 48)
    assert "#102030" in fitted.done[0]


def test_a_picture_that_is_only_too_heavy_is_written_lighter():
    heavy = saved(Image.effect_noise((100, 100), 90).convert("RGB"), compress_level=0)
    fitted = fitting.fit(heavy, "resize", Rule(max_bytes=9_000))
    assert len(fitted.data) <= 9_000
    assert fitted.format == "jpeg"
    assert "9,000" in fitted.done[0]
    with pytest.raises(InputRefused) as refused:
        fitting.fit(heavy, "resize", Rule(max_bytes=900))
    assert refused.value.slug == "image-too-large"


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XYZ = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()


def other_profile() -> bytes:
    """A space of another name, in which red and green have changed places."""
    swapped = SRGB.replace(b"rXYZ", b"_XYZ").replace(b"gXYZ", b"rXYZ").replace(b"_XYZ", b"gXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be"))


@pytest.mark.parametrize(
    ("profile", "told", "colour"),
    [
        (SRGB, None, (200, 40, 40)),
        (b"junk" * 40, "dropped", (200, 40, 40)),
        (XYZ, "dropped", (200, 40, 40)),
        (other_profile(), "from xRGB", (40, 200, 40)),
    ],
    ids=["srgb", "broken", "of no rgb", "another"],
)
@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGB"), ("JPEG", "RGB"), ("PNG", "RGBA")])
def test_colours_come_to_srgb_and_nothing_changes_silently(profile, told, colour, kind, mode):
    picture = saved(Image.new(mode, (90, 60), (200, 40, 40)), kind, icc_profile=profile)
    fitted = fitting.fit(picture, "resize", Rule(max_side=64))
    assert any((told or "colour") in done for done in fitted.done) == bool(told)
    assert loaded(fitted.data).getpixel((30, 20)) == pytest.approx(colour, abs=3)
    assert "icc_profile" not in loaded(fitted.data).info


def test_what_a_model_would_refuse_is_listed_with_its_numbers():
    data = saved(photo((90, 40)).convert("RGBA"), "WEBP", lossless=True, exif=oriented(6))
    found = fitting.objections(fitting.examine(data), Rule(max_side=64, max_bytes=10))
    assert [one.slug for one in found] == ["image-format", "image-turned", "image-size", "image-too-large"]
    assert "40x90" in found[2].detail
    assert fitting.objections(fitting.examine(saved(photo((60, 40)), "JPEG")), TITAN) == ()


def test_padding_continues_the_edges_and_tells_where_the_picture_lies():
    fitted = fitting.fit(saved(Image.new("RGB", (200, 50), "#336699")), "pad", SMALL)
    assert loaded(fitted.data).getcolors() == [(64 * 32, (0x33, 0x66, 0x99))]
    assert fitted.transform.box == (0, 8, 64, 16)
    assert any("padded to 64x32" in done for done in fitted.done)


def test_a_transform_survives_as_json():
    plan = planned((200, 50), "crop", SMALL)
    assert Transform.model_validate_json(plan.model_dump_json()) == plan


@pytest.mark.parametrize("size", [(640, 400), (400, 640)])
def test_stretching_is_told_by_how_much(size):
    rule = Rule(sizes=((60, 40), (40, 60)))
    fitted = fitting.fit(saved(photo(size)), "resize", rule)
    assert any("stretched" in done or "squeezed" in done for done in fitted.done)
    assert abs(fitted.transform.stretch) == pytest.approx(0.0625, abs=0.005)
