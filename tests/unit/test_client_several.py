"""Several files at once, and the verbs that draw nothing."""

from __future__ import annotations

import json
import threading
import time

import pytest
from darkroom_client import profiles
from darkroom_client.cli import exits
from darkroom_client.cli.delivery import AT_ONCE, side_by_side
from darkroom_client.profiles import Profile

from tests.unit.client_rig import JPEG, KEY, PNG, Answer, command_line, problem

FILES = [f"{n}.png" for n in range(6)]


@pytest.fixture
def config(tmp_path):
    return tmp_path / "config" / "profiles.json"


@pytest.fixture
def darkroom(rig, config, tmp_path, monkeypatch):
    """The command line beside six pictures, with a profile for the rig."""
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        (tmp_path / name).write_bytes(PNG)
    (tmp_path / "text.png").write_text("no picture")
    profiles.save("rig", Profile(rig.base_url, KEY, "us-west-2", "darkroom-rig", "123456789012"), config)
    profiles.use("rig", config)
    return command_line({"DARKROOM_CONFIG": str(config)})


def test_each_file_is_a_task_of_its_own_and_the_paths_come_in_the_files_order(darkroom, rig):
    result = darkroom("remove-background", *FILES, "--json")

    assert result.exit_code == 0
    jobs = [json.loads(line) for line in result.stdout.splitlines()]
    assert sorted(job["id"] for job in jobs) == [f"job_{n:04}" for n in range(1, 7)]
    assert len(rig.asked("POST /v1/images")) == 6
    assert all(f"{name}: job_" in result.stderr for name in FILES)


def test_one_bad_file_does_not_lose_the_others(darkroom, rig):
    refused = Answer(422, problem(422, "image-unreadable", detail="That is no picture."))
    rig.next("POST /v1/images", refused)

    result = darkroom("remove-background", *FILES)

    assert result.exit_code == exits.REFUSED
    assert len(result.stdout.splitlines()) == 5
    assert "That is no picture." in result.stderr
    assert any(f"{name}: A title" in result.stderr for name in FILES)


def test_a_progress_bar_is_drawn_for_who_watches_and_for_nobody_else(capsys, monkeypatch):
    assert side_by_side([lambda: 1, lambda: 2], quiet=False) == [1, 2]
    assert capsys.readouterr().err == ""

    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    side_by_side([lambda: 1, lambda: 2], quiet=False)
    assert "100%" in capsys.readouterr().err

    side_by_side([lambda: 1], quiet=True)
    assert capsys.readouterr().err == ""


def test_no_more_than_four_works_run_at_once():
    running, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(AT_ONCE, timeout=5)

    def work(n):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1
        return n

    assert side_by_side([lambda n=n: work(n) for n in range(2 * AT_ONCE)], quiet=True) == list(range(2 * AT_ONCE))
    assert most == AT_ONCE == 4


def test_an_interruption_keeps_what_has_begun_and_leaves_the_rest(monkeypatch):
    begun = threading.Event()

    def interrupt(_futures):
        begun.wait(5)
        raise KeyboardInterrupt

    def work(n):
        begun.set()
        time.sleep(0.02)
        return n

    monkeypatch.setattr("darkroom_client.cli.delivery.as_completed", interrupt)
    monkeypatch.setattr("darkroom_client.cli.delivery.AT_ONCE", 1)

    made = side_by_side([lambda n=n: work(n) for n in range(100)], quiet=True)

    assert made[0] == 0
    assert None in made


def test_uploads_print_a_reference_for_each_file(darkroom, rig):
    result = darkroom("upload", *FILES)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert len(set(lines)) == 6
    assert all(line.startswith("upload:up_") for line in lines)
    assert len(rig.asked("POST /form")) == 6


def test_a_file_that_is_no_picture_does_not_lose_the_other_uploads(darkroom):
    result = darkroom("upload", "0.png", "text.png", "1.png")

    assert result.exit_code == exits.REFUSED
    assert len(result.stdout.splitlines()) == 2
    assert "text.png is neither a PNG nor a JPEG" in result.stderr


def test_jobs_are_listed_one_a_line(darkroom, rig):
    for _ in range(3):
        rig.job()

    lines = darkroom("jobs", "--limit", "2").stdout.splitlines()

    assert [line.split()[:3] for line in lines] == [
        ["job_0003", "succeeded", "TEXT_IMAGE"], ["job_0002", "succeeded", "TEXT_IMAGE"],
    ]  # fmt: skip
    assert json.loads(darkroom("jobs", "--limit", "1", "--json").stdout) == rig.jobs["job_0003"]


def test_a_job_is_shown_with_what_a_person_wants_to_know(darkroom, rig):
    rig.job(count=2)

    shown = darkroom("get", "job_0001")

    assert shown.exit_code == 0
    for part in ("succeeded", "model-of-the-rig in us-west-2", "0.04 USD", "image:job_0001/2", "8x6", "shop=1"):
        assert part in shown.stdout
    assert "cfgScale ignored" in shown.stdout


def test_a_job_is_shown_as_json(darkroom, rig):
    rig.job()

    assert json.loads(darkroom("get", "job_0001", "--json").stdout) == rig.jobs["job_0001"]


def test_a_job_in_full_is_saved_as_well(darkroom, rig, tmp_path):
    rig.job()

    [image] = json.loads(darkroom("get", "job_0001", "--full").stdout)["images"]

    assert (tmp_path / image["path"]).read_bytes() == PNG


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ({"status": "blocked", "images": [], "error": problem(422, "blocked", detail="Words.")}, exits.BLOCKED),
        ({"status": "failed", "images": [], "error": problem(502, "model-failed", detail="Words.")}, exits.FAILED),
        ({"status": "partial", "error": problem(422, "blocked", detail="Words.")}, exits.PARTIAL),
        ({"status": "running", "images": []}, exits.UNKNOWN),
        ({"status": "canceled", "images": []}, exits.FAILED),
    ],
    ids=lambda value: value["status"] if isinstance(value, dict) else None,
)
def test_a_look_at_a_job_ends_as_the_job_did(darkroom, rig, ending, code):
    rig.ending = ending
    rig.job()

    shown = darkroom("get", "job_0001")

    assert shown.exit_code == code
    assert shown.stdout.startswith(f"job_0001  {ending['status']}")
    assert ("Words." in shown.stderr) == ("error" in ending)


def test_a_job_that_is_not_there_is_refused(darkroom):
    assert darkroom("get", "job_9").exit_code == exits.REFUSED


def test_a_large_picture_is_uploaded_on_the_way(darkroom, rig, tmp_path):
    (tmp_path / "large.jpg").write_bytes(JPEG + bytes(3_000_000))

    assert darkroom("remove-background", "large.jpg").exit_code == 0
    sent = rig.asked("POST /v1/images")[0].json["backgroundRemovalParams"]["image"]
    assert sent.startswith("upload:up_")
