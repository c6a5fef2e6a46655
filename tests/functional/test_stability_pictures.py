"""What becomes of pictures and masks on their way through Stability's services, judged by pixels at the end."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from functions import worker
from functions.darkroom import money
from functions.darkroom.job import Status
from functions.darkroom.tasks import TASK_TYPES
from tests.functional.rig import Context, control, photo, sqs_event
from tests.functional.test_api import call
from tests.functional.test_pacing import change
from tests.unit.request_rig import CANVAS, mask, picture, request, text64
from tests.unit.stability_rig import boxed

SIZE = (512, 384)
PHOTO, MASK = photo(SIZE), mask(SIZE)
LEFT, RIGHT = (0, 0, 240, 384), (272, 0, 512, 384)
"""What lies well inside and well outside of the mask's black half."""
BOX = (128, 96, 384, 288)
ULTRA, SD35 = "stability.stable-image-ultra-v1:1", "stability.sd3-5-large-v1:0"
OUTPAINT, GUIDE = "stability.stable-outpaint-v1:0", "stability.stable-image-style-guide-v1:0"
REGIONS = ("us-west-2", "us-east-1", "us-east-2")


@pytest.fixture(autouse=True)
def stability_alone(cloud):
    named = tuple(f"stability/{model}" for model in (ULTRA, SD35, OUTPAINT, GUIDE))
    routes = dict.fromkeys(TASK_TYPES, ("stability",)) | {
        "TEXT_IMAGE": ("stability", *named[:2]),
        "IMAGE_VARIATION": ("stability", *named[::3]),
        "OUTPAINTING": ("stability", named[2]),
    }
    change(cloud, ROUTES=routes, ALLOW_REGIONS=REGIONS)


def ask(name, **fields):
    pictures = {
        "IMAGE_VARIATION": {"images": [text64(PHOTO)]},
        "BACKGROUND_REMOVAL": {"image": text64(PHOTO)},
        "INPAINTING": {"image": text64(PHOTO), "maskImage": text64(MASK), "text": "a red boat on the sea"},
        "OUTPAINTING": {"image": text64(PHOTO), "maskImage": text64(MASK), "text": "a red boat on the sea"},
    }
    return request(name, **pictures.get(name, {}) | fields)


def ended(cloud, body):
    status, _, job = call("POST", "/images", body, {"Prefer": "respond-async"})
    assert status == 202, job
    worker.handler(sqs_event({"job_id": job["id"]}), Context())
    return cloud.walk.ledger.get(job["id"])


def done(cloud, body):
    job = ended(cloud, body)
    assert job.status is Status.SUCCEEDED, job.error
    return job


def image(cloud, stored):
    return Image.open(io.BytesIO(cloud.walk.storage.read(stored)))


def changed(one, other, box):
    """Whether two pictures differ in a part."""
    return ImageChops.difference(one.convert("RGB").crop(box), other.convert("RGB").crop(box)).getbbox() is not None


def sent(cloud):
    return [one["body"] for one in control().get(f"{cloud.bedrock.url}/_emulator/calls").json()["calls"]]


@pytest.mark.parametrize(
    ("body", "changes", "keeps"),
    [
        (ask("INPAINTING"), LEFT, RIGHT),
        (ask("INPAINTING", text=None), BOX, (272, 0, 400, 80)),
        (ask("OUTPAINTING"), RIGHT, LEFT),
        (ask("OUTPAINTING", outPaintingMode="PRECISE"), RIGHT, (0, 0, 256, 384)),
    ],
    ids=["inpainting", "erasing", "outpainting", "precise"],
)
def test_the_task_decides_which_side_of_a_mask_is_changed(cloud, body, changes, keeps):
    job = done(cloud, body)
    made, before = image(cloud, job.images[0]), Image.open(io.BytesIO(PHOTO))

    assert made.size == SIZE
    assert changed(made, before, changes)
    assert not changed(made, before, keeps)


def test_a_precise_outpainting_keeps_every_pixel_and_the_models_own_picture_beside_it(cloud):
    job = done(cloud, ask("OUTPAINTING", outPaintingMode="PRECISE"))
    [drawn] = job.images

    assert drawn.key != drawn.original.key
    assert not changed(image(cloud, drawn), image(cloud, drawn.original), RIGHT)
    assert sent(cloud)[0]["grow_mask"] == 0


