"""The load's checks find what they are there for, and nothing where all is well."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.load.books import EMULATOR_REMEMBERS, Books, Usage
from benchmarks.load.checks import MOST_NAMED, missing, violations
from benchmarks.load.sending import Sent, Size, Wait, prompt

SIZE = Size(uploads=3, jobs=4)
NAME = "load-test"
PRICE, OWN_PRICE = 40_000, 20


def job(number, version=None, **changes):
    source = {"object": None} if version is None else {"object": {"key": version[0], "version": version[1]}}
    price = PRICE if version is None else OWN_PRICE
    return {
        "id": f"job_{number}",
        "status": "succeeded",
        "outbox": [],
        "error": None,
        "source": source,
        "model": {"engine": "stability" if version is None else "cutout"},
        "steps": [{"n": 1, "state": "stored", "charged": price}],
        "cost": {"charged": price},
        "images": [{"id": 1}],
        "createdAt": "2026-11-25T10:00:00Z",
        "finishedAt": "2026-11-25T10:00:02Z",
        **changes,
    }


VERSIONS = [("background-removal/load-test/0.jpg", "v1"), ("background-removal/load-test/0.jpg", "v2"),
            ("background-removal/load-test/1.jpg", "v3")]  # fmt: skip


@pytest.fixture
def books():
    posted = [job(number) for number in range(SIZE.jobs)]
    dropped = [job(10 + number, version) for number, version in enumerate(VERSIONS)]
    sent = Sent(NAME, answers={f"{NAME}-{number}": {f"job_{number}"} for number in range(SIZE.jobs)})
    sent.waits.append(Wait(sent=0, seconds=1.5, job=posted[3]))
    return Books(
        size=SIZE,
        sent=sent,
        versions=frozenset(VERSIONS),
        results=2,
        jobs=[*posted, *dropped],
        promised=Counter(one["id"] for one in posted),
        markers={version: one["id"] for version, one in zip(VERSIONS, dropped, strict=True)},
        calls=[{"body": {"prompt": prompt(NAME, number)}} for number in range(SIZE.jobs)],
        usage=Usage(jobs=7, images=7, amount=4 * PRICE + 3 * OWN_PRICE),
        held={"deployment": 0},
        events=Counter((one["id"], "Image Job Succeeded") for one in [*posted, *dropped]),
        dead={"bulk": 0},
    )


def with_job(books, number, **changes):
    jobs = [one | changes if one["id"] == f"job_{number}" else one for one in books.jobs]
    return replace(books, jobs=jobs)


def test_nothing_is_found_where_all_is_well(books):
    assert violations(books) == []
    assert missing(books) == []


def test_an_event_that_comes_twice_is_no_violation(books):
    assert violations(replace(books, events=books.events + books.events)) == []


SPOILS = {
    "lost: a version without a job": lambda books: replace(books, jobs=books.jobs[:-1]),
    "double: versions with several jobs": lambda books: replace(books, jobs=[*books.jobs, job(20, VERSIONS[0])]),
    "a job for no version of ours": lambda books: replace(books, jobs=[*books.jobs, job(20, ("else.jpg", "v"))]),
    "a version without its marker": lambda books: replace(books, markers={}),
    "keys with a result: 1, and 2 was right": lambda books: replace(books, results=1),
    "object versions: 2, and 3 was right": lambda books: replace(books, versions=frozenset(VERSIONS[:2])),
    "double: a job that nobody was told of": lambda books: replace(books, jobs=[*books.jobs, job(20)]),
    "lost: a job that was told and is not there": lambda books: replace(books, jobs=books.jobs[1:]),
    "jobs without exactly one key": lambda books: replace(books, promised=Counter({"job_0": 2})),
    "did not end (1): job_1 is running": lambda books: with_job(books, 1, status="running"),
    "did not succeed (1): job_1 failed": lambda books: with_job(books, 1, status="failed"),
    "still owe their event (1): job_1": lambda books: with_job(books, 1, outbox=["event"]),
    "drawn more than once": lambda books: replace(books, calls=[*books.calls, books.calls[0]]),
    "a prompt that was never drawn": lambda books: replace(books, calls=books.calls[1:]),
    "a prompt of nobody": lambda books: replace(books, calls=[*books.calls, {"body": {"prompt": "a cat"}}]),
    "calls that the emulator saw, and charged steps: 4, and 3": lambda books: with_job(
        books, 1, steps=[{"n": 1, "state": "failed", "charged": 0}]
    ),
    "cannot be counted": lambda books: replace(books, calls=books.calls * EMULATOR_REMEMBERS),
    "jobs in the usage": lambda books: replace(books, usage=replace(books.usage, jobs=8)),
    "pictures in the usage": lambda books: replace(books, usage=replace(books.usage, images=6)),
    "money in the usage": lambda books: replace(books, usage=replace(books.usage, amount=1)),
    "cost another sum than their steps (1): job_2": lambda books: with_job(books, 2, cost={"charged": 1}),
    "held by the deployment's budget": lambda books: replace(books, held={"deployment": PRICE}),
    "ended without an event (7)": lambda books: replace(books, events=Counter()),
    "told of more than one end (1): job_0": lambda books: replace(
        books, events=books.events + Counter({("job_0", "Image Job Failed"): 1})
    ),
    "job_0 is succeeded, and the bus said something else": lambda books: replace(
        books, events=Counter({("job_0", "Image Job Failed"): 1})
    ),
    "dead letters of the bulk queue: 1": lambda books: replace(books, dead={"bulk": 1}),
}


@pytest.mark.parametrize("told", SPOILS)
def test_what_does_not_hold_is_told(books, told):
    assert any(told in one for one in violations(SPOILS[told](books)))


def test_a_key_that_was_told_two_jobs_is_double(books):
    books.sent.answered(f"{NAME}-0", "job_1")

    assert any("keys with several jobs" in one and "job_0" in one for one in violations(books))


def test_what_could_not_be_sent_is_told(books):
    books.sent.failed("POST /images, load-test-0: 503")

    assert "all was taken: POST /images, load-test-0: 503" in violations(books)


def test_what_is_missing_is_named(books):
    half = replace(with_job(books, 1, status="queued"), jobs=with_job(books, 1, status="queued").jobs[:-1])

    told = missing(replace(half, versions=frozenset(VERSIONS), size=Size(5, 4)))

    assert told == [
        "photos without an ended job (1): background-removal/load-test/1.jpg (v3)",
        "requests without an ended job (1): load-test-1",
        "2 photos were not even sent",
    ]


def test_many_of_a_kind_are_counted(books):
    told = violations(replace(books, events=Counter()))

    [line] = [one for one in told if "ended without an event" in one]
    assert line.count("job_") == MOST_NAMED
    assert line.endswith("and 2 more")
