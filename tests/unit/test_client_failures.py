"""How the command `darkroom` fails: what it says, on which side, and with which exit code."""

from __future__ import annotations

import json
import re

import pytest
from darkroom_client import Retries
from darkroom_client.cli import exits

from tests.unit.client_rig import DROPPED, JOB, KEY, LOST, PNG, Answer, command_line, problem
from tests.unit.local_rig import free_port


@pytest.fixture
def darkroom(rig, tmp_path, monkeypatch):
    """The command line beside a picture, with the rig named by the environment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.png").write_bytes(PNG)
    named = {"DARKROOM_BASE_URL": rig.base_url, "DARKROOM_API_KEY": KEY}
    return command_line(named | {"DARKROOM_CONFIG": str(tmp_path / "profiles.json")})


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_spent(darkroom, rig):
    result = darkroom("generate", "a ship", "--out", "one.png/folder")

    assert result.exit_code == exits.REFUSED
    assert rig.seen == []


PROBLEM = problem(
    400, "invalid-request", hint="Mend it.",
    errors=[{"field": "imageGenerationConfig.cfgScale", "detail": "at most 10", "hint": "Try 8."}],
)  # fmt: skip
FAILED = {**JOB, "id": "job_9", "status": "failed"}
FAULTS = {
    "refused": (Answer(400, PROBLEM), exits.REFUSED),
    "blocked": (Answer(422, problem(422, "blocked", stage="prompt")), exits.BLOCKED),
    "no access": (Answer(401, problem(401, "key-refused")), exits.NO_ACCESS),
    "failed": (Answer(502, problem(502, "model-failed", job=FAILED)), exits.FAILED),
    "busy": (Answer(503, problem(503, "model-throttled", retryable=True, job=FAILED)), exits.FAILED),
    "over budget": (Answer(402, problem(402, "over-budget")), exits.REFUSED),
    "outcome unknown": (Answer(504, problem(504, "outcome-unknown", job=FAILED)), exits.UNKNOWN),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_exit_code_tells_how_it_failed(darkroom, rig, fault):
    behaviour, code = FAULTS[fault]
    rig.next("POST /v1/images", behaviour)

    result = darkroom("generate", "a ship")

    assert (result.exit_code, result.stdout) == (code, "")
    assert len(rig.asked("POST /v1/images")) == 1


def test_a_budget_that_is_used_up_is_told_with_what_is_left(darkroom, rig):
    said = problem(402, "over-budget", detail="0.01 of 0.10 USD are left.", hint="It begins anew at midnight.")
    rig.next("POST /v1/images", Answer(402, said))

    told = darkroom("generate", "a ship").stderr

    assert "(over-budget)" in told
    assert "0.01 of 0.10 USD are left." in told
    assert "It begins anew at midnight." in told


def test_a_request_that_stays_unknown_is_no_second_job_under_the_key_that_is_told(darkroom, rig, monkeypatch):
    monkeypatch.setattr("darkroom_client.darkroom.Retries", lambda: Retries(first_pause=0))
    rig.next("POST /v1/images", LOST, *[DROPPED] * 3)

    unknown = darkroom("generate", "a ship")
    [key] = re.findall(r"--idempotency-key (\S+)", unknown.stderr)

    assert (unknown.exit_code, unknown.stdout) == (exits.UNKNOWN, "")
    assert darkroom("generate", "a ship", "--idempotency-key", key).stdout == "job_0001-1.png\n"
    assert len(rig.jobs) == 1


def test_a_problem_is_told_whole_on_standard_error(darkroom, rig):
    rig.next("POST /v1/images", Answer(400, PROBLEM))

    told = darkroom("generate", "a ship").stderr

    for part in ("A title", "What is wrong.", "imageGenerationConfig.cfgScale: at most 10", "Try 8.", "Mend it."):
        assert part in told


def test_a_job_that_goes_on_is_named_with_its_problem(darkroom, rig):
    rig.looks = 10**6

    result = darkroom("generate", "a ship", "--wait", "0.05", "--json")

    assert result.exit_code == exits.UNKNOWN
    assert json.loads(result.stdout)["id"] == "job_0001"
    assert "darkroom get job_0001" in result.stderr


def test_a_partial_job_saves_its_pictures_and_says_what_is_missing(darkroom, rig):
    rig.ending = {"status": "partial", "error": problem(422, "blocked", detail="One was blocked.")}

    result = darkroom("generate", "a ship")

    assert (result.exit_code, result.stdout) == (exits.PARTIAL, "job_0001-1.png\n")
    assert "One was blocked." in result.stderr


def test_a_picture_that_cannot_be_fetched_does_not_lose_the_others(darkroom, rig):
    rig.next("GET /pictures/job_0001/2", Answer(403, b""))

    result = darkroom("generate", "a ship", "-n", "2")

    assert (result.exit_code, result.stdout) == (exits.FAILED, "job_0001-1.png\n")
    assert "darkroom get job_0001" in result.stderr


def test_an_interruption_says_where_to_look_for_what_was_opened(darkroom, monkeypatch):
    def interrupt(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("darkroom_client.darkroom.Darkroom.run", interrupt)

    result = darkroom("generate", "a ship")

    assert result.exit_code == exits.FAILED
    assert "darkroom jobs" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["inpaint", "nowhere.png"],
        ["remove-background", "one.png", "nowhere.png"],
        ["vary", "."],
        ["upload", "nowhere.png"],
        ["generate", "a ship", "--metadata", "novalue"],
        ["generate", "a ship", "--metadata", "=1"],
        ["remove-background", "one.png", "one.png", "--idempotency-key", "a"],
        ["quote"],
        ["quote", "generate", "a ship", "--out", "."],
        ["quote", "inpaint", "nowhere.png"],
        ["jobs", "--status", "vague"],
        ["jobs", "--since", "yesterday"],
        ["usage", "--since", "2026-11-23T10:00"],
        ["outpaint", "one.png", "--text", "x", "--mode", "vague"],
        ["generate"],
        ["no-such-verb"],
    ],
)
def test_wrong_use_is_told_before_anything_is_sent(darkroom, rig, words):
    result = darkroom(*words)

    assert (result.exit_code, result.stdout, rig.seen) == (exits.REFUSED, "", [])


def test_a_deployment_that_is_not_there_is_told(darkroom, monkeypatch):
    monkeypatch.setattr("darkroom_client.darkroom.Retries", lambda: Retries(first_pause=0))

    result = darkroom("generate", "a ship", DARKROOM_BASE_URL=f"http://127.0.0.1:{free_port()}/v1")

    assert result.exit_code == exits.FAILED
    assert "No connection" in result.stderr
