"""What this account may call: agreements with AWS Marketplace, and what Bedrock denies. As a person set it.

At the start everything is agreed, as in an account that has used every model before. Knows no HTTP.
"""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from local.bedrock.catalogue import MODELS, SERVICES, known
from local.bedrock.errors import NO_AGREEMENT, NOT_FOR_ACCOUNT, PENDING_AGREEMENT, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Standing = Literal["agreed", "not-agreed", "pending", "denied"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
REFUSALS: Mapping[Standing, str] = MappingProxyType(
    {"not-agreed": NO_AGREEMENT, "pending": PENDING_AGREEMENT, "denied": NOT_FOR_ACCOUNT}
)
SETTLED_AFTER = 2.0
"""Seconds that a new agreement is pending. AWS takes some two minutes, and allows itself fifteen."""


class Access:
    """The standing of every model with the account that the emulator plays."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._set: dict[str, Standing] = {}
        self._settles: dict[str, float] = {}
        """When an agreement that was made here stops being pending. One that a person set stays."""

    def standings(self) -> dict[str, Standing]:
        """Every model with its standing, in the order of the catalogue."""
        return {model: self.standing(model) for model in MODELS}

    def standing(self, model: str) -> Standing:
        """How one model stands now."""
        if self._settles.get(model, float("inf")) <= self._clock():
            self._settles.pop(model, None)
            self._set.pop(model, None)
        return self._set.get(model, "agreed")

    def set(self, orders: Mapping[str, Any]) -> None:
        """Set some models' standings by hand.

        Raises:
            ValueError: for an unknown model or standing, or an agreement that no model of Amazon's needs; nothing is
                changed then.
        """
        read = {known(name).id: _ordered(name, order) for name, order in orders.items()}
        for model in read:
            self._settles.pop(model, None)
        self._set |= read

    def agree(self, model: str) -> None:
        """Make the account's agreement for a model; it is pending for a moment. One covers all image services."""
        for covered in SERVICES if model in SERVICES else (model,):
            if self.standing(covered) == "not-agreed":
                self._set[covered] = "pending"
                self._settles[covered] = self._clock() + SETTLED_AFTER

    def admit(self, model: str) -> None:
        """Let the call pass, or raise what Bedrock answers a role that may not make agreements."""
        text = REFUSALS.get(self.standing(model))
        if text:
            raise refusal("AccessDeniedException", text.format(model=model))

    def reset(self) -> None:
        """Agree to everything."""
        self._set.clear()
        self._settles.clear()


def _ordered(name: str, order: Any) -> Standing:
    if order not in STANDINGS:
        raise ValueError(f"unknown standing {order!r} for {name}; use one of {', '.join(STANDINGS)}")
    if order in {"not-agreed", "pending"} and not known(name).needs_agreement:
        raise ValueError(f"{name} needs no agreement: it is not sold through AWS Marketplace")
    standing: Standing = order
    return standing
