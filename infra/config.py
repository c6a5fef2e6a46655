"""The deployment config: what a person may choose about one deployment, typed and checked before anything is built.

It is the context key `darkroom`: an object in cdk.json, or `-c darkroom='{"name": "eu"}'`, or `-c darkroom=@eu.json`
(a file, its path as seen from the project). One given on the command line replaces the object in cdk.json; the two are
not merged, so that what is deployed can be read in one place. Knows no CDK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from functions.darkroom.budgets import MICROS, Budgets
from functions.darkroom.catalogue import region_for
from functions.darkroom.quotas import Quotas
from functions.darkroom.recipes import BACKGROUND_REMOVAL, Recipe
from functions.darkroom.reviews import Review
from functions.darkroom.routing import entry_of
from functions.darkroom.settings import OnUnknown, Timeouts
from infra.config_problems import problems
from infra.context import ConfigError, as_object, complaint
from infra.packages import Architecture

if TYPE_CHECKING:
    from functions.darkroom.model import Engine, Model

__all__ = ["CONFIG_KEY", "ConfigError", "DeploymentConfig", "waits_within"]

CONFIG_KEY = "darkroom"
"""Where the CDK's context has it."""
USUAL_CONCURRENCY = 1_000
"""What AWS gives an account unless it is new: functions at once in a Region."""

Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
Origin = Annotated[str, Field(pattern=r"^(\*|https?://[A-Za-z0-9.-]+(:\d+)?)$")]
MailAddress = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Days = Annotated[int, Field(ge=1, le=3650)]
LogDays = Literal[1, 3, 7, 14, 30, 90, 180, 365]
"""Some of the retention times that CloudWatch Logs knows; it takes no other number."""
Workers = Annotated[int, Field(ge=2, le=1000)]
"""How many workers a queue may occupy. Lambda's event source mappings take no maximum below 2."""
Waits = Annotated[int, Field(ge=1, le=10_000)]


def _is_a_choice(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("names nothing")
    if len(set(values)) < len(values):
        raise ValueError("names something twice")
    return values


def waits_within(concurrency: int) -> int:
    """How many requests may wait where so many functions run at once: a third, so that their work finds room."""
    return max(1, concurrency // 3)


def _can_be_counted(usd: float) -> float:
    if usd * MICROS < 1:
        raise ValueError("is at least 0.000001 USD, the unit in which money is counted; no picture is free")
    return usd


Price = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_can_be_counted)]


def _is_an_entry(text: str) -> str:
    entry_of(text)
    return text


Engines = Annotated[tuple[Annotated[str, AfterValidator(_is_an_entry)], ...], AfterValidator(_is_a_choice)]
Origins = Annotated[tuple[Origin, ...], AfterValidator(_is_a_choice)]


class Section(BaseModel):
    """A part of the config: frozen, and an unknown field is an error, since it is usually a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Retention(Section):
    """After how many days what is only passing through is deleted. Originals and recipes' results never are."""

    inputs: Days = 7
    jobs: Days = 30
    logs: LogDays = 30


class Concurrency(Section):
    """How many jobs of each queue may run at once; together they should stay below the account's Lambda quota."""

    interactive: Workers = 4
    bulk: Workers = 2


class Throttle(Section):
    """The API's own limit: requests a second, and how many may come at one instant."""

    rate: Annotated[int, Field(ge=1, le=10_000)] = 20
    burst: Annotated[int, Field(ge=1, le=5_000)] = 40


