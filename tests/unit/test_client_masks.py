"""Masks from Python: what is asked, what the answers hold, and masks of any kind in a task."""

from __future__ import annotations

import base64
import dataclasses

import pytest
from darkroom_client import Darkroom, DarkroomError, RequestRefused, shapes
from darkroom_client.mask import Changed, Finding, Likely, Seen
from darkroom_client.pictures import INLINE_LIMIT

from tests.unit.client_rig import JPEG, KEY, PNG, Answer, Rig, problem, serving

SENT_PNG = base64.b64encode(PNG).decode()
SENT_JPEG = base64.b64encode(JPEG).decode()
CHANGED = {
    "share": 0.06, "boxes": [[350, 165, 290, 170]], "regions": 1, "place": "the middle",
    "sentence": "6 % of the picture, the middle, will be changed.",
}  # fmt: skip
AS_IS = {**CHANGED, "share": 0.94, "sentence": "94 % of the picture, all over it, will be changed."}
SEEN = {
    "format": "png", "width": 8, "height": 6, "orientation": 1, "mode": "L", "bits": 8, "bytes": 99, "colours": 2,
    "sample": ["#000000", "#ffffff"], "alpha": "none", "pure": 1.0, "aFieldOfTheFuture": 1,
}  # fmt: skip
FOUND = {"slug": "mask-grey", "detail": "It is grey.", "hint": "Convert it.", "weight": "fixable"}
URL = f"data:image/png;base64,{SENT_PNG}"
REPORT = {
    "verdict": "fixable", "task": "INPAINTING", "means": "white-is-changed", "seen": SEEN, "changed": CHANGED,
    "asIs": AS_IS, "likely": {"means": "white-is-changed", "why": "white is small", "sure": True},
    "problems": [FOUND], "mask": URL, "preview": URL, "aFieldOfTheFuture": 1,
}  # fmt: skip
MASK = {
    "task": "INPAINTING", "means": "white-is-changed", "into": "black-is-inside", "done": ["It was grown."],
    "pure": True, "mask": URL, "changed": CHANGED, "preview": None,
}  # fmt: skip
EXTENDED = {
    "image": "upload:up_9", "url": "https://s3.example/up_9", "width": 1408, "height": 683, "factor": 1.0,
    "box": [256, 0, 1024, 683], "mask": URL, "changed": CHANGED, "done": ["It was extended."], "preview": URL,
}  # fmt: skip


@pytest.fixture
def rig():
    routes = {"POST /v1/masks/check": REPORT, "POST /v1/masks/convert": MASK, "POST /v1/masks": MASK}
    with serving(Rig(fixed=routes)) as rig:
        yield rig


@pytest.fixture
def client(rig):
    with Darkroom(rig.base_url, KEY) as client:
        yield client


def extended(rig):
    rig.fixed["POST /v1/masks"] = EXTENDED
    return rig


