"""What the client sends again, what never, and what it tells of it; requests that spend are test_client_keys.py's."""

from __future__ import annotations

import pytest
from darkroom_client import (
    AccessDenied,
    ConnectionFailed,
    Darkroom,
    DarkroomError,
    RequestRefused,
    Retries,
    TargetUnknown,
    Unavailable,
)

from tests.unit.client_rig import DROPPED, KEY, PNG, Answer, Rig, problem, serving
from tests.unit.local_rig import free_port

IMAGES, LOOK = "POST /v1/images", "GET /v1/jobs/job_0001"
HTML = b"<html><body>Bad Gateway</body></html>"


def test_a_request_that_was_turned_away_at_the_gate_is_sent_again_when_it_says(rig, client, pauses):
    rig.next(IMAGES, Answer(429, problem(429, "too-many-requests", retryable=True), {"Retry-After": "3"}))

    assert client.generate("a ship").status == "succeeded"
    assert pauses == [3.0]
    assert len(rig.asked(IMAGES)) == 2


def test_an_answer_that_asks_for_more_patience_than_ours_is_final(rig, client, pauses):
    rig.next(IMAGES, Answer(429, problem(429, "too-many-requests", retryable=True), {"Retry-After": "3600"}))

    with pytest.raises(Unavailable):
        client.generate("a ship")

    assert pauses == []


def test_a_request_is_sent_again_when_no_connection_came_about():
    port, rig = free_port(), Rig()
    starting = serving(rig, port)

    def come_up(_seconds):
        if not rig.base:
            starting.__enter__()

    with Darkroom(f"http://127.0.0.1:{port}/v1", KEY, retries=Retries(sleep=come_up)) as client:
        try:
            job = client.generate("a ship")
        finally:
            starting.__exit__(None, None, None)

    assert job.status == "succeeded"
    assert len(rig.asked(IMAGES)) == 1


def test_a_deployment_that_is_not_there_is_told_after_a_few_attempts(pauses):
    url = f"http://127.0.0.1:{free_port()}/v1"

    with Darkroom(url, KEY, retries=Retries(sleep=pauses.append)) as client, pytest.raises(ConnectionFailed):
        client.generate("a ship")

    assert pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_look_is_repeated(rig, client, pauses, status):
    rig.job()
    rig.next(LOOK, Answer(status, HTML), DROPPED)

    assert client.job("job_0001").id == "job_0001"
    assert pauses == [0.5, 1.0]


def test_a_look_ends_after_four_attempts(rig, client, pauses):
    rig.next(LOOK, *[Answer(503, HTML)] * 9)

    with pytest.raises(Unavailable, match="503"):
        client.job("job_0001")

    assert len(rig.asked(LOOK)) == 4
    assert len(pauses) == 3


@pytest.mark.parametrize(
    ("status", "slug", "error"),
    [
        (404, "unknown-job", RequestRefused),
        (401, "key-refused", AccessDenied),
        (403, "not-allowed", AccessDenied),
    ],
)
def test_a_refusal_is_not_repeated(rig, client, status, slug, error):
    rig.next(LOOK, Answer(status, problem(status, slug)))

    with pytest.raises(error):
        client.job("job_0001")

    assert len(rig.asked(LOOK)) == 1


def test_fetching_a_picture_is_repeated(rig, client):
    job = client.generate("a ship")
    rig.next("GET /pictures/job_0001/1", DROPPED, Answer(503, b"SlowDown"))

    assert client.fetch(job.images[0]) == PNG


def test_a_picture_that_has_moved_is_followed(rig, client):
    job = client.generate("a ship")
    rig.next("GET /pictures/job_0001/1", Answer(307, b"", {"Location": f"{rig.base}/pictures/elsewhere"}))

    assert client.fetch(job.images[0]) == PNG


def test_the_key_is_not_carried_to_where_an_answer_points(rig, client):
    rig.next("GET /v1/models", Answer(307, b"", {"Location": f"{rig.base}/pictures/elsewhere"}))

    with pytest.raises(DarkroomError):
        client.models()

    assert rig.asked("GET /pictures") == []


@pytest.mark.parametrize("key", ["", "  ", "two words", "schlüssel", "line\nbreak"])
def test_a_key_that_no_header_may_carry_is_refused_without_being_told(key):
    with pytest.raises(TargetUnknown) as told:
        Darkroom("https://api.example/v1", key)

    assert not key.strip() or key not in str(told.value)


def test_the_line_break_that_a_file_adds_to_a_key_does_no_harm(rig):
    with Darkroom(rig.base_url, f"{KEY}\n") as client:
        assert client.models()


@pytest.mark.parametrize("url", ["", "api.example/v1", "ftp://api.example", "https://", "http://[::1"])
def test_what_is_no_base_url_is_refused(url):
    with pytest.raises(TargetUnknown, match="no base URL"):
        Darkroom(url, KEY)


@pytest.mark.parametrize("answer", [Answer(200, HTML), Answer(200, {"hello": "world"})])
def test_a_base_url_of_something_else_is_told(rig, client, answer):
    for ask, route in [
        (lambda: client.job("job_0001"), LOOK),
        (lambda: list(client.jobs()), "GET /v1/jobs"),
        (client.models, "GET /v1/models"),
        (lambda: client.upload(PNG), "POST /v1/uploads"),
    ]:
        rig.next(route, answer)
        with pytest.raises(DarkroomError, match="base URL"):
            ask()


def test_no_error_and_no_representation_holds_the_key(rig, client, pauses):
    rig.next("GET /v1/models", Answer(401, problem(401, "key-refused")))

    with pytest.raises(AccessDenied) as told:
        client.models()

    assert KEY not in repr(client)
    assert KEY not in repr(told.value) + str(told.value.__cause__) + str(told.value)
