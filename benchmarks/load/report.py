"""How the load's figures are printed, with what each of them means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.load.checks import CHECKS
from benchmarks.load.figures import Spread, of_medians, ratio, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.load.sending import Size
    from benchmarks.load.trial import Result

EXPLAINED = """\
Darkroom under load, on a local cloud of its own, in one run on this machine: read the ratios, not the numbers.

{large}: photos dropped into the bucket, pictures asked for over HTTP (three quarters with
`Prefer: respond-async`, a quarter by people who wait), all at once. Some of it comes twice: {retries} requests were
repeated because the cloud said so, every fifth because its caller did, and {notices} of S3's notifications.
"""
MEANT = """\
Times are median / p95. `until done` is from a job's opening to its end, the queue included. People ask two at a time,
each for the next picture when the last one is there; they share the interactive queue with all other requests, and with
the photos only the machine. The limit is the same mix of pictures made by the emulator's model and the cut-out network
alone, called directly, measured before and after the large load. Where other programs took much of the machine's CPU,
the times say little and the parts of the CPU still hold.
"""
MODELS = ("the Bedrock emulator", "function cutout")
WIDTHS = (52, 18, 18, 8)

type Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class Told:
    """Everything that was measured."""

    idle: Spread | None
    """What people wait on the idle cloud."""
    small: Result
    full: Result
    limit: float | None
    """How many such jobs the machine makes in a second with nothing of ours between."""
    warm_problems: Sequence[str] = ()

    @property
    def problems(self) -> list[str]:
        """Whatever did not hold, in any of the loads."""
        loads = {"warm-up": self.warm_problems, "small load": self.small.problems, "full load": self.full.problems}
        return [f"{load}: {problem}" for load, problems in loads.items() for problem in problems]


def report(told: Told) -> str:
    """All of it."""
    sent = told.full.books.sent
    explained = EXPLAINED.format(large=_size(told.full.books.size), retries=sent.retries, notices=sent.notices)
    rows = [_line(*row) for row in (*_rows(told), *_cpu_rows(told))]
    return "\n".join([explained, *rows, "", MEANT, *_checked(told)])


def _rows(told: Told) -> Iterator[Row]:
    small, full = told.small, told.full
    yield "", _size(small.books.size), _size(full.books.size), "ratio"
    yield "until all had ended", f"{small.seconds:.1f} s", f"{full.seconds:.1f} s", ""
    yield "jobs a second", f"{small.rate:.2f}", f"{full.rate:.2f}", ratio(full.rate, small.rate)
    yield "time for each job", _ms(_per_job(small)), _ms(_per_job(full)), ratio(_per_job(full), _per_job(small))
    if told.limit:
        alone = f"share of the machine's limit, {told.limit:.2f} jobs a second"
        yield alone, f"{small.rate / told.limit:.0%}", f"{full.rate / told.limit:.0%}", ""
    yield "requests nobody waits for, until done", *_both(small.alone, full.alone)
    yield "photos, until done", *_both(small.uploads, full.uploads)
    yield "", "", "", "to idle"
    yield "people on the idle cloud", "", shown(told.idle), ""
    yield "people, while there are other requests too", *_beside(told, small.people, full.people)
    only_photos = (small.people_beside_uploads, full.people_beside_uploads)
    yield "people, while there are only photos", *_beside(told, *only_photos)


def _both(small: Spread | None, full: Spread | None) -> tuple[str, str, str]:
    return shown(small), shown(full), of_medians(full, small)


def _beside(told: Told, small: Spread | None, full: Spread | None) -> tuple[str, str, str]:
    """The ratio is to the idle cloud."""
    return shown(small), shown(full), of_medians(full, told.idle)


def _cpu_rows(told: Told) -> Iterator[Row]:
    """CPU of each part for each job."""
    small, full = told.small, told.full
    yield "", "", "", ""
    yield "CPU for each job", "", "", ""
    for name, seconds in full.cpu.items():
        before, now = small.cpu.get(name, 0.0) / small.books.size.total, seconds / full.books.size.total
        yield f"  {name}", _ms(before), _ms(now), ratio(now, before)
    others = [one.others_cpu / one.books.size.total for one in (small, full)]
    yield "  other programs of this machine", _ms(others[0]), _ms(others[1]), ""
    yield "the models' part of the cloud's", f"{_models_part(small):.0%}", f"{_models_part(full):.0%}", ""


def _models_part(result: Result) -> float:
    """How much of the cloud's CPU its models take: the emulator's, and our own function."""
    whole = sum(result.cpu.values())
    return sum(result.cpu.get(name, 0.0) for name in MODELS) / whole if whole else 0.0


def _per_job(result: Result) -> float:
    return 1 / result.rate if result.rate else 0.0


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _checked(told: Told) -> Iterator[str]:
    again = sum(times - 1 for result in (told.small, told.full) for times in result.books.events.values())
    if again:
        yield f"{again} events came more than once; their eventId tells."
    if not told.problems:
        yield "Held, in all loads:"
        yield from (f"  {name}" for name in CHECKS)
        return
    yield f"DOES NOT HOLD ({len(told.problems)}):"
    yield from (f"  {problem}" for problem in told.problems)


def _size(size: Size) -> str:
    return f"{size.uploads} + {size.jobs}"


def _line(*cells: str) -> str:
    first, *others = [f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True)]
    return " ".join([cells[0].ljust(len(first)), *others]).rstrip()