ASKED = {
    "check": (
        lambda masks: masks.check(JPEG, PNG, "inpaint"),
        ("/masks/check", {"task": "INPAINTING", "image": SENT_JPEG, "maskImage": {"image": SENT_PNG, "means": "auto"}}),
    ),
    "check as said": (
        lambda masks: masks.check(
            "image:job_1/1", PNG, "outpaint", means="black-is-inside", threshold=200, grow=-3,
        ),
        (
            "/masks/check",
            {
                "task": "OUTPAINTING", "image": "image:job_1/1",
                "maskImage": {"image": SENT_PNG, "means": "black-is-inside", "threshold": 200, "grow": -3},
            },
        ),
    ),
    "convert": (
        lambda masks: masks.convert(PNG, "inpaint"),
        ("/masks/convert", {"task": "INPAINTING", "maskImage": {"image": SENT_PNG, "means": "auto"}}),
    ),
    "convert as said": (
        lambda masks: masks.convert(
            PNG, "inpaint", image=JPEG, feather=4, into="transparent-is-changed", means="white-is-changed", grow=2,
        ),
        (
            "/masks/convert",
            {
                "task": "INPAINTING", "image": SENT_JPEG, "feather": 4, "into": "transparent-is-changed",
                "maskImage": {"image": SENT_PNG, "means": "white-is-changed", "grow": 2},
            },
        ),
    ),
    "make": (
        lambda masks: masks.make(
            JPEG, [shapes.rectangle(1, 2, 3, 4), shapes.subject(op="subtract")], "outpaint", grow=5,
            into="white-is-changed",
        ),
        (
            "/masks",
            {
                "task": "OUTPAINTING", "image": SENT_JPEG, "grow": 5, "into": "white-is-changed",
                "shapes": [
                    {"kind": "rectangle", "left": 1, "top": 2, "width": 3, "height": 4},
                    {"kind": "subject", "op": "subtract"},
                ],
            },
        ),
    ),
    "make for a size": (
        lambda masks: masks.make((8, 6), [shapes.ellipse(0, 0, 0.5, 1, unit="fraction")], "inpaint"),
        (
            "/masks",
            {
                "task": "INPAINTING", "width": 8, "height": 6,
                "shapes": [{"kind": "ellipse", "left": 0, "top": 0, "width": 0.5, "height": 1, "unit": "fraction"}],
            },
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", ASKED)
def test_a_verb_asks_for_what_was_said_and_nothing_else(rig, client, verb):
    ask, (path, body) = ASKED[verb]

    ask(client.masks)

    [asked] = rig.asked(f"POST /v1{path}")
    assert asked.json == body


def test_an_extension_asks_for_its_sides(rig, client):
    made = extended(rig) and client.masks.extend(JPEG, left=256, model="amazon.nova-canvas-v1:0", background="#FFFFFF")

    assert rig.asked("POST /v1/masks")[0].json == {
        "task": "OUTPAINTING", "image": SENT_JPEG, "modelId": "amazon.nova-canvas-v1:0", "background": "#FFFFFF",
        "extend": {"left": 256, "right": 0, "up": 0, "down": 0},
    }  # fmt: skip
    assert (made.image, made.width, made.height, made.factor) == ("upload:up_9", 1408, 683, 1.0)
    assert (made.box, made.mask, made.preview) == ((256, 0, 1024, 683), PNG, PNG)
    assert (made.done, made.wire) == (("It was extended.",), EXTENDED)


EVERY_SHAPE = [
    (shapes.polygon([(0, 0), (4, 0), (0, 4)], op="subtract"),
     {"kind": "polygon", "points": [[0, 0], [4, 0], [0, 4]], "op": "subtract"}),
    (shapes.border(left=0.1, down=0.2, unit="fraction"),
     {"kind": "border", "left": 0.1, "right": 0, "up": 0, "down": 0.2, "unit": "fraction"}),
    (shapes.colour("#FF8800"), {"kind": "colour", "colour": "#FF8800"}),
    (shapes.colour("#FF8800", 0, op="add"), {"kind": "colour", "colour": "#FF8800", "tolerance": 0, "op": "add"}),
    (shapes.alpha(), {"kind": "alpha"}),
    (shapes.background(), {"kind": "background"}),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "wire"), EVERY_SHAPE, ids=lambda one: one["kind"])
def test_a_shape_is_in_the_apis_words(shape, wire):
    assert shape == wire


def test_a_report_is_read_whole(client):
    report = client.masks.check(JPEG, PNG, "inpaint")

    assert (report.verdict, report.task, report.means) == ("fixable", "INPAINTING", "white-is-changed")
    changed = Changed(0.06, ((350, 165, 290, 170),), 1, "the middle", CHANGED["sentence"])
    assert report.changed == changed
    assert report.as_is == dataclasses.replace(changed, share=0.94, sentence=AS_IS["sentence"])
    assert report.seen == Seen("png", 8, 6, 1, "L", 8, 99, 2, ("#000000", "#ffffff"), "none", 1.0)
    assert report.likely == Likely("white-is-changed", "white is small", sure=True)
    assert report.problems == (Finding("mask-grey", "It is grey.", "Convert it.", "fixable"),)
    assert (report.mask, report.preview, report.wire) == (PNG, PNG, REPORT)


def test_a_refused_mask_is_a_report_without_pictures(rig, client):
    nothing = dict.fromkeys(("changed", "asIs", "mask", "preview"))
    rig.fixed["POST /v1/masks/check"] = {**REPORT, **nothing, "verdict": "refused"}

    report = client.masks.check(JPEG, PNG, "inpaint")

    assert report.verdict == "refused"
    assert {report.changed, report.as_is, report.mask, report.preview} == {None}


def test_a_mask_is_read_whole(client):
    made = client.masks.convert(PNG, "inpaint")

    assert (made.png, made.preview, made.pure) == (PNG, None, True)
    assert (made.task, made.means, made.into) == ("INPAINTING", "white-is-changed", "black-is-inside")
    assert (made.done, made.changed.share, made.wire) == (("It was grown.",), 0.06, MASK)


def test_answers_are_frozen(client):
    with pytest.raises(dataclasses.FrozenInstanceError):
        client.masks.convert(PNG, "inpaint").pure = False


@pytest.mark.parametrize("wrong", [{}, {**MASK, "changed": None}, {**MASK, "mask": "data:image/png;base64,A"}])
def test_an_answer_that_is_about_no_mask_is_told(rig, client, wrong):
    rig.fixed["POST /v1/masks/convert"] = wrong

    with pytest.raises(DarkroomError, match="base URL"):
        client.masks.convert(PNG, "inpaint")


def test_a_mask_of_which_nothing_can_be_made_is_refused_with_its_problem(rig, client):
    rig.next("POST /v1/masks/convert", Answer(422, problem(422, "mask-empty", hint="Look at it.")))

    with pytest.raises(RequestRefused) as told:
        client.masks.convert(PNG, "inpaint")

    assert (told.value.problem.slug, told.value.problem.hint) == ("mask-empty", "Look at it.")


def test_pictures_that_are_large_together_are_uploaded(rig, client):
    large = PNG + bytes(INLINE_LIMIT // 2)

    client.masks.check(large, large, "inpaint")

    asked = rig.asked("POST /v1/masks/check")[0].json
    assert asked["image"].startswith("upload:up_")
    assert asked["maskImage"]["image"].startswith("upload:up_")


def test_a_plain_mask_goes_into_a_task_as_it_is_and_any_other_with_how_it_is_read(rig, client):
    client.inpaint(JPEG, mask=PNG)
    client.outpaint(JPEG, "a beach", mask=PNG, mask_means="auto", mask_grow=0)

    plain, converted = (one.json for one in rig.asked("POST /v1/images"))
    assert plain["inPaintingParams"]["maskImage"] == SENT_PNG
    assert converted["outPaintingParams"]["maskImage"] == {"image": SENT_PNG, "means": "auto", "grow": 0}


def test_how_a_mask_is_read_is_not_dropped_where_there_is_none(rig, client):
    client.inpaint(JPEG, mask_prompt="the cup", mask_threshold=60)

    params = rig.asked("POST /v1/images")[0].json["inPaintingParams"]
    assert (params["maskPrompt"], params["maskImage"]) == ("the cup", {"threshold": 60})


@pytest.mark.parametrize("option", ["mask", "mask_means"])
def test_a_task_without_a_mask_takes_none_of_its_options(rig, client, option):
    with pytest.raises(TypeError, match=option):
        client.vary([PNG], **{option: "auto"})

    assert rig.seen == []
