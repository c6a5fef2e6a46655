"""Where the machine's time goes: the CPU seconds of every process of a local cloud, by what it is. Linux only."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.load.cloud import Deployed

PROC = Path("/proc")
TICK = os.sysconf("SC_CLK_TCK")
MODULES = {"local.bedrock": "the Bedrock emulator", "benchmarks.load.cloud": "the local front"}
EMULATOR, SENDER = "the AWS emulator", "what sends and listens"


@dataclass(frozen=True)
class Clock:
    """Reads the CPU seconds of one cloud, and of this process."""

    cloud: Deployed

    def read(self) -> dict[tuple[str, int], float]:
        """What it is, and its process → seconds until now. What ended before is not in it."""
        marker, found = str(self.cloud.state).encode(), {}
        for process in PROC.iterdir():
            try:
                if process.name == str(os.getpid()):
                    found[SENDER, os.getpid()] = _seconds(process)
                elif process.name.isdecimal() and marker in (process / "environ").read_bytes():
                    found[self._name(process), int(process.name)] = _seconds(process)
            except OSError:
                continue
        return found

    def _name(self, process: Path) -> str:
        functions = {name: role for role, name in self.cloud.known["functions"].items()}
        environ = dict(_pairs((process / "environ").read_bytes()))
        function = functions.get(environ.get("AWS_LAMBDA_FUNCTION_NAME", ""))
        if function:
            return f"function {function}"
        words = (process / "cmdline").read_bytes().decode().split("\0")
        return next((name for module, name in MODULES.items() if module in words), EMULATOR)


def busy() -> float:
    """CPU seconds of everything on this machine until now, idling left out."""
    user, nice, system, _idle, _iowait, irq, softirq, *_ = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(map(int, (user, nice, system, irq, softirq))) / TICK


def spent(before: Mapping[tuple[str, int], float], after: Mapping[tuple[str, int], float]) -> dict[str, float]:
    """What it is → CPU seconds between two readings, the most first."""
    sums: Counter[str] = Counter()
    for (name, pid), seconds in after.items():
        sums[name] += seconds - before.get((name, pid), 0.0)  # type: ignore[assignment]
    return dict(sorted(sums.items(), key=lambda one: -one[1]))


def _seconds(process: Path) -> float:
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _pairs(environ: bytes) -> Iterator[tuple[str, str]]:
    for line in environ.decode(errors="replace").split("\0"):
        name, _, value = line.partition("=")
        yield name, value
