"""Masks and odd pictures through the doors: looked at, converted, made, fitted, restored; nothing silently."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, ImageChops

from functions.darkroom import orders
from tests.functional.rig import control, photo
from tests.functional.test_api import call
from tests.functional.test_walk import open_job, run_queue
from tests.unit.request_rig import mask, picture, request, text64

SIZE = (512, 384)
PHOTO = photo(SIZE)
IMAGE = text64(PHOTO)
LEFT = mask(SIZE)
"""Black on the left half."""


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def from_url(url: str) -> Image.Image:
    return opened(base64.b64decode(url.removeprefix("data:image/png;base64,")))


def saved(image: Image.Image, kind: str = "PNG", **how) -> str:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return text64(out.getvalue())


def black_of(image: Image.Image) -> Image.Image:
    """255 where a pure mask is black."""
    assert image.mode == "RGB"
    assert {colour for _, colour in image.getcolors(2)} <= {(0, 0, 0), (255, 255, 255)}
    return ImageChops.invert(image.convert("L"))


def transparent_left() -> str:
    """What OpenAI's clients send: the area to be changed is transparent."""
    image = opened(PHOTO).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 256, 384))
    return saved(image)


FORMS = {
    "Titan's own": ({"image": text64(LEFT)}, False),
    "white is changed": ({"image": saved(ImageChops.invert(opened(LEFT))), "means": "white-is-changed"}, True),
    "transparent is changed": ({"image": transparent_left(), "means": "transparent-is-changed"}, True),
    "grey": ({"image": saved(opened(LEFT).convert("L"))}, True),
    "one bit": ({"image": saved(opened(LEFT).convert("1"))}, True),
    "a palette": ({"image": saved(opened(LEFT).convert("P"))}, True),
    "JPEG noise": ({"image": saved(opened(LEFT), "JPEG", quality=40)}, True),
    "a WebP": ({"image": saved(opened(LEFT), "WEBP", lossless=True)}, True),
    "half the size": ({"image": saved(opened(LEFT).resize((256, 192)))}, True),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("task", ["INPAINTING", "OUTPAINTING"])
def test_every_form_of_one_mask_is_sent_as_the_same_pure_one(cloud, form, task):
    wanted, told = FORMS[form]

    job = open_job(cloud, request(task, image=IMAGE, maskImage=wanted, text="a tree", engine="titan"))

    black = black_of(opened(cloud.walk.storage.read(orders.of(cloud.walk.storage, job).inputs[1])))
    # Black is what INPAINTING changes and what OUTPAINTING keeps; the left half is to be changed in both, unless the
    # mask was Titan's own, in which black stays black.
    changed_is_black = task == "INPAINTING" or "means" not in wanted
    box = (0, 0, 256, 384) if changed_is_black else (256, 0, 512, 384)
    edge = 2 if form == "JPEG noise" else 0
    found = black.getbbox()
    assert all(abs(one - other) <= edge for one, other in zip(found, box, strict=True)), found
    verdict = {one.field.rpartition(".")[2]: one for one in job.fidelity}["maskImage"]
    told = told and (task, form) != ("OUTPAINTING", "white is changed")  # which is what Titan's outpainting means
    assert (verdict.verdict == "adapted") is told
    assert bool(verdict.detail) is told


def test_only_what_the_mask_says_is_changed_whatever_its_form(cloud):
    wanted = FORMS["transparent is changed"][0]
    job = open_job(cloud, request("INPAINTING", image=IMAGE, maskImage=wanted, text="a tree", engine="titan"))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    difference = ImageChops.difference(opened(cloud.walk.storage.read(done.images[0])), opened(PHOTO)).getbbox()
    assert difference is not None
    assert difference[2] <= 256
    arrived = control().get(f"{cloud.bedrock.url}/_emulator/calls").json()["calls"][-1]["body"]["inPaintingParams"]
    pure = orders.of(cloud.walk.storage, job).inputs[1]
    assert arrived["maskImage"]["sha256"] == pure.sha256
    assert black_of(opened(cloud.walk.storage.read(pure))).getbbox() == (0, 0, 256, 384)


def test_a_mask_that_is_grown_says_so(cloud):
    wanted = {"image": text64(LEFT), "grow": 10}
    job = open_job(cloud, request("INPAINTING", image=IMAGE, maskImage=wanted, engine="titan"))
    black = black_of(opened(cloud.walk.storage.read(orders.of(cloud.walk.storage, job).inputs[1])))
    assert black.getbbox() == (0, 0, 266, 384)
    [verdict] = [one for one in job.fidelity if one.field.endswith("maskImage")]
    assert "10 pixels" in verdict.detail


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        ({"image": text64(picture(SIZE, "RGB", "white"))}, "mask-empty"),
        ({"image": text64(picture(SIZE, "RGB", "black"))}, "mask-full"),
        ({"image": text64(LEFT), "means": "transparent-is-changed"}, "mask-no-alpha"),
        ({"image": text64(mask((512, 128)))}, "mask-shape"),
    ],
)
def test_a_mask_of_which_nothing_sensible_can_be_made_is_refused(cloud, wanted, slug):
    body = request("INPAINTING", image=IMAGE, maskImage=wanted, engine="titan")
    status, _, problem = call("POST", "/images", body)
    assert (status, problem["type"].rpartition(":")[2]) == (422, slug)
    assert problem["errors"][0]["field"] == "inPaintingParams.maskImage"
    assert cloud.calls() == 0


