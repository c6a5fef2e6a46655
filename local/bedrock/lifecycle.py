"""Which models exist where and until when, as AWS published it, and what a person set instead.

Written from the Bedrock user guide (model cards and the lifecycle page, read 2026-11-22), independently of the
product's own catalogue: the two are compared by tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from local.bedrock.errors import ENDED, LEGACY, UNKNOWN_MODEL, invalid, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

State = Literal["active", "legacy", "ended"]
STATES: tuple[State, ...] = get_args(State)
Era = Literal["today", "titan"]
ERAS: tuple[Era, ...] = get_args(Era)

TITAN_V1 = "amazon.titan-image-generator-v1"
TITAN_V2 = "amazon.titan-image-generator-v2:0"
NOVA_CANVAS = "amazon.nova-canvas-v1:0"
STABLE_IMAGE_CORE = "stability.stable-image-core-v1:1"


@dataclass(frozen=True, slots=True)
class Life:
    """Where a model can be called in-Region, and the two dates of its decline."""

    regions: frozenset[str]
    legacy: date = date.max
    ends: date = date.max

    def state(self, today: date) -> State:
        """What the model is on this day: each date is the first day of the next state."""
        if today >= self.ends:
            return "ended"
        return "legacy" if today >= self.legacy else "active"


LIVES: Mapping[str, Life] = MappingProxyType(
    {
        TITAN_V1: Life(frozenset({"us-east-1", "us-west-2"}), date(2025, 1, 31), date(2025, 8, 15)),
        TITAN_V2: Life(frozenset({"us-east-1", "us-west-2"}), date(2025, 12, 30), date(2026, 6, 30)),
        NOVA_CANVAS: Life(
            frozenset({"us-east-1", "eu-west-1", "ap-northeast-1"}), date(2026, 3, 30), date(2026, 9, 30)
        ),
        STABLE_IMAGE_CORE: Life(frozenset({"us-west-2"})),
    }
)


def utc_today() -> date:
    """The real date, which the era "today" goes by."""
    return datetime.now(UTC).date()


class Lifecycle:
    """The state of every model in one emulator: the era's, unless overridden."""

    def __init__(self, era: Era = "today", today: Callable[[], date] = utc_today) -> None:
        self.era = era
        self._today = today
        self._set: dict[str, State] = {}

    def states(self) -> dict[str, State]:
        """Every model with its state, in the order of the catalogue."""
        return {model: self.state(model) for model in LIVES}

    def state(self, model: str) -> State:
        """What one model is now."""
        natural: State = "active" if self.era == "titan" else LIVES[model].state(self._today())
        return self._set.get(model, natural)

    def override(self, states: Mapping[str, State]) -> None:
        """Set some models' states by hand.

        Raises:
            ValueError: for an unknown model or state; nothing is changed then.
        """
        for model, state in states.items():
            if model not in LIVES:
                raise ValueError(f"unknown model {model!r}; the emulator has {', '.join(LIVES)}")
            if state not in STATES:
                raise ValueError(f"unknown state {state!r} for {model}; use one of {', '.join(STATES)}")
        self._set.update(states)

    def reset(self) -> None:
        """Drop every override."""
        self._set.clear()

    def admit(self, model: str, region: str) -> None:
        """Let the call pass, or raise what Bedrock answers.

        A model that another Region has is as unknown as one that nobody has. A Legacy model is refused too: a fresh
        account has not used it in the last 15 days.
        """
        life = LIVES.get(model)
        if life is None or region not in life.regions:
            raise invalid(UNKNOWN_MODEL)
        state = self.state(model)
        if state != "active":
            raise refusal("ResourceNotFoundException", ENDED if state == "ended" else LEGACY)
