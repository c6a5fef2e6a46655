"""What a request asked for, once every field has been checked: the shapes between the contracts and the work.

An `Order` is in Amazon's words, an `Edit` in Stability's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    type Pixels = NDArray[np.uint8]
    """Height x width x 3, RGB."""
    type Region = NDArray[np.bool_]
    """Height x width."""
    type Shares = NDArray[np.float32]
    """Height x width, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Source:
    """One picture of a request: its file, and its pixels."""

    file: bytes
    pixels: Pixels
    alpha: NDArray[np.uint8] | None = None
    """Height x width, where the file has transparency and its model looks at it."""


@dataclass(frozen=True, slots=True)
class Strength:
    """A mask image that says for each pixel how far it may change."""

    file: bytes
    shares: Shares


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


@dataclass(frozen=True, slots=True)
class Edit:
    """One call of one of Stability's models. What a service does not have keeps its default."""

    service: str
    prompt: str = ""
    negative: str = ""
    search: str = ""
    """What to look for in the picture."""
    seed: int = 1
    size: tuple[int, int] = (1024, 1024)
    """Width and height of what is drawn anew."""
    suffix: str = "png"
    preset: str = ""
    image: Source | None = None
    """The picture to work on, or to start from."""
    style: Source | None = None
    """The picture whose style is taken over."""
    mask: Strength | None = None
    grow: int = 5
    """Pixels by which the mask is widened, softly."""
    margins: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Pixels added at left, right, up and down."""
    amounts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """How much of what: `strength`, `fidelity`, `creativity` and their like."""

    @property
    def prompts(self) -> tuple[str, str]:
        """Every text that says what is wanted."""
        return self.prompt, self.search

    @property
    def files(self) -> tuple[bytes, ...]:
        """Every picture that was sent, the mask too."""
        return tuple(one.file for one in (self.image, self.style, self.mask) if one)

    @property
    def pixels(self) -> Pixels:
        """Those of the picture to work on, of a service that always has one."""
        if self.image is None:
            raise AssertionError(f"{self.service} was not given its image")
        return self.image.pixels

    @property
    def alpha(self) -> NDArray[np.uint8] | None:
        """The transparency of that picture."""
        return self.image.alpha if self.image else None

    def told(self, account: str) -> str:
        """An account of what is simulated, with the preset."""
        return f"{account}; preset {self.preset} by filters" if self.preset else account
