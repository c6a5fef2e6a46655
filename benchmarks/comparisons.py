"""What is compared: which handlers, from which trees, over which events, and what is read from their samples."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal

from benchmarks import events
from benchmarks.replies import replies
from benchmarks.stub import Store
from benchmarks.trials import Sample, Trial, measure, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.stub import Stub
    from benchmarks.trees import Tree

DOORS = {"worker": 0.45, "uploads": 0.45, "api": 0.55}
"""Goals for the start-up of each, as ratios to the baseline."""
WARM_UP, REPEATED = 2, 4
"""Events of one process: those that warm it up, and those that are measured."""
PROCESSES = 7
"""How many a figure for a warm event is taken over: 28 samples."""
TITAN_CUTS_OUT = (("ROUTES", '{"BACKGROUND_REMOVAL":["titan"]}'),)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the same quantity on both sides. `goal` bounds the ratio, or ours where unit is `x`."""

    what: str
    baseline: float
    ours: float
    unit: Literal["ms", "MB", "x"] = "ms"
    goal: float | None = None


@dataclass(frozen=True)
class Bench:
    """What every comparison needs."""

    trees: dict[str, Tree]
    stub: Stub
    quick: bool
    tell: Callable[[str], None]

    def start_up(self) -> list[Row]:
        """Fresh processes: the import, the clients, and the first event."""
        asked = [(door, name) for door in DOORS for name in ("baseline", "lean")]
        if not self.quick:
            asked.append(("worker", "plain"))
        trials = {one: self._first_event(*one) for one in asked}
        samples = self._measure("start-up", trials.values(), 4 if self.quick else 16)
        # The first round fills caches.
        taken = {one: samples[trial][1:] for one, trial in trials.items()}
        rows = [row for door in DOORS for row in _start_rows(door, taken[door, "baseline"], taken[door, "lean"])]
        if ("worker", "plain") in taken:
            plain, untrimmed = (_start_ms(taken["worker", name]) for name in ("baseline", "plain"))
            rows.append(Row("worker: imported and connected, untrimmed", plain, untrimmed))
        return rows

    def pictures(self) -> list[Row]:
        """A process that has handled events before: CPU for each further one."""
        numbers = [5, 1, *[5] * REPEATED, *[1] * REPEATED]
        trials = [*self._paths(numbers), *self._workers(numbers)]
        path, our_path, job, our_job = self._in_order("pictures", trials)
        rows = []
        for n, first, goal in ((1, WARM_UP + REPEATED, None), (5, WARM_UP, 0.55)):
            rows.append(_event_row(f"InvokeModel → {n} PNG → S3", path, our_path, first, goal))
            rows.append(_event_row(f"the whole job of {n}", job, our_job, first))
        return rows

    def memory(self) -> list[Row]:
        """Peak memory of one event above what the process held before, for one picture and for five."""
        trials = [trial for n in (1, 5) for trial in self._workers([0, n])]
        samples = self._measure("memory", trials, 1 if self.quick else 3)
        peaks = [median(sample.peaks[1] for sample in taken) for taken in samples.values()]
        one, our_one, five, our_five = peaks
        return [
            Row("a job of 1 picture", one / 1e6, our_one / 1e6, "MB"),
            Row("a job of 5 pictures", five / 1e6, our_five / 1e6, "MB"),
            Row("growth from 1 to 5", five / one, our_five / our_one, "x", 1.5),
        ]

    def background_removal(self) -> list[Row]:
        """A photo in S3 to its cut-out in S3; the stub's model takes no time."""
        taken = self._in_order("background removal", [*self._cut_out_jobs(), *self._cut_out_paths()])
        uploads, our_uploads, our_worker, path, our_path = taken
        plain, opened, worked = (_event_ms(samples, WARM_UP) for samples in (uploads, our_uploads, our_worker))
        return [
            Row("event → result, with its job", plain, opened + worked, goal=0.40),
            _event_row("S3 → InvokeModel → S3, both by Titan", path, our_path, WARM_UP),
        ]

    def _measure(self, what: str, trials: Iterable[Trial], rounds: int) -> dict[Trial, list[Sample]]:
        return measure(trials, rounds, self.stub, lambda progress: self.tell(f"{what}: {progress}"))

    def _in_order(self, what: str, trials: Sequence[Trial]) -> list[list[Sample]]:
        return list(self._measure(what, trials, 1 if self.quick else PROCESSES).values())

    def _first_event(self, door: str, name: str) -> Trial:
        module = ("benchmarks.baseline." if name == "baseline" else "functions.") + door
        if door == "worker":
            return self._worker(name, [1])
        if door == "uploads":
            return self._uploads(name, 1)
        return Trial(self.trees[name], module, [events.post_images(events.text_image(1))], Store())

    def _paths(self, numbers: Iterable[int]) -> list[Trial]:
        drawings = [{"request": events.text_image(n)} for n in numbers]
        return [
            Trial(self.trees["baseline"], "benchmarks.paths.baseline", drawings, Store()),
            Trial(self.trees["lean"], "benchmarks.paths.darkroom", drawings, Store()),
        ]

    def _workers(self, numbers: Sequence[int]) -> list[Trial]:
        return [self._worker(name, numbers) for name in ("baseline", "lean")]

    def _worker(self, name: str, numbers: Sequence[int]) -> Trial:
        """The worker over jobs that the api door of its side has opened. No pictures mean one small one."""
        package = "benchmarks.baseline" if name == "baseline" else "functions"
        requests = [events.text_image(n) if n else events.text_image(1, side=512) for n in numbers]
        posts = [events.post_images(request) for request in requests]
        return self._after(Trial(self.trees[name], f"{package}.api", posts, Store()), f"{package}.worker")

    def _uploads(self, name: str, number: int) -> Trial:
        package = "benchmarks.baseline" if name == "baseline" else "functions"
        notices = [events.uploaded(key, len(replies().photo)) for key in _keys(number)]
        return Trial(self.trees[name], f"{package}.uploads", notices, _photos(number))

    def _cut_out_paths(self) -> list[Trial]:
        number = WARM_UP + REPEATED
        requests = [{"request": events.background_removal(key), "key": key} for key in _keys(number)]
        return [
            Trial(self.trees["baseline"], "benchmarks.paths.baseline", requests, _photos(number)),
            Trial(self.trees["lean"], "benchmarks.paths.darkroom", requests, _photos(number), TITAN_CUTS_OUT),
        ]

    def _cut_out_jobs(self) -> list[Trial]:
        number = WARM_UP + REPEATED
        ours = self._uploads("lean", number)
        return [self._uploads("baseline", number), ours, self._after(ours, "functions.worker")]

    def _after(self, before: Trial, module: str) -> Trial:
        """The function that handles the messages which another one sent."""
        run(before, self.stub)
        messages = [events.message(body) for body in self.stub.store.messages]
        return Trial(before.tree, module, messages, self.stub.store.copy())


def _start_rows(door: str, baseline: list[Sample], ours: list[Sample]) -> list[Row]:
    plain, replied = (1000 * median(sample.until_first_reply for sample in taken) for taken in (baseline, ours))
    return [
        Row(f"{door}: imported and connected", _start_ms(baseline), _start_ms(ours), goal=DOORS[door]),
        Row(f"{door}: until its first reply", plain, replied),
    ]


def _event_row(what: str, baseline: list[Sample], ours: list[Sample], first: int, goal: float | None = None) -> Row:
    return Row(what, _event_ms(baseline, first), _event_ms(ours, first), goal=goal)


def _start_ms(samples: list[Sample]) -> float:
    return 1000 * median(sample.start for sample in samples)


def _event_ms(samples: list[Sample], first: int) -> float:
    """The median CPU of the events from the `first` on, over all processes."""
    return 1000 * median(cpu for sample in samples for cpu in sample.events[first : first + REPEATED])


def _keys(number: int) -> list[str]:
    return [f"background-removal/photo-{index}.png" for index in range(number)]


def _photos(number: int) -> Store:
    return Store(objects={f"/{events.UPLOADS}/{key}": replies().photo for key in _keys(number)})
