"""From a checked edit to the file of a reply: chooses who does the work, and writes into the file who did it.

Where Stability's edits meet drawing and retouching; `fulfilment` is the same for Amazon's. Knows no request fields and
no HTTP.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from local.bedrock import redrawing, repainting
from local.bedrock.pictures import ENCODERS, SOFTWARE, Wish, develop, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.orders import Edit
    from local.bedrock.pictures import Made

    type Maker = Callable[[Edit, bool], Made]
    """Makes the picture of a call, in fast mode or with care."""

MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "stable-image-ultra": redrawing.start_from,
        "sd3-5-large": redrawing.start_from,
        "remove-background": redrawing.remove_background,
        "inpaint": repainting.repaint,
        "erase-object": repainting.repaint,
        "outpaint": repainting.extend,
        "search-replace": repainting.replace,
        "search-recolor": repainting.recolour,
        "control-sketch": redrawing.follow,
        "control-structure": redrawing.follow,
        "style-guide": redrawing.draw_in_style,
        "style-transfer": redrawing.restyle,
        "conservative-upscale": redrawing.enlarge,
        "creative-upscale": redrawing.enlarge,
        "fast-upscale": redrawing.enlarge_fast,
    }
)
GUIDANCE: Mapping[str, float] = MappingProxyType(
    {"stable-image-core": 7.0, "stable-image-ultra": 8.0, "sd3-5-large": 6.0}
)
"""Models that draw from words alone, and how vividly: none has a cfgScale, each takes a place in Titan's range."""
DETAILED = frozenset({"stable-image-ultra"})
SEEDLESS = frozenset({"remove-background", "fast-upscale"})
"""Bodies without a seed, whose picture does not hang on one."""


def carry_out(edit: Edit, *, fast: bool) -> bytes:
    """The file of the picture. Equal edits give equal files.

    Raises:
        BedrockError: ValidationException, for what can only be seen while working.
    """
    if edit.service in GUIDANCE and edit.image is None:
        return develop(_wish(edit), fast=fast)
    made = MAKERS[edit.service](edit, fast)
    notes = {"Software": SOFTWARE, "Prompt-SHA256": fingerprint(edit.prompt)}
    if edit.service not in SEEDLESS:
        notes["Seed"] = f"{edit.seed}"
    return ENCODERS[edit.suffix](made.pixels, notes | {"Real": made.real, "Simulated": made.simulated})


def _wish(edit: Edit) -> Wish:
    width, height = edit.size
    guidance, detailed = GUIDANCE[edit.service], edit.service in DETAILED
    return Wish(
        edit.prompt, edit.negative, width, height, edit.seed, guidance=guidance, detailed=detailed, suffix=edit.suffix
    )
