"""One load on one cloud: sent, waited for within bounds, and read from the books. Prints nothing but its progress."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from benchmarks.load import checks
from benchmarks.load.books import Books, Reader
from benchmarks.load.cpu import Clock, busy, spent
from benchmarks.load.figures import Spread
from benchmarks.load.listening import listening
from benchmarks.load.sending import Sender, Sent, Size, fresh_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from threading import Thread

    from benchmarks.load.cloud import Deployed
    from benchmarks.load.listening import Heard

LOOK_SECONDS = 0.5
TELL_SECONDS = 5.0
QUIET_SECONDS = 120.0
"""After so long without an event the books are looked at: perhaps the bus is silent, and the jobs are done."""
SETTLE_SECONDS = 20.0
"""What a worker still has to write after its event."""

type Job = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of a load."""

    books: Books
    in_time: bool
    cpu: Mapping[str, float]
    """CPU seconds of each part of the cloud."""
    others_cpu: float = 0.0
    """CPU seconds that other programs took meanwhile."""

    @property
    def seconds(self) -> float:
        """From the first thing sent to the end of the last job."""
        began = self.books.sent.began
        return max(_ends(self.books.jobs), default=began) - began

    @property
    def rate(self) -> float:
        """Jobs a second that ended."""
        return len(_ends(self.books.jobs)) / self.seconds if self.seconds else 0.0

    @property
    def problems(self) -> list[str]:
        """What does not hold; what is missing, where the time was over."""
        late = [] if self.in_time else ["not all had ended in time", *checks.missing(self.books)]
        return late + checks.violations(self.books)

    @property
    def alone(self) -> Spread | None:
        """Until the jobs of requests were done that nobody waited for."""
        return _until_done(self._left)

    @property
    def uploads(self) -> Spread | None:
        """From the opening of a photo's job to its end."""
        return _until_done(self._dropped)

    @property
    def people(self) -> Spread | None:
        """What people waited while other requests were open, too."""
        return Spread.of(wait.seconds for wait in self.books.sent.waits if wait.sent < self._queue_is_free)

    @property
    def people_beside_uploads(self) -> Spread | None:
        """What people waited while nothing but uploads was in the way."""
        last = max(_ends(self._dropped), default=0.0)
        return Spread.of(wait.seconds for wait in self.books.sent.waits if self._queue_is_free <= wait.sent < last)

    @property
    def _queue_is_free(self) -> float:
        """When the last request had its picture that nobody waited for."""
        return max(_ends(self._left), default=0.0)

    @property
    def _left(self) -> list[Job]:
        waited = {wait.job["id"] for wait in self.books.sent.waits}
        return [job for job in self.books.jobs if not job["source"]["object"] and job["id"] not in waited]

    @property
    def _dropped(self) -> list[Job]:
        return [job for job in self.books.jobs if job["source"]["object"]]


@dataclass(frozen=True)
class Trial:
    """Puts loads on a cloud."""

    cloud: Deployed
    tell: Callable[[str], None]
    minutes: float

    def run(self, size: Size) -> Result:
        """One load, from sending it to reading the books."""
        sender, reader, clock = Sender(self.cloud), Reader(self.cloud), Clock(self.cloud)
        before = reader.before()
        with listening(self.cloud) as heard:
            all_before, ticks, sent = busy(), clock.read(), Sent(fresh_name())
            threads = sender.send(size, sent)
            in_time = self._wait(heard, before.jobs, size, threads)
            sent.over.set()
            cpu, everything = spent(ticks, clock.read()), busy() - all_before
            books = self._settled(lambda: reader.read(size, sent, before, heard.events()))
        return Result(books, in_time, cpu, max(0.0, everything - sum(cpu.values())))

    def idle(self, number: int) -> Spread | None:
        """What people wait for so many pictures on a cloud that has nothing else to do."""
        sent = Sent(fresh_name())
        Sender(self.cloud).wait_for(range(number), sent)
        return Spread.of(wait.seconds for wait in sent.waits)

    def _wait(self, heard: Heard, known: AbstractSet[str], size: Size, threads: Sequence[Thread]) -> bool:
        """Wait for the end of all jobs; whether they ended in time."""
        began = told = time.monotonic()
        while (ended := len(heard.jobs - known)) < size.total or _any_alive(threads):
            now = time.monotonic()
            if now - began > self.minutes * 60 or (heard.quiet > QUIET_SECONDS and not _any_alive(threads)):
                return False
            if now - told > TELL_SECONDS:
                told = now
                self.tell(f"{size.uploads} uploads, {size.jobs} jobs: {ended} ended in {now - began:.0f} s")
            time.sleep(LOOK_SECONDS)
        return True

    def _settled(self, read: Callable[[], Books]) -> Books:
        deadline = time.monotonic() + SETTLE_SECONDS
        books = read()
        while any(job["outbox"] for job in books.jobs) and time.monotonic() < deadline:
            time.sleep(1)
            books = read()
        return books


def moment(told: str) -> float:
    """A time on the wire as seconds since the epoch."""
    return datetime.fromisoformat(told).timestamp()


def _until_done(jobs: Iterable[Job]) -> Spread | None:
    """From a job's opening to its end."""
    return Spread.of(moment(job["finishedAt"]) - moment(job["createdAt"]) for job in jobs if job["finishedAt"])


def _ends(jobs: Iterable[Job]) -> list[float]:
    return [moment(job["finishedAt"]) for job in jobs if job["finishedAt"]]


def _any_alive(threads: Iterable[Thread]) -> bool:
    return any(thread.is_alive() for thread in threads)
