"""What becomes of the fields that many tasks share, by any of Stability's models: rules for the account. Data."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from functions.darkroom.accounts import DEFAULT_SIZE, Rule
from functions.darkroom.engines.stability.asking import SEED_FOR_ZERO, aspect_ratio, kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.darkroom.tasks import Task


def _ratio(task: Task) -> str:
    ratio = aspect_ratio(*task.config.size)
    return f"{ratio}, of which {kept(ratio, *task.config.size):.0%} is kept at {_size(task)}"


def _size(task: Task) -> str:
    return "{}x{}".format(*task.config.size)


def _calls(task: Task) -> str:
    return f"{task.count}"


NO_SUCH = Rule("ignored", "it has no such setting")

DRAWING: Mapping[str, Sequence[Rule]] = MappingProxyType(
    {
        "numberOfImages": (
            Rule("exact", when="1", holds=lambda task: task.count == 1),
            Rule(
                "adapted",
                "one call for each picture, with seeds that follow each other",
                "2 to 5",
                holds=lambda task: task.count > 1,
                more=_calls,
            ),
        ),
        "quality": (NO_SUCH,),
        "cfgScale": (NO_SUCH,),
        "seed": (
            Rule(
                "approximated",
                f"0 means any seed there, so {SEED_FOR_ZERO} is sent; and another model draws another picture from it",
                "0",
                holds=lambda task: task.config.seed == 0,
            ),
            Rule("approximated", "passed on, but another model draws another picture from the same seed"),
        ),
    }
)
"""What every model makes of imageGenerationConfig, but for the size."""

BY_RATIO = (
    Rule("adapted", "drawn at the nearest of nine aspect ratios, then scaled and cut to the size", more=_ratio),
    DEFAULT_SIZE,
)
"""A width or height, where the model takes an aspect ratio."""
BY_INPUT = (
    Rule("adapted", "drawn in the shape of the picture that is sent, then scaled and cut to the size", more=_size),
    DEFAULT_SIZE,
)
"""The same where the model keeps the shape of its input."""
FROM_INPUT = (Rule("exact", "not sent; as with Titan's own models, the picture has the size of its input"),)
"""The same where the task itself keeps the size of its input."""


def sized(how: Sequence[Rule]) -> dict[str, Sequence[Rule]]:
    """The rules of both sides."""
    return {"width": how, "height": how}


def unable(reason: str, hint: str, *, left_out: bool = False) -> tuple[Rule, ...]:
    """A field without which, or with which, a model that was named can do nothing."""
    return (Rule("refused", reason, hint=hint, left_out=left_out),)
