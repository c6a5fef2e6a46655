"""The deployment config: what a person may choose about one deployment, typed and checked before anything is built.

It is the context key `darkroom`: an object in cdk.json, or `-c darkroom='{"name": "eu"}'`, or `-c darkroom=@eu.json`
(a file, its path as seen from the project). One given on the command line replaces the object in cdk.json; the two are
not merged, so that what is deployed can be read in one place. Knows no CDK.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from functions.darkroom.budgets import Budgets
from functions.darkroom.catalogue import DEFAULT_MODELS, MODELS, Engine, Model, region_for
from functions.darkroom.recipes import BACKGROUND_REMOVAL, RESULTS_PREFIX, Recipe
from functions.darkroom.settings import Timeouts
from infra.packages import Architecture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INPUTS_PREFIX = "inputs/"
"""Where the uploads bucket keeps the pictures that came with requests."""
JOBS_PREFIX = "t/"
"""Where the results bucket keeps each tenant's jobs."""
RESERVED_PREFIXES = (INPUTS_PREFIX, JOBS_PREFIX, RESULTS_PREFIX)
"""Areas that Darkroom writes itself. A recipe may watch none of them: it would work on its own inputs or results."""

LONGEST_FUNCTION_SECONDS = 900
"""Lambda's limit for one invocation."""
LONGEST_VISIBILITY_SECONDS = 43_200
"""SQS's limit for a visibility timeout."""

Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
Origin = Annotated[str, Field(pattern=r"^(\*|https?://[A-Za-z0-9.-]+(:\d+)?)$")]
MailAddress = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Days = Annotated[int, Field(ge=1, le=3650)]
LogDays = Literal[1, 3, 7, 14, 30, 90, 180, 365]
"""Some of the retention times that CloudWatch Logs knows; it takes no other number."""
Workers = Annotated[int, Field(ge=2, le=1000)]
"""How many workers a queue may occupy. Lambda's event source mappings take no maximum below 2."""


def _is_a_choice(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("names nothing")
    if len(set(values)) < len(values):
        raise ValueError("names something twice")
    return values


Engines = Annotated[tuple[Engine, ...], AfterValidator(_is_a_choice)]
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
    """Task type → the engines that may serve it, first choice first. A task that is not named is not served."""
    recipes: tuple[Recipe, ...] = (BACKGROUND_REMOVAL,)
    budgets: Budgets = Budgets()
    """What may be spent in a day and in a month, by the deployment and by each tenant: 10 USD a day unless said."""
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
        problems = [
            InitErrorDetails(type=PydanticCustomError("config", "{problem}", {"problem": text}), loc=where, input=None)
            for where, text in _problems(self)
        ]
        if problems:
            raise ValidationError.from_exception_data("darkroom", problems)
        return self

    @classmethod
    def from_context(cls, context: object) -> Self:
        """Read the value of context key `darkroom`. Raises ConfigError, which names everything that is wrong."""
        try:
            return cls.model_validate(_as_object(context))
        except ValidationError as error:
            raise ConfigError(_render(error)) from None

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
        reachable = [
            model
            for model in MODELS.values()
            if any(model.engine in engines and task in model.tasks for task, engines in self.engines.items())
        ]
        found = {model: region_for(model, self.model_regions) for model in reachable}
        return {model: region for model, region in found.items() if region is not None}

    @property
    def watched_prefixes(self) -> tuple[str, ...]:
        """The folders to watch for uploads, without those inside another: S3 refuses overlapping notifications."""
        prefixes = {recipe.prefix for recipe in self.recipes}
        inner = {one for one in prefixes for other in prefixes - {one} if one.startswith(other)}
        return tuple(sorted(prefixes - inner))

    def uses(self, engine: Engine) -> bool:
        """Whether any route names this engine."""
        return any(engine in engines for engines in self.engines.values())


class ConfigError(ValueError):
    """The deployment config is wrong; the message names every field and what to do."""


Location = tuple[str | int, ...]


def _problems(config: DeploymentConfig) -> Iterator[tuple[Location, str]]:
    yield from _region_problems(config)
    yield from _route_problems(config)
    yield from _recipe_problems(config)
    yield from _limit_problems(config)


def _region_problems(config: DeploymentConfig) -> Iterator[tuple[Location, str]]:
    if config.allow_regions and config.model_region not in config.allow_regions:
        yield ("model_region",), f"{config.model_region} is not among allow_regions"


def _route_problems(config: DeploymentConfig) -> Iterator[tuple[Location, str]]:
    for task, engines in config.engines.items():
        for engine in engines:
            model = DEFAULT_MODELS.get((engine, task))
            if model is None:
                able = ", ".join(name for name, served in DEFAULT_MODELS if served == task) or "none"
                yield ("engines", task), f"{engine} cannot serve {task}; engines that can: {able}"
            elif model.regions and region_for(model, config.model_regions) is None:
                here, where = ", ".join(config.model_regions), ", ".join(model.regions)
                yield ("engines", task), f"{engine} does not serve {task} in {here}, only in {where}"


def _recipe_problems(config: DeploymentConfig) -> Iterator[tuple[Location, str]]:
    for number, recipe in enumerate(config.recipes):
        earlier = config.recipes[:number]
        task = recipe.task.get("taskType")
        if task not in config.engines:
            yield ("recipes", number, "task", "taskType"), f"{task} has no engine under `engines`"
        if recipe.name in {other.name for other in earlier}:
            yield ("recipes", number, "name"), f"{recipe.name} names another recipe too"
        if recipe.prefix in {other.prefix for other in earlier}:
            yield ("recipes", number, "prefix"), f"{recipe.prefix} belongs to another recipe already"
        for reserved in RESERVED_PREFIXES:
            if recipe.prefix.startswith(reserved):
                yield ("recipes", number, "prefix"), f"{reserved} is written by Darkroom itself; choose another folder"


def _limit_problems(config: DeploymentConfig) -> Iterator[tuple[Location, str]]:
    if config.timeouts.model_read < 1:
        yield ("timeouts", "model_read"), "is at least 1 second"
    if config.timeouts.worker > LONGEST_FUNCTION_SECONDS:
        yield ("timeouts", "worker"), f"is at most {LONGEST_FUNCTION_SECONDS} seconds, Lambda's limit"
    if config.timeouts.visibility > LONGEST_VISIBILITY_SECONDS:
        yield ("timeouts", "visibility"), f"is at most {LONGEST_VISIBILITY_SECONDS} seconds, SQS's limit"
    if "*" in config.allowed_origins and len(config.allowed_origins) > 1:
        yield ("allowed_origins",), "`*` stands alone: it already allows the others"


def _as_object(context: object) -> Any:
    if context is None:
        return {}
    if not isinstance(context, str):
        return context
    try:
        return json.loads(Path(context[1:]).read_text("utf-8") if context.startswith("@") else context)
    except OSError as error:
        raise ConfigError(f"the file of context `darkroom` cannot be read: {error}") from None
    except json.JSONDecodeError as error:
        raise ConfigError(f"context `darkroom` is neither a JSON object nor @file: {error}") from None


def _render(error: ValidationError) -> str:
    return "\n".join(["The deployment config (context `darkroom`) is wrong:", *_lines(error.errors())])


def _lines(errors: Iterable[Any]) -> Iterator[str]:
    for error in errors:
        where = ".".join(str(part) for part in error["loc"]) or "the whole"
        yield f"  {where}: {error['msg'].removeprefix('Value error, ')}"
