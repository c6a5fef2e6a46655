"""What is known of the account that is deployed into: how much it runs at once, and how fast it may call each model.

`make deploy` reads it and hands it to the CDK app as context key `darkroom-account`. It fills what the config leaves
open; without it, AWS's list values hold. Knows no AWS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.config import waits_within
from infra.context import as_object, complaint

if TYPE_CHECKING:
    from functions.darkroom.quotas import Quotas
    from infra.config import DeploymentConfig

ACCOUNT_KEY = "darkroom-account"
"""Where the CDK's context has it."""
FASTEST = 100_000
"""Requests a minute beyond which a quota bounds nothing here; the functions' settings take no more."""


class AccountFacts(BaseModel):
    """What was read; what was not is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concurrency: Annotated[int, Field(ge=0)] | None = None
    """How many functions run at once in the stack's Region, without those that are reserved for others."""
    per_minute: dict[str, Annotated[int, Field(ge=1, le=FASTEST)]] = {}
    """Model id → requests a minute."""

    @classmethod
    def from_context(cls, context: object) -> Self:
        """Read the value of the context key. Raises ConfigError."""
        try:
            return cls.model_validate(as_object(context, ACCOUNT_KEY))
        except ValidationError as error:
            raise complaint(f"What is told of the account (context `{ACCOUNT_KEY}`)", error) from None

    def as_context(self) -> str:
        """The value of the context key."""
        return self.model_dump_json(exclude_none=True)

    def complete(self, config: DeploymentConfig) -> DeploymentConfig:
        """The config with what it leaves to the account; what somebody chose stays as it is."""
        waits = config.waits_max
        if waits is None and self.concurrency is not None:
            waits = waits_within(self.concurrency)
        return config.model_copy(update={"waits_max": waits, "quotas": self._quotas(config.quotas)})

    def _quotas(self, chosen: Quotas) -> Quotas:
        return chosen.model_copy(update={"per_minute": self.per_minute | chosen.per_minute})
