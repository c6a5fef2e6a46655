"""The environment contract, typed once: infra instantiates it to fill `environment=`, the functions read it back.

The only module that reads `os.environ`, and never at import.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from functions.darkroom.budgets import Budgets
from functions.darkroom.quotas import Quotas
from functions.darkroom.recipes import Recipe
from functions.darkroom.reviews import Review

if TYPE_CHECKING:
    from collections.abc import Mapping

OnUnknown = Literal["hold", "retry"]
"""`hold`: it is told, and a person decides. `retry`: it is called once more, and perhaps paid twice."""


class Timeouts(BaseModel):
    """Every time limit of the walk, in seconds. The order between them is what keeps a paid picture from being lost.

    A model's reply must arrive, be stored, and be written to the ledger before its lease ends; a whole step must fit
    into what is left of the function; and a queue must not hand a message to a second worker while the first may live.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    model_read: int = 60
    """How long the worker waits for a model's reply. What comes later is `outcome-unknown`."""
    step: int = 80
    """One call and the storing of its pictures. A step starts only when this much of the function is left."""
    lease: int = 100
    """How long a worker owns a job before the sweeper may give it to another; renewed at every step."""
    worker: int = 420
    """The worker function's own timeout."""
    visibility: int = 2520
    """The job queues' visibility timeout: six times the worker's, as AWS advises for event source mappings."""

    @model_validator(mode="after")
    def _each_fits_into_the_next(self) -> Self:
        if not self.model_read < self.step < self.lease < self.worker <= self.visibility:
            raise ValueError(
                "timeouts must rise: model_read < step < lease < worker <= visibility; "
                f"they are {self.model_read}, {self.step}, {self.lease}, {self.worker}, {self.visibility}"
            )
        return self


class Settings(BaseModel):
    """What a deployed function knows of its deployment. Field names are the variables' names.

    Resource names are plain strings, since infra fills them with CDK tokens that no pattern would accept.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    TABLE_NAME: str
    UPLOADS_BUCKET: str
    RESULTS_BUCKET: str
    EVENT_BUS: str
    INTERACTIVE_QUEUE_URL: str
    INTERACTIVE_DLQ_URL: str
    BULK_QUEUE_URL: str
    BULK_DLQ_URL: str
    UPLOADS_QUEUE_URL: str
    UPLOADS_DLQ_URL: str
    CUTOUT_FUNCTION: str
    API_KEY_SECRET: str
    MODEL_REGION: str = "us-west-2"
    """Where Bedrock is called; apart from the Region of the stack."""
    ALLOW_REGIONS: tuple[str, ...] = ()
    """Other Regions that may see a picture, for models that MODEL_REGION does not have."""
    ROUTES: dict[str, tuple[str, ...]] = {"TEXT_IMAGE": ("stability",), "BACKGROUND_REMOVAL": ("cutout",)}
    """Task type → the engines that may serve it, first choice first."""
    RECIPES: tuple[Recipe, ...] = ()
    TIMEOUTS: Timeouts = Timeouts()
    ALLOWED_ORIGINS: tuple[str, ...] = ("*",)
    """Web pages that may read the API's answers."""
    BUDGETS: Budgets = Budgets()
    """What may be spent."""
    PRICES: dict[str, dict[str, float]] = {}
    """Model id → size tier → USD a picture, where the catalogue's price is not the account's."""
    MAX_PRICE_PER_IMAGE: float | None = None
    """The most, in USD, that a picture may cost whose model a route chose by itself."""
    QUOTAS: Quotas = Quotas()
    """How fast models may be called."""
    ON_UNKNOWN: OnUnknown = "hold"
    """What becomes of a call whose outcome nobody knows, where the request does not say."""
    WAITS_MAX: int = 333
    """How many requests may wait for their job at once; each occupies one unit of the account's Lambda concurrency."""
    REVIEW: Review = Review()
    """When a person should look at a cut-out."""
    BULK_WORKERS: int = 2
    """How many jobs of the bulk queue may run at once."""
    JOB_DAYS: int = 30
    """How long an ended job's record and its pictures under `t/` are kept."""
    INPUT_DAYS: int = 7
    """How long pictures that came with requests are kept."""

    @property
    def model_regions(self) -> tuple[str, ...]:
        """Every Region where Bedrock may be called, first choice first."""
        return (self.MODEL_REGION, *(region for region in self.ALLOW_REGIONS if region != self.MODEL_REGION))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings; what is not text in the environment is JSON there."""
        source = os.environ if environ is None else environ
        return cls.model_validate({name: _read(name, source[name]) for name in cls.model_fields if name in source})

    def as_env(self) -> dict[str, str]:
        """The same settings as environment variables, for infra and for the local run."""
        return {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in self.model_dump(mode="json").items()
        }


def _read(name: str, value: str) -> Any:
    return value if Settings.model_fields[name].annotation in {str, OnUnknown} else json.loads(value)


@cache
def settings() -> Settings:
    """This function's settings, read once, at the first event."""
    return Settings.from_env()
