"""The verb `mask make`, and masks in the verbs that edit: shapes in their order, other masks, fitting, extending."""

from __future__ import annotations

import pytest
from darkroom_client.cli import exits

from tests.unit.client_rig import JPEG, KEY, PNG, Answer, Rig, command_line, problem, serving
from tests.unit.test_client_masks import EXTENDED, MASK, SENT_JPEG, SENT_PNG, URL

CHECK = ("mask", "check", "photo.jpg", "layer.png", "--task", "inpaint")
MAKE = ("mask", "make", "photo.jpg", "--task", "inpaint", "--out", "mask.png")


@pytest.fixture
def rig():
    with serving(Rig(fixed={"POST /v1/masks": MASK})) as rig:
        yield rig


@pytest.fixture
def darkroom(rig, tmp_path, monkeypatch):
    """The command line beside a photo and a mask, with the rig named by the environment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(JPEG)
    (tmp_path / "layer.png").write_bytes(PNG)
    named = {"DARKROOM_BASE_URL": rig.base_url, "DARKROOM_API_KEY": KEY}
    return command_line(named | {"DARKROOM_CONFIG": str(tmp_path / "profiles.json")})


def asked(rig, path):
    [one] = rig.asked(f"POST /v1{path}")
    return one.json


def test_shapes_are_sent_in_the_order_in_which_they_were_typed(darkroom, rig):
    result = darkroom(
        *MAKE, "--rectangle", "10,20,30,40", "--subtract-ellipse", "25%,0,50%,12.5%", "--subject",
        "--rectangle", "-5,0,10.5,10", "--subtract-subject", "--polygon", "0,0 10,0 0,10", "--alpha",
        "--border", "left=10%,down=0", "--colour", "#A6260D,0", "--color", "#FFFFFF", "--subtract-background",
        "--grow", "3", "--into", "white-is-changed",
    )  # fmt: skip

    assert result.exit_code == exits.DONE, result.output
    pixel, fraction = {"unit": "pixel"}, {"unit": "fraction"}
    add, subtract = {"op": "add"}, {"op": "subtract"}
    sent = asked(rig, "/masks")
    assert sent.pop("shapes") == [
        {"kind": "rectangle", "left": 10, "top": 20, "width": 30, "height": 40, **pixel, **add},
        {"kind": "ellipse", "left": 0.25, "top": 0, "width": 0.5, "height": 0.125, **fraction, **subtract},
        {"kind": "subject", **add},
        {"kind": "rectangle", "left": -5, "top": 0, "width": 10.5, "height": 10, **pixel, **add},
        {"kind": "subject", **subtract},
        {"kind": "polygon", "points": [[0, 0], [10, 0], [0, 10]], **pixel, **add},
        {"kind": "alpha", **add},
        {"kind": "border", "left": 0.1, "right": 0, "up": 0, "down": 0, **fraction, **add},
        {"kind": "colour", "colour": "#A6260D", "tolerance": 0, **add},
        {"kind": "colour", "colour": "#FFFFFF", **add},
        {"kind": "background", **subtract},
    ]
    assert sent == {"task": "INPAINTING", "image": SENT_JPEG, "grow": 3, "into": "white-is-changed"}


def test_a_mask_is_made_for_a_size_alone(darkroom, rig):
    words = ("mask", "make", "--size", "1024x768", "--task", "outpaint", "--border", "up=1", "--out", "mask.png")

    assert darkroom(*words).exit_code == exits.DONE
    assert {name: asked(rig, "/masks").get(name) for name in ("image", "width", "height")} == {
        "image": None, "width": 1024, "height": 768,
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        (*MAKE,),
        (*MAKE, "--size", "8x6", "--subject"),
        ("mask", "make", "--task", "inpaint", "--out", "mask.png", "--subject"),
        ("mask", "make", "--size", "8", "--task", "inpaint", "--out", "mask.png", "--subject"),
        (*MAKE, "--rectangle", "1,2,3"),
        (*MAKE, "--rectangle", "10%,20,30%,40%"),
        (*MAKE, "--ellipse", "a,b,c,d"),
        (*MAKE, "--ellipse", "nan,0,1,1"),
        (*MAKE, "--polygon", "1,2,3,4,5,6"),
        (*MAKE, "--border", "top=3"),
        (*MAKE, "--border", "left"),
        (*MAKE, "--colour", "#ffffff,many"),
        (*MAKE, "--circle", "1,2,3,4"),
        (*CHECK[:-1], "colour"),
        (*CHECK, "--means", "inside"),
        ("mask", "make", "photo.jpg", "--task", "inpaint", "--subject"),
        ("outpaint", "photo.jpg", "--text", "x", "--extend", "left=10%"),
        ("outpaint", "photo.jpg", "--text", "x", "--extend", "top=10"),
        ("outpaint", "photo.jpg", "--text", "x", "--extend", "left=10", "--mask", "layer.png"),
        ("outpaint", "photo.jpg", "--text", "x", "--extend", "left=10", "--mask-prompt", "the cup"),
        ("inpaint", "photo.jpg", "--fit", "stretch"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_before_anything_is_sent(darkroom, rig, words):
    result = darkroom(*words)

    assert (result.exit_code, result.stdout, rig.seen) == (exits.REFUSED, "", [])


def test_an_edit_takes_a_mask_of_another_kind_and_has_its_pictures_fitted(darkroom, rig):
    result = darkroom(
        "inpaint", "photo.jpg", "--mask", "layer.png", "--mask-means", "auto", "--mask-threshold", "60",
        "--mask-grow", "-4", "--fit", "crop", "--background", "#FFFFFF", "--restore",
    )  # fmt: skip

    assert result.exit_code == exits.DONE
    assert asked(rig, "/images") == {
        "taskType": "INPAINTING",
        "inPaintingParams": {
            "image": SENT_JPEG, "maskImage": {"image": SENT_PNG, "means": "auto", "threshold": 60, "grow": -4},
        },
        "fit": "crop", "background": "#FFFFFF", "restore": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [("vary", "photo.jpg"), ("condition", "photo.jpg", "--text", "x"), ("color-guided", "x", "--color", "#FF8800")],
)
def test_a_task_over_pictures_has_them_fitted(darkroom, rig, words):
    assert darkroom(*words, "--fit", "pad", "--background", "#FFFFFF").exit_code == exits.DONE
    assert (asked(rig, "/images")["fit"], asked(rig, "/images")["background"]) == ("pad", "#FFFFFF")


def test_an_extension_makes_its_mask_paints_and_says_what_was_done(darkroom, rig):
    rig.fixed["POST /v1/masks"] = EXTENDED

    result = darkroom(
        "outpaint", "photo.jpg", "--text", "a table", "--extend", "left=256,right=128", "--mask-grow", "8",
        "--model", "a-model",
    )  # fmt: skip

    assert (result.exit_code, result.stdout) == (exits.DONE, "job_0001-1.png\n")
    assert "  It was extended." in result.stderr
    assert asked(rig, "/masks") == {
        "task": "OUTPAINTING", "image": SENT_JPEG, "modelId": "a-model",
        "extend": {"left": 256, "right": 128, "up": 0, "down": 0},
    }  # fmt: skip
    assert asked(rig, "/images") == {
        "taskType": "OUTPAINTING", "modelId": "a-model",
        "outPaintingParams": {
            "image": "upload:up_9", "text": "a table",
            "maskImage": {"image": URL.partition(",")[2], "grow": 8},
        },
    }  # fmt: skip


def test_an_extension_that_is_refused_paints_nothing(darkroom, rig):
    rig.next("POST /v1/masks", Answer(422, problem(422, "extend-too-far")))

    result = darkroom("outpaint", "photo.jpg", "--text", "a table", "--extend", "left=9000")

    assert (result.exit_code, rig.asked("POST /v1/images")) == (exits.REFUSED, [])
