"""The fidelity account: field by field, what an engine makes of a request, and what a caller will not have. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.errors import FidelityRefused, FieldError
from functions.darkroom.job import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.darkroom.reading import Wire
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
    parts = {task.params_field: task.params} | ({"imageGenerationConfig": task.config} if task.configured else {})
    return [f"{part}.{name}" for part, model in parts.items() for name in _in_order(model) if _is_said(model, name)]


def amended(verdicts: Iterable[Verdict], notes: Mapping[str, str]) -> tuple[Verdict, ...]:
    """The account with what was done to input pictures before any engine saw them: field → what was done."""
    told = [_noted(one, notes[one.field]) if one.field in notes else one for one in verdicts]
    more = [Verdict(field=field, verdict="adapted", detail=note) for field, note in notes.items()]
    known = {one.field for one in told}
    return (*told, *(one for one in more if one.field not in known))


def note_of(told: Verdict, own: Verdict | None) -> str:
    """What `amended` was given for a field, told from its verdict and the engine's own; empty where it got nothing."""
    if told.verdict == "exact" or told == own:
        return ""
    return told.detail.removesuffix(_also(own.detail) if own else "")


def _noted(own: Verdict, note: str) -> Verdict:
    """A verdict with what was done before; nothing that was done is exact any more."""
    verdict = "adapted" if own.verdict == "exact" else own.verdict
    return own.model_copy(update={"verdict": verdict, "detail": note + _also(own.detail)})


def _also(detail: str) -> str:
    """An engine's detail as a sentence that follows others."""
    return f" {detail[0].upper()}{detail[1:]}." if detail else ""


def _in_order(model: Wire) -> list[str]:
    return [name for name in type(model).model_fields if name in model.model_fields_set]


def _is_said(model: Wire, name: str) -> bool:
    """A null says nothing: it is what leaving the field out means."""
    return getattr(model, name) is not None
