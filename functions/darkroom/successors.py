"""Which of an engine's models does what a task asks for. Pure; knows neither Regions nor prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom import catalogue
from functions.darkroom.catalogue import DEFAULT_MODELS, MODELS

if TYPE_CHECKING:
    from functions.darkroom.model import Engine, Model
    from functions.darkroom.tasks import Task


def successor(engine: Engine, task: Task) -> Model | None:
    """The engine's own model for a task; None where it has none."""
    model = DEFAULT_MODELS.get((engine, task.taskType))
    return (_specialist(task) or model) if engine == "stability" and model else model


def reachable(engine: Engine, task_type: str) -> tuple[Model, ...]:
    """Every model that requests for a task may come to at an engine, the usual one first."""
    usual = DEFAULT_MODELS.get((engine, task_type))
    if usual is None:
        return ()
    if engine == "titan":  # a request may name any of Amazon's
        others = [model for model in MODELS.values() if model.engine == engine and task_type in model.tasks]
        return tuple(dict.fromkeys((usual, *others)))
    return (usual, *(SPECIALISTS.get(task_type, ()) if engine == "stability" else ()))


def _specialist(task: Task) -> Model | None:
    """Stability has a service for each way of asking."""
    said = task.params
    if task.taskType == "TEXT_IMAGE" and getattr(said, "conditionImage", None) is not None:
        is_segmented = getattr(said, "controlMode", None) == "SEGMENTATION"
        return catalogue.CONTROL_STRUCTURE if is_segmented else catalogue.CONTROL_SKETCH
    if task.taskType == "INPAINTING":
        if getattr(said, "maskPrompt", None) is not None:
            return catalogue.SEARCH_REPLACE
        return None if getattr(said, "text", None) is not None else catalogue.ERASE_OBJECT
    return None


SPECIALISTS: dict[str, tuple[Model, ...]] = {
    "TEXT_IMAGE": (catalogue.CONTROL_STRUCTURE, catalogue.CONTROL_SKETCH),
    "INPAINTING": (catalogue.SEARCH_REPLACE, catalogue.ERASE_OBJECT),
}
"""Task type → the models that some of its requests come to instead of the usual one."""
