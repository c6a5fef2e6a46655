"""Money: what a task will cost. Integers of a millionth of a USD. Pure; the prices themselves are the catalogue's.

Reservations and settlements will be parts of the transactions in which the ledger opens and ends a job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.errors import NotServed

if TYPE_CHECKING:
    from functions.darkroom.catalogue import Model
    from functions.darkroom.tasks import Task

ANY_SIZE = "any"
"""The one tier of a model whose price does not depend on what is asked."""


def price_per_image(model: Model, task: Task) -> int:
    """What one picture of this task costs. Raises NotServed where the price is not known: unknown is never free."""
    price = model.prices.get(_tier(model, task))
    if price is None:
        raise NotServed(f"the price of {model.id} for {task.taskType} is not known")
    return price


def quote(model: Model, task: Task) -> int:
    """What the whole task costs when it succeeds, and the most it can cost."""
    return price_per_image(model, task) * task.count


def _tier(model: Model, task: Task) -> str:
    """The price tier of a task. Where the size follows from a picture, the highest is taken."""
    if model.contract is None:
        return ANY_SIZE
    tier = model.contract.tier(*task.size) if task.size else model.contract.top_tier
    return f"{tier}-premium" if task.config.quality == "premium" else tier
