"""Which models were found to be gone, kept in the table for a day, so that not every request has to find out.

    pk      sk      what
    LIVES   LIVES   model id → until when it is taken for gone, and why: one attribute a model

A function trusts what it read for a minute.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.darkroom.table import Table

REMEMBERED_SECONDS = 86_400.0
"""A model that was gone is asked again after a day: somebody may have been given access."""
TRUSTED_SECONDS = 60.0
_KEY = {"pk": {"S": "LIVES"}, "sk": {"S": "LIVES"}}


@dataclass(slots=True)
class Lives:
    """What is known of the models' lives."""

    table: Table
    _known: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    _read_at: float = float("-inf")

    def gone(self, now: float) -> frozenset[str]:
        """The models that are taken for gone."""
        if now - self._read_at > TRUSTED_SECONDS:
            self._known, self._read_at = self._read(), now
        return frozenset(model for model, (until, _) in self._known.items() if until > now)

    def learn(self, model: str, why: str, now: float) -> None:
        """A model was found to be gone; `why` is a problem's slug."""
        told = {"M": {"until": {"N": str(int(now + REMEMBERED_SECONDS))}, "why": {"S": why}}}
        self._update("SET #model = :told", model, {":told": told})

    def forget(self, model: str) -> None:
        """A model was found to be alive."""
        self._update("REMOVE #model", model, {})

    def reasons(self) -> dict[str, str]:
        """Every model that was found to be gone, and the slug that says why."""
        return {model: why for model, (_, why) in self._read().items()}

    def _read(self) -> dict[str, tuple[float, str]]:
        item = self.table.get(_KEY, consistent=False)
        told = {name: value["M"] for name, value in item.items() if "M" in value}
        return {model: (float(one["until"]["N"]), one["why"]["S"]) for model, one in told.items()}

    def _update(self, expression: str, model: str, values: dict[str, Any]) -> None:
        self._read_at = float("-inf")
        self.table.update(_KEY, expression, values, names={"#model": model})
