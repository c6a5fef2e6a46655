"""Money: what a task will cost. Integers of a millionth of a USD. Pure; the prices themselves are the catalogue's.

Reservations and settlements will be parts of the transactions in which the ledger opens and ends a job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.catalogue import TITAN_SIZES
from functions.darkroom.errors import NotServed
from functions.darkroom.tasks import TextImage

if TYPE_CHECKING:
    from functions.darkroom.catalogue import Model
    from functions.darkroom.tasks import Task


def price_per_image(model: Model, task: Task) -> int:
    """What one picture of this task costs. Raises NotServed where the price is not known: unknown is never free."""
    for tier in _tiers(task):
        if tier in model.prices:
            return model.prices[tier]
    raise NotServed(f"the price of {model.id} for {task.taskType} is not known")


def quote(model: Model, task: Task) -> int:
    """What the whole task costs when it succeeds, and the most it can cost."""
    return price_per_image(model, task) * number_of_images(task)


def number_of_images(task: Task) -> int:
    """How many pictures the task asks for."""
    return task.imageGenerationConfig.numberOfImages if isinstance(task, TextImage) else 1


def _tiers(task: Task) -> tuple[str, ...]:
    """Price tiers that fit the task, the most exact first. A task without a size is priced at the upper tier."""
    if not isinstance(task, TextImage):
        return "any", "1024"
    config = task.imageGenerationConfig
    size = TITAN_SIZES[config.size]
    return "any", f"{size}-premium" if config.quality == "premium" else size
