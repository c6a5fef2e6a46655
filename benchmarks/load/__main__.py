"""`python -m benchmarks.load [--uploads N] [--jobs M] [--quick]`: a local cloud under load, checked and measured.

It starts a local cloud of its own, ends it, and exits with 1 when anything was lost, doubled or charged wrongly.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from statistics import mean
from typing import TYPE_CHECKING

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.load import limit
from benchmarks.load.books import EMULATOR_REMEMBERS
from benchmarks.load.cloud import NoCloudError, own_cloud
from benchmarks.load.report import Told, report
from benchmarks.load.sending import Size
from benchmarks.load.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.load.cloud import Deployed
    from benchmarks.load.trial import Result

FULL, QUICK = Size(500, 200), Size(100, 40)
PEOPLE, QUICK_PEOPLE = 20, 8
MINUTES = 15
"""The longest that one load may take."""
WARM_UP = Size(10, 10)
LIMIT_JOBS = 70
"""Enough to tell what the machine's limit is."""
SMALLEST = 10
"""A tenth of it is to be something."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, check and print; the exit code says whether all checks held."""
    size, people = _asked(arguments)
    began = time.monotonic()
    try:
        with own_cloud() as cloud:
            told = _measured(cloud, size, people)
    except (NoCloudError, httpx.HTTPError, BotoCoreError, ClientError) as error:
        sys.exit(f"the local cloud does not answer: {error!r}")
    _tell("")
    print(f"{report(told)}\n\n{time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if told.problems else 0


def _measured(cloud: Deployed, size: Size, people: int) -> Told:
    trial = Trial(cloud, _tell, MINUTES)
    _tell("warming it up")
    warm = trial.run(WARM_UP)
    _tell("people on the idle cloud")
    idle, small = trial.idle(people), trial.run(size.tenth)
    limits = [_limit(cloud, small)]
    full = trial.run(size)
    limits.append(_limit(cloud, full))
    return Told(idle, small, full, mean(limits), warm.problems)


def _limit(cloud: Deployed, result: Result) -> float:
    """What the machine makes of the same mix, in a smaller number."""
    _tell("the machine's limit")
    size, books = result.books.size, result.books
    share = min(1.0, LIMIT_JOBS / size.total)
    bodies = [call["body"] for call in books.calls[: math.ceil(size.jobs * share)]]
    photos = sorted({key for key, _ in books.versions})[: math.ceil(size.uploads * share)]
    return limit.jobs_per_second(cloud, bodies, photos)


def _asked(arguments: Sequence[str] | None) -> tuple[Size, int]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--uploads", type=_number, help=f"photos that are dropped at once ({FULL.uploads})")
    parser.add_argument("--jobs", type=_number, help=f"pictures that are asked for over HTTP ({FULL.jobs})")
    quick = f"{QUICK.uploads} uploads and {QUICK.jobs} jobs, and fewer people"
    parser.add_argument("--quick", action="store_true", help=quick)
    asked = parser.parse_args(arguments)
    usual = QUICK if asked.quick else FULL
    size = Size(asked.uploads or usual.uploads, asked.jobs or usual.jobs)
    if size.jobs >= EMULATOR_REMEMBERS:
        parser.error(f"--jobs: at most {EMULATOR_REMEMBERS - 1}, since the emulator remembers no more calls")
    return size, QUICK_PEOPLE if asked.quick else PEOPLE


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < SMALLEST:
        raise argparse.ArgumentTypeError(f"must be a number from {SMALLEST} on")
    return int(text)


def _tell(progress: str) -> None:
    """Show what is going on, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{progress:<60}", end="\r", file=sys.stderr, flush=True)  # noqa: T201
    elif progress:
        print(progress, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
