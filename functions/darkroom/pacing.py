"""When a job's calls may be made: now, at a time soon, or in its turn. What stands between the walk and the governor.

The queues hold only what is due within minutes. Everything else waits in the ledger, in a line for each model and lane,
from which the sweeper starts whose turn has come.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from functions.darkroom import governor
from functions.darkroom.catalogue import MODELS
from functions.darkroom.errors import Backlogged, ModelUnavailable, ModelUnreachable, Throttled, WaitedTooLong
from functions.darkroom.job import Status
from functions.darkroom.ledger import Conflict
from functions.darkroom.quotas import LONGEST_WAIT_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from functions.darkroom.errors import Problem
    from functions.darkroom.governor import Lane, Pace, Rate
    from functions.darkroom.job import Job
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.paces import Paces
    from functions.darkroom.queues import Queues
    from functions.darkroom.settings import Settings

AT_ONCE = 20.0
"""Seconds. A new job takes a slot that is as near as this; otherwise it stands in line.

Shorter than what the sweeper leaves open (AHEAD less a minute), so that nobody passes a line.
"""
AHEAD = 90.0
"""Seconds. How far ahead slots are given: until the next sweep and a little longer."""
PAGE = 100
"""Jobs of a line that are started together."""
QUEUED_PER_WORKER = 30
"""Jobs that may lie in the bulk queue for each of its workers: two to five minutes' work."""
OFTEN = 6
"""After so many rests a job's next message is left to the sweeper.

A worker that feeds its own queue is taken for an endless loop by Lambda after 16 rounds.
"""
FIRST_PAUSE, LONGEST_PAUSE = 4.0, 300.0
"""Seconds that a job rests whose model has no quota, doubled with every rest."""
DAY = 86_400.0
SLOW = frozenset({ModelUnreachable.slug, ModelUnavailable.slug})


