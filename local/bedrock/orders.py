"""What a request asked for, once every field has been checked. The one shape between the contract and the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    type Pixels = NDArray[np.uint8]
    """Height x width x 3, RGB."""
    type Region = NDArray[np.bool_]
    """Height x width."""


@dataclass(frozen=True, slots=True)
class Source:
    """One picture of a request: its file, and its pixels."""

    file: bytes
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask image of a request: its file, and where it is black."""

    file: bytes
    black: Region


@dataclass(frozen=True, slots=True)
class Settings:
    """imageGenerationConfig with its defaults filled in."""

    count: int = 1
    seed: int = 0
    drawn_seed: bool = False
    """The body has no place for a seed: this one was drawn for the call."""
    guidance: float = 8.0
    detailed: bool = False
    size: tuple[int, int] = (1024, 1024)
    """Width and height."""


@dataclass(frozen=True, slots=True)
class Order:
    """One call. What a task does not have keeps its default."""

    task: str
    text: str = ""
    negative: str = ""
    settings: Settings = Settings()
    images: tuple[Source, ...] = ()
    """The picture to work on, or those to vary, or the one to take colours or structure from."""
    mask: Mask | None = None
    mask_prompt: str = ""
    returns_mask: bool = False
    precise: bool = False
    similarity: float = 0.7
    colours: tuple[str, ...] = ()
    """`#rrggbb`."""
    control: str = ""
    """CANNY_EDGE or SEGMENTATION, when `images` holds a condition image."""
    control_strength: float = 0.7
    style: str = ""

    @property
    def prompts(self) -> tuple[str, str]:
        """Every text that says what is wanted."""
        return self.text, self.mask_prompt

    @property
    def files(self) -> tuple[bytes, ...]:
        """Every picture that was sent, the mask too."""
        masks = (self.mask.file,) if self.mask else ()
        return tuple(source.file for source in self.images) + masks
