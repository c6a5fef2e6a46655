"""The load's figures, and how they are printed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.load.books import Books, Usage
from benchmarks.load.cpu import busy, spent
from benchmarks.load.figures import Spread, of_medians, percentile, ratio, shown
from benchmarks.load.report import Told, report
from benchmarks.load.sending import Sent, Size, Wait
from benchmarks.load.trial import Result


def test_a_percentile_is_one_of_the_values():
    ordered = [float(one) for one in range(1, 21)]

    assert percentile(ordered, 95) == 19
    assert percentile(ordered, 100) == 20
    assert percentile([7.0], 95) == 7


def test_a_spread_needs_no_order_and_none_has_none():
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(3, 2.0, 3.0)
    assert Spread.of([]) is None
    assert shown(None) == "none"
    assert shown(Spread(3, 2.0, 3.0)) == "2.00 / 3.00 s"


def test_a_ratio_to_nothing_is_left_out():
    assert ratio(3, 2) == "1.50 x"
    assert ratio(3, 0) == ""
    assert of_medians(Spread(1, 4.0, 4.0), Spread(1, 2.0, 2.0)) == "2.00 x"
    assert of_medians(None, Spread(1, 2.0, 2.0)) == ""


def test_the_same_mix_in_small():
    assert Size(500, 200).tenth == Size(50, 20)
    assert Size(10, 10).tenth == Size(1, 4)
    assert (Size(500, 200).waiting, Size(500, 200).alone, Size(500, 200).total) == (50, 150, 700)


def test_cpu_is_summed_by_what_a_process_is_and_new_processes_count_from_nothing():
    before = {("worker", 1): 1.0, ("emulator", 3): 5.0}
    after = {("worker", 1): 2.0, ("worker", 2): 0.5, ("emulator", 3): 9.0}

    assert spent(before, after) == {"emulator": 4.0, "worker": 1.5}


BEGAN = 1_764_064_800.0
"""2025-11-25T10:00:00Z"""


def job(name, ended, *, photo=False, created="2025-11-25T10:00:00Z"):
    return {
        "id": name,
        "status": "succeeded",
        "outbox": [],
        "error": None,
        "model": {"engine": "cutout"},
        "steps": [],
        "cost": {"charged": 0},
        "images": [],
        "source": {"object": {"key": "k", "version": name} if photo else None},
        "createdAt": created,
        "finishedAt": ended,
    }


@pytest.fixture
def result():
    jobs = [
        job("a", "2025-11-25T10:00:04Z"),
        job("b", "2025-11-25T10:00:03Z"),
        job("c", "2025-11-25T10:00:07Z"),
        job("p", "2025-11-25T10:00:10Z", photo=True),
    ]
    sent = Sent("load", began=BEGAN)
    sent.waits += [Wait(BEGAN + 1, 2.0, jobs[1]), Wait(BEGAN + 5, 1.0, jobs[2])]
    books = Books(
        size=Size(1, 3), sent=sent, versions=frozenset(), results=0, jobs=jobs, promised={}, markers={}, calls=[],
        usage=Usage(0, 0, 0), held={}, events=Counter(), dead={},
    )  # fmt: skip
    return Result(books, in_time=True, cpu={"function worker": 2.0, "function cutout": 6.0}, others_cpu=1.0)


def test_a_load_lasts_until_its_last_job_has_ended(result):
    assert result.seconds == 10
    assert result.rate == 0.4


def test_people_are_told_apart_by_what_else_there_was(result):
    assert result.people == Spread(1, 2.0, 2.0)
    assert result.people_beside_uploads == Spread(1, 1.0, 1.0)
    assert result.alone == Spread(1, 4.0, 4.0)
    assert result.uploads == Spread(1, 10.0, 10.0)


def test_a_load_of_which_nothing_ended_has_no_rate(result):
    nothing = replace(result, books=replace(result.books, jobs=[]))

    assert (nothing.seconds, nothing.rate) == (0, 0)


def test_the_report_says_what_does_not_hold(result):
    told = Told(Spread(1, 0.5, 0.5), result, replace(result, in_time=False), limit=0.5)

    text = report(told)

    assert "share of the machine's limit, 0.50 jobs a second" in text
    assert "80%" in text
    assert "DOES NOT HOLD" in text
    assert "full load: not all had ended in time" in text
    assert "small load: not all had ended in time" not in text
    assert "4.00 x" in text  # people beside others, to the idle cloud
    assert "500 ms" in text  # CPU of the worker for each of four jobs
    assert "75%" in text  # of the CPU is the model's


def test_what_the_machine_is_busy_with_only_grows():
    first = busy()

    assert 0 < first <= busy()
