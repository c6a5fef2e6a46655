"""TEXT_IMAGE after a condition image: Control Sketch follows its edges, Control Structure its structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.darkroom.accounts import Rule
from functions.darkroom.engines.stability.asking import Way, drawn, picture
from functions.darkroom.engines.stability.styles import LOOKS, preset, worded
from functions.darkroom.engines.stability.telling import BY_INPUT, DRAWING, sized, unable

if TYPE_CHECKING:
    from functions.darkroom.accounts import Rules
    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.tasks import Task, TextImage


def body(order: Order, n: int, read: Read) -> dict[str, Any]:
    """The request for the n-th picture. A strength that was not said is 0.7 by either contract."""
    said = cast("TextImage", order.task).textToImageParams
    request = {
        "prompt": said.text if preset(said.style) else worded(said.text, said.style),
        "image": picture(order, 0, read),
        **drawn(order, n),
        **preset(said.style),
    }
    return request if said.controlStrength is None else request | {"control_strength": said.controlStrength}


def _has_preset(task: Task) -> bool:
    return LOOKS[cast("TextImage", task).textToImageParams.style or ""].preset is not None


def _is_segmented(task: Task) -> bool:
    return cast("TextImage", task).textToImageParams.controlMode == "SEGMENTATION"


_PRESETS = ", ".join(name for name, look in LOOKS.items() if look.preset)
_RULES: Rules = {
    **DRAWING,
    **sized(BY_INPUT),
    "conditionImage": unable(
        "it draws after a picture, and there is none",
        "Send a conditionImage, or leave modelId out.",
        left_out=True,
    ),
    "style": (
        Rule("approximated", "sent as the nearest of its presets", _PRESETS, holds=_has_preset),
        Rule("approximated", "none of its presets is near: said in words at the end of the prompt"),
    ),
}
_EDGES = Rule("adapted", "by the service that follows edges, for sketches as for photos", "CANNY_EDGE")
_REGIONS = Rule(
    "approximated", "by the service that keeps a picture's structure rather than its regions", "SEGMENTATION"
)
SKETCH = Way(
    body,
    {
        **_RULES,
        "controlMode": (
            Rule("approximated", "it follows edges, whatever is said", "SEGMENTATION", holds=_is_segmented),
            _EDGES,
        ),
    },
)
STRUCTURE = Way(
    body,
    {
        **_RULES,
        "controlMode": (
            Rule(
                "approximated",
                "it keeps the structure, whatever is said",
                "CANNY_EDGE",
                holds=lambda task: not _is_segmented(task),
            ),
            _REGIONS,
        ),
    },
)
