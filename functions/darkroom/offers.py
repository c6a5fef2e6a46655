"""What this deployment offers: every model of the catalogue, and what of it is served here. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.darkroom.catalogue import DEFAULT_MODELS, MODELS, region_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from functions.darkroom.catalogue import Model
    from functions.darkroom.contracts import Contract


def offers(routes: Mapping[str, Sequence[str]], regions: Sequence[str]) -> list[dict[str, Any]]:
    """One entry a model. `serves` names the tasks for which it is this deployment's first choice."""
    return [_offer(model, routes, regions) for model in MODELS.values()]


def _offer(model: Model, routes: Mapping[str, Sequence[str]], regions: Sequence[str]) -> dict[str, Any]:
    first: dict[str, Any] = {task: engines[0] for task, engines in routes.items() if engines}
    serves = [task for task, engine in first.items() if DEFAULT_MODELS.get((engine, task)) is model]
    return {
        "id": model.id,
        "object": "model",
        "engine": model.engine,
        "tasks": sorted(model.tasks),
        "serves": sorted(serves),
        "region": region_for(model, regions),
        "regions": list(model.regions),
        "launched": _day(model.launched),
        "legacy": _day(model.legacy),
        "ends": _day(model.ends),
        "prices": dict(model.prices),
        "currency": "USD",
        "contract": _terms(model.contract) if model.contract else None,
    }


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
