"""The verbs `mask check` and `mask convert`, and the files that verbs about masks save: what is kept, what is said."""

from __future__ import annotations

import base64
import json

import pytest
from darkroom_client.cli import exits

from tests.unit.client_rig import JPEG, KEY, PNG, Answer, Rig, command_line, problem, serving
from tests.unit.test_client_masks import CHANGED, MASK, REPORT, SENT_JPEG, SENT_PNG

MADE = b"\x89PNG\r\n\x1a\nmask of the rig"
LOOK = b"\x89PNG\r\n\x1a\npreview of the rig"


def data_url(content):
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


FINISHED = {**MASK, "mask": data_url(MADE), "preview": data_url(LOOK)}


@pytest.fixture
def rig():
    routes = {
        "POST /v1/masks/check": {**REPORT, "preview": data_url(LOOK)},
        "POST /v1/masks/convert": FINISHED,
    }
    with serving(Rig(fixed=routes)) as rig:
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


CHECK = ("mask", "check", "photo.jpg", "layer.png", "--task", "inpaint")
CONVERT = ("mask", "convert", "layer.png", "--task", "outpaint", "--out", "mask.png")


def test_a_check_says_the_verdict_first_then_what_changes_what_is_wrong_and_the_way_out(darkroom, rig):
    result = darkroom(*CHECK)

    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (exits.DONE, "")
    assert lines[0].startswith("fixable: ")
    assert lines[1] == CHANGED["sentence"]
    for part in ("94 %", "It is grey. (mask-grey)", "Convert it.", "--mask-means white-is-changed", "white is small"):
        assert part in result.stdout
    assert asked(rig, "/masks/check") == {
        "task": "INPAINTING", "image": SENT_JPEG, "maskImage": {"image": SENT_PNG, "means": "auto"},
    }  # fmt: skip


@pytest.mark.parametrize(("verdict", "code"), [("ok", exits.DONE), ("fixable", exits.DONE), ("refused", exits.REFUSED)])
def test_the_exit_code_is_the_verdicts(darkroom, rig, verdict, code):
    rig.fixed["POST /v1/masks/check"] = {**REPORT, "verdict": verdict}

    result = darkroom(*CHECK)

    assert (result.exit_code, result.stdout.split(":")[0]) == (code, verdict)
    assert ("way out" in result.stdout) == (verdict == "fixable")


def test_what_the_owner_likely_means_is_told_apart_from_how_the_mask_was_read(darkroom, rig):
    likely = {"means": "black-is-inside", "why": "it is half of it", "sure": False}
    rig.fixed["POST /v1/masks/check"] = {**REPORT, "likely": likely, "asIs": None}

    told = darkroom(*CHECK, "--means", "white-is-changed", "--threshold", "9", "--grow", "-2").stdout

    assert "read as   white-is-changed\nlikely    black-is-inside, which is not certain: it is half of it" in told
    assert "\nas it is" not in told
    assert asked(rig, "/masks/check")["maskImage"] == {
        "image": SENT_PNG, "means": "white-is-changed", "threshold": 9, "grow": -2,
    }  # fmt: skip


def test_a_check_saves_its_preview_where_it_was_told(darkroom, tmp_path):
    result = darkroom(*CHECK, "--preview", "looks/look.png")

    assert result.stdout.splitlines()[-1] == "preview   looks/look.png"
    assert (tmp_path / "looks" / "look.png").read_bytes() == LOOK


def test_json_is_the_answer_with_paths_in_place_of_the_pictures(darkroom, rig):
    checked = json.loads(darkroom(*CHECK, "--json", "--preview", "look.png").stdout)
    converted = json.loads(darkroom(*CONVERT, "--json").stdout)

    assert checked == {**rig.fixed["POST /v1/masks/check"], "mask": None, "preview": "look.png"}
    assert converted == {**FINISHED, "mask": "mask.png", "preview": None}


def test_a_conversion_saves_the_mask_and_says_what_was_done(darkroom, rig, tmp_path):
    result = darkroom(
        *CONVERT, "--for", "photo.jpg", "--means", "auto", "--feather", "3", "--into", "white-is-changed",
        "--preview", "look.png",
    )  # fmt: skip

    assert (result.exit_code, result.stdout) == (exits.DONE, "mask.png\nlook.png\n")
    assert result.stderr == f"{CHANGED['sentence']}\n  It was grown.\n"
    assert ((tmp_path / "mask.png").read_bytes(), (tmp_path / "look.png").read_bytes()) == (MADE, LOOK)
    assert asked(rig, "/masks/convert") == {
        "task": "OUTPAINTING", "image": SENT_JPEG, "maskImage": {"image": SENT_PNG, "means": "auto"}, "feather": 3,
        "into": "white-is-changed",
    }  # fmt: skip


def test_quiet_says_nothing_beside_the_paths(darkroom):
    assert darkroom(*CONVERT, "--quiet").output == "mask.png\n"


def test_a_preview_that_did_not_come_is_a_picture_too_few(darkroom, rig, tmp_path):
    rig.fixed["POST /v1/masks/convert"] = MASK

    result = darkroom(*CONVERT, "--preview", "look.png")

    assert (result.exit_code, result.stdout) == (exits.PARTIAL, "mask.png\n")
    assert "no preview" in result.stderr
    assert not (tmp_path / "look.png").exists()


@pytest.mark.parametrize("words", [(*CHECK, "--preview", "layer.png"), (*CONVERT, "--preview", "layer.png"), CONVERT])
def test_a_file_that_is_there_is_kept_and_nothing_is_asked(darkroom, rig, tmp_path, words):
    (tmp_path / "mask.png").write_text("mine")

    result = darkroom(*words)

    assert (result.exit_code, rig.seen) == (exits.REFUSED, [])
    assert "--force" in result.stderr
    assert ((tmp_path / "mask.png").read_text(), (tmp_path / "layer.png").read_bytes()) == ("mine", PNG)


def test_a_file_that_appears_meanwhile_is_kept(darkroom, rig, tmp_path):
    def meanwhile():
        (tmp_path / "mask.png").write_text("mine")
        return Answer(200, FINISHED)

    rig.next("POST /v1/masks/convert", meanwhile)

    result = darkroom(*CONVERT)

    assert (result.exit_code, (tmp_path / "mask.png").read_text()) == (exits.FAILED, "mine")
    assert "mask.png could not be written" in result.stderr


def test_force_replaces_a_file_whole_and_leaves_nothing_beside_it(darkroom, tmp_path):
    (tmp_path / "mask.png").write_text("mine")
    before = {path.name for path in tmp_path.iterdir()}

    assert darkroom(*CONVERT, "--force").exit_code == exits.DONE
    assert (tmp_path / "mask.png").read_bytes() == MADE
    assert {path.name for path in tmp_path.iterdir()} == before


def test_the_mask_and_its_preview_are_two_files(darkroom, rig):
    result = darkroom(*CONVERT, "--preview", "mask.png", "--force")

    assert (result.exit_code, rig.seen) == (exits.REFUSED, [])


def test_a_mask_of_which_nothing_can_be_made_saves_nothing(darkroom, rig, tmp_path):
    rig.next("POST /v1/masks/convert", Answer(422, problem(422, "mask-empty", hint="Look at it.")))

    result = darkroom(*CONVERT)

    assert (result.exit_code, result.stdout) == (exits.REFUSED, "")
    assert "Look at it." in result.stderr
    assert not (tmp_path / "mask.png").exists()
