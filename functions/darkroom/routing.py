"""Which engine and model serve which task here. Pure: it is given the deployment's routes and knows no AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.darkroom.catalogue import DEFAULT_MODELS, ENGINES, MODELS, region_for
from functions.darkroom.errors import NotServed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.darkroom.catalogue import Engine, Model
    from functions.darkroom.tasks import Task


@dataclass(frozen=True, slots=True)
class Route:
    """The engine and the model that serve a task, and the Region where the model is called (None: our own)."""

    engine: Engine
    model: Model
    region: str | None


def choose(task: Task, routes: Mapping[str, Sequence[str]], regions: Sequence[str]) -> Route:
    """The route of one task, in the first of the allowed Regions that has its model.

    Raises NotServed when this deployment has none for it.
    """
    engine = _engine(task, routes.get(task.taskType, ()))
    model = _model(task, engine)
    region = region_for(model, regions)
    if model.regions and region is None:
        here, there = ", ".join(regions), ", ".join(model.regions)
        raise NotServed(
            f"{model.id} is not offered in {here}",
            hint=f"It is in {there}: let the deployment's config say so, under `model_region` or `allow_regions`.",
        )
    return Route(engine, model, region)


def _engine(task: Task, offered: Sequence[str]) -> Engine:
    if task.engine is not None and task.engine not in offered:
        here = f"It is served here by: {', '.join(offered)}." if offered else "Nothing serves it here."
        raise NotServed(f"{task.engine} does not serve {task.taskType} here", hint=here)
    for engine in ENGINES:
        if engine == (task.engine or (offered[0] if offered else None)):
            return engine
    raise NotServed(f"no engine serves {task.taskType} here", hint="Name one under `engines` in the config.")


def _model(task: Task, engine: Engine) -> Model:
    """The asked model where this engine has it; otherwise its successor, the engine's own model for the task."""
    asked = MODELS.get(task.modelId or "")
    if task.modelId is not None and asked is None:
        raise NotServed(f"{task.modelId} is not a model known here", hint=f"One of: {', '.join(MODELS)}.")
    if asked is not None and asked.engine == engine:
        if task.taskType not in asked.tasks:
            raise NotServed(f"{asked.id} does not do {task.taskType}")
        return asked
    successor = DEFAULT_MODELS.get((engine, task.taskType))
    if successor is None:
        raise NotServed(f"{engine} does not do {task.taskType}")
    return successor
