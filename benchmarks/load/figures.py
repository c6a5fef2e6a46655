"""Waiting times and rates, and nothing of where they come from. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Spread:
    """What is told of many waiting times, in seconds."""

    count: int
    median: float
    p95: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Spread | None:
        """The spread of some times; None of none."""
        ordered = sorted(seconds)
        return cls(len(ordered), median(ordered), percentile(ordered, 95)) if ordered else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least so many percent of an ordered sequence do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def shown(spread: Spread | None) -> str:
    """Median and p95 in seconds."""
    return NOTHING if spread is None else f"{spread.median:.2f} / {spread.p95:.2f} s"


def in_ms(spread: Spread | None) -> str:
    """Median and p95 in milliseconds."""
    return NOTHING if spread is None else f"{spread.median * 1000:7.0f} {spread.p95 * 1000:7.0f}"


def ratio(ours: float, other: float) -> str:
    """How many times the other ours is."""
    return f"{ours / other:.2f} x" if other else ""


def of_medians(ours: Spread | None, other: Spread | None) -> str:
    """The ratio of two medians."""
    return "" if ours is None or other is None else ratio(ours.median, other.median)
