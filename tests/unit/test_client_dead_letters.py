"""Dead letters: listed, sent back and purged, in the library and typed; what is lost on the way is never counted."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from darkroom_client import (
    AccessDenied,
    DarkroomError,
    Dropped,
    OutcomeUnknown,
    Purged,
    Redriven,
    RequestRefused,
    Unavailable,
)
from darkroom_client.cli import exits

from tests.unit.client_rig import DROPPED, Answer, problem

LIST, REDRIVE, PURGE = "GET /v1/dead-letters", "POST /v1/dead-letters/redrive", "DELETE /v1/dead-letters"
OF_A_JOB = {
    "id": "m-1", "queue": "bulk", "sentAt": "2026-11-23T10:00:00Z", "receives": 5, "reason": None, "failedAt": None,
    "job": {"id": "job_0001", "status": "failed", "error": "worker-failed"}, "objects": [],
}  # fmt: skip
OF_A_FILE = {
    "id": "m-2", "queue": "uploads", "sentAt": "2026-11-23T10:00:01Z", "receives": 6,
    "reason": "NoSuchKey: it is\ngone", "failedAt": "2026-11-23T11:00:00Z", "job": None,
    "objects": [{"bucket": "drops", "key": "in/\x1b[2Jcat.png", "version": "v1"}],
}  # fmt: skip
LETTERS = {"deadLetters": [OF_A_JOB, OF_A_FILE], "more": True}


def redriven(redriven, ended, left, **more):
    return Answer(200, {"redriven": redriven, "ended": ended, "left": left, **more})


def purged(purged, left, **more):
    return Answer(200, {"purged": purged, "left": left, **more})


def on_a_terminal(environ, words, answer):
    """The installed command, asked on a terminal on which somebody types an answer."""
    command = Path(sys.executable).with_name("darkroom")
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer.encode())
    try:
        outside = {"PATH": os.environ["PATH"], "HOME": "/nowhere", **environ}
        run = subprocess.run(
            [command, *words], env=outside, stdin=terminal, capture_output=True, text=True, timeout=30, check=False
        )
    finally:
        os.close(keyboard)
        os.close(terminal)
    return run


def test_dead_letters_are_read_with_what_they_are_about(rig, client):
    rig.fixed[LIST] = LETTERS

    found = client.dead_letters("uploads", limit=7)

    assert rig.seen[0].query == {"queue": "uploads", "limit": "7"}
    assert found.more
    of_a_job, of_a_file = found.letters
    assert (of_a_job.id, of_a_job.queue, of_a_job.receives, of_a_job.reason) == ("m-1", "bulk", 5, None)
    assert (of_a_job.job.id, of_a_job.job.status, of_a_job.job.error) == ("job_0001", "failed", "worker-failed")
    assert of_a_file.objects == (Dropped("drops", "in/\x1b[2Jcat.png", "v1"),)
    assert (of_a_file.job, of_a_file.failed_at) == (None, datetime(2026, 11, 23, 11, tzinfo=UTC))
    assert of_a_file.wire == OF_A_FILE
    client.dead_letters()
    assert rig.seen[1].query == {}


def test_a_jobs_problem_is_told_by_its_slug_however_it_comes(rig, client):
    told = OF_A_JOB | {"job": {"id": "job_0001", "status": "failed", "error": problem(500, "worker-failed")}}
    rig.fixed[LIST] = {"deadLetters": [told], "more": False}

    assert client.dead_letters().letters[0].job.error == "worker-failed"


@pytest.mark.parametrize("answer", [{"hello": "world"}, {"deadLetters": [{"id": 1}]}, {"deadLetters": [3]}])
def test_what_holds_no_dead_letters_is_told(rig, client, answer):
    rig.fixed[LIST] = answer

    with pytest.raises(DarkroomError, match="base URL"):
        client.dead_letters()


def test_reading_them_is_repeated(rig, client):
    rig.fixed[LIST] = LETTERS
    rig.next(LIST, DROPPED, Answer(503, b"busy"))

    assert len(client.dead_letters().letters) == 2


def test_a_redrive_says_what_was_named_and_nothing_else(rig, client):
    rig.next(REDRIVE, *[redriven(0, 0, 0)] * 3)

    client.redrive()
    client.redrive(queue="bulk")
    client.redrive(("m-1", "m-2"), queue="uploads")

    assert [one.json for one in rig.seen] == [{}, {"queue": "bulk"}, {"queue": "uploads", "ids": ["m-1", "m-2"]}]


def test_a_redrive_goes_on_until_nothing_is_left(rig, client):
    rig.next(REDRIVE, redriven(10, 2, 13), redriven(10, 0, 3), redriven(0, 3, 0))

    assert client.redrive() == Redriven(redriven=20, ended=5, left=0)
    assert len(rig.seen) == 3


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([redriven(0, 0, 4)], Redriven(0, 0, 4)),
        ([redriven(5, 0, 4), redriven(0, 0, 4)], Redriven(5, 0, 4)),
        ([redriven(0, 2, 4), redriven(0, 2, 4)], Redriven(0, 4, 4)),
        ([redriven(3, 0, 4), redriven(1, 0, 4)], Redriven(4, 0, 4)),
        ([redriven(0, 0, 0, more=True)], Redriven(0, 0, 0, more=True)),
    ],
    ids=["nothing", "nothing any more", "no fewer", "as many come as go", "nothing was come to"],
)
def test_a_redrive_ends_when_it_gets_no_further(rig, client, answers, expected):
    rig.next(REDRIVE, *answers)

    assert client.redrive() == expected
    assert len(rig.seen) == len(answers)


def test_a_redrive_goes_on_where_not_everything_was_come_to(rig, client):
    rig.next(
        REDRIVE,
        redriven(900, 1, 0, more=True, endedJobs=["job_1"]),
        redriven(0, 2, 0, more=True, endedJobs=["job_2", "job_1"]),
        redriven(5, 0, 1, more=False, hint=None),
        redriven(0, 0, 1, more=False),
    )

    assert client.redrive() == Redriven(905, 3, 1, more=False, ended_jobs=("job_1", "job_2"))


LOST = {
    "dropped": DROPPED,
    "500": Answer(500, problem(500, "internal-error")),
    "502 of a proxy": Answer(502, b"<html>"),
    "504 of a gateway": Answer(504, b"<html>"),
}


@pytest.mark.parametrize("fault", LOST)
def test_a_redrive_whose_answer_is_lost_is_not_asked_for_again(rig, client, pauses, fault):
    rig.next(REDRIVE, LOST[fault], redriven(9, 9, 9))

    with pytest.raises(OutcomeUnknown, match="may be on their way again") as told:
        client.redrive()

    assert (len(rig.seen), pauses, told.value.idempotency_key) == (1, [], None)


def test_an_error_notes_what_was_sent_back_before_it(rig, client):
    rig.next(REDRIVE, redriven(10, 2, 13), DROPPED)

    with pytest.raises(OutcomeUnknown) as told:
        client.redrive()

    assert told.value.__notes__ == ["Before that: 10 sent back, 2 of jobs that have ended."]


def test_a_redrive_that_was_turned_away_at_the_gate_is_asked_for_again(rig, client, pauses):
    rig.next(REDRIVE, Answer(429, problem(429, "too-many-requests"), {"Retry-After": "3"}), redriven(1, 0, 0))

    assert client.redrive().redriven == 1
    assert pauses == [3.0]


@pytest.mark.parametrize(("status", "error"), [(403, AccessDenied), (400, RequestRefused), (503, Unavailable)])
@pytest.mark.parametrize("verb", ["redrive", "purge"])
def test_what_was_surely_not_done_is_told_as_that(rig, client, verb, status, error):
    refused = Answer(status, problem(status, "not-done", retryable=True))
    rig.next({"redrive": REDRIVE, "purge": PURGE}[verb], *[refused] * 4)

    with pytest.raises(error):
        getattr(client, verb)()


def test_a_purge_says_what_was_named_and_nothing_else(rig, client):
    rig.next(PURGE, *[purged(0, 0)] * 3)

    client.purge()
    client.purge(queue="bulk")
    client.purge(["m-1", "m-2"], queue="uploads")

    assert [one.query for one in rig.seen] == [{}, {"queue": "bulk"}, {"queue": "uploads", "ids": "m-1,m-2"}]


def test_a_purge_goes_on_while_that_helps(rig, client):
    rig.next(PURGE, purged(10, 0, more=True), purged(10, 3), purged(0, 3, hint="They go on."))

    assert client.purge() == Purged(20, 3, more=False, hint="They go on.", exact=True)
    assert len(rig.seen) == 3


@pytest.mark.parametrize("fault", sorted(set(LOST) - {"500"}))
def test_a_purge_is_repeated_and_counts_no_more_than_it_knows(rig, client, fault):
    rig.next(PURGE, LOST[fault], purged(2, 0))

    assert client.purge() == Purged(2, 0, exact=False)


def test_a_purge_of_which_nothing_is_known_tells_that(rig, client, pauses):
    rig.next(PURGE, *[DROPPED] * 4)

    with pytest.raises(OutcomeUnknown, match="again does no harm"):
        client.purge()

    assert len(pauses) == 3


def test_a_purge_that_was_lost_and_then_turned_away_is_unknown(rig, client):
    rig.next(PURGE, DROPPED, Answer(403, problem(403, "not-permitted", detail="Not with this key.")))

    with pytest.raises(OutcomeUnknown) as told:
        client.purge()

    assert (told.value.problem.slug, told.value.problem.hint) == (
        "not-permitted", "Some dead letters may be gone; to purge them again does no harm.",
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["redrive", "purge"])
def test_no_ids_are_not_all_of_them(rig, client, verb):
    assert getattr(client, verb)([]).done == 0
    for unusable in ([""], ["m-1", ""], ["m-1,m-2"]):
        with pytest.raises(RequestRefused, match="id"):
            getattr(client, verb)(unusable)

    assert rig.seen == []


@pytest.mark.parametrize("verb", ["redrive", "purge"])
def test_what_is_no_answer_to_it_is_told(rig, client, verb):
    rig.next({"redrive": REDRIVE, "purge": PURGE}[verb], Answer(200, {"hello": "world"}))

    with pytest.raises(DarkroomError, match="base URL"):
        getattr(client, verb)()


def test_dead_letters_are_listed_one_a_line_and_nothing_in_them_moves_the_cursor(darkroom, rig):
    rig.fixed[LIST] = LETTERS

    result = darkroom("dlq", "list", "--queue", "Bulk", "--limit", "2")

    assert result.stdout.splitlines() == [
        "m-1  bulk         2026-11-23 10:00:00  5x  job_0001 failed (worker-failed)",
        "m-2  uploads      2026-11-23 10:00:01  6x  s3://drops/in/ [2Jcat.png  NoSuchKey: it is gone",
    ]
    assert rig.seen[0].query == {"queue": "bulk", "limit": "2"}
    assert "--limit" in result.stderr
    assert darkroom("dlq", "list", "--quiet").stderr == ""


def test_dead_letters_are_printed_as_json(darkroom, rig):
    rig.fixed[LIST] = LETTERS

    assert [json.loads(line) for line in darkroom("dlq", "list", "--json").stdout.splitlines()] == [OF_A_JOB, OF_A_FILE]
    assert rig.seen[0].query == {}


def test_a_redrive_tells_how_to_run_what_has_ended(darkroom, rig):
    rig.next(REDRIVE, redriven(3, 1, 0, endedJobs=["job_0001"]))

    result = darkroom("dlq", "redrive", "--queue", "interactive", "m-1", "m-2")

    assert (result.exit_code, result.stdout) == (0, "3 sent back, 1 of jobs that have ended\n")
    assert rig.seen[0].json == {"queue": "interactive", "ids": ["m-1", "m-2"]}
    assert f"→ environment: {rig.base_url}" in result.stderr
    assert "darkroom rerun JOB" in result.stderr
    assert "job_0001" in result.stderr


def test_what_is_left_is_told_and_is_no_success(darkroom, rig):
    rig.next(REDRIVE, redriven(0, 0, 1))
    rig.next(PURGE, purged(0, 2, more=True, hint="They go on."))

    redrive, purge = darkroom("dlq", "redrive", "-q"), darkroom("dlq", "purge", "--yes", "-q")

    assert (redrive.exit_code, redrive.stdout) == (exits.FAILED, "0 sent back\n")
    assert redrive.stderr == "1 is left: run it again in a while.\n"
    assert purge.exit_code == exits.FAILED
    assert purge.stderr.splitlines() == [
        "2 are left: run it again in a while.", "  Hint: They go on.", "There may be more of them: run it again.",
    ]  # fmt: skip


def test_a_lost_redrive_is_told_with_what_was_done_before(darkroom, rig):
    rig.next(REDRIVE, redriven(10, 0, 5), DROPPED)

    result = darkroom("dlq", "redrive")

    assert (result.exit_code, result.stdout) == (exits.UNKNOWN, "")
    assert "look at what is left" in result.stderr
    assert "Before that: 10 sent back." in result.stderr
    assert "--idempotency-key" not in result.stderr


def test_a_purge_whose_answer_was_lost_says_how_many_are_gone_at_least(darkroom, rig):
    rig.next(PURGE, DROPPED, purged(2, 0))

    assert darkroom("dlq", "purge", "--yes", "m-1").stdout == "at least 2 purged\n"


def test_without_a_terminal_a_purge_needs_its_yes(darkroom, rig):
    result = darkroom("dlq", "purge", "--queue", "bulk")

    assert (result.exit_code, result.stdout, rig.seen) == (exits.REFUSED, "", [])
    assert "--yes" in result.stderr

    rig.next(PURGE, purged(2, 0))
    assert darkroom("dlq", "purge", "--queue", "bulk", "--yes").stdout == "2 purged\n"
    assert rig.seen[0].query == {"queue": "bulk"}


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ([], "Purge all dead letters of every queue, for good?"),
        (["--queue", "bulk"], "Purge all dead letters of the bulk queue, for good?"),
        (["m-1", "m-2"], "Purge 2 dead letters of every queue, for good?"),
    ],
)
def test_on_a_terminal_a_purge_asks_first(rig, environ, words, question):
    refused = on_a_terminal(environ, ["dlq", "purge", *words], "n\n")

    assert (refused.returncode, refused.stdout, rig.seen) == (exits.FAILED, "", [])
    assert question in refused.stderr


def test_a_purge_that_is_confirmed_is_done(rig, environ):
    rig.next(PURGE, purged(2, 0))

    confirmed = on_a_terminal(environ, ["dlq", "purge"], "y\n")

    assert (confirmed.returncode, confirmed.stdout) == (0, "2 purged\n")


@pytest.mark.parametrize("words", [["list", "--queue", "vague"], ["purge", "", "--yes"], ["redrive", ""], ["vague"]])
def test_wrong_use_is_told_before_anything_is_sent(darkroom, rig, words):
    assert darkroom("dlq", *words).exit_code == exits.REFUSED
    assert rig.seen == []
