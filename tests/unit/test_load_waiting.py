"""What waiting costs: where the time of a request goes, and delays that meet a watcher at every moment."""

from __future__ import annotations

import itertools
import json

import httpx
import pytest

from benchmarks import waiting
from benchmarks.waiting import DELAYS, GOAL, PARTS, Answer, delay, report

BEGAN = 1_764_064_800.0
"""2025-11-25T10:00:00Z"""
JOB = {
    "id": "job_1",
    "createdAt": "2025-11-25T10:00:00.010Z",
    "startedAt": "2025-11-25T10:00:00.050Z",
    "finishedAt": "2025-11-25T10:00:01.100Z",
}
ANSWER = Answer(sent=BEGAN, answered=BEGAN + 1.2, model=1.0, job=JOB, told=BEGAN + 1.11)


def test_the_parts_are_all_of_what_is_ours():
    parts = [part(ANSWER) for name, part in PARTS.items() if name.startswith("  ")]

    assert sum(parts) == pytest.approx(ANSWER.ours, abs=1e-5)
    assert ANSWER.ours == pytest.approx(0.2)
    assert parts == pytest.approx([0.01, 0.04, 0.05, 0.01, 0.09], abs=1e-5)


def test_the_report_tells_whether_the_goal_was_reached():
    slow, quick = report([ANSWER]), report([Answer(BEGAN, BEGAN + 1 + GOAL / 2, 1.0, JOB)])

    assert "150 ms of ours ✗" in slow
    assert "150 ms of ours ✓" in quick
    assert "none" in quick  # the worker's log said nothing


def test_no_two_delays_are_alike_and_they_lie_close():
    delays = sorted(delay(n) for n in range(40))

    gaps = [later - earlier for earlier, later in itertools.pairwise(delays)]
    assert DELAYS[0] <= delays[0] <= delays[-1] <= DELAYS[1]
    assert 0 < min(gaps) <= max(gaps) < 0.06


def test_the_workers_log_tells_of_an_end():
    line = {"message": "job ended", "job": "job_1", "timestamp": "2025-11-25 10:00:01,110+0000"}

    assert waiting._end_in(json.dumps(line)) == ("job_1", BEGAN + 1.11)
    assert waiting._end_in(json.dumps(line | {"message": "another"})) is None
    assert waiting._end_in("START RequestId") is None
    assert waiting._end_in("[1]") is None


def test_a_request_is_followed_by_the_same_call_under_the_same_delay():
    asked = []

    def answer(request):
        asked.append((request.url.path, json.loads(request.content or "null")))
        if request.url.path == "/images":
            return httpx.Response(201, json=JOB)
        return httpx.Response(200, json={"calls": [{"body": {"prompt": "old"}}, {"body": {"prompt": "a cat"}}]})

    with httpx.Client(base_url="http://cloud", transport=httpx.MockTransport(answer)) as client:
        answered = waiting._one(client, client, {"taskType": "TEXT_IMAGE"}, 1.25)

    order = {"kind": "delay", "seconds": 1.25}
    assert answered.job == JOB
    assert [told for path, told in asked if path == "/_emulator/faults"] == [order, order]
    assert asked[-1] == ("/model/stability.stable-image-core-v1:1/invoke", {"prompt": "a cat"})
