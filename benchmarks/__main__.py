"""`python -m benchmarks [--quick]`: measures, and prints one table of ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.comparisons import Bench
from benchmarks.report import table
from benchmarks.stub import serving
from benchmarks.trees import make_trees
from infra.packages import BundlingError

COMPARED = """\
Darkroom against a plain baseline (benchmarks/baseline), in one run on this machine: read the ratios, not the numbers.

baseline  all imports and clients at module level; packages as pip installs and compiles them
darkroom  the archive that is deployed, unpacked ("untrimmed": from packages as pip installs them)
between   a stub of AWS on the loopback address, over TLS; its pictures are PNGs of 1.5 MB, and it takes no time
CPU       user and system time of the measured process; each figure is a median over fresh processes, taken in turn.
          Connected: the clients that the first event uses are made. The interpreter's own start is not counted
memory    the resident peak during the event, above what was resident before it, in a process that did a small job

Not in any number: Lambda's own start, the network, the models' time, and what the cutout function does.
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: within a minute, and less exact")
    quick = parser.parse_args().quick
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="darkroom-bench-") as scratch, serving() as stub:
        _tell("making what is measured")
        bench = Bench(make_trees(Path(scratch), stub.authority), stub, quick, _tell)
        sections = {
            "Start-up, CPU": bench.start_up(),
            "Pictures, CPU of one event": bench.pictures(),
            "Memory of one event at its peak": bench.memory(),
            "Background removal, CPU of one event": bench.background_removal(),
        }
    _tell("")
    print(f"{COMPARED}\n{table(sections)}\n\n{time.monotonic() - began:.0f} s")  # noqa: T201


def _tell(progress: str) -> None:
    """Show what is going on, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{progress:<60}", end="\r", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    try:
        main()
    except BundlingError as error:
        sys.exit(str(error))