def test_a_plain_mask_is_not_changed_silently(cloud):
    status, _, problem = call(
        "POST",
        "/images",
        request("INPAINTING", image=IMAGE, maskImage=saved(opened(LEFT).convert("L")), engine="titan"),
    )
    assert (status, problem["type"].rpartition(":")[2]) == (422, "mask-mode")
    assert "means" in problem["errors"][0]["hint"]


def test_a_look_at_a_mask_tells_what_would_be_changed(cloud):
    status, _, seen = call("POST", "/masks/check", {"task": "INPAINTING", "image": IMAGE, "maskImage": text64(LEFT)})

    assert status == 200
    assert (seen["verdict"], seen["changed"]["share"], seen["changed"]["boxes"]) == ("ok", 0.5, [[0, 0, 256, 384]])
    assert "50 %" in seen["changed"]["sentence"]
    assert from_url(seen["mask"]).size == SIZE
    preview = from_url(seen["preview"]).convert("RGB")
    tinted, kept = preview.getpixel((20, 20)), preview.getpixel((500, 20))
    assert tinted != kept == opened(PHOTO).getpixel((500, 20))


def test_a_look_at_a_mask_that_is_probably_inverted_says_so(cloud):
    inverted = Image.new("RGB", SIZE, "black")
    inverted.paste("white", (10, 10, 60, 60))
    asked = {"task": "INPAINTING", "image": IMAGE, "maskImage": {"image": saved(inverted), "means": "black-is-inside"}}

    _, _, seen = call("POST", "/masks/check", asked)

    assert seen["likely"]["means"] == "white-is-changed"
    assert any("invert" in one["slug"] + one["detail"] + (one["hint"] or "") for one in seen["problems"]), seen[
        "problems"
    ]
    assert cloud.calls() == 0


def test_a_mask_is_converted_for_another_dialect(cloud):
    asked = {
        "task": "INPAINTING",
        "image": IMAGE,
        "maskImage": {"image": text64(LEFT)},
        "into": "transparent-is-changed",
    }

    status, _, made = call("POST", "/masks/convert", asked)

    assert status == 200
    alpha = from_url(made["mask"]).getchannel("A")
    assert ImageChops.invert(alpha).getbbox() == (0, 0, 256, 384)


def test_a_mask_is_made_of_shapes_and_used_at_once(cloud):
    shapes = [
        {"kind": "rectangle", "left": 100, "top": 100, "width": 200, "height": 100},
        {"kind": "ellipse", "op": "subtract", "unit": "fraction", "left": 0.3, "top": 0.3, "width": 0.1, "height": 0.1},
    ]
    status, _, made = call("POST", "/masks", {"task": "INPAINTING", "image": IMAGE, "shapes": shapes})
    assert status == 200, made
    assert black_of(from_url(made["mask"])).getbbox() == (100, 100, 300, 200)

    job = open_job(cloud, request("INPAINTING", image=IMAGE, maskImage=made["mask"], engine="titan"))
    run_queue(cloud)
    assert cloud.walk.find(job.id, "default").status == "succeeded"


def test_a_mask_is_made_around_the_subject_by_the_cut_out_network(cloud):
    status, _, made = call("POST", "/masks", {"task": "INPAINTING", "image": IMAGE, "shapes": [{"kind": "subject"}]})

    assert status == 200, made
    assert 0.1 < made["changed"]["share"] < 0.5
    assert cloud.calls() == 0


