"""Dead letters through the HTTP door: looked at, sent back, thrown away."""

from __future__ import annotations

import pytest

from functions import uploads, worker
from functions.darkroom import letter_requests, rounds
from functions.darkroom.errors import InvalidRequest
from functions.darkroom.job import Status
from functions.darkroom.letters import DeadLetterQueue
from functions.darkroom.queues import job_id_of
from tests.functional.letter_rig import (
    LANES,
    bury,
    bury_job,
    bury_upload,
    end,
    ids,
    look,
    open_job,
    purge,
    redrive,
    waiting,
)
from tests.functional.rig import Context, notification, sqs_event
from tests.functional.test_api import call

VERBS = {"GET": "/dead-letters", "POST": "/dead-letters/redrive", "DELETE": "/dead-letters"}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """moto knows at once that a queue is empty."""
    monkeypatch.setattr(rounds, "WAIT_SECONDS", 0)


def test_looking_takes_nothing_out_and_hides_nothing_from_the_next_look(cloud):
    job = open_job(cloud)
    buried = {bury_job(cloud, job), bury_upload(cloud)}

    assert set(ids()) == set(ids()) == buried
    assert redrive()["redriven"] == 2


def test_a_look_is_bounded_and_says_that_there_is_more(cloud):
    for _ in range(12):
        bury(cloud, "bulk", "{}")
    bury(cloud, "uploads", "{}")

    some = look(limit=12)
    assert (len(some["deadLetters"]), some["more"]) == (12, True)
    assert (len(look(limit=13)["deadLetters"]), look(limit=13)["more"]) == (13, False)
    assert len(ids(limit=1, queue="bulk")) == 1
    assert {letter["queue"] for letter in look(queue="uploads")["deadLetters"]} == {"uploads"}
    assert len(ids()) == 13, "none is hidden"


@pytest.mark.parametrize(
    ("verb", "said", "wrong"),
    [
        ("GET", {"queue": "slow", "limit": "0"}, {"queue", "limit"}),
        ("GET", {"limit": "many", "quue": "bulk"}, {"limit", "quue"}),
        ("GET", {"ids": "a"}, {"ids"}),
        ("POST", {"queue": "slow", "ids": []}, {"queue", "ids"}),
        ("POST", {"ids": ["a", "b c", 3]}, {"ids.1", "ids.2"}),
        ("POST", {"limit": 1}, {"limit"}),
        ("DELETE", {"queue": "slow", "ids": "a,,b"}, {"queue", "ids.1"}),
    ],
)
def test_every_wrong_field_is_named(cloud, verb, said, wrong):
    body, query = (said, None) if verb == "POST" else (None, said)
    status, _, told = call(verb, VERBS[verb], body, query=query)

    assert (status, told["type"]) == (400, "urn:darkroom:problem:invalid-request")
    assert {one["field"] for one in told["errors"]} == wrong


def test_ids_may_come_repeated_or_with_commas():
    asked = letter_requests.letters_of_query({"ids": ["a,b", "c"], "queue": ["bulk"]})

    assert (asked.queue, asked.ids) == ("bulk", ("a", "b", "c"))
    with pytest.raises(InvalidRequest):
        letter_requests.letters_of_query({"queue": ["bulk", "uploads"]})


@pytest.mark.parametrize(("method", "path"), VERBS.items())
def test_dead_letters_are_nobody_elses(cloud, method, path):
    bury_upload(cloud)

    status, _, told = call(method, path, tenant="shop", query={"limit": "wrong"})

    assert (status, told["type"]) == (403, "urn:darkroom:problem:not-permitted")
    assert len(ids()) == 1


@pytest.mark.parametrize("lane", ["interactive", "bulk"])
def test_a_job_that_goes_on_is_run_by_its_letter(cloud, lane):
    job = open_job(cloud, lane)
    waiting(cloud, lane)
    bury_job(cloud, job)

    assert redrive() == {"redriven": 1, "ended": 0, "left": 0, "more": False, "endedJobs": [], "hint": None}

    assert ids() == []
    (body,) = waiting(cloud, lane)
    worker.handler(sqs_event(body), Context())
    assert cloud.walk.find(job.id, "default").status is Status.SUCCEEDED


def test_an_upload_is_opened_by_its_letter(cloud):
    bury_upload(cloud)

    assert redrive(queue="uploads")["redriven"] == 1

    assert ids() == []
    (body,) = waiting(cloud, "uploads")
    assert uploads.handler(sqs_event(body), Context()) == {"batchItemFailures": []}
    assert len(waiting(cloud, "bulk")) == 1


