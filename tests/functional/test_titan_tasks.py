"""Every task of Titan v1, Titan v2 and Nova Canvas through the whole walk, judged by what arrives at the model."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from functions.darkroom import tasks
from functions.darkroom.contracts import CONTRACTS
from functions.darkroom.errors import InputRefused
from functions.darkroom.job import Source, Status
from tests.functional.rig import control, photo
from tests.functional.test_walk import open_job, run_queue
from tests.unit.request_rig import CANVAS, V1, V2, mask, picture, request, text64

PHOTO = photo((512, 384))
MASK = mask((512, 384))
IMAGE, BLACK = text64(PHOTO), text64(MASK)
SMALL = {"width": 512, "height": 512}
EXAMPLES = {
    "TEXT_IMAGE": {"text": "a lighthouse at night", "seed": 0, **SMALL},
    "conditioned": {
        "text": "a lighthouse",
        "conditionImage": IMAGE,
        "controlMode": "SEGMENTATION",
        "controlStrength": 0.0,
    }
    | SMALL,
    "COLOR_GUIDED_GENERATION": {"text": "a lighthouse", "colors": ["#ff0000", "#00ff00"], **SMALL},
    "coloured after a picture": {"text": "a cup", "colors": ["#ff0000"], "referenceImage": IMAGE, **SMALL},
    "IMAGE_VARIATION": {"images": [IMAGE, IMAGE], "similarityStrength": 0.9, "text": "a red thing", **SMALL},
    "INPAINTING": {"image": IMAGE, "maskImage": BLACK, "text": "a tree", "returnMask": True, "numberOfImages": 2},
    "painted by words": {"image": IMAGE, "maskImage": None, "maskPrompt": "the red thing"},
    "OUTPAINTING": {"image": IMAGE, "maskImage": BLACK, "text": "a beach", "outPaintingMode": "PRECISE"},
    "BACKGROUND_REMOVAL": {"image": IMAGE},
}
TASK_OF = {
    "conditioned": "TEXT_IMAGE",
    "coloured after a picture": "COLOR_GUIDED_GENERATION",
    "painted by words": "INPAINTING",
}
CASES = [
    (model, name)
    for model, contract in CONTRACTS.items()
    for name in EXAMPLES
    if TASK_OF.get(name, name) in contract.tasks and (contract.conditioned or name != "conditioned")
    if model != V1 or name in {"TEXT_IMAGE", "IMAGE_VARIATION", "OUTPAINTING"}  # the rest of v1 is v2's
]


def bodies(cloud) -> list[dict]:
    return [one["body"] for one in control().get(f"{cloud.bedrock.url}/_emulator/calls").json()["calls"]]


def ask(name: str, model: str = V2, **fields) -> dict:
    if model == CANVAS:
        fields = {"returnMask": None} | fields
    return request(TASK_OF.get(name, name), engine="titan", modelId=model, **EXAMPLES[name] | fields)


@pytest.mark.parametrize(("model", "name"), CASES)
def test_every_task_of_every_model_becomes_pictures(cloud, model, name):
    job = open_job(cloud, ask(name, model))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status is Status.SUCCEEDED, done.error
    assert (done.model.served, done.model.requested) == (model, model)
    size = (512, 512) if "width" in EXAMPLES[name] else (512, 384)
    assert {(image.width, image.height) for image in done.images} == {size}
    assert len(done.images) == EXAMPLES[name].get("numberOfImages", 1)
    assert all(image.key == image.original.key for image in done.images)
    assert done.cost.charged == done.cost.quoted > 0
    seeded = TASK_OF.get(name, name) in CONTRACTS[model].seeded
    assert all((image.seed is not None) is seeded for image in done.images)
    assert {one.verdict for one in done.fidelity} <= {"exact", "adapted"}


def test_a_canvas_is_called_in_the_first_region_that_has_it(cloud):
    job = open_job(cloud, ask("TEXT_IMAGE", CANVAS, style="PHOTOREALISM"))
    assert job.model.region == "us-east-1"
    assert open_job(cloud, ask("TEXT_IMAGE", V1)).model.region == "us-west-2"


def test_the_mask_that_was_used_lies_beside_the_pictures(cloud):
    job = open_job(cloud, ask("INPAINTING"))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.mask.key.endswith("original/1-mask.png")
    returned = Image.open(io.BytesIO(cloud.walk.storage.read(done.mask)))
    assert returned.convert("L").getpixel((10, 10)) == 0
    assert returned.convert("L").getpixel((500, 10)) == 255


def test_what_arrives_is_what_was_sent_byte_for_byte(cloud):
    open_job(cloud, ask("INPAINTING"))

    run_queue(cloud)

    [body] = cloud.bedrock.state.calls.calls()
    # The call log keeps pictures as references; the stored inputs are what the worker read.
    assert body.status == 200
    keys = cloud.client("s3").list_objects_v2(Bucket="uploads", Prefix="inputs/default/")["Contents"]
    stored = {cloud.client("s3").get_object(Bucket="uploads", Key=one["Key"])["Body"].read() for one in keys}
    assert stored == {PHOTO, MASK}


def test_two_jobs_draw_two_seeds_and_say_which(cloud):
    jobs = [open_job(cloud, ask("TEXT_IMAGE", seed=None)) for _ in range(2)]

    run_queue(cloud)

    seeds = [cloud.walk.find(job.id, "default").images[0].seed for job in jobs]
    assert len(set(seeds)) == 2
    assert {body["imageGenerationConfig"]["seed"] for body in bodies(cloud)} == set(seeds)


@pytest.mark.parametrize(
    ("fields", "stage", "slug"),
    [
        ({"text": "a naked corpse"}, "prompt", "blocked"),
        ({"text": "an obscene cup"}, "output", "blocked"),
        ({"image": "marked"}, "input-image", "blocked"),
    ],
)
def test_a_block_is_told_with_its_stage_and_not_tried_again(cloud, fields, stage, slug):
    if fields.get("image") == "marked":
        fields = {"image": text64(_marked())}
    job = open_job(cloud, ask("INPAINTING", numberOfImages=None, returnMask=None, **fields))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert (done.status, done.error.slug, done.error.stage, done.error.retryable) == ("blocked", slug, stage, False)
    assert done.cost.charged == 0
    assert cloud.calls() == 1
    text, image = "inPaintingParams.text", "inPaintingParams.image"
    seen = {"prompt": [text], "input-image": [image, MASKED], "output": [text, image, MASKED]}[stage]
    assert [one.field for one in done.error.errors] == seen
    assert ("Describe the whole scene" in done.error.hint) is (stage != "input-image")


def test_some_blocked_pictures_leave_a_partial_job_that_is_charged_for_the_others(cloud):
    job = open_job(cloud, ask("INPAINTING", text="a suggestive cup"))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert (done.status, len(done.images), done.error.stage) == ("partial", 1, "output")
    assert done.cost.charged * 2 == done.cost.quoted
    assert done.mask is not None


def test_a_reply_of_an_unexpected_shape_is_an_error_that_keeps_the_reply(cloud):
    cloud.fault("missing")
    job = open_job(cloud, ask("INPAINTING"))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert (done.status, done.error.slug) == ("failed", "model-reply-unreadable")
    kept = cloud.walk.storage.record(done, "job.json")["replies"]
    assert "images" not in kept[0]
    assert kept[0]["maskImage"]["key"].endswith("original/1-mask.png")


def test_a_mask_prompt_that_finds_nothing_says_so(cloud):
    job = open_job(cloud, ask("painted by words", image=text64(picture((512, 384), "RGB", "grey"))))

    run_queue(cloud)

    assert cloud.walk.find(job.id, "default").error.slug == "mask-not-found"


def test_a_block_of_a_mask_prompt_names_the_mask_image_as_the_way_out(cloud):
    job = open_job(cloud, ask("painted by words", maskPrompt="the naked thing"))

    run_queue(cloud)

    error = cloud.walk.find(job.id, "default").error
    assert [one.field for one in error.errors] == ["inPaintingParams.maskPrompt"]
    assert "mask image" in error.hint


MASKED = "inPaintingParams.maskImage"


def _marked() -> bytes:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    info = PngInfo()
    info.add_text("Moderation", "blocked")
    out = io.BytesIO()
    Image.new("RGB", (512, 384), "grey").save(out, "PNG", pnginfo=info)
    return out.getvalue()


def _noisy() -> bytes:
    """Black and white with an edge that no block of a JPEG ends at."""
    made = Image.new("RGB", (512, 384), "white")
    made.paste("black", (0, 0, 250, 190))
    out = io.BytesIO()
    made.save(out, "JPEG", quality=30)
    return out.getvalue()


REFUSED = {
    "a transparent picture": ({"image": picture((512, 384), "RGBA", (1, 2, 3, 200))}, "image", "image-transparent"),
    "a picture of 16 bits": ({"image": picture((512, 384), "I;16", 300)}, "image", "image-mode"),
    "a picture of four colours": ({"image": picture((512, 384), "CMYK", kind="JPEG")}, "image", "image-mode"),
    "a palette as a mask": ({"maskImage": picture((512, 384), "P", 0)}, "maskImage", "mask-mode"),
    "a picture cut off": ({"image": PHOTO[: len(PHOTO) // 2]}, "image", "image-unreadable"),
    "a picture that is too large": ({"image": picture((1409, 100))}, "image", "image-too-large"),
    "a picture of another kind": ({"image": b"GIF89a" + bytes(100)}, "image", "image-format"),
    "a mask of another size": ({"maskImage": mask((384, 512))}, "maskImage", "mask-size"),
    "a grey mask": ({"maskImage": picture((512, 384), "L", 0)}, "maskImage", "mask-mode"),
    "a mask with an alpha channel": (
        {"maskImage": picture((512, 384), "RGBA", (0, 0, 0, 255))},
        "maskImage",
        "mask-mode",
    ),
    "a mask with grey pixels": ({"maskImage": picture((512, 384), "RGB", (9, 9, 9))}, "maskImage", "mask-not-pure"),
    "a mask with JPEG noise": ({"maskImage": _noisy()}, "maskImage", "mask-not-pure"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_the_model_would_refuse_is_refused_before_anything_is_written(cloud, why):
    fields, field, slug = REFUSED[why]

    with pytest.raises(InputRefused) as caught:
        open_job(cloud, ask("INPAINTING", **{name: text64(data) for name, data in fields.items()}))

    assert caught.value.slug == slug
    assert [one.field for one in caught.value.errors] == [f"inPaintingParams.{field}"]
    assert cloud.calls() == 0
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket="uploads")


def test_every_wrong_picture_is_named_at_once(cloud):
    small, cut = text64(picture((200, 100))), text64(PHOTO[:500])
    with pytest.raises(InputRefused) as caught:
        open_job(cloud, ask("IMAGE_VARIATION", CANVAS, images=[IMAGE, small, cut, "%%%"]))
    assert [(one.field.rpartition(".")[2], bool(one.detail)) for one in caught.value.errors] == [
        ("1", True), ("2", True), ("3", True)
    ]  # fmt: skip


def test_a_perfect_jpeg_mask_is_taken_and_canvas_takes_no_other(cloud):
    good, fair = (mask((512, 384), "JPEG", quality=quality, subsampling=0) for quality in (100, 97))
    assert open_job(cloud, ask("INPAINTING", V2, maskImage=text64(good)))
    assert open_job(cloud, ask("INPAINTING", CANVAS, maskImage=text64(good)))
    with pytest.raises(InputRefused, match="100 %"):
        open_job(cloud, ask("INPAINTING", CANVAS, maskImage=text64(fair)))


def test_a_turned_photo_is_sent_upright_and_the_account_says_so(cloud):
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = picture((384, 512), "RGB", (200, 30, 30), "JPEG", exif=exif)
    job = open_job(cloud, ask("OUTPAINTING", image=text64(lying)))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status is Status.SUCCEEDED, done.error
    assert (done.images[0].width, done.images[0].height) == (512, 384)
    [told] = [one for one in done.fidelity if one.field == "outPaintingParams.image"]
    assert (told.verdict, "orientation 6" in told.detail) == ("adapted", True)


def test_a_large_photo_may_be_varied_since_titan_scales_it_down_itself(cloud):
    large = text64(photo((2000, 1500), "JPEG"))
    assert open_job(cloud, ask("IMAGE_VARIATION", images=[large]))
    with pytest.raises(InputRefused):
        open_job(cloud, ask("BACKGROUND_REMOVAL", image=large))


def test_the_full_object_holds_the_request_as_it_was_understood(cloud):
    job = open_job(cloud, ask("INPAINTING"))

    run_queue(cloud)

    full = json.loads(
        cloud.client("s3").get_object(Bucket="results", Key=f"t/default/jobs/{job.id}/job.json")["Body"].read()
    )
    assert full["request"]["task"]["inPaintingParams"]["text"] == "a tree"
    assert full["request"]["task"]["inPaintingParams"]["maskImage"] == "input:1"
    assert base64.b64encode(PHOTO).decode()[:40] not in json.dumps(full)


def test_a_task_opened_for_another_door_keeps_its_source(cloud):
    task = tasks.from_data(ask("BACKGROUND_REMOVAL"))
    assert cloud.walk.open(task, tenant="default", source=Source(door="bus")).source.door == "bus"
