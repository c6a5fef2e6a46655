"""Nova Canvas's styles in Stability's words: a preset where a service has a near one, else the prompt. Data."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Look(NamedTuple):
    """How a style is said: words that follow the prompt, and the nearest `style_preset`, if any is near."""

    words: str
    preset: str | None = None


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "3D_ANIMATED_FAMILY_FILM": Look("in the style of a 3D animated family film", "3d-model"),
        "DESIGN_SKETCH": Look("as a hand-drawn design sketch", "line-art"),
        "FLAT_VECTOR_ILLUSTRATION": Look("as a flat vector illustration"),
        "GRAPHIC_NOVEL_ILLUSTRATION": Look("as an illustration of a graphic novel", "comic-book"),
        "MAXIMALISM": Look("in a maximalist style, rich in patterns, colours and ornament"),
        "MIDCENTURY_RETRO": Look("in a mid-century retro style"),
        "PHOTOREALISM": Look("photorealistic", "photographic"),
        "SOFT_DIGITAL_PAINTING": Look("as a soft digital painting", "digital-art"),
    }
)


def worded(text: str, style: str | None) -> str:
    """A prompt that says the style, too."""
    return text if style is None else f"{text}, {LOOKS[style].words}"


def preset(style: str | None) -> dict[str, str]:
    """The `style_preset` of a body; nothing where no preset is near."""
    near = LOOKS[style].preset if style else None
    return {"style_preset": near} if near else {}