class Line(NamedTuple):
    """Where the jobs of one model and lane wait."""

    model: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Pacing:
    """Holds jobs to their models' paces."""

    settings: Settings
    ledger: Ledger
    paces: Paces
    queues: Queues
    clock: Callable[[], float]

    def admit(self, job: Job) -> Job:
        """A new job with its time to start, or with its place in line. Raises Backlogged."""
        rate = self._rate(_model(job))
        if rate is None:
            return job
        pace, start = self._slot(job, rate, AT_ONCE)
        return job.at(start) if start is not None else self._in_line(job, rate, pace)

    def again(self, job: Job) -> Job:
        """A job that its model could not take: a new slot, or the head of the line."""
        rate = self._rate(_model(job))
        if rate is None:
            return job.at(self.clock() + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (job.rests - 1)))
        pace, start = self._slot(job, rate, AHEAD)
        if start is not None and job.rests <= OFTEN:
            return job.at(start)
        line = Line(_model(job), job.queue)
        _, ahead = self.paces.join(*line, job.tenant, job.calls)
        return job.in_line(0, governor.expected(pace, rate, line.lane, min(ahead, job.calls), self.clock()))

    def onward(self, job: Job) -> Job:
        """A job that another model is to serve: its slot there."""
        if self._rate(_model(job)) is None:
            return job.rested(self.clock())
        return self.again(job.refused_by_model())

    def heed(self, job: Job, problem: Problem) -> None:
        """Learn from how a model answered: one that throttles is asked less, one that is silent is left alone."""
        moves = {Throttled.slug: governor.throttled, **dict.fromkeys(SLOW, governor.silent)}
        move = moves.get(problem.slug)
        if move is not None and self._rate(_model(job)) is not None:
            self.paces.change(_model(job), lambda pace: (move(pace, self.clock()), None))

    def start(self, deliver: Callable[[Job], Job], has_time: Callable[[], bool]) -> None:
        """Start everybody whose turn has come: people first, and bulk as far as its workers come after."""
        paced = {model: rate for model in MODELS if (rate := self._rate(model)) is not None}
        room = self.settings.BULK_WORKERS * QUEUED_PER_WORKER - self.queues.depth("bulk")
        for model, rate in paced.items():
            self._start(Line(model, "interactive"), rate, PAGE, deliver, has_time)
        for model, rate in paced.items():
            room -= self._start(Line(model, "bulk"), rate, max(0, room), deliver, has_time)
        for model in paced:
            self.paces.change(model, lambda pace: (replace(pace, full=room <= 0), None))

    def _start(
        self, line: Line, rate: Rate, room: int, deliver: Callable[[Job], Job], has_time: Callable[[], bool]
    ) -> int:
        """Start what a line has, as far as there is room and time; gives how many were started."""
        begun = 0
        while room > begun and has_time():
            jobs = self.ledger.line(*line, min(PAGE, room - begun))
            if not jobs:
                if self.paces.in_line(*line):
                    self.paces.emptied(*line)
                break
            starts = self.paces.change(line.model, partial(self._slots, jobs, rate, line.lane))
            for job, start in zip(jobs, starts, strict=False):
                self._send(job, start, deliver)
            if starts:
                called = jobs[: len(starts)]
                self.paces.leave(*line, sum(job.calls for job in called), called[-1].turn)
            begun += len(starts)
            if len(starts) < len(jobs):
                break
        return begun

    def _send(self, job: Job, start: float, deliver: Callable[[Job], Job]) -> None:
        with suppress(Conflict):  # canceled in this moment: its slot is lost, and it alone
            deliver(self.ledger.commit(self._called(job, start)))

    def _called(self, job: Job, start: float) -> Job:
        if not self._is_overdue(job):
            return job.at(start)
        error = WaitedTooLong(f"it stood in line for {LONGEST_WAIT_DAYS} days")
        return job.finished(Status.FAILED, self.clock(), error=error.problem(job.id))

    def _is_overdue(self, job: Job) -> bool:
        return self.clock() - job.createdAt.timestamp() > LONGEST_WAIT_DAYS * DAY

    def _slots(self, jobs: Sequence[Job], rate: Rate, lane: Lane, pace: Pace) -> tuple[Pace, list[float]]:
        """Slots for jobs in their order, as many as there are soon. What has waited too long needs none."""
        starts: list[float] = []
        for job in jobs:
            if self._is_overdue(job):
                starts.append(self.clock())
                continue
            moved, start = governor.booked(pace, rate, lane, job.calls, self.clock())
            if start > self.clock() + AHEAD:
                break
            pace = moved
            starts.append(start)
        return pace, starts

    def _slot(self, job: Job, rate: Rate, horizon: float) -> tuple[Pace, float | None]:
        """A slot within the horizon, if there is one, and the pace by which there is none."""

        def move(pace: Pace) -> tuple[Pace, tuple[Pace, float | None]]:
            moved, start = governor.booked(pace, rate, job.queue, job.calls, self.clock())
            is_held = pace.full and job.queue == "bulk"
            if is_held or start > self.clock() + horizon:
                return pace, (pace, None)
            return moved, (moved, start)

        return self.paces.change(_model(job), move)

    def _in_line(self, job: Job, rate: Rate, pace: Pace) -> Job:
        line, now = Line(_model(job), job.queue), self.clock()
        turn, ahead = self.paces.join(*line, job.tenant, job.calls)
        start = governor.expected(pace, rate, line.lane, ahead, now)
        days = self._longest_wait(job)
        if start - now > days * DAY:
            self.paces.leave(*line, job.calls)
            raise Backlogged(f"{line.model} could not begin within {days:g} days: {ahead} calls stand before it")
        return job.in_line(turn, start)

    def _longest_wait(self, job: Job) -> float:
        """In days. What came with a request is kept for some days only, and a file that was uploaded for good."""
        return LONGEST_WAIT_DAYS if job.source.door == "uploads" else max(0.5, self.settings.INPUT_DAYS - 1)

    def _rate(self, model: str) -> Rate | None:
        """How a model's quota is dealt out; None for our own function, which has none."""
        quota = self.settings.QUOTAS.per_minute.get(model, MODELS[model].requests_per_minute)
        return None if quota is None else governor.rate_of(quota, self.settings.QUOTAS)


def _model(job: Job) -> str:
    if job.model is None:
        raise ValueError(f"{job.id} has no model")
    return job.model.served
