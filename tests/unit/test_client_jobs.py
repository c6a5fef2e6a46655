"""Waiting for jobs, reading them, and how each end of theirs is told."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from darkroom_client import (
    AccessDenied,
    Blocked,
    Darkroom,
    JobFailed,
    OutcomeUnknown,
    RequestRefused,
    Retries,
    StillRunning,
)
from darkroom_client.waiting import rest_after

from tests.unit.client_rig import DROPPED, KEY, Answer, problem

LOOK = "GET /v1/jobs/job_0001"


@pytest.fixture
def client(rig, pauses):
    with Darkroom(rig.base_url, KEY, retries=Retries(sleep=pauses.append)) as client:
        yield client


def test_a_job_that_takes_a_while_is_watched_to_its_end(rig, client):
    rig.looks = 3

    assert client.generate("a ship").images[0].seed == 1
    assert len(rig.asked(LOOK)) == 3
    assert {one.headers["prefer"] for one in rig.asked(LOOK)} == {"wait=20"}


def test_the_server_is_asked_to_hold_no_longer_than_the_caller_waits(rig, client):
    client.generate("a ship", wait=7)

    assert rig.seen[0].headers["prefer"] == "wait=7"


def test_without_a_wait_the_opened_job_comes_back(rig, client):
    rig.looks = 1

    job = client.generate("a ship", wait=0)

    assert (job.status, job.ended, job.images) == ("running", False, ())
    assert [one.headers["prefer"] for one in rig.seen] == ["wait=0"]


def test_a_deadline_ends_the_wait_and_not_the_job(rig, client):
    rig.looks = 10**6

    with pytest.raises(StillRunning) as told:
        client.generate("a ship", wait=0.05)

    assert told.value.job.id == "job_0001"
    rig.looks = rig.left["job_0001"] = 1
    assert client.wait(told.value.job, 5).status == "succeeded"


def test_a_server_that_does_not_hold_its_answer_is_not_asked_in_a_rush(rig, client, pauses):
    rig.job()
    rig.left["job_0001"] = 1
    open_job = {**rig.jobs["job_0001"], "status": "queued", "images": []}
    rig.next(LOOK, Answer(200, open_job), Answer(200, open_job, {"Retry-After": "1"}))

    client.wait("job_0001", 60)

    assert pauses == [pytest.approx(1, abs=0.5)]


def queued(rig, **more):
    """The rig's first job as it waits."""
    return {**rig.jobs["job_0001"], "status": "queued", "images": [], **more}


def test_a_job_is_left_alone_for_as_long_as_the_202_asks(rig, client, pauses):
    rig.job()
    rig.left["job_0001"] = 1
    rig.next("POST /v1/images", Answer(202, queued(rig), {"Retry-After": "45"}))

    assert client.generate("a ship").status == "succeeded"
    assert pauses == [pytest.approx(45, abs=0.5)]
    assert len(rig.asked(LOOK)) == 1


def test_a_202_that_asks_for_more_time_than_there_is_is_followed_by_a_last_look(rig, client, pauses):
    rig.job()
    rig.left["job_0001"] = 1
    rig.next("POST /v1/images", Answer(202, queued(rig), {"Retry-After": "3600"}))

    assert client.generate("a ship", wait=30).status == "succeeded"
    assert pauses == [pytest.approx(30, abs=0.5)]


@pytest.mark.parametrize(("asked", "rest"), [("1", 0), ("20", 0), ("25", 5), ("soon", 0)])
def test_the_time_for_which_an_answer_was_held_counts_as_rest(asked, rest):
    answer = httpx.Response(202, headers={"Retry-After": asked})
    answer.elapsed = timedelta(seconds=20)

    assert rest_after(answer) == rest


def test_when_a_job_is_expected_to_start_is_told(rig):
    rig.job()
    rig.left["job_0001"] = 1
    seen = []
    rig.next(LOOK, Answer(200, queued(rig, startsAt="2026-11-23T10:05:30Z")))

    with Darkroom(rig.base_url, KEY, on_wait=seen.append) as client:
        assert client.wait("job_0001", 60).starts_at is None

    assert [job.starts_at for job in seen] == [datetime(2026, 11, 23, 10, 5, 30, tzinfo=UTC)]


def test_a_deadline_that_comes_before_the_start_says_so(rig, client):
    rig.job()
    rig.next("POST /v1/images", Answer(202, queued(rig, startsAt="2026-11-24T00:00:00Z")))
    rig.next(LOOK, lambda: _slow(Answer(200, queued(rig, startsAt="2026-11-24T00:00:00Z"))))

    with pytest.raises(StillRunning, match=r"still queued.*expected to start at 2026-11-24 00:00:00 UTC"):
        client.generate("a ship", wait=0.05)


def _slow(answer):
    time.sleep(0.1)
    return answer


