"""What each Amazon image model's published request body takes, as data: one row a model. Facts only; no decisions.

Sources: the Amazon Bedrock user guide (Titan Image Generator G1 models: overview and parameters) and the Amazon Nova
user guide (request and response structure for image generation; access and usage), as read on 2026-11-22. Where a
guide contradicts itself, the row says which reading was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Size = tuple[int, int]
"""Width and height in pixels."""

TITAN_SIZES: Mapping[Size, str] = MappingProxyType(
    dict.fromkeys(
        (
            (1024, 1024), (768, 1152), (1152, 768), (768, 1280), (1280, 768), (896, 1152), (1152, 896), (768, 1408),
            (1408, 768), (640, 1408), (1408, 640), (1152, 640), (1173, 640),
        ),
        "1024",
    )
    | dict.fromkeys(
        (
            (768, 768), (512, 512), (384, 576), (576, 384), (384, 640), (640, 384), (448, 576), (576, 448), (384, 704),
            (704, 384), (320, 704), (704, 320),
        ),
        "512",
    )
)  # fmt: skip
"""Titan's 25 width x height pairs, each with its price tier (Titan image parameters page, table of sizes)."""

DEFAULT_SIZE: Size = (1024, 1024)
"""What an omitted size means. Titan's documented default of 1408x1408 is not one of its legal pairs."""

CANVAS_STEP, CANVAS_LEAST, CANVAS_MOST, CANVAS_RATIO, CANVAS_PIXELS = 16, 320, 4096, 4, 4_194_304
"""Nova Canvas: sides in steps of 16 from 320 to 4096, at most 1:4, and *fewer* pixels than 4,194,304. (The guide's
overview names 2048x2048, which has exactly as many, as valid; its parameter table, taken here, rules it out.)"""


@dataclass(frozen=True, slots=True)
class InputLimits:
    """What a model takes as an input picture: PNG or JPEG, up to so many bytes and pixels."""

    max_bytes: int
    max_side: int
    min_side: int = 1
    max_ratio: float | None = None
    below_pixels: int | None = None
    resized: bool = False
    """Pictures to vary may be larger than `max_side`: the model scales them down itself."""
    perfect_jpeg_masks: bool = False
    """A JPEG mask must be of quality 100."""
    opaque_masks: bool = False
    """A mask may have an alpha channel that is opaque everywhere."""
    looked_into: bool = True
    """The model refuses what only shows in the pixels (a transparent picture, a grey mask), so we look before it."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One model's row. Task names are Titan's `taskType`s."""

    id: str
    name: str
    tasks: frozenset[str]
    longest_prompt: int
    """Characters of text, negativeText and maskPrompt."""
    seeded: frozenset[str]
    """Tasks whose published body has a seed."""
    sized: frozenset[str]
    """Tasks whose published body has width and height."""
    prompt_optional: frozenset[str]
    conditioned: bool
    styled: bool
    returns_mask: bool
    """Whether the bodies of INPAINTING and OUTPAINTING have a returnMask."""
    default_seed: int
    default_cfg_scale: float
    paired: bool
    """Width and height come together or not at all; otherwise the missing one is 1024."""
    is_size: Callable[[int, int], bool]
    nearest_size: Callable[[int, int], Size]
    tier: Callable[[int, int], str]
    """The price tier of a size."""
    top_tier: str
    inputs: InputLimits


PAINTING = frozenset({"INPAINTING", "OUTPAINTING"})
"""Tasks whose pictures have the size of their input."""
_V1_TASKS = PAINTING | {"TEXT_IMAGE", "IMAGE_VARIATION"}
_V2_TASKS = _V1_TASKS | {"COLOR_GUIDED_GENERATION", "BACKGROUND_REMOVAL"}
_CONFIGURED = _V2_TASKS - {"BACKGROUND_REMOVAL"}


def nearest_titan_size(width: int, height: int) -> Size:
    """The legal pair that is closest to a wrong one, first in shape and then in area."""

    def distance(size: Size) -> tuple[float, int]:
        shape = abs(size[0] / size[1] - width / height) if height else 0.0
        return round(shape, 2), abs(size[0] * size[1] - width * height)

    return min(TITAN_SIZES, key=distance)


