"""COLOR_GUIDED_GENERATION by Stable Image Core: the colours are named in the prompt, and the picture brought to them.

No service takes a palette. What the model draws stands as the original; beside it lies a picture derived from it, whose
colours are moved toward those that were asked for (`palettes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.darkroom import colours
from functions.darkroom.accounts import Rule
from functions.darkroom.engines.stability.asking import Way, aspect_ratio, drawn
from functions.darkroom.engines.stability.telling import BY_RATIO, DRAWING, sized

if TYPE_CHECKING:
    from functions.darkroom.engines import Order
    from functions.darkroom.engines.stability.asking import Read
    from functions.darkroom.job import Picture
    from functions.darkroom.tasks import ColorGuidedGeneration


def coloured(order: Order, n: int, _read: Read) -> dict[str, Any]:
    """The request for the n-th picture."""
    said = cast("ColorGuidedGeneration", order.task).colorGuidedGenerationParams
    return {
        "prompt": f"{said.text}, in the colours {listed(said.colors)}",
        "aspect_ratio": aspect_ratio(*order.task.config.size),
        **drawn(order, n),
    }


def listed(palette: tuple[str, ...]) -> str:
    """The colours by name, each name once: `navy blue, cream and crimson`."""
    *first, last = dict.fromkeys(map(colours.name, palette))
    return f"{', '.join(first)} and {last}" if first else last


def recoloured(order: Order, original: Picture, read: Read) -> bytes:
    """The picture that is derived from the model's; a PNG."""
    from functions.darkroom import palettes  # noqa: PLC0415  (only the worker colours, at the end of a job)

    said = cast("ColorGuidedGeneration", order.task).colorGuidedGenerationParams
    return palettes.toward(read(original), said.colors)


COLOUR = Way(
    coloured,
    {
        **DRAWING,
        **sized(BY_RATIO),
        "colors": (
            Rule(
                "approximated",
                "named in the prompt, and the picture's colours are moved toward them afterwards; the model's own "
                "picture stands as `original`",
            ),
        ),
        "referenceImage": (Rule("ignored", "it looks at no picture; name its colours in `colors`"),),
    },
)