def test_an_erased_job_cannot_be_read(rig, client):
    rig.next(LOOK, Answer(410, problem(410, "job-erased")))

    with pytest.raises(RequestRefused) as told:
        client.job("job_0001")

    assert told.value.problem.slug == "job-erased"


def test_no_retry_begins_after_the_deadline(rig, client, pauses):
    rig.job()
    rig.looks = 5
    rig.next("GET /v1/jobs/job_0002", *[Answer(503, b"busy")] * 4)

    with pytest.raises(StillRunning):
        client.generate("a ship", wait=0.3)

    assert pauses == []


def test_a_job_that_is_lost_sight_of_is_named(rig, client):
    rig.looks = 5
    rig.next(LOOK, *[DROPPED] * 4)

    with pytest.raises(StillRunning) as told:
        client.generate("a ship")

    assert told.value.job.id == "job_0001"


def test_a_key_that_is_revoked_meanwhile_still_names_the_job(rig, client):
    rig.looks = 5
    rig.next(LOOK, Answer(401, problem(401, "key-refused")))

    with pytest.raises(AccessDenied) as told:
        client.generate("a ship")

    assert told.value.job.id == "job_0001"


ENDS = {
    "blocked": ("blocked", problem(422, "blocked", stage="output"), Blocked),
    "failed": ("failed", problem(502, "model-failed"), JobFailed),
    "outcome unknown": ("failed", problem(504, "outcome-unknown"), OutcomeUnknown),
    "refused input": ("failed", problem(422, "image-unreadable"), RequestRefused),
    "no access to the model": ("failed", problem(502, "model-access-denied"), JobFailed),
}


@pytest.mark.parametrize("looks", [0, 2], ids=["within the request", "later"])
@pytest.mark.parametrize("end", ENDS)
def test_a_job_that_ends_badly_is_an_error_with_the_job_in_it(rig, client, end, looks):
    status, error, expected = ENDS[end]
    rig.looks, rig.ending = looks, {"status": status, "images": [], "error": error}

    with pytest.raises(expected) as told:
        client.generate("a ship")

    assert (told.value.job.id, told.value.job.status) == ("job_0001", status)
    assert (told.value.problem.slug, told.value.problem.stage) == (error["type"].split(":")[-1], error.get("stage"))


def test_a_canceled_job_has_no_problem_to_tell(rig, client):
    rig.looks, rig.ending = 1, {"status": "canceled", "images": []}

    with pytest.raises(JobFailed, match="canceled"):
        client.generate("a ship")


def test_a_partial_job_is_given_with_its_pictures_and_its_problem(rig, client):
    rig.ending = {"status": "partial", "error": problem(422, "blocked")}

    job = client.generate("a ship", count=2)

    assert (job.status, len(job.images), job.error.slug) == ("partial", 2, "blocked")


def test_every_wrong_field_is_told(rig, client):
    errors = [{"field": "a.b", "detail": "too large", "hint": "At most 5."}, {"field": "c", "detail": "unknown field"}]
    rig.next("POST /v1/images", Answer(400, problem(400, "invalid-request", errors=errors, hint="Look.")))

    with pytest.raises(RequestRefused) as told:
        client.generate("a ship")

    assert [(one.field, one.detail, one.hint) for one in told.value.problem.errors] == [
        ("a.b", "too large", "At most 5."),
        ("c", "unknown field", None),
    ]
    assert told.value.problem.hint == "Look."


def test_a_job_is_read_whole_and_unknown_fields_do_no_harm(rig, client):
    rig.ending = {"fieldOfTheFuture": 1, "mask": rig.job()["images"][0]}
    rig.job()

    job = client.job("job_0002")

    assert job.created_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (job.model.served, job.model.engine) == ("model-of-the-rig", "titan")
    assert (job.cost.quoted, job.fidelity[0].verdict, job.metadata) == (40_000, "ignored", {"shop": "1"})
    assert (job.mask.width, job.images[0].width, job.images[0].original.width) == (8, 8, 16)
    assert job.wire["fieldOfTheFuture"] == 1


def test_a_job_id_stays_within_its_route(rig, client):
    with pytest.raises(RequestRefused):
        client.job("../models?x=")

    assert rig.seen[0].path == "/v1/jobs/..%2Fmodels%3Fx%3D"


def test_jobs_are_listed_page_by_page_and_no_further_than_asked(rig, client):
    for _ in range(120):
        rig.job()

    found = [job.id for job in client.jobs(limit=60)]

    assert found == [f"job_{n:04}" for n in range(120, 60, -1)]
    assert [one.query for one in rig.seen] == [{"limit": "50"}, {"limit": "10", "cursor": "50"}]
    assert len(list(client.jobs())) == 120


def test_models_say_what_they_serve(client):
    [model] = client.models()

    assert (model.id, model.serves, model.ends) == ("model-of-the-rig", ("TEXT_IMAGE",), None)
    assert model.prices["premium-1024"] == 12_000
