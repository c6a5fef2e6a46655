"""Runs measured processes, each fresh, variants in turn, so that a slow minute of the machine meets them all alike."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.stub import Store, Stub
    from benchmarks.trees import Tree

PROBE = Path(__file__).with_name("probe.py")
TIMEOUT = 120


@dataclass(frozen=True, eq=False)
class Trial:
    """One thing to measure: a handler, from a tree, over events, beginning with what AWS holds already."""

    tree: Tree
    module: str
    events: Sequence[dict[str, Any]]
    store: Store
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process told: CPU in seconds, memory in bytes."""

    start: float
    """The import of the handler, and the making of the clients that its first event uses."""
    until_first_reply: float
    """The import and the whole first event: everything that is done only once is in it."""
    events: tuple[float, ...]
    peaks: tuple[int, ...]


def run(trial: Trial, stub: Stub) -> Sample:
    """Measure once."""
    stub.store = trial.store.copy()
    done = subprocess.run(  # noqa: S603  (our own interpreter and arguments)
        [sys.executable, "-S", "-P", str(PROBE)],
        input=json.dumps({"module": trial.module, "events": trial.events}),
        env={**trial.tree.environ(stub.url), **dict(trial.environment)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{trial.module} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    return Sample(
        start=told["import"] + told["clients"],
        until_first_reply=told["import"] + told["events"][0]["cpu"],
        events=tuple(event["cpu"] for event in told["events"]),
        peaks=tuple(event["peak"] for event in told["events"]),
    )


def measure(trials: Iterable[Trial], rounds: int, stub: Stub, tell: Callable[[str], None]) -> dict[Trial, list[Sample]]:
    """Measure each trial so many times, in turn."""
    samples: dict[Trial, list[Sample]] = {trial: [] for trial in trials}
    for number in range(1, rounds + 1):
        tell(f"round {number} of {rounds}")
        for trial, taken in samples.items():
            taken.append(run(trial, stub))
    return samples
