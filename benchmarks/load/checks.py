"""What must hold after a load, whatever happened in it: nothing lost, nothing double, all money accounted for. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from benchmarks.load.books import EMULATOR_REMEMBERS, ENDED
from benchmarks.load.sending import prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from benchmarks.load.books import Books

MOST_NAMED = 5
"""So many of a kind are named; the rest is counted."""


def violations(books: Books) -> list[str]:
    """Everything that does not hold, in words."""
    return [f"{name}: {what}" for name, check in CHECKS.items() for what in check(books)]


def _all_sent(books: Books) -> Iterator[str]:
    yield from books.sent.failures
    yield from _compared("object versions", len(books.versions), books.size.uploads)
    yield from _compared("answered keys", len(books.sent.answers), books.size.jobs)
    yield from _compared("people who were answered", len(books.sent.waits), books.size.waiting)


def _all_ended(books: Books) -> Iterator[str]:
    yield from _named("did not end", (f"{job['id']} is {job['status']}" for job in books.open))
    badly = [job for job in books.jobs if job["status"] in ENDED - {"succeeded"}]
    yield from _named("did not succeed", (f"{job['id']} {job['status']}: {job['error']}" for job in badly))
    owed = [job for job in books.jobs if job["status"] in ENDED and job["outbox"]]
    yield from _named("still owe their event", (job["id"] for job in owed))


def _one_job_for_each_version(books: Books) -> Iterator[str]:
    found = _versions(books, {job["id"] for job in books.jobs})
    yield from _named("lost: a version without a job", map(str, books.versions - found.keys()))
    yield from _named("a job for no version of ours", map(str, found.keys() - books.versions))
    yield from _named("double: versions with several jobs", (f"{one} {n}" for one, n in found.items() if n > 1))
    yield from _named("a version without its marker", map(str, books.versions - books.markers.keys()))
    wanted = len({key for key, _ in books.versions})
    yield from _compared("keys with a result", books.results, wanted)


def _one_job_for_each_key(books: Books) -> Iterator[str]:
    told = [(key, jobs) for key, jobs in books.sent.answers.items() if len(jobs) > 1]
    yield from _named("double: keys with several jobs", (f"{key} {sorted(jobs)}" for key, jobs in told))
    answered = {job for jobs in books.sent.answers.values() for job in jobs}
    posted = {job["id"] for job in books.jobs if job["source"]["object"] is None}
    yield from _named("lost: a job that was told and is not there", answered - posted)
    yield from _named("double: a job that nobody was told of", posted - answered)
    yield from _named("jobs without exactly one key", (job for job in posted if books.promised.get(job) != 1))
    yield from _named("a key for an upload", set(books.promised) - posted)


def _one_call_for_each_step(books: Books) -> Iterator[str]:
    if len(books.calls) >= EMULATOR_REMEMBERS:
        yield f"the emulator remembers {EMULATOR_REMEMBERS} calls, so they cannot be counted; send fewer jobs"
        return
    charged = [step for job in books.jobs for step in job["steps"] if step["charged"] and _is_drawn(job)]
    yield from _compared("calls that the emulator saw, and charged steps", len(books.calls), len(charged))
    prompts = Counter(call["body"].get("prompt") for call in books.calls)
    wanted = {prompt(books.sent.name, n) for n in range(books.size.jobs)}
    yield from _named("a prompt that was never drawn", wanted - prompts.keys())
    yield from _named("a prompt of nobody", map(str, prompts.keys() - wanted))
    yield from _named("drawn more than once", (f"{one} {n}" for one, n in prompts.items() if n > 1))


def _all_money(books: Books) -> Iterator[str]:
    yield from _compared("jobs in the usage", books.usage.jobs, len(books.jobs))
    yield from _compared("pictures in the usage", books.usage.images, sum(len(job["images"]) for job in books.jobs))
    yield from _compared("money in the usage", books.usage.amount, sum(job["cost"]["charged"] for job in books.jobs))
    unlike = [job for job in books.jobs if job["cost"]["charged"] != sum(step["charged"] for step in job["steps"])]
    yield from _named("cost another sum than their steps", (job["id"] for job in unlike))
    for scope, amount in books.held.items():
        yield from _compared(f"held by the {scope}'s budget when all had ended", amount, 0)


def _one_event_for_each_job(books: Books) -> Iterator[str]:
    told = Counter(job for job, _ in books.events)
    ended = {job["id"] for job in books.jobs if job["status"] in ENDED}
    yield from _named("ended without an event", ended - told.keys())
    yield from _named("told of more than one end", (job for job, kinds in told.items() if kinds > 1))
    for job in books.jobs:
        if job["id"] in told and (job["id"], f"Image Job {job['status'].capitalize()}") not in books.events:
            yield f"{job['id']} is {job['status']}, and the bus said something else"


def _no_dead_letters(books: Books) -> Iterator[str]:
    for lane, number in books.dead.items():
        yield from _compared(f"dead letters of the {lane} queue", number, 0)


CHECKS: dict[str, Callable[[Books], Iterator[str]]] = {
    "all was taken": _all_sent,
    "all ended": _all_ended,
    "every object version has one job and one result": _one_job_for_each_version,
    "every Idempotency-Key has one job": _one_job_for_each_key,
    "every charged step was one call": _one_call_for_each_step,
    "usage and budgets are the sum of the jobs": _all_money,
    "every job told its end": _one_event_for_each_job,
    "no message was given up": _no_dead_letters,
}
"""What is checked, in words → what does not hold of it."""


def missing(books: Books) -> list[str]:
    """What has not come when the time was over: keys of photos without an ended job, and open jobs of requests."""
    ended = {job["id"] for job in books.jobs if job["status"] in ENDED}
    photos = [f"{key} ({version})" for key, version in books.versions - _versions(books, ended).keys()]
    requests = [key for key, jobs in books.sent.answers.items() if not jobs <= ended]
    unsent = books.size.uploads - len(books.versions)
    return [
        *_named("photos without an ended job", photos),
        *_named("requests without an ended job", requests),
        *([f"{unsent} photos were not even sent"] if unsent > 0 else []),
    ]


def _versions(books: Books, jobs: set[str]) -> Counter[tuple[str, str]]:
    """How many of these jobs each object version has."""
    sources = (job["source"]["object"] for job in books.jobs if job["id"] in jobs)
    return Counter((source["key"], source["version"]) for source in sources if source is not None)


def _is_drawn(job: Mapping[str, Any]) -> bool:
    """Whether its steps are calls of Bedrock's models; our own function is called elsewhere."""
    return bool(job["model"]) and job["model"]["engine"] != "cutout"


def _compared(what: str, found: int, wanted: int) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {found:,}, and {wanted:,} was right"


def _named(what: str, found: Iterable[str]) -> Iterator[str]:
    names = sorted(found)
    if names:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield f"{what} ({len(names)}): {', '.join(names[:MOST_NAMED])}{more}"