def test_three_pictures_of_an_edit_are_three_steps_with_their_own_seeds_and_prices(cloud):
    job = done(cloud, ask("INPAINTING", numberOfImages=3))

    assert [step.state for step in job.steps] == ["stored"] * 3
    assert job.cost.charged == job.cost.quoted == 3 * 70_000
    assert [one.seed for one in job.images] == [body["seed"] for body in sent(cloud)]
    assert len({one.seed for one in job.images}) == len({one.sha256 for one in job.images}) == 3


@pytest.mark.parametrize(
    ("body", "model"),
    [
        (ask("TEXT_IMAGE", modelId=ULTRA), ULTRA),
        (ask("TEXT_IMAGE", modelId=SD35), SD35),
        (ask("IMAGE_VARIATION", modelId=ULTRA), ULTRA),
        (ask("IMAGE_VARIATION", modelId=GUIDE), GUIDE),
        (ask("IMAGE_VARIATION", text=None, similarityStrength=1.0), SD35),
        (ask("TEXT_IMAGE", modelId=CANVAS, style="MAXIMALISM"), "stability.stable-image-core-v1:1"),
    ],
)
def test_a_model_that_is_named_draws_at_the_size_that_was_asked_for(cloud, body, model):
    job = done(cloud, body)
    assert job.model.served == model
    assert [(one.width, one.height) for one in job.images] == [(1024, 1024)]


def test_a_border_is_extended_by_outpaint_to_the_size_of_the_input(cloud):
    border = text64(boxed(SIZE, BOX))
    job = done(cloud, ask("OUTPAINTING", modelId=f"us.{OUTPAINT}", maskImage=border, outPaintingMode="PRECISE"))
    made, before = image(cloud, job.images[0]), Image.open(io.BytesIO(PHOTO))

    assert (job.model.served, made.size) == (OUTPAINT, SIZE)
    assert not changed(made, before, BOX)
    assert changed(made, before, (0, 0, 512, 90))


def test_a_mask_that_outpaint_cannot_take_ends_the_job_before_any_call(cloud):
    job = ended(cloud, ask("OUTPAINTING", modelId=OUTPAINT, maskImage=text64(boxed(SIZE, BOX, "white"))))

    assert (job.status, job.error.slug, cloud.calls(), job.cost.charged) == (Status.FAILED, "mask-no-border", 0, 0)
    assert "modelId" in job.error.hint
    [account, *_] = money.accounts("default", cloud.settings.BUDGETS, cloud.walk.clock())
    assert cloud.walk.ledger.used(account) == (0, 0), "its reservation is given back"


def test_the_mask_that_was_sent_is_returned_and_kept_with_the_job(cloud):
    job = done(cloud, ask("INPAINTING", returnMask=True))
    assert job.mask.bucket == "results"
    assert image(cloud, job.mask).convert("RGB").tobytes() == Image.open(io.BytesIO(MASK)).tobytes()


def test_no_mask_is_returned_where_none_was_asked_for(cloud):
    assert done(cloud, ask("INPAINTING")).mask is None


def test_a_mask_of_another_way_is_converted_and_then_exchanged_and_both_are_told(cloud):
    white = text64(boxed(SIZE, LEFT, "white"))
    job = done(cloud, ask("INPAINTING", maskImage={"image": white, "means": "white-is-changed", "grow": 3}))

    [told] = [one for one in job.fidelity if one.field == "inPaintingParams.maskImage"]
    assert told.verdict == "adapted"
    assert "grown by 3 pixels" in told.detail
    assert "exchanged, since white is changed there" in told.detail
    assert changed(image(cloud, job.images[0]), Image.open(io.BytesIO(PHOTO)), LEFT)
    assert not changed(image(cloud, job.images[0]), Image.open(io.BytesIO(PHOTO)), RIGHT)