class DeploymentConfig(Section):
    """One deployment. Every field has a default, so that an empty object deploys."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")] = "main"
    """Tells deployments in one account apart: in the stack's name and in the SSM parameters' paths."""
    model_region: Region = "us-west-2"
    """Where Bedrock is called; the stack itself may be anywhere."""
    allow_regions: tuple[Region, ...] = ()
    """The Regions that may see a picture, `model_region` among them. Empty: `model_region` alone. A model that
    `model_region` lacks is called in the first of the others that has it."""
    engines: dict[str, Engines] = {
        "TEXT_IMAGE": ("stability",),
        "BACKGROUND_REMOVAL": ("cutout",),
    }
    """Task type → the engines that may serve it, first choice first; `engine/model` is one of its models. A task that
    is not named is not served."""
    recipes: tuple[Recipe, ...] = (BACKGROUND_REMOVAL,)
    budgets: Budgets = Budgets()
    """What may be spent in a day and in a month, by the deployment and by each tenant: 10 USD a day unless said."""
    max_price_per_image: Price | None = 0.1
    """The most, in USD, that a picture may cost whose model a route chose by itself; a request may name a dearer one.
    `null`: any price."""
    prices: dict[str, dict[str, Price]] = {}
    """Model id → size → USD a picture, where the account pays another price than the catalogue's."""
    quotas: Quotas = Quotas()
    """How fast models may be called. A model that `per_minute` does not name has the account's own quota."""
    on_unknown: OnUnknown = "hold"
    """What becomes of a call whose outcome nobody knows, where the request does not say."""
    waits_max: Waits | None = None
    """How many requests may wait for their job at once. None: a third of what the account runs at once."""
    review: Review = Review()
    """Outside of which limits a cut-out is told as one that a person should look at."""
    timeouts: Timeouts = Timeouts()
    retention: Retention = Retention()
    architecture: Architecture = "arm64"
    on_destroy: Literal["retain", "delete"] = "retain"
    """What becomes of pictures and records with the stack. `delete` still needs the buckets emptied first."""
    concurrency: Concurrency = Concurrency()
    throttle: Throttle = Throttle()
    allowed_origins: Origins = ("*",)
    """The web pages that may call the API from a browser. `*` is safe here: a page needs the key, not a cookie."""
    alarm_email: MailAddress | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        wrong = [
            InitErrorDetails(type=PydanticCustomError("config", "{problem}", {"problem": text}), loc=where, input=None)
            for where, text in problems(self)
        ]
        if wrong:
            raise ValidationError.from_exception_data(CONFIG_KEY, wrong)
        return self

    @classmethod
    def from_context(cls, context: object) -> Self:
        """Read the value of context key `darkroom`. Raises ConfigError, which names everything that is wrong."""
        try:
            return cls.model_validate(as_object(context, CONFIG_KEY))
        except ValidationError as error:
            raise complaint(f"The deployment config (context `{CONFIG_KEY}`)", error) from None

    @property
    def stack_name(self) -> str:
        """The CloudFormation stack of this deployment."""
        return f"Darkroom-{self.name}"

    @property
    def is_kept(self) -> bool:
        """Whether data outlives the stack."""
        return self.on_destroy == "retain"

    @property
    def model_regions(self) -> tuple[Region, ...]:
        """Every Region where Bedrock may be called, first choice first."""
        return self.model_region, *(region for region in self.allow_regions if region != self.model_region)

    @property
    def bedrock_models(self) -> dict[Model, Region]:
        """Every Bedrock model that a request may reach through these routes, and the Region where it is called."""
        routed = ((task, entry_of(text)) for task, entries in self.engines.items() for text in entries)
        reached = dict.fromkeys(model for task, entry in routed for model in entry.reaches(task))
        found = {model: region_for(model, self.model_regions) for model in reached}
        return {model: region for model, region in found.items() if region is not None}

    @property
    def waits(self) -> int:
        """How many requests may wait at once; where nobody chose and nothing is known, what suits most accounts."""
        return waits_within(USUAL_CONCURRENCY) if self.waits_max is None else self.waits_max

    @property
    def watched_prefixes(self) -> tuple[str, ...]:
        """The folders to watch for uploads, without those inside another: S3 refuses overlapping notifications."""
        prefixes = {recipe.prefix for recipe in self.recipes}
        inner = {one for one in prefixes for other in prefixes - {one} if one.startswith(other)}
        return tuple(sorted(prefixes - inner))

    def uses(self, engine: Engine) -> bool:
        """Whether any route names this engine."""
        return any(entry_of(text).engine == engine for entries in self.engines.values() for text in entries)
