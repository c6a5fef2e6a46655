"""What the load sends, to a cloud that is not there: again where it must, twice where it is meant."""

from __future__ import annotations

import json
from collections import Counter
from types import SimpleNamespace
from urllib.parse import unquote_plus

import httpx
import pytest

from benchmarks.load import sending
from benchmarks.load.sending import Sender, Sent, Size


class Cloud:
    """Answers as `answer` says, and remembers what it was asked."""

    def __init__(self, answer):
        self.asked = []
        self.puts = []
        self.notices = []
        self._answer = answer
        self.known = {"uploads_bucket": "uploads", "queues": {"uploads": {"url": "queue"}}}

    def http(self):
        def handle(request):
            self.asked.append(request)
            return self._answer(request, len(self.asked))

        return httpx.Client(base_url="http://cloud/v1", transport=httpx.MockTransport(handle))

    def aws(self, _service):
        def put_object(**put):
            self.puts.append(put["Key"])
            return {"VersionId": f"v{len(self.puts)}"}

        return SimpleNamespace(put_object=put_object, send_message=lambda **said: self.notices.append(said))

    @property
    def keys(self):
        return Counter(request.headers["idempotency-key"] for request in self.asked if request.method == "POST")


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(sending.time, "sleep", lambda _: None)


def job_for(request, status="succeeded"):
    return {"id": f"job of {request.headers['idempotency-key']}", "status": status}


def all_well(request, _number):
    return httpx.Response(201, json=job_for(request))


def sent_all(cloud, size):
    sent = Sent("load")
    for thread in Sender(cloud).send(size, sent):
        thread.join(20)
        assert not thread.is_alive()
    return sent


def test_every_key_is_asked_for_and_every_fifth_twice():
    cloud = Cloud(all_well)

    sent = sent_all(cloud, Size(uploads=0, jobs=20))

    assert cloud.keys == Counter({f"load-{n}": 2 if n in {0, 5, 10} else 1 for n in range(20)})
    assert all(len(jobs) == 1 for jobs in sent.answers.values())
    assert len(sent.answers) == 20
    assert len(sent.waits) == 5
    assert sent.failures == []


def test_people_wait_and_others_do_not():
    cloud = Cloud(all_well)

    sent_all(cloud, Size(uploads=0, jobs=8))

    prefers = Counter(request.headers["prefer"] for request in cloud.asked)
    assert prefers == {"respond-async": 6 + 2, "wait=20": 2}


def test_prompts_tell_requests_apart():
    cloud = Cloud(all_well)

    sent_all(cloud, Size(uploads=0, jobs=8))

    prompts = {json.loads(request.content)["textToImageParams"]["text"] for request in cloud.asked}
    assert prompts == {sending.prompt("load", n) for n in range(8)}


def test_a_request_that_is_put_off_is_sent_again_under_its_key():
    cloud = Cloud(lambda request, number: httpx.Response(429) if number < 3 else all_well(request, number))

    sent = sent_all(cloud, Size(uploads=0, jobs=1))

    assert cloud.keys == {"load-0": 2 + 2}
    assert sent.retries == 2
    assert sent.failures == []


def test_a_request_that_is_never_taken_is_told():
    cloud = Cloud(lambda _request, _number: httpx.Response(503, text="closed"))

    sent = Sent("load")
    Sender(cloud).wait_for([7], sent)

    assert cloud.keys == {"load-7": sending.TRIES}
    assert sent.failures == ["POST /images, load-7: 503 closed"]
    assert sent.waits == []


def test_who_has_no_picture_yet_looks_again():
    def answer(request, number):
        if request.method == "POST":
            return httpx.Response(202, json=job_for(request, "queued"))
        return httpx.Response(200, json={"id": "job", "status": "running" if number < 4 else "succeeded"})

    cloud, sent = Cloud(answer), Sent("load")
    Sender(cloud).wait_for([0], sent)

    assert [request.method for request in cloud.asked] == ["POST", "GET", "GET", "GET"]
    assert [wait.job["status"] for wait in sent.waits] == ["succeeded"]


def test_when_the_time_is_over_nothing_more_is_sent():
    cloud, sent = Cloud(all_well), Sent("load")
    sent.over.set()

    for thread in Sender(cloud).send(Size(uploads=30, jobs=8), sent):
        thread.join(20)

    assert (cloud.asked, cloud.puts) == ([], [])


def test_some_keys_have_two_versions_and_some_notifications_come_twice():
    cloud = Cloud(all_well)

    sent = sent_all(cloud, Size(uploads=30, jobs=0))

    keys = Counter(cloud.puts)
    assert sum(keys.values()) == 30
    assert sorted(keys.values()) == [1] * 24 + [2] * 3
    assert sent.notices == len(cloud.notices) == 3
    told = json.loads(cloud.notices[0]["MessageBody"])["Records"][0]["s3"]["object"]
    assert unquote_plus(told["key"]) in keys


def test_what_breaks_in_a_thread_is_told():
    cloud = Cloud(all_well)
    cloud.aws = lambda _service: SimpleNamespace(put_object=lambda **_: 1 / 0)

    sent = sent_all(cloud, Size(uploads=3, jobs=0))

    assert sent.failures == ["ZeroDivisionError('division by zero')"]
