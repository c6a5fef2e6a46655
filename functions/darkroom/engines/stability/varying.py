"""IMAGE_VARIATION: Stable Diffusion 3.5 Large and Ultra start from one picture; Style Guide draws in its style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.darkroom.accounts import Rule
from functions.darkroom.engines.stability.asking import Way, aspect_ratio, drawn, picture
from functions.darkroom.engines.stability.telling import BY_INPUT, BY_RATIO, DRAWING, sized

if TYPE_CHECKING:
    from functions.darkroom.accounts import Rules
    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.tasks import ImageVariation, Task

ANYTHING = "a variation of this picture, with the same subject in the same style"
"""The prompt where there is no text: these models need one."""
SIMILARITY = 0.7
"""Titan's own, where none is said."""
LEAST_STRENGTH = 0.1
"""A strength of 0 returns the picture that was sent. Titan varies it, however similar it shall be."""


def mixed(order: Order, n: int, read: Read) -> dict[str, Any]:
    """Stable Diffusion 3.5 Large's request: image to image."""
    return {**started(order, n, read), "mode": "image-to-image"}


def started(order: Order, n: int, read: Read) -> dict[str, Any]:
    """Ultra's request, which starts from a picture wherever there is one."""
    return {**_said(order), "image": picture(order, 0, read), "strength": strength(order.task), **drawn(order, n)}


def guided(order: Order, n: int, read: Read) -> dict[str, Any]:
    """Style Guide's request: `fidelity` is how close it keeps to the picture's style."""
    return {
        **_said(order),
        "image": picture(order, 0, read),
        "fidelity": similarity(order.task),
        "aspect_ratio": aspect_ratio(*order.task.config.size),
        **drawn(order, n),
    }


def strength(task: Task) -> float:
    """How much of the picture is given up, 0 to 1: what Titan's similarity leaves."""
    return max(LEAST_STRENGTH, round(1 - similarity(task), 4))


def similarity(task: Task) -> float:
    """How close the variation is to be, 0.2 to 1."""
    said = cast("ImageVariation", task).imageVariationParams.similarityStrength
    return SIMILARITY if said is None else said


def _said(order: Order) -> dict[str, str]:
    return {"prompt": cast("ImageVariation", order.task).imageVariationParams.text or ANYTHING}


def _is_one(task: Task) -> bool:
    return len(task.inputs) == 1


def _count(task: Task) -> str:
    return f"{len(task.inputs)} were sent"


def _strength(task: Task) -> str:
    return f"{strength(task):g}"


_SEVERAL = Rule("ignored", "it looks at one picture, the first, and at no other", "2 to 5 pictures", more=_count)
_RULES: Rules = {
    **DRAWING,
    "text": (Rule("approximated", f"left out, and it needs one: `{ANYTHING}` was sent", left_out=True),),
}
_START: Rules = {
    **_RULES,
    **sized(BY_INPUT),
    "images": (Rule("exact", when="1 picture", holds=_is_one), _SEVERAL),
    "similarityStrength": (
        Rule(
            "approximated",
            "sent as a strength, which is how much may change: 1 less the similarity, and at least "
            f"{LEAST_STRENGTH}, since 0 would return the very picture",
            more=_strength,
        ),
    ),
}
MIX = Way(mixed, _START)
START = Way(started, _START)
GUIDE = Way(
    guided,
    {
        **_RULES,
        **sized(BY_RATIO),
        "images": (
            Rule("approximated", "its style is taken over, not what is on it", "1 picture", holds=_is_one),
            _SEVERAL,
        ),
        "similarityStrength": (Rule("approximated", "sent as its fidelity, which is how close the style is kept"),),
    },
)
