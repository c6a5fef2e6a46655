"""How much a deployment, and each of its tenants, may spend in a day and in a month. Data; no decisions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MICROS = 1_000_000
"""Money is counted in whole millionths of a USD."""
FRESH_USD_A_DAY = 10.0
"""What a fresh deployment may spend until somebody says otherwise."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Limit(_Section):
    """The most of one day or one month; what is None is not bounded."""

    usd: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    images: Annotated[int, Field(ge=0, le=100_000_000)] | None = None

    @property
    def amount(self) -> int | None:
        """The money in millionths of a USD."""
        return None if self.usd is None else round(self.usd * MICROS)


class Budget(_Section):
    """What may be spent in a day and in a month, both of UTC."""

    day: Limit = Limit()
    month: Limit = Limit()


class Budgets(_Section):
    """The deployment's own budget, and the one that each tenant has."""

    deployment: Budget = Budget(day=Limit(usd=FRESH_USD_A_DAY))
    tenant: Budget = Budget()
