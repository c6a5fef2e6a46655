"""What the client's verbs put into a request, and what they leave out of it."""

from __future__ import annotations

import base64

import pytest
from darkroom_client import Darkroom, PictureUnusable
from darkroom_client.pictures import INLINE_LIMIT

from tests.unit.client_rig import JPEG, KEY, PNG

SENT_PNG = base64.b64encode(PNG).decode()
SENT_JPEG = base64.b64encode(JPEG).decode()
LARGE = PNG + bytes(INLINE_LIMIT // 2)


@pytest.fixture
def client(rig):
    with Darkroom(rig.base_url, KEY) as client:
        yield client


VERBS = {
    "generate": (
        lambda client: client.generate("a ship", style="bold"),
        {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a ship", "style": "bold"}},
    ),
    "condition": (
        lambda client: client.condition(PNG, "a ship", control_mode="canny-edge", control_strength=0.0),
        {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {
                "text": "a ship", "conditionImage": SENT_PNG, "controlMode": "CANNY_EDGE", "controlStrength": 0.0,
            },
        },
    ),
    "color_guided": (
        lambda client: client.color_guided("a ship", ["#FF0000", "#00FF00"]),
        {
            "taskType": "COLOR_GUIDED_GENERATION",
            "colorGuidedGenerationParams": {"text": "a ship", "colors": ["#FF0000", "#00FF00"]},
        },
    ),
    "color_guided with a reference": (
        lambda client: client.color_guided("a ship", ["#FF0000"], reference="image:job_1/2"),
        {
            "taskType": "COLOR_GUIDED_GENERATION",
            "colorGuidedGenerationParams": {
                "text": "a ship", "colors": ["#FF0000"], "referenceImage": "image:job_1/2",
            },
        },
    ),
    "vary": (
        lambda client: client.vary([PNG, JPEG, "upload:up_1"], similarity=0.2),
        {
            "taskType": "IMAGE_VARIATION",
            "imageVariationParams": {"images": [SENT_PNG, SENT_JPEG, "upload:up_1"], "similarityStrength": 0.2},
        },
    ),
    "inpaint": (
        lambda client: client.inpaint(JPEG, mask=PNG, return_mask=True),
        {
            "taskType": "INPAINTING",
            "inPaintingParams": {"image": SENT_JPEG, "maskImage": SENT_PNG, "returnMask": True},
        },
    ),
    "outpaint": (
        lambda client: client.outpaint("s3://bucket/key.png", "a beach", mask_prompt="the cup", mode="precise"),
        {
            "taskType": "OUTPAINTING",
            "outPaintingParams": {
                "image": "s3://bucket/key.png", "text": "a beach", "maskPrompt": "the cup",
                "outPaintingMode": "PRECISE",
            },
        },
    ),
    "remove_background": (
        lambda client: client.remove_background("data:image/png;base64,AAAA"),
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "data:image/png;base64,AAAA"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_sends_titans_body_and_nothing_that_was_not_set(rig, client, verb):
    ask, body = VERBS[verb]

    ask(client)

    assert rig.asked("POST /v1/images")[0].json == body


def test_every_option_is_sent_under_its_wire_name(rig, client):
    client.generate(
        "a ship", negative="stars", count=2, width=512, height=512, cfg_scale=10, seed=200, quality="premium",
        model="amazon.titan-image-generator-v2:0", engine="titan", fidelity="exact", metadata={"order": "7"},
        fit="pad", background="#FFFFFF", restore=False, on_unknown="hold",
    )  # fmt: skip

    assert rig.asked("POST /v1/images")[0].json == {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a ship", "negativeText": "stars"},
        "imageGenerationConfig": {
            "numberOfImages": 2, "width": 512, "height": 512, "cfgScale": 10, "seed": 200, "quality": "premium",
        },
        "modelId": "amazon.titan-image-generator-v2:0",
        "engine": "titan",
        "fidelity": "exact",
        "fit": "pad",
        "background": "#FFFFFF",
        "restore": False,
        "onUnknown": "hold",
        "metadata": {"order": "7"},
    }  # fmt: skip


def test_the_seed_zero_is_sent(rig, client):
    client.generate("a ship", seed=0)

    assert rig.asked("POST /v1/images")[0].json["imageGenerationConfig"] == {"seed": 0}


@pytest.mark.parametrize("option", ["cfgScale", "mask", "colours"])
def test_an_option_that_the_task_does_not_have_is_refused_before_anything_is_sent(rig, client, option):
    with pytest.raises(TypeError, match=option):
        client.generate("a ship", **{option: 1})

    assert rig.seen == []


def test_a_background_removal_takes_no_drawing_options(rig, client):
    with pytest.raises(TypeError, match="seed"):
        client.remove_background(PNG, seed=1)

    assert rig.seen == []


@pytest.mark.parametrize("given", [str, lambda path: path], ids=["str", "Path"])
def test_a_file_is_sent_as_its_bytes_are(rig, client, tmp_path, given):
    file = tmp_path / "photo.jpg"
    file.write_bytes(JPEG)

    client.remove_background(given(file))

    assert rig.asked("POST /v1/images")[0].json["backgroundRemovalParams"]["image"] == SENT_JPEG


def test_a_file_that_is_not_there_is_told_by_its_name(rig, client, tmp_path):
    with pytest.raises(PictureUnusable, match=r"nowhere\.png"):
        client.remove_background(tmp_path / "nowhere.png")

    assert rig.seen == []


def test_pictures_that_are_small_together_go_inline(rig, client):
    client.vary([LARGE, PNG])

    assert rig.asked("POST /v1/uploads") == []


def test_pictures_that_are_large_together_are_uploaded(rig, client):
    client.vary([LARGE, "image:job_1/1", LARGE])

    assert [one.json for one in rig.asked("POST /v1/uploads")] == [{"contentType": "image/png"}] * 2
    sent = rig.asked("POST /v1/images")[0].json["imageVariationParams"]["images"]
    assert sent[1] == "image:job_1/1"
    assert sent[0].startswith("upload:up_")
    assert sent[2].startswith("upload:up_")
    assert sent[0] != sent[2]


def test_an_upload_sends_the_forms_fields_first_and_the_file_last(rig, client):
    reference = client.upload(JPEG)

    form = rig.asked("POST /form")[0].body
    assert reference == "upload:up_1"
    assert form.index(b'name="key"') < form.index(b'name="policy"') < form.index(b'name="file"')
    assert b"Content-Type: image/jpeg\r\n\r\n" + JPEG in form
    assert rig.asked("POST /v1/uploads")[0].json == {"contentType": "image/jpeg"}


def test_what_is_no_picture_is_not_uploaded(rig, client):
    with pytest.raises(PictureUnusable, match="neither a PNG nor a JPEG"):
        client.upload(b"GIF89a")

    assert rig.seen == []


def test_a_picture_over_the_deployments_limit_is_not_sent(rig, client):
    rig.max_bytes = 10

    with pytest.raises(PictureUnusable, match="up to 10"):
        client.upload(PNG)

    assert rig.asked("POST /form") == []


def test_a_reference_needs_no_upload(rig, client):
    assert client.upload("image:job_1/1") == "image:job_1/1"
    assert rig.seen == []


def test_a_request_in_titans_words_is_sent_as_it_is(rig, client):
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a ship"}, "fieldOfTheFuture": {"a": 1}}

    job = client.run(body)

    assert rig.asked("POST /v1/images")[0].json == body
    assert job.status == "succeeded"
