"""A mask is seen for what it would do, in each convention and form, before anything is spent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from functions.darkroom import masks
from functions.darkroom.errors import InputRefused
from functions.darkroom.masks.report import Report
from tests.unit.mask_rig import (
    TASKS,
    conventions,
    examples,
    loaded,
    mask,
    oriented,
    photo,
    region,
    regions,
    saved,
    tasks,
    understood,
)

ISLAND = region((40, 30), (8, 8, 8, 6))
GROUND = ImageChops.invert(ISLAND)


def slugs(report: Report) -> list[str]:
    return [problem.slug for problem in report.problems]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("means", ["black-is-inside", "white-is-changed", "transparent-is-changed"])
def test_what_is_told_to_change_is_what_was_meant(means, task):
    report = masks.see(mask(ISLAND, means, task), (40, 30), task, means=means)
    assert (report.means, report.changed.share, report.changed.boxes) == (means, 0.04, ((8, 8, 8, 6),))


def test_titans_own_mask_can_be_sent_as_it_is():
    report = masks.see(mask(ISLAND), (40, 30), "INPAINTING")
    assert (report.verdict, report.problems, report.asIs) == ("ok", (), report.changed)
    assert (report.seen.pure, report.seen.colours, report.seen.sample) == (1, 2, ("#ffffff", "#000000"))


def test_a_mask_of_the_other_polarity_is_told_with_what_it_would_have_done():
    report = masks.see(mask(ISLAND, "white-is-changed"), (40, 30), "INPAINTING")
    assert (report.verdict, report.means, report.likely.sure) == ("fixable", "white-is-changed", True)
    assert (report.changed.share, report.asIs.share) == (0.04, 0.96)
    assert slugs(report) == ["mask-polarity"]
    assert "96 %" in report.problems[0].hint


def test_declared_as_titans_it_looks_inverted_but_is_taken_at_its_word():
    report = masks.see(mask(GROUND), (40, 30), "INPAINTING", means="black-is-inside")
    assert (report.verdict, report.changed.share, slugs(report)) == ("ok", 0.96, ["mask-inverted"])
    assert "white-is-changed" in report.problems[0].hint


def test_an_outpainting_mask_that_keeps_the_surroundings_looks_inverted():
    report = masks.see(mask(ISLAND, task="OUTPAINTING"), (40, 30), "OUTPAINTING")
    assert slugs(report) == ["mask-inverted", "mask-means"]
    assert not report.likely.sure


def test_neither_half_of_an_even_mask_is_guessed():
    report = masks.see(mask(region((40, 30), (0, 0, 20, 30))), (40, 30), "INPAINTING")
    assert (report.verdict, report.likely.sure, slugs(report)) == ("ok", False, ["mask-means"])


def test_an_area_that_reaches_an_edge_is_not_guessed_however_small():
    sky = region((40, 30), (0, 0, 40, 6))
    assert not masks.see(mask(sky), (40, 30), "INPAINTING").likely.sure
    assert not masks.see(mask(sky, "white-is-changed"), (40, 30), "INPAINTING").likely.sure


def pasted(changed: Image.Image, colour: tuple[int, ...], ground: tuple[int, ...]) -> Image.Image:
    made = Image.new("RGBA", changed.size, ground)
    made.paste(colour, mask=changed)
    return made


CUT = photo((40, 30)).convert("RGBA")
CUT.putalpha(GROUND)


@pytest.mark.parametrize(
    ("picture", "means", "sure"),
    [
        (CUT, "transparent-is-changed", True),
        (pasted(ISLAND, (0, 0, 0, 0), (255, 255, 255, 255)), "transparent-is-changed", True),
        (pasted(ISLAND, (0, 0, 0, 0), (0, 0, 0, 255)), "transparent-is-changed", True),
        (pasted(ISLAND, (255, 255, 255, 255), (0, 0, 0, 0)), "white-is-changed", False),
        (pasted(ISLAND, (0, 0, 0, 255), (0, 0, 0, 0)), "black-is-inside", False),
        (pasted(region((40, 30), (0, 0, 9, 30)), (0, 0, 0, 255), (255, 255, 255, 255)), "black-is-inside", True),
    ],
    ids=["hole in a photo", "hole in white", "hole in black", "white strokes", "black strokes", "opaque"],
)
def test_transparency_is_read_for_what_it_most_likely_means(picture, means, sure):
    picture = picture.copy()
    if picture.getchannel("A").getextrema() == (255, 255):
        picture = pasted(ISLAND, (0, 0, 0, 255), (255, 255, 255, 255))
    report = masks.see(saved(picture), (40, 30), "INPAINTING")
    assert (report.likely.means, report.likely.sure, report.verdict) == (means, sure, "fixable")
    assert report.changed.share == 0.04
    assert (report.asIs is None) == (report.seen.alpha == "informative")


BLACK_ISLAND = GROUND
RED_ISLAND = Image.composite(Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "white"), ISLAND)
SOFT = region((200, 150), (60, 50, 40, 40)).filter(ImageFilter.GaussianBlur(3))


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (saved(BLACK_ISLAND), "mask-greyscale"),
        (saved(BLACK_ISLAND.convert("1")), "mask-one-bit"),
        (saved(BLACK_ISLAND.convert("P")), "mask-palette"),
        (saved(BLACK_ISLAND.convert("RGB").convert("CMYK"), "JPEG", quality=100), "mask-cmyk"),
        (saved(BLACK_ISLAND.convert("RGBA")), "mask-alpha"),
        (saved(BLACK_ISLAND.convert("I").point(lambda value: value * 257).convert("I;16")), "mask-16-bit"),
        (saved(BLACK_ISLAND.convert("RGB"), "WEBP", lossless=True), "mask-format"),
        (saved(BLACK_ISLAND.convert("RGB"), exif=oriented(3)), "mask-turned"),
        (saved(BLACK_ISLAND.resize((80, 60), 0).convert("RGB")), "mask-size"),
        (saved(BLACK_ISLAND.convert("RGB"), save_all=True, append_images=[ISLAND.convert("RGB")]), "mask-animated"),
        (saved(BLACK_ISLAND.point([40] + [255] * 255).convert("RGB")), "mask-grey"),
        (saved(RED_ISLAND), "mask-colours"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_form_that_titan_does_not_take_is_named_and_mended(data, slug):
    report = masks.see(data, (40, 30), "INPAINTING", means="black-is-inside")
    assert (report.verdict, slug in slugs(report)) == ("fixable", True)
    done = masks.convert(data, (40, 30), "INPAINTING")
    assert masks.see(done.png, (40, 30), "INPAINTING", means="black-is-inside").verdict == "ok"
    assert done.changed.share == pytest.approx(0.04, abs=0.003)


def test_the_noise_of_a_jpeg_is_told_apart_from_soft_edges():
    jpeg = saved(ImageChops.invert(region((200, 150), (50, 51, 60, 60))).convert("RGB"), "JPEG", quality=85)
    soft = saved(ImageChops.invert(SOFT).convert("RGB"))
    both = saved(ImageChops.invert(SOFT).convert("RGB"), "JPEG", quality=85)
    assert "mask-jpeg-noise" in slugs(masks.see(jpeg, (200, 150), "INPAINTING"))
    assert "mask-grey" in slugs(masks.see(both, (200, 150), "INPAINTING"))
    assert "mask-grey" in slugs(masks.see(soft, (200, 150), "INPAINTING"))


@pytest.mark.parametrize(
    ("data", "size", "means", "slug"),
    [
        (saved(photo((40, 30)).filter(ImageFilter.Kernel((3, 3), [1] * 9))), (40, 30), "auto", "mask-picture"),
        (mask(ISLAND), (40, 60), "auto", "mask-shape"),
        (mask(ISLAND), (30, 40), "auto", "mask-turned"),
        (mask(ISLAND), (40, 30), "transparent-is-changed", "mask-no-alpha"),
        (mask(region((40, 30))), (40, 30), "auto", "mask-empty"),
        (mask(region((40, 30), (0, 0, 40, 30))), (40, 30), "auto", "mask-full"),
    ],
)
def test_what_nothing_sensible_can_be_made_of_is_refused_by_both_with_the_same_reason(data, size, means, slug):
    report = masks.see(data, size, "INPAINTING", means=means)
    assert (report.verdict, report.problems[0].slug, report.problems[0].weight) == ("refused", slug, "refused")
    assert "mask-means" not in slugs(report), "what nothing helps needs no question"
    with pytest.raises(InputRefused) as refused:
        masks.convert(data, size, "INPAINTING", means)
    assert (refused.value.slug, str(refused.value)) == (slug, report.problems[0].detail)


def test_numbers_tell_why_a_shape_does_not_fit():
    report = masks.see(mask(ISLAND), (40, 60), "INPAINTING")
    assert "40x30" in report.problems[0].detail
    assert "40x60" in report.problems[0].detail


@pytest.mark.parametrize(
    ("size", "verdict"),
    [
        ((400, 300), "fixable"),
        ((20, 15), "fixable"),
        ((405, 300), "fixable"),
        ((420, 300), "refused"),
        ((37, 30), "refused"),
    ],
)
def test_a_mask_of_nearly_the_same_shape_is_resized_and_another_is_not(size, verdict):
    assert masks.see(mask(ISLAND), size, "INPAINTING").verdict == verdict


def test_specks_are_told_of_and_stop_nobody():
    dots = region((60, 60), *[(x, y, 1, 1) for x in range(5, 55, 4) for y in range(5, 55, 4)])
    report = masks.see(mask(dots), (60, 60), "INPAINTING", means="black-is-inside")
    assert (report.verdict, slugs(report)) == ("ok", ["mask-specks"])


def test_the_size_may_come_from_the_picture_upright_or_stay_unknown():
    turned = saved(photo((30, 40)), "JPEG", exif=oriented(6))
    assert masks.see(mask(ISLAND), turned, "INPAINTING").verdict == "ok"
    assert masks.see(mask(ISLAND), None, "INPAINTING").verdict == "ok"
    assert masks.see(mask(ISLAND), saved(photo((40, 60))), "INPAINTING").verdict == "refused"


def test_a_threshold_out_of_its_bounds_is_refused():
    for threshold in (0, 256):
        with pytest.raises(InputRefused, match="from 1 to 255"):
            masks.see(mask(ISLAND), None, "INPAINTING", threshold=threshold)
        with pytest.raises(InputRefused, match="from 1 to 255"):
            masks.preview(saved(photo((40, 30))), mask(ISLAND), "INPAINTING", threshold=threshold)


def test_a_report_is_data():
    report = masks.see(mask(ISLAND, "white-is-changed"), (40, 30), "INPAINTING")
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert report.model_dump(mode="json")["changed"]["boxes"] == [[8, 8, 8, 6]]


def drawn(changed: Image.Image, means: str, task: str, form: str) -> bytes:
    picture = loaded(mask(changed, means, task))
    return saved(picture.convert(form) if picture.mode != "RGBA" else picture)


@given(regions(), conventions, st.sampled_from(["auto", "declared"]), tasks, st.sampled_from(["RGB", "L", "1", "P"]))
@examples(150)
def test_the_verdict_says_what_a_conversion_does(changed, means, read, task, form):
    data, read = drawn(changed, means, task, form), means if read == "declared" else "auto"
    report = masks.see(data, changed.size, task, means=read)
    unsure = read == "auto" and not report.likely.sure
    try:
        done = masks.convert(data, changed.size, task, read)
    except InputRefused as error:
        assert report.verdict == "refused" or (unsure and error.slug == "mask-means")
    else:
        assert report.verdict != "refused"
        assert not unsure
        assert done.changed == report.changed
        same = loaded(done.png).tobytes() == loaded(data).tobytes()
        assert same == (report.verdict == "ok")


@given(st.integers(2, 20), st.integers(2, 20), st.integers(1, 9), st.integers(1, 9))
@examples(40)
def test_an_island_is_understood_whichever_way_it_was_painted(left, top, width, height):
    changed = region((40, 40), (left, top, width, height))
    for means in ("black-is-inside", "white-is-changed"):
        done = masks.convert(mask(changed, means), (40, 40), "INPAINTING", "auto")
        assert understood(done.png, "INPAINTING") == changed.tobytes()
        assert means in done.done[0]
