"""What there is to say of a model: its price, its Regions, its limits and its life. Types; no data, no decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from functions.darkroom import contracts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.darkroom.contracts import Contract, InputLimits

Engine = Literal["titan", "stability", "cutout"]
ENGINES: tuple[Engine, ...] = ("titan", "stability", "cutout")

PRICES_READ = date(2026, 11, 22)
"""When every price was last compared with its source."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one picture costs, in millionths of a USD, and who says so."""

    told: int
    source: str
    others: tuple[int, ...] = ()
    """What other sources say. While they disagree, the highest is reserved and counted."""
    read: date = PRICES_READ

    @property
    def amount(self) -> int:
        """What is reserved and counted."""
        return max(self.told, *self.others) if self.others else self.told

    @property
    def is_disputed(self) -> bool:
        """Whether sources disagree."""
        return any(other != self.told for other in self.others)


class Charges(NamedTuple):
    """What is counted as charged when a call does not bring all that it should. Pictures that came always are."""

    blocked: bool
    """A call that the content filters refused."""
    unknown: bool
    """A call that was sent and never answered."""


BEDROCK_CHARGES = Charges(blocked=False, unknown=True)
"""No provider publishes either. A refusal brings no picture, and Bedrock bills by the picture; a call without an answer
may have been drawn, so it is counted."""
OWN_CHARGES = Charges(blocked=False, unknown=False)
"""Our own function: a call that is made again costs what a call costs, which is next to nothing."""


@dataclass(frozen=True, slots=True, eq=False)  # a model is itself: its id tells it apart
class Model:
    """One model as Bedrock (or our own cutout function) offers it."""

    id: str
    engine: Engine
    tasks: frozenset[str]
    regions: tuple[str, ...] = ()
    """Where it can be called. Empty: wherever the deployment is (our own function)."""
    profile: str | None = None
    """The inference profile's prefix without which it cannot be called."""
    launched: date | None = None
    legacy: date | None = None
    ends: date | None = None
    prices: Mapping[str, Price] = field(default_factory=dict)
    """Price per picture, by size tier."""
    charges: Charges = BEDROCK_CHARGES
    requests_per_minute: int | None = None
    """The quota that AWS lists; the account's own may be another."""
    inputs: InputLimits = contracts.TITAN_V2.inputs
    seeded: frozenset[str] = frozenset()
    """Tasks for which it takes a seed."""
    contract: Contract | None = None
    """Its published request body, where that is Titan's language."""
    repeatable: bool = False
    """A call may be made again after a crash without being paid twice."""

    @property
    def call_id(self) -> str:
        """The `modelId` by which it is called: its inference profile's where it has one."""
        return self.id if self.profile is None else f"{self.profile}.{self.id}"

    @property
    def answered_in(self) -> tuple[str, ...]:
        """The Regions that a call may be answered in, beside the one where it is made: all that its profile spans."""
        return self.regions if self.profile else ()