def test_a_letter_of_an_ended_job_goes_and_the_job_is_named_for_a_rerun(cloud):
    job = open_job(cloud)
    waiting(cloud, "interactive")
    bury_job(cloud, job)
    end(cloud, job)

    told = redrive()

    assert (told["redriven"], told["ended"], told["left"], told["endedJobs"]) == (0, 1, 0, [job.id])
    assert "rerun" in told["hint"]
    assert ids() == []
    assert waiting(cloud, "interactive") == []


@pytest.mark.parametrize(
    ("lane", "body"),
    [
        ("interactive", {"job_id": "job_UNKNOWN"}),
        ("interactive", {"job_id": "x" * 5000}),
        ("bulk", "no json"),
        ("uploads", {"Records": [notification("others", "background-removal/a.png", "1")]}),
        ("uploads", {"Service": "Amazon S3", "Event": "s3:TestEvent"}),
    ],
)
def test_a_letter_that_names_nothing_of_ours_is_left(cloud, lane, body):
    foreign = bury(cloud, lane, body)

    assert redrive()["left"] == 1

    assert ids() == [foreign]
    assert waiting(cloud, lane) == []
    assert purge()["purged"] == 1


def test_only_the_letters_that_are_named_are_sent_back(cloud):
    buried = [bury_upload(cloud, f"background-removal/{n}.png") for n in range(15)]

    told = redrive(ids=[buried[3], buried[14], "never-there"])

    assert (told["redriven"], told["left"]) == (2, 0)
    assert set(ids()) == set(buried) - {buried[3], buried[14]}
    assert redrive(queue="bulk", ids=buried[:2])["redriven"] == 0


def test_who_has_all_that_were_named_looks_no_further(cloud, monkeypatch):
    buried = [bury_upload(cloud, f"background-removal/{n}.png") for n in range(15)]
    take, taken = DeadLetterQueue.take, []
    monkeypatch.setattr(DeadLetterQueue, "take", lambda *args: taken.append(1) or take(*args))

    assert redrive(queue="uploads", ids=buried[:2])["redriven"] == 2
    assert len(taken) == 1


def test_what_the_ledger_would_refuse_to_look_for_is_no_job():
    assert job_id_of('{"job_id": "%s"}' % ("x" * 100)) == "x" * 100
    assert job_id_of('{"job_id": "%s"}' % ("x" * 101)) is None


def test_a_redrive_stops_in_time_and_says_so(cloud, monkeypatch):
    bury_upload(cloud)
    monkeypatch.setattr(rounds, "ROUND_SECONDS", 0.0)

    assert (redrive()["redriven"], redrive()["more"], purge()["more"], look()["more"]) == (0, True, True, True)


def test_a_redrive_holds_so_many_letters_at_most(cloud, monkeypatch):
    for _ in range(25):
        bury(cloud, "bulk", "no json")
    monkeypatch.setattr(rounds, "MOST_HELD", 20)

    told = redrive()

    assert (told["left"], told["more"]) == (20, True)
    assert len(ids()) == 20, "as many as a round may hold"
    assert purge()["purged"] == 25, "what is gone is not held"


def test_what_is_thrown_away_is_counted_and_gone(cloud):
    job = open_job(cloud)
    bury_job(cloud, job)
    end(cloud, job)
    for lane in LANES:
        bury(cloud, lane, "no json")
    bury_upload(cloud)

    assert purge(queue="uploads") == {"purged": 2, "left": 0, "more": False, "hint": None}
    assert purge()["purged"] == 3
    assert ids() == []


def test_only_the_letters_that_are_named_are_thrown_away(cloud):
    buried = [bury_upload(cloud, f"background-removal/{n}.png") for n in range(4)]

    assert purge(ids=f"{buried[0]},{buried[2]}")["purged"] == 2
    assert set(ids()) == {buried[1], buried[3]}


def test_a_letter_is_left_while_its_job_waits_for_the_sweeper(cloud):
    job = open_job(cloud)
    buried = bury_job(cloud, job)

    told = purge(queue="interactive")
    assert (told["purged"], told["left"]) == (0, 1)
    assert "sweeper" in told["hint"]
    assert ids() == [buried]

    end(cloud, job)
    assert purge(queue="interactive")["purged"] == 1
