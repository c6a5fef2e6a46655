"""The command `darkroom`: what a person types, and what comes out on each side."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from darkroom_client.cli import VERBS, exits
from darkroom_client.cli.letters import dlq
from darkroom_client.cli.masks import mask
from darkroom_client.cli.tasks import quote
from darkroom_client.transport import VERSION

from tests.unit.client_rig import DROPPED, JPEG, KEY, PNG, Answer, command_line

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environ(rig, tmp_path):
    """The rig, named by the environment."""
    named = {"DARKROOM_BASE_URL": rig.base_url, "DARKROOM_API_KEY": KEY}
    return named | {"DARKROOM_CONFIG": str(tmp_path / "profiles.json")}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with two pictures and a mask."""
    monkeypatch.chdir(tmp_path)
    for name, content in {"one.png": PNG, "two.jpg": JPEG, "mask.png": PNG}.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def darkroom(environ, folder):
    return command_line(environ)


def sent(rig):
    return rig.asked("POST /v1/images")[-1].json


def inline(content):
    return base64.b64encode(content).decode()


DRAWING = [
    "--negative", "stars", "-n", "2", "--width", "512", "--height", "512", "--cfg-scale", "10", "--seed", "0",
    "--quality", "premium", "--model", "a-model", "--engine", "titan", "--fidelity", "any", "--on-unknown", "Retry",
    "--metadata", "a=1", "--metadata", "b=2=3",
]  # fmt: skip
DRAWN = {
    "imageGenerationConfig": {
        "numberOfImages": 2, "quality": "premium", "cfgScale": 10.0, "width": 512, "height": 512, "seed": 0,
    },
    "modelId": "a-model", "engine": "titan", "fidelity": "any", "onUnknown": "retry",
    "metadata": {"a": "1", "b": "2=3"},
}  # fmt: skip
COMMANDS = {
    "generate": (
        ["generate", "a ship", "--style", "bold"],
        {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a ship", "style": "bold"}},
    ),
    "condition": (
        ["condition", "one.png", "--text", "a ship", "--control-mode", "Canny-Edge", "--control-strength", "0"],
        {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {
                "text": "a ship", "conditionImage": inline(PNG), "controlMode": "CANNY_EDGE", "controlStrength": 0.0,
            },
        },
    ),
    "color-guided": (
        ["color-guided", "a ship", "--color", "#FF0000", "--color", "#00FF00", "--reference", "two.jpg"],
        {
            "taskType": "COLOR_GUIDED_GENERATION",
            "colorGuidedGenerationParams": {
                "text": "a ship", "colors": ["#FF0000", "#00FF00"], "referenceImage": inline(JPEG),
            },
        },
    ),
    "vary": (
        ["vary", "one.png", "image:job_1/1", "two.jpg", "--text", "at night", "--similarity", "0.9"],
        {
            "taskType": "IMAGE_VARIATION",
            "imageVariationParams": {
                "images": [inline(PNG), "image:job_1/1", inline(JPEG)], "text": "at night", "similarityStrength": 0.9,
            },
        },
    ),
    "inpaint": (
        ["inpaint", "two.jpg", "--mask", "mask.png", "--text", "a bowl", "--return-mask"],
        {
            "taskType": "INPAINTING",
            "inPaintingParams": {
                "image": inline(JPEG), "maskImage": inline(PNG), "text": "a bowl", "returnMask": True,
            },
        },
    ),
    "outpaint": (
        ["outpaint", "two.jpg", "--mask-prompt", "the cup", "--text", "a beach", "--mode", "precise"],
        {
            "taskType": "OUTPAINTING",
            "outPaintingParams": {
                "image": inline(JPEG), "maskPrompt": "the cup", "text": "a beach", "outPaintingMode": "PRECISE",
            },
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", COMMANDS)
def test_a_verb_sends_what_was_typed_and_nothing_else(darkroom, rig, verb):
    words, body = COMMANDS[verb]

    assert darkroom(*words).exit_code == 0
    assert sent(rig) == body


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_drawing_verb_takes_every_drawing_option(darkroom, rig, verb):
    words, body = COMMANDS[verb]
    [params] = set(body) - {"taskType"}

    assert darkroom(*words, *DRAWING).exit_code == 0
    assert sent(rig) == {**body, params: {**body[params], "negativeText": "stars"}, **DRAWN}


def test_a_background_removal_carries_no_drawing_options(darkroom, rig):
    assert darkroom("remove-background", "two.jpg", "--engine", "cutout", "--fit", "pad", "--restore").exit_code == 0
    assert sent(rig) == {
        "taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": inline(JPEG)}, "engine": "cutout",
        "fit": "pad", "restore": True,
    }  # fmt: skip
    assert darkroom("remove-background", "two.jpg", "--seed", "1").exit_code == exits.REFUSED


def test_the_paths_alone_go_to_standard_output(darkroom, rig, folder):
    result = darkroom("generate", "a ship", "-n", "2")

    assert result.stdout == "job_0001-1.png\njob_0001-2.png\n"
    assert (folder / "job_0001-2.png").read_bytes() == PNG
    assert f"→ environment: {rig.base_url}" in result.stderr
    assert "2 pictures by model-of-the-rig for 0.04 USD" in result.stderr
    assert "cfgScale ignored: no such dial" in result.stderr


def test_the_target_is_told_before_anything_is_spent(darkroom, rig):
    rig.next("POST /v1/images", DROPPED)

    assert darkroom("generate", "a ship").stderr.startswith("→ ")


def test_quiet_says_nothing_beside_the_results(darkroom):
    assert darkroom("generate", "a ship", "--quiet").output == "job_0001-1.png\n"


def test_the_folder_is_made_and_nothing_in_it_is_replaced(darkroom, folder):
    darkroom("generate", "a ship", "--out", "new/folder")
    first = folder / "new" / "folder" / "job_0001-1.png"
    first.write_text("mine")

    again = darkroom("get", "job_0001", "--out", "new/folder")

    assert again.stdout == "new/folder/job_0001-1-2.png\n"
    assert first.read_text() == "mine"


def test_json_is_the_job_with_the_paths(darkroom, rig):
    printed = json.loads(darkroom("generate", "a ship", "--json").stdout)

    [image] = printed["images"]
    assert image.pop("path") == "job_0001-1.png"
    assert {**printed, "images": [image]} == rig.jobs["job_0001"]


def test_full_adds_the_base64_of_every_picture(darkroom, rig, folder):
    rig.ending = {"mask": {"url": f"{rig.base}/pictures/mask"}}

    printed = json.loads(darkroom("generate", "a ship", "--full").stdout)

    assert base64.b64decode(printed["images"][0]["base64"]) == PNG
    assert base64.b64decode(printed["mask"]["base64"]) == PNG
    assert (folder / printed["mask"]["path"]).read_bytes() == PNG


def test_open_shows_the_saved_pictures(darkroom, monkeypatch):
    opened = []
    monkeypatch.setattr("click.launch", opened.append)

    darkroom("generate", "a ship", "-n", "2", "--open")

    assert opened == ["job_0001-1.png", "job_0001-2.png"]


def test_without_a_wait_the_jobs_id_is_printed(darkroom, rig, folder):
    rig.looks = 1

    opened = darkroom("generate", "a ship", "--wait", "0")

    assert (opened.stdout, opened.exit_code) == ("job_0001\n", 0)
    assert darkroom("get", "job_0001", "--wait", "5", "--out", ".").stdout == "job_0001-1.png\n"


STARTS = {"startsAt": "2026-11-23T11:05:30+01:00"}
EXPECTED = "It is expected to start at 2026-11-23 10:05:30 UTC."


def test_a_job_that_waits_for_its_models_pace_says_once_when_it_will_start(darkroom, rig):
    rig.job()
    queued = {**rig.jobs["job_0001"], **STARTS, "status": "queued", "images": []}
    later = queued | {"startsAt": "2026-11-23T10:07:00Z"}
    rig.left["job_0001"] = 1
    rig.next("POST /v1/images", *[Answer(202, queued)] * 2)
    rig.next("GET /v1/jobs/job_0001", *[Answer(200, queued)] * 2, *[Answer(200, later)] * 2)

    told = darkroom("generate", "a ship").stderr

    assert told.count(f"job_0001 waits for its model's pace. {EXPECTED}") == 1
    assert told.count("It is expected to start at 2026-11-23 10:07:00 UTC.") == 1
    assert told.splitlines()[-2].startswith("job_0001 succeeded")
    assert EXPECTED not in darkroom("generate", "a ship", "--quiet").stderr


@pytest.mark.parametrize("words", [["generate", "a ship", "--wait", "0"], ["get", "job_0001"]])
def test_when_a_job_will_start_is_told_to_who_does_not_wait(darkroom, rig, words):
    rig.job()
    queued = {**rig.jobs["job_0001"], **STARTS, "status": "queued", "images": []}
    rig.next("POST /v1/images", Answer(202, queued))
    rig.next("GET /v1/jobs/job_0001", Answer(200, queued))

    told = darkroom(*words)

    assert EXPECTED in told.stderr
    assert told.stdout == "job_0001\n" or "starts   2026-11-23 10:05:30 UTC (expected)" in told.stdout


def test_every_verb_has_a_short_help_with_an_example(darkroom):
    below = [[group.name, name] for group in (mask, quote, dlq) for name in group.commands]
    for words in [*([verb.name] for verb in VERBS), *below]:
        told = darkroom(*words, "--help").stdout

        assert f"darkroom {' '.join(words)}" in told.split("Example")[1]
        assert words[-1] in darkroom(*words[:-1], "--help").stdout


def test_the_help_lists_every_exit_code(darkroom):
    told = darkroom("--help").stdout

    assert all(f"{code}  {meaning}" in told for code, meaning in exits.MEANINGS.items())


def test_the_version_is_the_packages(darkroom):
    package = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text())

    assert package["project"]["version"] == VERSION
    assert VERSION in darkroom("--version").stdout


def test_the_installed_command_draws_a_picture(rig, environ, folder):
    command = Path(sys.executable).with_name("darkroom")
    outside = {"PATH": os.environ["PATH"], "HOME": str(folder), **environ}

    run = subprocess.run(
        [command, "generate", "a ship"], env=outside, cwd=folder, capture_output=True, text=True, timeout=30, check=True
    )

    assert run.stdout == "job_0001-1.png\n"
    assert (folder / "job_0001-1.png").read_bytes() == PNG
    assert KEY not in run.stderr
