"""Requests that spend: sent again under their Idempotency-Key, so that a repeated one is never a second payment."""

from __future__ import annotations

import time

import pytest
from darkroom_client import Darkroom, OutcomeUnknown, RequestRefused, Retries, Unavailable

from tests.unit.client_rig import DROPPED, JOB, KEY, LOST, Answer, problem

IMAGES = "POST /v1/images"
HTML = b"<html><body>Bad Gateway</body></html>"


UNKNOWN = {
    "dropped": DROPPED,
    "500": Answer(500, problem(500, "internal-error")),
    "502 of a proxy": Answer(502, HTML),
    "503 of a proxy": Answer(503, HTML),
    "504": Answer(504, problem(504, "no-answer")),
    "lost": LOST,
}


def keys(rig, route=IMAGES):
    """The distinct Idempotency-Keys that arrived."""
    return {one.headers["idempotency-key"] for one in rig.asked(route)}


@pytest.mark.parametrize("fault", UNKNOWN)
def test_a_request_whose_outcome_is_unknown_is_sent_again_under_its_key(rig, client, pauses, fault):
    rig.next(IMAGES, UNKNOWN[fault])

    assert client.generate("a ship").id == "job_0001"
    assert (len(rig.asked(IMAGES)), len(keys(rig)), len(rig.jobs)) == (2, 1, 1)
    assert pauses == [0.5]


@pytest.mark.parametrize("looks", [0, 2], ids=["that has ended", "that still runs"])
def test_a_lost_reply_is_one_job_however_often_it_is_asked_for(rig, client, looks):
    rig.looks = looks
    rig.next(IMAGES, LOST, LOST, LOST)

    assert client.generate("a ship").status == "succeeded"
    assert (len(rig.asked(IMAGES)), len(keys(rig)), list(rig.jobs)) == (4, 1, ["job_0001"])


def test_a_lost_rerun_is_one_job_too(rig, client):
    rig.job()
    rig.next("POST /v1/jobs/job_0001/rerun", LOST)

    assert client.rerun("job_0001").id == "job_0002"
    assert len(keys(rig, "POST /v1/jobs/job_0001/rerun")) == 1
    assert len(rig.jobs) == 2


def test_each_call_has_a_key_of_its_own_unless_it_is_given_one(rig, client):
    same = [client.generate("a ship").id for _ in range(2)]
    assert (same, len(keys(rig))) == (["job_0001", "job_0002"], 2)

    under_one = [client.generate("a ship", idempotency_key="order 7").id for _ in range(2)]
    assert under_one == ["job_0003", "job_0003"]
    with pytest.raises(RequestRefused) as told:
        client.generate("a boat", idempotency_key="order 7")
    assert told.value.problem.slug == "idempotency-key-reused"


@pytest.mark.parametrize("key", ["", "x" * 256, "two\nlines", "schlüssel"])
def test_a_key_that_no_header_may_carry_is_refused_before_anything_is_sent(rig, client, key):
    with pytest.raises(RequestRefused, match="idempotency key"):
        client.generate("a ship", idempotency_key=key)

    assert rig.seen == []


@pytest.mark.parametrize("fault", UNKNOWN)
def test_what_stays_unknown_tells_its_key(rig, client, pauses, fault):
    rig.next(IMAGES, *[UNKNOWN[fault]] * 4)

    with pytest.raises(OutcomeUnknown) as told:
        client.generate("a ship")

    assert keys(rig) == {told.value.idempotency_key}
    assert (len(rig.asked(IMAGES)), len(pauses)) == (4, 3)
    assert client.generate("a ship", idempotency_key=told.value.idempotency_key).id == "job_0001"


@pytest.mark.parametrize("last", [429, 401, 503])
def test_a_later_attempt_that_was_turned_away_says_nothing_about_the_first(rig, client, last):
    rig.next(IMAGES, LOST, *[Answer(last, problem(last, "turned-away", retryable=last != 401))] * 3)

    with pytest.raises(OutcomeUnknown) as told:
        client.generate("a ship")

    assert told.value.problem is None
    assert len(rig.jobs) == 1


def test_a_job_that_ended_badly_is_not_asked_for_again(rig, client, pauses):
    job = {**JOB, "id": "job_9", "status": "failed"}
    rig.next(IMAGES, Answer(504, problem(504, "outcome-unknown", job=job)))

    with pytest.raises(OutcomeUnknown) as told:
        client.generate("a ship")

    assert (told.value.job.id, told.value.idempotency_key) == ("job_9", None)
    assert (len(rig.asked(IMAGES)), pauses) == (1, [])


def test_a_request_that_is_not_answered_in_time_is_sent_again(rig, monkeypatch):
    monkeypatch.setattr("darkroom_client.darkroom.LONGEST_HOLD", 0)
    rig.next(IMAGES, lambda: _slow(0.3))

    with Darkroom(rig.base_url, KEY, timeout=0.15, retries=Retries(first_pause=0)) as client:
        assert client.generate("a ship").status == "succeeded"

    assert (len(rig.asked(IMAGES)), len(keys(rig)), len(rig.jobs)) == (2, 1, 1)


def _slow(seconds):
    time.sleep(seconds)
    return Answer(201, {})


def test_no_retry_begins_after_the_callers_deadline(rig):
    with Darkroom(rig.base_url, KEY, timeout=0.3) as client:
        rig.next(IMAGES, LOST)
        with pytest.raises(OutcomeUnknown):
            client.generate("a ship", wait=0.4)

    assert len(rig.asked(IMAGES)) == 1


def test_a_busy_deployment_is_asked_again_and_told(rig, client, pauses):
    rig.next(IMAGES, *[Answer(503, problem(503, "model-throttled", retryable=True))] * 4)

    with pytest.raises(Unavailable) as told:
        client.generate("a ship")

    assert told.value.problem.retryable
    assert (len(rig.asked(IMAGES)), len(pauses)) == (4, 3)