def test_a_picture_is_extended_and_the_new_part_painted(cloud):
    asked = {"task": "OUTPAINTING", "image": IMAGE, "extend": {"left": 256, "right": 128}}
    status, _, made = call("POST", "/masks", asked)
    assert status == 200, made
    assert (made["width"], made["height"], made["box"]) == (896, 384, [256, 0, 512, 384])

    body = request("OUTPAINTING", image=made["image"], maskImage=made["mask"], text="a beach", engine="titan")
    job = open_job(cloud, body)
    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert (done.status, done.images[0].width) == ("succeeded", 896), done.error


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"task": "INPAINTING", "image": "x"}, ""),
        ({"task": "OUTPAINTING", "image": "x", "shapes": [{"kind": "circle"}]}, "shapes.0.kind"),
        ({"task": "OUTPAINTING", "image": "x", "shapes": [{"kind": "rectangle", "left": 1}]}, "shapes.0.top"),
        ({"task": "INPAINTING", "image": "x", "extend": {"left": 1}}, "extend"),
        ({"task": "OUTPAINTING", "extend": {"left": 1}}, ""),
    ],
)
def test_a_wrong_wish_for_a_mask_is_refused_by_its_field(cloud, asked, field):
    status, _, problem = call("POST", "/masks", asked)
    assert status == 400
    assert field in [one["field"] for one in problem["errors"]], problem["errors"]


LARGE = text64(photo((1600, 400), "JPEG"))


@pytest.mark.parametrize("how", ["resize", "pad", "crop"])
def test_a_picture_that_is_too_large_is_fitted_and_comes_back_as_it_was_sent(cloud, how):
    large = mask((1600, 400))
    body = request("INPAINTING", image=LARGE, maskImage=text64(large), fit=how, restore=True, engine="titan")
    job = open_job(cloud, body)

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status == "succeeded", done.error
    assert (done.images[0].width, done.images[0].height) == (1600, 400)
    assert (done.images[0].original.width, done.images[0].original.height) == (1408, 352)
    told = {one.field: one.detail for one in done.fidelity if one.verdict == "adapted"}
    assert "1408x352" in told["inPaintingParams.image"]
    assert "1600x400" in told["restore"]
    assert "moved" in told["inPaintingParams.maskImage"]


def test_what_was_cropped_away_comes_back_from_the_original(cloud):
    strip = text64(photo((2400, 500)))  # wider than 4:1, so that Canvas takes a part of it
    body = request("INPAINTING", image=strip, maskImage=text64(mask((2400, 500))), fit="crop", restore=True)
    job = open_job(cloud, body | {"engine": "titan", "modelId": "amazon.nova-canvas-v1:0"})

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status == "succeeded", done.error
    restored = opened(cloud.walk.storage.read(done.images[0]))
    assert restored.size == (2400, 500)
    assert restored.getpixel((2, 2)) == opened(photo((2400, 500))).getpixel((2, 2))
    assert done.images[0].original.width < 2400


def test_without_fit_the_same_picture_is_refused_with_the_way_out(cloud):
    status, _, problem = call("POST", "/images", request("BACKGROUND_REMOVAL", image=LARGE, engine="titan"))
    assert (status, problem["type"].rpartition(":")[2]) == (422, "image-too-large")
    assert "fit" in problem["errors"][0]["hint"]


@pytest.mark.parametrize("engine", ["titan", "cutout"])
def test_a_webp_is_fitted_whoever_serves(cloud, engine):
    webp = saved(opened(PHOTO), "WEBP", lossless=True)
    assert call("POST", "/images", request("BACKGROUND_REMOVAL", image=webp))[0] == 422
    body = request("BACKGROUND_REMOVAL", image=f"data:image/webp;base64,{webp}", fit="pad", engine=engine)
    job = open_job(cloud, body)

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status == "succeeded", done.error
    assert "WEBP" in {one.field: one.detail for one in done.fidelity}["backgroundRemovalParams.image"]


def test_a_transparent_picture_needs_a_background_to_be_fitted(cloud):
    clear = text64(picture(SIZE, "RGBA", (200, 0, 0, 100)))
    status, _, problem = call(
        "POST", "/images", request("IMAGE_VARIATION", images=[clear], fit="resize", engine="titan")
    )
    assert (status, problem["type"].rpartition(":")[2]) == (422, "image-transparent")

    body = request("IMAGE_VARIATION", images=[clear], fit="resize", engine="titan") | {"background": "#ffffff"}
    job = open_job(cloud, body)
    assert "#ffffff" in {one.field: one.detail for one in job.fidelity}["imageVariationParams.images.0"]


def test_a_legal_picture_is_sent_as_it_is_whatever_fit_says(cloud):
    job = open_job(cloud, request("BACKGROUND_REMOVAL", image=IMAGE, fit="crop", engine="titan"))
    assert cloud.walk.storage.read(orders.of(cloud.walk.storage, job).inputs[0]) == PHOTO
    assert {one.verdict for one in job.fidelity} == {"exact"}


@pytest.mark.parametrize(
    "more", [{"restore": True}, {"restore": True, "fit": "crop", "taskType": "BACKGROUND_REMOVAL"}]
)
def test_what_cannot_be_restored_is_refused(cloud, more):
    name = more.pop("taskType", "INPAINTING")
    status, _, problem = call("POST", "/images", request(name, image=IMAGE) | more)
    assert (status, [one["field"] for one in problem["errors"]]) == (400, ["restore"])
