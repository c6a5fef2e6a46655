"""The governor: when a model's next call may be made, and how a model that is too busy is spared. Pure; in seconds.

Of a quota of requests a minute a share is dealt out, one call after the other, in two lanes. The interactive lane is
for people who wait; they may also take what comes next in the bulk lane, and bulk never takes theirs. What is not dealt
out is the room for sudden requests: as many more may be made at one instant. So no minute sees more calls than the
quota, and a person finds the model free while ten thousand files wait for it. (A job's calls are made one after the
other, and count as one instant. Where a quota is so small that five of them have no room, they may exceed it by four.)

The algorithm is GCRA (the virtual scheduling of ITU-T I.371): a lane is the time at which its next call conforms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from functions.darkroom.quotas import Quotas

Lane = Literal["interactive", "bulk"]

MINUTE = 60.0
ONE_LANE_BELOW = 4
"""So few calls a minute are not divided: everybody takes them from one lane."""
SLOWER, SLOWEST = 0.7, 0.1
"""What a throttle leaves of the rate, and the least of it that is ever left."""
SLOWED_AGAIN_AFTER = 10.0
"""Throttles that come together are one piece of news."""
RECOVERY = 0.1
"""How much of the rate comes back in a minute without a throttle."""
FIRST_REST, LONGEST_REST = 15.0, 600.0
"""How long a model that does not answer is left alone, doubled each time up to the longest."""


MOST_CALLS = 5
"""How many calls one job may need: an engine that draws one picture a call, and Titan's five pictures."""


class Rate(NamedTuple):
    """What of a quota is dealt out: calls a minute in each lane, and how many more may come in it at one instant."""

    interactive: int
    bulk: int
    interactive_spare: int
    bulk_spare: int

    def interval(self, lane: Lane, factor: float) -> float:
        """Seconds from one call to the next."""
        return MINUTE / ((self.interactive if lane == "interactive" else self.bulk) * factor)

    def at_once(self, lane: Lane) -> int:
        """How many calls may be made at one instant."""
        return 1 + (self.interactive_spare if lane == "interactive" else self.bulk_spare)


def rate_of(quota: int, quotas: Quotas) -> Rate:
    """How a quota of requests a minute is divided."""
    dealt = max(1, int(quota * quotas.share))
    spare = quota - dealt
    interactive = 0 if dealt < ONE_LANE_BELOW else round(dealt * quotas.interactive)
    for_bulk = min(MOST_CALLS - 1, spare // 2) if interactive else spare
    return Rate(interactive, dealt - interactive, spare - for_bulk, for_bulk)


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a model stands: what of its time is given away, and how it fared lately."""

    interactive: float = 0.0
    """When the lane's next call conforms."""
    bulk: float = 0.0
    factor: float = 1.0
    """How much of the rate was left at the time `slowed`."""
    slowed: float = 0.0
    rests_until: float = 0.0
    failures: int = 0
    """How often in a row it did not answer."""
    full: bool = False
    """The bulk queue holds all that its workers can do within minutes; whoever comes stands in line."""

    def factor_at(self, now: float) -> float:
        """How much of the rate it may be asked for."""
        return min(1.0, self.factor + RECOVERY * max(0.0, now - self.slowed) / MINUTE)


def booked(pace: Pace, rate: Rate, lane: Lane, calls: int, now: float) -> tuple[Pace, float]:
    """The pace with so many calls given away, and when the first of them may be made.

    All of them may follow each other at once then: the start is the time at which the last of them conforms.
    """
    offers = [_offer(pace, rate, one, calls, now) for one in _lanes(rate, lane)]
    start, chosen, conforms = min(offers)
    moved = replace(pace, bulk=conforms) if chosen == "bulk" else replace(pace, interactive=conforms)
    return moved, start


def _lanes(rate: Rate, lane: Lane) -> tuple[Lane, ...]:
    return ("interactive", "bulk") if lane == "interactive" and rate.interactive else ("bulk",)


def _offer(pace: Pace, rate: Rate, lane: Lane, calls: int, now: float) -> tuple[float, Lane, float]:
    """When so many calls may begin in a lane, and when the one after them conforms."""
    factor, earliest = pace.factor_at(now), max(now, pace.rests_until)
    interval = rate.interval(lane, factor)
    conforms = max(pace.interactive if lane == "interactive" else pace.bulk, earliest) + calls * interval
    # A throttle says that there is less room than was thought, so then nothing more is given at one instant.
    at_once = rate.at_once(lane) if factor >= 1 else 1
    return max(earliest, conforms - at_once * interval), lane, conforms


def expected(pace: Pace, rate: Rate, lane: Lane, ahead: int, now: float) -> float:
    """When a call is likely to be made before which so many others stand in line."""
    return min(_offer(pace, rate, one, ahead + 1, now)[0] for one in _lanes(rate, lane))


def throttled(pace: Pace, now: float) -> Pace:
    """The pace after the model refused a call as one too many."""
    if now - pace.slowed < SLOWED_AGAIN_AFTER:
        return pace
    return replace(pace, factor=max(SLOWEST, pace.factor_at(now) * SLOWER), slowed=now)


def silent(pace: Pace, now: float) -> Pace:
    """The pace after the model did not answer at all: it is left alone for a while, and then asked by one job."""
    if now < pace.rests_until:
        return pace
    again = now < pace.rests_until + LONGEST_REST
    failures = pace.failures + 1 if again else 1
    return replace(pace, failures=failures, rests_until=now + min(LONGEST_REST, FIRST_REST * 2 ** (failures - 1)))
