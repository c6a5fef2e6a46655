"""`python -m benchmarks.waiting [-n N]`: what `Prefer: wait` costs over the model's own time, on a warm local cloud.

Each request is followed by the same call sent straight to the model; both are told to take about a second longer than
they do, as a real model does. What is left when the one is taken from the other is ours, with the local cloud's share.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from benchmarks.load.cloud import NoCloudError, own_cloud
from benchmarks.load.figures import Spread, in_ms
from benchmarks.load.limit import draw
from benchmarks.load.sending import fresh_name, text_image
from benchmarks.load.trial import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import httpx

    from benchmarks.load.cloud import Deployed

REQUESTS, WARM_UP = 40, 6
DELAYS = (0.8, 1.6)
"""Seconds, from and to, that the model is told to take beside its drawing. No two are alike: a watcher that looks every
so often would otherwise be met at the same moment by all of them."""
STRIDE = (5**0.5 - 1) / 2
"""The golden ratio's part: its multiples lie evenly between 0 and 1, however many there are."""
PATIENCE = 20
GOAL = 0.150
"""Seconds, for the median."""
SIDE = 1024
"""What the model draws: nothing has to be cut to size."""
JOB_ENDED = "job ended"
"""How the worker's log tells it."""

EXPLAINED = """\
What `Prefer: wait` costs: {count} requests to a warm local cloud, one after the other, in ms

                                                      median     p95"""
MEANT = """
The model's own time is that of the same call sent to it directly, right after each request. The parts follow from the
Job's times and from the worker's log, which tells of an end when it is written and published. The local cloud's
services are in all of them.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: when it was sent and answered, its Job, and the model's own time. Seconds since the epoch."""

    sent: float
    answered: float
    model: float
    """Seconds."""
    job: Mapping[str, Any]
    told: float | None = None
    """When the worker had published the end."""

    @property
    def whole(self) -> float:
        """The whole request."""
        return self.answered - self.sent

    @property
    def ours(self) -> float:
        """What waiting cost."""
        return self.whole - self.model

    def at(self, name: str) -> float:
        """One of the Job's times."""
        return moment(self.job[name])


PARTS: dict[str, Callable[[Answer], float | None]] = {
    "the whole request": lambda one: one.whole,
    "the model's own time": lambda one: one.model,
    "ours: the one less the other": lambda one: one.ours,
    "  sent → createdAt: front, gateway, door": lambda one: one.at("createdAt") - one.sent,
    "  createdAt → startedAt: ledger, queue, claim": lambda one: one.at("startedAt") - one.at("createdAt"),
    "  startedAt → finishedAt, less the model: the step": lambda one: (
        one.at("finishedAt") - one.at("startedAt") - one.model
    ),
    "  finishedAt → told: fitted, job.json, ledger, event": lambda one: one.told and one.told - one.at("finishedAt"),
    "  told → answered: noticed, shown": lambda one: one.told and one.answered - one.told,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code says whether the goal was reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.waiting", description=__doc__)
    parser.add_argument("-n", type=int, default=REQUESTS, metavar="N", help="requests that are measured (%(default)s)")
    side = "pixels that are asked for (%(default)s); what the model does not draw is cut to size"
    parser.add_argument("--side", type=int, default=SIDE, metavar="PIXELS", help=side)
    asked = parser.parse_args(arguments)
    try:
        with own_cloud() as cloud:
            answers = measured(cloud, asked.n, asked.side)
    except NoCloudError as error:
        sys.exit(str(error))
    print(report(answers))  # noqa: T201
    return 0 if _median(answers) <= GOAL else 1


def measured(cloud: Deployed, number: int, side: int) -> list[Answer]:
    """So many requests, after some that warm the cloud up."""
    name = fresh_name()
    with cloud.http() as api, cloud.models() as models:
        answers = [_one(api, models, text_image(name, n, side), delay(n)) for n in range(WARM_UP + number)]
    told = _told_ends(cloud)
    return [replace(one, told=told.get(one.job["id"])) for one in answers[WARM_UP:]]


def report(answers: Sequence[Answer]) -> str:
    """The figures."""
    rows = [f"{name:<54}{in_ms(_spread(part, answers))}" for name, part in PARTS.items()]
    reached = "✓" if _median(answers) <= GOAL else "✗"
    goal = f"goal: a median of at most {GOAL * 1000:.0f} ms of ours {reached}"
    return "\n".join([EXPLAINED.format(count=len(answers)), *rows, "", goal, MEANT])


def delay(n: int) -> float:
    """How much longer than it draws the model takes for the n-th request, in seconds."""
    shortest, longest = DELAYS
    return shortest + (longest - shortest) * (n * STRIDE % 1)


def _one(api: httpx.Client, models: httpx.Client, request: dict[str, Any], seconds: float) -> Answer:
    _delay(models, seconds)
    sent = time.time()
    reply = api.post("/images", json=request, headers={"prefer": f"wait={PATIENCE}"})
    answered = time.time()
    job = reply.raise_for_status().json()
    if reply.status_code != 201:
        raise RuntimeError(f"it took longer than {PATIENCE} s: {reply.text}")
    _delay(models, seconds)
    return Answer(sent, answered, draw(models, _body(models)), job)


def _delay(models: httpx.Client, seconds: float) -> None:
    """Let the model's next call take longer."""
    models.post("/_emulator/faults", json={"kind": "delay", "seconds": seconds}).raise_for_status()


def _body(models: httpx.Client) -> Any:
    """What the model was asked last."""
    return models.get("/_emulator/calls").raise_for_status().json()["calls"][-1]["body"]


def _told_ends(cloud: Deployed) -> dict[str, float]:
    """Job → when the worker's log said that it had ended, in seconds since the epoch."""
    logs = cloud.aws("logs")
    groups = logs.describe_log_groups()["logGroups"]
    pages = logs.get_paginator("filter_log_events")
    told: dict[str, float] = {}
    for name in (group["logGroupName"] for group in groups if "Worker" in group["logGroupName"]):
        for page in pages.paginate(logGroupName=name):
            told |= dict(filter(None, (_end_in(event["message"]) for event in page["events"])))
    return told


def _end_in(message: str) -> tuple[str, float] | None:
    """The job whose end a line of the log tells, and when."""
    try:
        line = json.loads(message)
        if line["message"] == JOB_ENDED:
            return line["job"], datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").timestamp()
    except (ValueError, KeyError, TypeError):
        pass
    return None


def _spread(part: Callable[[Answer], float | None], answers: Iterable[Answer]) -> Spread | None:
    return Spread.of(value for answer in answers if (value := part(answer)) is not None)


def _median(answers: Iterable[Answer]) -> float:
    spread = _spread(lambda one: one.ours, answers)
    return spread.median if spread else float("inf")


if __name__ == "__main__":
    sys.exit(main())
