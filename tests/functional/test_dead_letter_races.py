"""Dead letters: what may come in between, and what is lost and done twice by it: nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import EndpointConnectionError

from functions import worker
from functions.darkroom import rounds
from functions.darkroom.job import Status
from functions.darkroom.letters import DeadLetterQueue
from tests.functional.letter_rig import bury_job, bury_upload, ids, look, open_job, purge, redrive, waiting
from tests.functional.rig import Context, sqs_event
from tests.functional.test_api import call


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """moto knows at once that a queue is empty."""
    monkeypatch.setattr(rounds, "WAIT_SECONDS", 0)


def meanwhile(monkeypatch, method, act):
    """Let something happen just before a dead-letter queue does this."""
    really = getattr(DeadLetterQueue, method)

    def first_the_other(self, *args):
        monkeypatch.setattr(DeadLetterQueue, method, really)
        act()
        return really(self, *args)

    monkeypatch.setattr(DeadLetterQueue, method, first_the_other)


@pytest.mark.parametrize("method", ["give_back", "resend", "delete"])
@pytest.mark.parametrize("verb", [look, redrive, purge])
def test_a_letter_that_vanishes_in_between_is_no_error(cloud, monkeypatch, verb, method):
    bury_upload(cloud)
    dead = cloud.settings.UPLOADS_DLQ_URL
    meanwhile(monkeypatch, method, lambda: cloud.client("sqs").purge_queue(QueueUrl=dead))

    verb()

    monkeypatch.undo()
    assert len(waiting(cloud, "uploads")) == (verb is redrive)


def test_what_was_sent_back_once_is_not_there_for_a_second_time(cloud):
    job = open_job(cloud)
    waiting(cloud, "interactive")
    letter = bury_job(cloud, job)

    assert redrive(ids=[letter])["redriven"] == 1
    assert redrive(ids=[letter])["redriven"] == 0
    assert len(waiting(cloud, "interactive")) == 1


def test_two_who_redrive_at_once_send_each_letter_once(cloud, monkeypatch):
    take, lock = DeadLetterQueue.take, threading.Lock()

    def take_alone(self, *args):
        with lock:  # SQS hands a letter to one of two who ask; moto, between threads, may not
            return take(self, *args)

    monkeypatch.setattr(DeadLetterQueue, "take", take_alone)
    for n in range(30):
        bury_upload(cloud, f"background-removal/{n}.png")

    with ThreadPoolExecutor(2) as both:
        told = list(both.map(lambda _: redrive(), range(2)))

    assert sum(one["redriven"] for one in told) == 30
    assert len(waiting(cloud, "uploads")) == 30
    assert ids() == []


def test_a_crash_between_sending_and_deleting_loses_nothing_and_runs_nothing_twice(cloud, monkeypatch):
    job = open_job(cloud)
    waiting(cloud, "interactive")
    letter = bury_job(cloud, job)

    def crash(*_args):
        raise EndpointConnectionError(endpoint_url="http://nowhere")

    with monkeypatch.context() as broken:
        broken.setattr(DeadLetterQueue, "delete", crash)
        assert call("POST", "/dead-letters/redrive")[0] == 500
    assert ids() == [letter], "shown again at once"
    redrive()

    for body in waiting(cloud, "interactive"):
        worker.handler(sqs_event(body), Context())
    assert cloud.walk.find(job.id, "default").status is Status.SUCCEEDED
    assert cloud.calls() == 1


def test_a_letter_that_its_queue_does_not_take_stays(cloud, monkeypatch):
    letter = bury_upload(cloud)
    monkeypatch.setattr(DeadLetterQueue, "resend", lambda *_: [])

    assert redrive()["left"] == 1
    assert ids() == [letter]


def test_a_look_that_cannot_show_letters_again_is_still_an_answer(cloud, monkeypatch):
    letter = bury_upload(cloud)

    def unreachable(*_args):
        raise EndpointConnectionError(endpoint_url="http://nowhere")

    monkeypatch.setattr(DeadLetterQueue, "give_back", unreachable)

    assert ids() == [letter]