def test_colours_that_are_asked_for_make_a_second_picture_beside_the_models_own(cloud):
    colours = ["#ff8800", "#7a1f1f", "#ffe8c0"]
    job = done(cloud, ask("COLOR_GUIDED_GENERATION", colors=colours, width=1152, height=768, seed=3))
    [one] = job.images
    made, original = image(cloud, one), image(cloud, one.original)

    assert sent(cloud)[0]["seed"] == one.seed == 3
    assert (made.size, original.size) == ((1152, 768), (1216, 832))
    assert changed(made, original.resize(made.size), (0, 0, *made.size))
    [told] = [one for one in job.fidelity if one.field == "colorGuidedGenerationParams.colors"]
    assert told.verdict == "approximated"


def test_a_background_is_removed_by_the_service_where_the_route_says_so(cloud):
    job = done(cloud, ask("BACKGROUND_REMOVAL"))
    assert job.model.served == "stability.stable-image-remove-background-v1:0"
    assert image(cloud, job.images[0]).mode == "RGBA"


def test_an_inference_error_is_worth_another_try_but_is_not_tried_by_itself(cloud):
    cloud.fault("inference")
    job = ended(cloud, ask("TEXT_IMAGE"))

    assert (job.status, job.error.slug, job.error.retryable) == (Status.FAILED, "model-inference-failed", True)
    assert (cloud.calls(), job.cost.charged) == (1, 0)
    assert done(cloud, ask("TEXT_IMAGE")).cost.charged == 40_000


@pytest.mark.parametrize(
    ("body", "slug", "field"),
    [
        (ask("IMAGE_VARIATION", images=[text64(PHOTO)] * 2), "fidelity-refused", "imageVariationParams.images"),
        (ask("OUTPAINTING", maskImage=None, maskPrompt="the sky"), "not-served", "outPaintingParams.maskPrompt"),
        (
            ask("COLOR_GUIDED_GENERATION", referenceImage=text64(PHOTO)),
            "fidelity-refused",
            "colorGuidedGenerationParams.referenceImage",
        ),
    ],
)
def test_what_stability_cannot_do_is_refused_before_anything_is_written(cloud, body, slug, field):
    status, _, problem = call("POST", "/images", body)
    assert (status, problem["type"].rpartition(":")[2]) == (422, slug)
    assert [one["field"] for one in problem["errors"]] == [field]
    assert cloud.calls() == 0


def test_several_pictures_are_varied_from_the_first_where_anything_goes(cloud):
    other = text64(picture(SIZE, "RGB", "navy"))
    job = done(cloud, ask("IMAGE_VARIATION", images=[text64(PHOTO), other], fidelity="any"))
    assert {one.field: one.verdict for one in job.fidelity}["imageVariationParams.images"] == "ignored"


@pytest.mark.parametrize("name", [*TASK_TYPES])
def test_a_quote_shows_the_request_without_its_pictures(cloud, name):
    status, _, quoted = call("POST", "/quotes", ask(name))

    assert status == 200, quoted
    assert quoted["body"]["output_format"] == "png"
    assert quoted["body"].get("image", "") == quoted["body"].get("mask", "") == ""
    assert cloud.calls() == 0


def test_a_job_that_is_run_again_tells_the_same_once(cloud):
    white = text64(boxed(SIZE, LEFT, "white"))
    first = done(cloud, ask("INPAINTING", maskImage={"image": white, "means": "white-is-changed"}, seed=None))
    status, _, again = call("POST", f"/jobs/{first.id}/rerun", None, {"Prefer": "respond-async"})

    assert status == 202, again
    told = {one.field: one.detail for one in first.fidelity}["inPaintingParams.maskImage"]
    assert [one["detail"] for one in again["fidelity"] if one["field"] == "inPaintingParams.maskImage"] == [told]


@pytest.mark.parametrize("restore", [False, True])
def test_a_picture_that_was_fitted_comes_back_in_its_place(cloud, restore):
    large = photo((5000, 1000), "JPEG")
    body = request("BACKGROUND_REMOVAL", image=text64(large), fit="pad", **({"restore": True} if restore else {}))
    made = done(cloud, body).images[0]
    assert (made.width, made.height) == ((5000, 1000) if restore else (4857, 1943))
