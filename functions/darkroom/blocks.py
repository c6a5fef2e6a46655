"""A content filter said no: which fields it saw, and what has helped others. Pure.

Filters tell neither the word nor the picture that they took offence at, only, mostly, the stage at which they did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.contracts import PAINTING
from functions.darkroom.errors import Blocked, FieldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.darkroom.errors import Problem
    from functions.darkroom.tasks import Task

TEXTS = ("text", "negativeText", "maskPrompt")
SHORTER = "Shorter and more neutral words often pass: filters react to single words."
SCENE = "Describe the whole scene as it shall look, rather than the change."
MASK = "Send a mask image in place of the mask prompt, which the filter reads, too."
PICTURE = "Crop what it may have taken offence at, or try another picture."
SEED = "Another seed draws another picture, which may pass."
KEPT = "The exact request is kept with the job."


def explain(problem: Problem, task: Task) -> Problem:
    """The problem of a blocked task, with the fields that the filter saw and what to try; any other as it is."""
    if problem.slug != Blocked.slug:
        return problem
    seen = tuple(FieldError(field=field, detail="seen by the filter") for field in _seen(problem.stage, task))
    return problem.model_copy(update={"errors": seen, "hint": " ".join([*_advice(problem.stage, task), KEPT])})


def _seen(stage: str | None, task: Task) -> Iterator[str]:
    """The fields that the filter had before it; at an unknown stage, all of them."""
    if stage != "input-image":
        yield from (f"{task.params_field}.{name}" for name in TEXTS if getattr(task.params, name, None))
    if stage != "prompt":
        yield from (one.field for one in task.inputs)


def _advice(stage: str | None, task: Task) -> Iterator[str]:
    if stage != "input-image":
        yield SHORTER
        if task.taskType in PAINTING:
            yield SCENE
        if getattr(task.params, "maskPrompt", None):
            yield MASK
    if stage != "prompt" and task.inputs:
        yield PICTURE
    if stage == "output":
        yield SEED
