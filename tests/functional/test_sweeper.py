"""The sweeper: what crashes left behind is found and brought to its end."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError

from functions import sweeper, worker
from functions.darkroom import tasks
from functions.darkroom.job import Source, Status
from tests.functional.rig import Context, sqs_event

REQUEST = {
    "taskType": "TEXT_IMAGE",
    "textToImageParams": {"text": "a boat"},
    "imageGenerationConfig": {"width": 512, "height": 512},
}


def open_job(cloud):
    return cloud.walk.open(tasks.from_data(REQUEST), tenant="default", source=Source(door="http"))


def later(cloud, seconds):
    """Move the walk's clock on."""
    start = cloud.walk.clock()
    object.__setattr__(cloud.walk, "clock", lambda: start + seconds)


def unreachable(*_args, **_kwargs):
    raise EndpointConnectionError(endpoint_url="http://nowhere")


def test_a_message_that_was_never_sent_is_sent(cloud, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(type(cloud.walk.queues), "send", unreachable)
        job = open_job(cloud)
    assert cloud.messages(cloud.settings.INTERACTIVE_QUEUE_URL) == []

    sweeper.handler({}, None)

    (message,) = cloud.messages(cloud.settings.INTERACTIVE_QUEUE_URL)
    assert job.id in message["Body"]
    sweeper.handler({}, None)
    assert cloud.messages(cloud.settings.INTERACTIVE_QUEUE_URL) == [], "sent once"


def test_a_door_that_notes_the_sending_while_the_worker_claims_does_not_lose_the_job(cloud, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(type(cloud.walk.queues), "send", unreachable)
        job = open_job(cloud)
    ledger, read = cloud.walk.ledger, type(cloud.walk.ledger).get
    stale = []

    def read_just_before_the_door_writes(self, job_id):
        found = read(self, job_id)
        if not stale:
            stale.append(found)
            ledger.commit(found.sent("message", cloud.walk.clock()))
        return found

    monkeypatch.setattr(type(ledger), "get", read_just_before_the_door_writes)
    worker.handler(sqs_event({"job_id": job.id}), Context())

    assert cloud.walk.find(job.id, "default").status is Status.SUCCEEDED


def test_an_event_that_was_never_published_is_published(cloud, monkeypatch):
    job = open_job(cloud)
    with monkeypatch.context() as broken:
        broken.setattr(type(cloud.walk.bus), "publish", unreachable)
        worker.handler(sqs_event({"job_id": job.id}), Context())
    assert cloud.walk.find(job.id, "default").outbox == {"event"}

    later(cloud, 60)
    sweeper.handler({}, None)

    assert len(cloud.events()) == 1
    assert cloud.walk.find(job.id, "default").outbox == frozenset()


def crash_in_call(*_args, **_kwargs):
    raise SystemExit("the worker's sandbox is gone")


@pytest.mark.parametrize(
    ("dies_in", "expected", "calls"),
    [
        (("models", "invoke"), "outcome-unknown", 0),
        (("storage", "put_picture"), "outcome-unknown", 1),
    ],
)
def test_a_worker_that_died_in_a_call_is_found_and_the_model_is_not_called_again(
    cloud, monkeypatch, dies_in, expected, calls
):
    job = open_job(cloud)
    with monkeypatch.context() as broken:
        broken.setattr(type(getattr(cloud.walk, dies_in[0])), dies_in[1], crash_in_call)
        with pytest.raises(SystemExit):
            worker.handler(sqs_event({"job_id": job.id}), Context())
    assert cloud.walk.find(job.id, "default").steps[0].state == "calling"
    for message in cloud.messages(cloud.settings.INTERACTIVE_QUEUE_URL):
        worker.handler(sqs_event(message["Body"]), Context())
    assert cloud.walk.find(job.id, "default").status is Status.RUNNING, "the lease may still be alive"

    later(cloud, cloud.settings.TIMEOUTS.lease + 1)
    sweeper.handler({}, None)
    worker.handler(sqs_event({"job_id": job.id}), Context())

    done = cloud.walk.find(job.id, "default")
    assert (done.status, done.error.slug) == (Status.FAILED, expected)
    assert cloud.calls() == calls


def test_a_worker_that_died_after_storing_is_finished_without_a_call(cloud, monkeypatch):
    job = open_job(cloud)
    with monkeypatch.context() as broken:
        broken.setattr("functions.darkroom.results.conclude", crash_in_call)
        with pytest.raises(SystemExit):
            worker.handler(sqs_event({"job_id": job.id}), Context())

    later(cloud, cloud.settings.TIMEOUTS.lease + 1)
    worker.handler(sqs_event({"job_id": job.id}), Context())

    done = cloud.walk.find(job.id, "default")
    assert done.status is Status.SUCCEEDED
    assert cloud.calls() == 1


def test_a_dead_letter_ends_its_job_and_stays_for_a_person_to_look_at(cloud):
    job = open_job(cloud)
    dead = cloud.settings.INTERACTIVE_DLQ_URL
    cloud.client("sqs").send_message(QueueUrl=dead, MessageBody=f'{{"job_id": "{job.id}"}}')

    sweeper.handler({}, None)

    ended = cloud.walk.find(job.id, "default")
    assert (ended.status, ended.error.slug) == (Status.FAILED, "worker-failed")
    assert len(cloud.messages(dead)) == 1, "it can be seen at once, and not only when the look is over for a minute"
    assert len(cloud.events()) == 1


def test_a_job_that_its_model_does_not_take_for_an_hour_is_given_up(cloud):
    job = open_job(cloud)
    for hours in (0, 0.5, 0.4, 0.3):
        later(cloud, hours * 3600)
        cloud.fault("throttle")
        worker.handler(sqs_event({"job_id": job.id}), Context())
        assert cloud.walk.find(job.id, "default").status.ended is (hours == 0.3)

    done = cloud.walk.find(job.id, "default")
    assert (done.status, done.error.slug, done.cost.charged) == (Status.FAILED, "model-throttled", 0)


def test_a_job_whose_worker_dies_every_time_comes_to_an_end(cloud, monkeypatch):
    job = open_job(cloud)
    with monkeypatch.context() as broken:
        broken.setattr("functions.darkroom.results.conclude", crash_in_call)
        for rounds in range(12):  # noqa: B007  (looked at below)
            later(cloud, 200)
            try:
                worker.handler(sqs_event({"job_id": job.id}), Context())
            except SystemExit:
                continue
            break

    done = cloud.walk.find(job.id, "default")
    assert (done.status, done.error.slug) == (Status.FAILED, "worker-failed")
    assert rounds == 9
    assert cloud.calls() == 1
    assert len(cloud.events()) == 1


def test_a_step_is_not_begun_when_the_function_may_end_before_it(cloud):
    job = open_job(cloud)
    worker.handler(sqs_event({"job_id": job.id}), Context(seconds=10))

    assert cloud.walk.find(job.id, "default").status is Status.QUEUED
    assert cloud.calls() == 0
