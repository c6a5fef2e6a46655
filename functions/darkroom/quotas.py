"""How fast each model may be called: shares of what the account's quotas allow. Data; no decisions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_SHARE = 0.8
DEFAULT_INTERACTIVE = 0.25

LONGEST_WAIT_DAYS = 90
"""How long a job may stand in its model's line. Its order is kept as much longer than its pictures."""

Share = Annotated[float, Field(gt=0, le=1)]


class Quotas(BaseModel):
    """Requests a minute. Where `per_minute` does not name a model, the catalogue's list value holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    share: Share = DEFAULT_SHARE
    """How much of a quota is used; the rest is for sudden requests of people, and for the account's other programs."""
    interactive: Annotated[float, Field(ge=0, le=0.9)] = DEFAULT_INTERACTIVE
    """How much of that only people who wait may use."""
    per_minute: dict[str, Annotated[int, Field(ge=1, le=100_000)]] = {}
    """Model id → the account's quota."""
