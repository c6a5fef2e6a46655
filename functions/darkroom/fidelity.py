"""The fidelity account: field by field, what an engine makes of a request, and what a caller will not have. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.darkroom.errors import FidelityRefused, FieldError
from functions.darkroom.job import Verdict
from functions.darkroom.tasks import TextImage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.darkroom.catalogue import Model
    from functions.darkroom.tasks import Task

TOLD_ONLY = frozenset({"cfgScale", "quality"})
"""Fields that a faithful engine may ignore as long as it tells."""


def hold(task: Task, verdicts: Iterable[Verdict]) -> None:
    """Refuse what the caller does not want done less than faithfully."""
    lost = {"faithful": {"ignored"}, "exact": {"ignored", "approximated"}, "any": set()}[task.fidelity]
    excepted = TOLD_ONLY if task.fidelity == "faithful" else frozenset()
    errors = [
        FieldError(field=one.field, detail=f"would be {one.verdict}: {one.detail}")
        for one in verdicts
        if one.verdict in lost and one.field.rpartition(".")[2] not in excepted
    ]
    if errors:
        raise FidelityRefused(f"the engine cannot keep: {', '.join(one.field for one in errors)}", errors=errors)


def set_fields(task: Task) -> list[str]:
    """The contract's fields that the caller set, as dotted paths in the order of the models."""
    if isinstance(task, TextImage):
        parts = {"textToImageParams": task.textToImageParams, "imageGenerationConfig": task.imageGenerationConfig}
        return [f"{part}.{name}" for part, model in parts.items() for name in _in_order(model.model_fields_set, model)]
    return ["backgroundRemovalParams.image"]


def size_verdict(task: Task) -> tuple[Verdict, ...]:
    """Tells that an omitted size was filled in."""
    if not isinstance(task, TextImage) or task.imageGenerationConfig.width is not None:
        return ()
    detail = "left out; 1024x1024 was used, since the documented default of 1408x1408 is not one of the legal sizes"
    return tuple(
        Verdict(field=f"imageGenerationConfig.{name}", verdict="adapted", detail=detail) for name in ("width", "height")
    )


def model_verdict(task: Task, model: Model) -> tuple[Verdict, ...]:
    """Tells that another model serves than the one that was named."""
    if task.modelId is None or task.modelId == model.id:
        return ()
    return (Verdict(field="modelId", verdict="approximated", detail=f"served by its successor here, {model.id}"),)


def _in_order(names: set[str], model: Any) -> list[str]:
    return [name for name in type(model).model_fields if name in names]
