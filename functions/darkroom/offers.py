"""What this deployment offers: every model of the catalogue, and what of it is served here. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.darkroom import money
from functions.darkroom.catalogue import MODELS, region_for
from functions.darkroom.routing import entry_of

if TYPE_CHECKING:
    from datetime import date

    from functions.darkroom.contracts import Contract
    from functions.darkroom.model import Model
    from functions.darkroom.money import Prices
    from functions.darkroom.settings import Settings


def offers(settings: Settings) -> list[dict[str, Any]]:
    """One entry a model. `serves` names the tasks for which it is this deployment's first choice."""
    return [_offer(model, settings) for model in MODELS.values()]


def _offer(model: Model, settings: Settings) -> dict[str, Any]:
    first = {task: entry_of(entries[0]).reaches(task) for task, entries in settings.ROUTES.items() if entries}
    serves = [task for task, models in first.items() if models[:1] == (model,)]
    return {
        "id": model.id,
        "object": "model",
        "engine": model.engine,
        "tasks": sorted(model.tasks),
        "serves": sorted(serves),
        "region": region_for(model, settings.model_regions),
        "regions": list(model.regions),
        "answeredIn": list(model.answered_in),
        "launched": _day(model.launched),
        "legacy": _day(model.legacy),
        "ends": _day(model.ends),
        "prices": {tier: money.price_of(model, tier, settings.PRICES) for tier in model.prices},
        "pricesFrom": _sources(model, settings.PRICES),
        "requestsPerMinute": settings.QUOTAS.per_minute.get(model.id, model.requests_per_minute),
        "currency": "USD",
        "contract": _terms(model.contract) if model.contract else None,
    }


def _sources(model: Model, prices: Prices) -> dict[str, dict[str, Any]]:
    """Who says what a picture costs, and when that was read."""
    own = prices.get(model.id, {})
    told = {tier: {"source": "this deployment's config"} for tier in own}
    listed = {
        tier: {"source": price.source, "read": price.read.isoformat(), "disputed": price.is_disputed}
        for tier, price in model.prices.items()
    }
    return {**listed, **told}


def _terms(contract: Contract) -> dict[str, Any]:
    """What a client wants to know of the request body before it fills one in."""
    return {
        "longestPrompt": contract.longest_prompt,
        "seeded": sorted(contract.seeded),
        "defaultSeed": contract.default_seed,
        "defaultCfgScale": contract.default_cfg_scale,
        "conditioned": contract.conditioned,
        "styled": contract.styled,
        "returnsMask": contract.returns_mask,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
