"""Stability's models and services in Titan's words: every task, by a module for each way of asking. Knows no AWS.

    drawing      TEXT_IMAGE by Core, Ultra, Stable Diffusion 3.5 Large
    controlling  … after a condition image: Control Sketch, Control Structure
    painting     INPAINTING by Inpaint and Erase Object; OUTPAINTING by Inpaint
    replacing    INPAINTING by a mask prompt: Search and Replace
    extending    OUTPAINTING by Outpaint, where it was named
    varying      IMAGE_VARIATION by Stable Diffusion 3.5 Large, Ultra, Style Guide
    colouring    COLOR_GUIDED_GENERATION by Core, and the picture that is derived
    cutting      BACKGROUND_REMOVAL by Remove Background

A call brings one picture: n pictures are n calls, with seeds that follow each other. Which of the models serves is
`successors`' and `routing`'s to say.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from functions.darkroom import accounts, catalogue
from functions.darkroom.engines import Order, Outcome, Place
from functions.darkroom.engines.stability import (
    colouring,
    controlling,
    cutting,
    drawing,
    extending,
    masking,
    painting,
    replacing,
    replies,
    varying,
)
from functions.darkroom.errors import NotServed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from functions.darkroom.accounts import Row
    from functions.darkroom.engines.stability.asking import Way
    from functions.darkroom.job import Picture, Verdict
    from functions.darkroom.model import Model
    from functions.darkroom.tasks import Task

WAYS: Mapping[tuple[str, str], Way] = MappingProxyType(
    {
        (task, model.id): way
        for task, model, way in (
            ("TEXT_IMAGE", catalogue.STABLE_IMAGE_CORE, drawing.DRAW),
            ("TEXT_IMAGE", catalogue.STABLE_IMAGE_ULTRA, drawing.DRAW),
            ("TEXT_IMAGE", catalogue.SD_35_LARGE, drawing.DRAW),
            ("TEXT_IMAGE", catalogue.CONTROL_SKETCH, controlling.SKETCH),
            ("TEXT_IMAGE", catalogue.CONTROL_STRUCTURE, controlling.STRUCTURE),
            ("COLOR_GUIDED_GENERATION", catalogue.STABLE_IMAGE_CORE, colouring.COLOUR),
            ("IMAGE_VARIATION", catalogue.SD_35_LARGE, varying.MIX),
            ("IMAGE_VARIATION", catalogue.STABLE_IMAGE_ULTRA, varying.START),
            ("IMAGE_VARIATION", catalogue.STYLE_GUIDE, varying.GUIDE),
            ("INPAINTING", catalogue.INPAINT, painting.INPAINT),
            ("INPAINTING", catalogue.ERASE_OBJECT, painting.ERASE),
            ("INPAINTING", catalogue.SEARCH_REPLACE, replacing.REPLACE),
            ("OUTPAINTING", catalogue.INPAINT, painting.OUTSIDE),
            ("OUTPAINTING", catalogue.OUTPAINT, extending.EXTEND),
            ("BACKGROUND_REMOVAL", catalogue.REMOVE_BACKGROUND, cutting.CUT),
        )
    }
)
"""Task and model → how it is asked. The catalogue's models have a way for each of their tasks, and no other."""


def steps(task: Task) -> int:
    """One call for each picture."""
    return task.count


def verdicts(task: Task, model: Model) -> tuple[Verdict, ...]:
    """What becomes of each field. Raises NotServed for what a service cannot do at all."""
    return accounts.account(task, model, _way(task.taskType, model).rules)


def fidelity_rows() -> Iterator[Row]:
    """What every model makes of every field of its tasks."""
    for (task, model), way in WAYS.items():
        yield from accounts.rows(task, catalogue.MODELS[model], way.rules)


def body(order: Order, model: Model, n: int, read: Callable[[Picture], bytes], _place: Place) -> bytes:
    """The service's request body for the n-th picture. Raises InputRefused where a mask is not what it takes."""
    return json.dumps(_way(order.task.taskType, model).body(order, n, read)).encode()


def outcome(reply: Any, order: Order, _place: Place) -> Outcome:
    """One picture; and the mask that was sent, where the caller wants to have it back."""
    return Outcome(drawn=(replies.drawn(reply),), mask=masking.returned(order))


def derived(order: Order, original: Picture, read: Callable[[Picture], bytes]) -> bytes | None:
    """A picture in the colours that were asked for; or one whose kept part is, pixel by pixel, what it was."""
    if order.task.taskType == "COLOR_GUIDED_GENERATION":
        return colouring.recoloured(order, original, read)
    return masking.kept(order, original, read) if painting.is_precise(order.task) else None


def _way(task: str, model: Model) -> Way:
    if (task, model.id) not in WAYS:
        raise NotServed(f"{model.id} does not do {task}")
    return WAYS[task, model.id]
