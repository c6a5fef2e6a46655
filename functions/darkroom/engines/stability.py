"""Stability's living services in Titan's words: Stable Image Core draws TEXT_IMAGE. Knows no AWS.

Core takes an aspect ratio instead of a size and gives one picture a call. So n pictures are n calls with seeds that
follow each other, and the exact size is cut from what was drawn, as a second object beside the original.
Contract: Stable Image Core request and response page of the Amazon Bedrock user guide.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from functions.darkroom.engines import Drawn, Order, Outcome, Place
from functions.darkroom.errors import Blocked, ModelFailed, NotServed, ReplyUnreadable
from functions.darkroom.fidelity import model_verdict, set_fields, size_verdict
from functions.darkroom.job import Picture, Verdict
from functions.darkroom.tasks import TextImage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.darkroom.errors import Stage
    from functions.darkroom.fields import ImageGenerationConfig
    from functions.darkroom.model import Model
    from functions.darkroom.tasks import Task

ASPECT_RATIOS: Mapping[str, float] = MappingProxyType(
    {name: int(name.split(":")[0]) / int(name.split(":")[1]) for name in
     ("1:1", "16:9", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")}
)  # fmt: skip
"""What Core draws, as width over height."""

NO_COUNTERPART = frozenset({"cfgScale", "quality", "conditionImage", "controlMode", "controlStrength", "style"})

SEED_FOR_ZERO = 2_147_483_647
"""Core takes 0 for "any seed". Titan's 0 is a seed like others; this number is past all of Titan's."""

REFUSED = "Filter reason"
STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        "Filter reason: prompt": "prompt",
        "Filter reason: input image": "input-image",
        "Filter reason: output image": "output",
    }
)
"""`finish_reasons` → what the filter was looking at."""


def steps(task: Task) -> int:
    """One call for each picture."""
    return task.count


def verdicts(task: Task, model: Model) -> tuple[Verdict, ...]:
    """The prompt is passed on; sizes, seeds and counts are adapted; cfgScale and quality have no counterpart."""
    told = [_verdict(name, task.config) for name in set_fields(task)]
    return model_verdict(task, model) + tuple(told) + size_verdict(task)


def body(order: Order, _model: Model, n: int, _read: Callable[[Picture], bytes], _place: Place) -> bytes:
    """Core's request body for the n-th picture."""
    task = order.task
    if not isinstance(task, TextImage):
        raise NotServed(f"stability does not do {task.taskType} here")
    request = {
        "prompt": task.textToImageParams.text,
        "aspect_ratio": aspect_ratio(*task.config.size),
        "seed": _seed(task.config, n),
        "output_format": "png",
    }
    if task.textToImageParams.negativeText is not None:
        request["negative_prompt"] = task.textToImageParams.negativeText
    return json.dumps(request).encode()


def outcome(reply: Any, _order: Order, _place: Place) -> Outcome:
    """Core's reply: one picture and its seed, or HTTP 200 with the reason why there is none."""
    if not isinstance(reply, dict):
        raise ReplyUnreadable("the reply is not an object")
    for reason in reply.get("finish_reasons") or ():
        if reason is not None:
            if str(reason).startswith(REFUSED):
                raise Blocked(f"the model answered: {reason}", stage=STAGES.get(str(reason)))
            raise ModelFailed(f"the model answered: {reason}")
    pictures, seeds = reply.get("images") or [], reply.get("seeds") or [None]
    if len(pictures) != 1 or not isinstance(pictures[0], Picture):
        raise ReplyUnreadable("the reply does not hold exactly one picture")
    return Outcome(drawn=(Drawn(picture=pictures[0], seed=seeds[0]),))


def aspect_ratio(width: int, height: int) -> str:
    """The ratio whose picture loses least when it is cut to width x height."""
    wanted = width / height

    def kept(ratio: str) -> float:
        return min(wanted, ASPECT_RATIOS[ratio]) / max(wanted, ASPECT_RATIOS[ratio])

    return max(ASPECT_RATIOS, key=kept)


def _seed(config: ImageGenerationConfig, n: int) -> int:
    if config.seed is None:
        raise ValueError("a task's seed is drawn before it is sent")
    return (config.seed + n - 1) or SEED_FOR_ZERO


def _verdict(field: str, config: ImageGenerationConfig) -> Verdict:
    name = field.rpartition(".")[2]
    if name in {"width", "height"}:
        return _size_verdict(field, config)
    if name == "numberOfImages" and config.numberOfImages > 1:
        detail = f"{config.numberOfImages} calls of one picture each, with seeds that follow each other"
        return Verdict(field=field, verdict="adapted", detail=detail)
    if name == "seed":
        return Verdict(field=field, verdict="approximated", detail=_seed_detail(config))
    if name in NO_COUNTERPART:
        return Verdict(field=field, verdict="ignored", detail="Stable Image Core has no such setting")
    return Verdict(field=field, verdict="exact")


def _size_verdict(field: str, config: ImageGenerationConfig) -> Verdict:
    width, height = config.size
    ratio = aspect_ratio(width, height)
    kept = min(width / height, ASPECT_RATIOS[ratio]) / max(width / height, ASPECT_RATIOS[ratio])
    detail = f"drawn at {ratio}, then scaled and cut to {width}x{height}: {kept:.0%} of the drawn picture is kept"
    return Verdict(field=field, verdict="adapted", detail=detail)


def _seed_detail(config: ImageGenerationConfig) -> str:
    sent = f"; 0 means any seed there, so {SEED_FOR_ZERO} was sent" if config.seed == 0 else ""
    return f"passed on, but another model draws another picture from the same seed{sent}"
