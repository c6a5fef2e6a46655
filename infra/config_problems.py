"""What is wrong with a config whose fields are each well-formed: contradictions, and names that nothing has.

Knows the catalogue and the limits of AWS; no CDK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.catalogue import DEFAULT_MODELS, MODELS, region_for
from functions.darkroom.routing import entry_of
from infra.prefixes import RESERVED_PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from functions.darkroom.model import Model
    from infra.config import DeploymentConfig

    Location = tuple[str | int, ...]
    Problem = tuple[Location, str]

LONGEST_FUNCTION_SECONDS = 900
"""Lambda's limit for one invocation."""
LONGEST_VISIBILITY_SECONDS = 43_200
"""SQS's limit for a visibility timeout."""


def problems(config: DeploymentConfig) -> Iterator[Problem]:
    """Each with the field that has it."""
    yield from _region_problems(config)
    yield from _route_problems(config)
    yield from _recipe_problems(config)
    yield from _price_problems(config)
    yield from _quota_problems(config)
    yield from _limit_problems(config)


def _region_problems(config: DeploymentConfig) -> Iterator[Problem]:
    if config.allow_regions and config.model_region not in config.allow_regions:
        yield ("model_region",), f"{config.model_region} is not among allow_regions"


def _route_problems(config: DeploymentConfig) -> Iterator[Problem]:
    for task, engines in config.engines.items():
        for text in engines:
            models = [model for model in entry_of(text).reaches(task) if task in model.tasks]
            if not models:
                able = ", ".join(name for name, served in DEFAULT_MODELS if served == task) or "none"
                yield ("engines", task), f"{text} cannot serve {task}; engines that can: {able}"
            elif models[0].regions and region_for(models[0], config.model_regions) is None:
                here, where = ", ".join(config.model_regions), ", ".join(models[0].regions)
                only = f"only in all of {where} together" if models[0].answered_in else f"only in {where}"
                yield ("engines", task), f"{text} does not serve {task} in {here}, {only}"


def _recipe_problems(config: DeploymentConfig) -> Iterator[Problem]:
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


def _price_problems(config: DeploymentConfig) -> Iterator[Problem]:
    for model_id, tiers in config.prices.items():
        model = MODELS.get(model_id)
        if model is None:
            yield ("prices", model_id), f"there is no such model; those that there are: {_named(MODELS.values())}"
            continue
        for tier in tiers:
            if tier not in model.prices:
                yield ("prices", model_id, tier), f"there is no such size; this model's: {', '.join(model.prices)}"


def _quota_problems(config: DeploymentConfig) -> Iterator[Problem]:
    paced = [model for model in MODELS.values() if model.requests_per_minute is not None]
    for model_id in config.quotas.per_minute:
        if model_id not in MODELS:
            text = f"there is no such model; those with a quota: {_named(paced)}"
            yield ("quotas", "per_minute", model_id), text
        elif MODELS[model_id] not in paced:
            text = f"it has no quota: it is our own function, bounded by `concurrency`; those with one: {_named(paced)}"
            yield ("quotas", "per_minute", model_id), text


def _named(models: Iterable[Model]) -> str:
    return ", ".join(model.id for model in models)


def _limit_problems(config: DeploymentConfig) -> Iterator[Problem]:
    if config.timeouts.model_read < 1:
        yield ("timeouts", "model_read"), "is at least 1 second"
    if config.timeouts.worker > LONGEST_FUNCTION_SECONDS:
        yield ("timeouts", "worker"), f"is at most {LONGEST_FUNCTION_SECONDS} seconds, Lambda's limit"
    if config.timeouts.visibility > LONGEST_VISIBILITY_SECONDS:
        yield ("timeouts", "visibility"), f"is at most {LONGEST_VISIBILITY_SECONDS} seconds, SQS's limit"
    if "*" in config.allowed_origins and len(config.allowed_origins) > 1:
        yield ("allowed_origins",), "`*` stands alone: it already allows the others"
