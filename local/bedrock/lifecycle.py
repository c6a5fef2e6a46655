"""In which state of its life every model is: as published for the era, or as a person set it.

Knows the catalogue's dates; no Regions, no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from local.bedrock.catalogue import MODELS, known
from local.bedrock.errors import ENDED, LEGACY, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.catalogue import Model

State = Literal["active", "legacy", "ended"]
STATES: tuple[State, ...] = get_args(State)
Era = Literal["today", "titan"]
ERAS: tuple[Era, ...] = get_args(Era)


@dataclass(frozen=True, slots=True)
class Life:
    """What is told of a model's life: a date of `max` is none."""

    state: State
    legacy: date = date.max
    ends: date = date.max


def utc_today() -> date:
    """The real date, which the era "today" goes by."""
    return datetime.now(UTC).date()


class Lifecycle:
    """The state of every model in one emulator: the era's, unless overridden."""

    def __init__(self, era: Era = "today", today: Callable[[], date] = utc_today) -> None:
        self.era = era
        self._today = today
        self._set: dict[str, Life] = {}

    def states(self) -> dict[str, State]:
        """Every model with its state, in the order of the catalogue."""
        return {model: self.state(model) for model in MODELS}

    def state(self, model: str) -> State:
        """What one model is now."""
        return self.life(model).state

    def life(self, model: str) -> Life:
        """A model's state and the dates that go with it: the published ones, unless the era or a person says else."""
        natural = Life("active") if self.era == "titan" else _published(MODELS[model], self._today())
        return self._set.get(model, natural)

    def override(self, orders: Mapping[str, Any]) -> None:
        """Set some models' lives by hand: a state, or `{"state": ..., "ends": "2027-01-31"}` with the end that is told.

        Raises:
            ValueError: for an unknown model, state or date; nothing is changed then.
        """
        self._set |= {known(name).id: _ordered(name, order, self._today()) for name, order in orders.items()}

    def reset(self) -> None:
        """Drop every override."""
        self._set.clear()

    def admit(self, model: str) -> None:
        """Let the call pass, or raise what Bedrock answers.

        A Legacy model is refused too: a fresh account has not used it in the last 15 days.
        """
        state = self.state(model)
        if state != "active":
            raise refusal("ResourceNotFoundException", ENDED if state == "ended" else LEGACY)


def _published(model: Model, today: date) -> Life:
    """Each date is the first day of the next state."""
    state: State = "ended" if today >= model.ends else "legacy" if today >= model.legacy else "active"
    return Life(state, model.legacy, model.ends)


def _ordered(name: str, order: Any, today: date) -> Life:
    said = order if isinstance(order, dict) else {"state": order}
    if said.get("state") not in STATES or not said.keys() <= {"state", "ends"}:
        raise ValueError(f"unknown state {order!r} for {name}; use one of {', '.join(STATES)}, or an object with ends")
    state: State = said["state"]
    ends = date.fromisoformat(str(said["ends"])) if "ends" in said else date.max
    return Life(state, today if state == "legacy" else date.max, ends)