def is_canvas_size(width: int, height: int) -> bool:
    """Whether Nova Canvas draws this size."""
    short, long = sorted((width, height))
    return (
        width % CANVAS_STEP == height % CANVAS_STEP == 0
        and short >= CANVAS_LEAST
        and long <= min(CANVAS_MOST, CANVAS_RATIO * short)
        and width * height < CANVAS_PIXELS
    )


def nearest_canvas_size(width: int, height: int) -> Size:
    """The size that Nova Canvas draws with the least difference in both sides."""

    def best_with(across: int) -> Size:
        least = max(CANVAS_LEAST, across // CANVAS_RATIO)
        most = min(CANVAS_MOST, across * CANVAS_RATIO, (CANVAS_PIXELS - 1) // across)
        down = min(max(height, _up(least)), most // CANVAS_STEP * CANVAS_STEP)
        return across, round(down / CANVAS_STEP) * CANVAS_STEP

    sizes = map(best_with, range(CANVAS_LEAST, CANVAS_MOST + 1, CANVAS_STEP))
    legal = (size for size in sizes if is_canvas_size(*size))  # a width of 4096 has no height at all
    return min(legal, key=lambda size: (size[0] - width) ** 2 + (size[1] - height) ** 2)


def _up(side: int) -> int:
    return -(-side // CANVAS_STEP) * CANVAS_STEP


def _titan(model: str, name: str, tasks: frozenset[str], *, conditioned: bool) -> Contract:
    return Contract(
        id=model,
        name=name,
        tasks=tasks,
        longest_prompt=512,
        seeded=frozenset({"TEXT_IMAGE", "COLOR_GUIDED_GENERATION"}),
        sized=_CONFIGURED,
        prompt_optional=frozenset({"IMAGE_VARIATION", "INPAINTING"}),
        conditioned=conditioned,
        styled=False,
        returns_mask=True,
        default_seed=42,
        default_cfg_scale=8.0,
        paired=True,
        is_size=lambda width, height: (width, height) in TITAN_SIZES,
        nearest_size=nearest_titan_size,
        tier=lambda width, height: TITAN_SIZES.get((width, height), "1024"),
        top_tier="1024",
        inputs=InputLimits(max_bytes=5 * 1024 * 1024, max_side=1408, resized=True),
    )


TITAN_V1 = _titan("amazon.titan-image-generator-v1", "Titan Image Generator v1", _V1_TASKS, conditioned=False)
TITAN_V2 = _titan("amazon.titan-image-generator-v2:0", "Titan Image Generator v2", _V2_TASKS, conditioned=True)
NOVA_CANVAS = Contract(
    id="amazon.nova-canvas-v1:0",
    name="Nova Canvas",
    tasks=_V2_TASKS,
    longest_prompt=1024,
    seeded=_CONFIGURED,
    sized=_CONFIGURED - PAINTING,
    # Its schema marks `text` as required for INPAINTING too, and says in the same row what leaving it out does.
    prompt_optional=frozenset({"INPAINTING"}),
    conditioned=True,
    styled=True,
    returns_mask=False,
    default_seed=12,
    default_cfg_scale=6.5,
    paired=False,
    is_size=is_canvas_size,
    nearest_size=nearest_canvas_size,
    tier=lambda width, height: "1024" if width * height <= 1024 * 1024 else "2048",
    top_tier="2048",
    inputs=InputLimits(
        max_bytes=18_750_000,  # the guide names no bound of its own: this much fits into a body, as base64
        max_side=CANVAS_MOST,
        min_side=CANVAS_LEAST,
        max_ratio=CANVAS_RATIO,
        below_pixels=CANVAS_PIXELS,
        perfect_jpeg_masks=True,
        opaque_masks=True,
    ),
)
CONTRACTS: Mapping[str, Contract] = MappingProxyType(
    {contract.id: contract for contract in (TITAN_V1, TITAN_V2, NOVA_CANVAS)}
)


def contract_of(model: object) -> Contract:
    """The contract that a request speaks: its model's, and Titan v2's where it names none of Amazon's."""
    return CONTRACTS.get(model, TITAN_V2) if isinstance(model, str) else TITAN_V2
