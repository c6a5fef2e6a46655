"""What each Amazon image model takes: one row per model, every number with its source. Reads no request.

From the Bedrock user guide ("Amazon Titan Image Generator G1 models", parameters and model page) and the Amazon Nova
user guide ("Request and response structure for image generation", "Image generation access and usage").

Where the guides contradict themselves the row says which reading was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from local.bedrock.catalogue import NOVA_CANVAS, TITAN_V1, TITAN_V2
from local.bedrock.errors import BODY_LIMIT, CANVAS_TEXTS, TITAN_TEXTS, FilterTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Task = Literal[
    "TEXT_IMAGE",
    "COLOR_GUIDED_GENERATION",
    "IMAGE_VARIATION",
    "INPAINTING",
    "OUTPAINTING",
    "BACKGROUND_REMOVAL",
    "VIRTUAL_TRY_ON",
]
PARAMS: Mapping[str, str] = MappingProxyType(
    {
        "TEXT_IMAGE": "textToImageParams",
        "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams",
        "IMAGE_VARIATION": "imageVariationParams",
        "INPAINTING": "inPaintingParams",
        "OUTPAINTING": "outPaintingParams",
        "BACKGROUND_REMOVAL": "backgroundRemovalParams",
        "VIRTUAL_TRY_ON": "virtualTryOnParams",
    }
)
"""taskType → the key of its parameters."""

MOST_IMAGES = 5
MOST_COLOURS = 10
HIGHEST_SEED = 2_147_483_646
CFG_SCALE = (1.1, 10.0)
SIMILARITY = (0.2, 1.0)
USUAL_SIMILARITY = 0.7
USUAL_CONTROL = 0.7
USUAL_SIZE = (1024, 1024)
"""Canvas' default. Titan's guide prints 1408 for each side, a pair that its own table of sizes does not have."""
QUALITIES = ("standard", "premium")
CONTROL_MODES = ("CANNY_EDGE", "SEGMENTATION")
OUTPAINTING_MODES = ("DEFAULT", "PRECISE")

TITAN_SIZES = frozenset(
    {
        (1024, 1024), (768, 768), (512, 512),
        (768, 1152), (384, 576), (1152, 768), (576, 384),
        (768, 1280), (384, 640), (1280, 768), (640, 384),
        (896, 1152), (448, 576), (1152, 896), (576, 448),
        (768, 1408), (384, 704), (1408, 768), (704, 384),
        (640, 1408), (320, 704), (1408, 640), (704, 320),
        (1152, 640), (1173, 640),
    }
)  # fmt: skip
"""The 25 width x height pairs of Titan's table."""
TITAN_BYTES = 5 * 1024 * 1024
TITAN_SIDE = 1408

CANVAS_SIDES = (320, 4096)
CANVAS_STEP = 16
CANVAS_RATIO = 4
CANVAS_PIXELS = 4_194_304
"""A picture has *fewer* pixels. The guide's overview names 2048x2048 as valid, which has exactly as many; its
parameter table, which is taken here, rules that out."""
CANVAS_STYLES = frozenset(
    {
        "3D_ANIMATED_FAMILY_FILM", "DESIGN_SKETCH", "FLAT_VECTOR_ILLUSTRATION", "GRAPHIC_NOVEL_ILLUSTRATION",
        "MAXIMALISM", "MIDCENTURY_RETRO", "PHOTOREALISM", "SOFT_DIGITAL_PAINTING",
    }
)  # fmt: skip

type Verdict = str | None
"""Why a size is not taken, or None."""


def titan_size(width: int, height: int) -> Verdict:
    """Output: one of the 25 pairs."""
    return None if (width, height) in TITAN_SIZES else f"width {width} and height {height} are not a supported size"


def titan_source(width: int, height: int) -> Verdict:
    """Input of every task but IMAGE_VARIATION."""
    if max(width, height) <= TITAN_SIDE:
        return None
    return f"the image is {width}x{height}, its longer side may be at most {TITAN_SIDE} pixels"


def titan_variation_source(_width: int, _height: int) -> Verdict:
    """Input of IMAGE_VARIATION: a larger image "is resized to fit"."""
    return None


def canvas_source(width: int, height: int) -> Verdict:
    """Input: sides, ratio and pixels."""
    low, high = CANVAS_SIDES
    if not low <= min(width, height) <= max(width, height) <= high:
        return f"{width}x{height} has a side outside of {low} to {high} pixels"
    if max(width, height) > CANVAS_RATIO * min(width, height):
        return f"{width}x{height} is outside of the aspect ratios 1:{CANVAS_RATIO} to {CANVAS_RATIO}:1"
    if width * height >= CANVAS_PIXELS:
        return f"{width}x{height} has {width * height} pixels, not less than {CANVAS_PIXELS}"
    return None


def canvas_size(width: int, height: int) -> Verdict:
    """Output: as input, and each side a multiple of 16."""
    if width % CANVAS_STEP or height % CANVAS_STEP:
        return f"width {width} and height {height} must be multiples of {CANVAS_STEP}"
    return canvas_source(width, height)


@dataclass(frozen=True, slots=True)
class Limits:
    """One model's row."""

    tasks: frozenset[str]
    longest_text: int
    """Characters of text and negativeText; the guides give maskPrompt none, it is held to the same."""
    text_optional: frozenset[str]
    """Tasks that do without a prompt."""
    default_seed: int
    default_cfg_scale: float
    seeded: frozenset[str]
    """Tasks whose published body has a seed; elsewhere it is an extraneous key."""
    size: Callable[[int, int], Verdict]
    both_sides: bool
    """width and height come together or not at all; else the missing one is 1024."""
    sized: frozenset[str]
    """Tasks whose body may hold width and height."""
    source: Callable[[int, int], Verdict]
    variation_source: Callable[[int, int], Verdict]
    source_bytes: int
    """Of one input image, decoded from base64."""
    mask_forms: frozenset[str]
    """What a mask's pixels may be made of. Titan's guide says "RGB channels (alpha channel not supported)"; Nova's
    holds masks to what it says of every image: RGB, and in a PNG an alpha channel that is opaque everywhere."""
    perfect_jpeg_masks: bool
    """A JPEG mask must be of quality 100."""
    returns_masks: bool
    """Whether the published bodies of INPAINTING and OUTPAINTING have a returnMask."""
    conditioning: bool
    styles: frozenset[str]
    texts: FilterTexts


_V1_TASKS = frozenset({"TEXT_IMAGE", "IMAGE_VARIATION", "INPAINTING", "OUTPAINTING"})
_CONFIGURED = _V1_TASKS | {"COLOR_GUIDED_GENERATION"}
_PAINTING = frozenset({"INPAINTING", "OUTPAINTING"})


def _titan(tasks: frozenset[str], *, conditioning: bool) -> Limits:
    return Limits(
        tasks=tasks,
        longest_text=512,
        text_optional=frozenset({"IMAGE_VARIATION", "INPAINTING"}),
        default_seed=42,
        default_cfg_scale=8.0,
        seeded=frozenset({"TEXT_IMAGE", "COLOR_GUIDED_GENERATION"}),
        size=titan_size,
        both_sides=True,
        sized=_CONFIGURED,
        source=titan_source,
        variation_source=titan_variation_source,
        source_bytes=TITAN_BYTES,
        mask_forms=frozenset({"RGB"}),
        perfect_jpeg_masks=False,
        returns_masks=True,
        conditioning=conditioning,
        styles=frozenset(),
        texts=TITAN_TEXTS,
    )


LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        TITAN_V1: _titan(_V1_TASKS, conditioning=False),
        TITAN_V2: _titan(_CONFIGURED | {"BACKGROUND_REMOVAL"}, conditioning=True),
        NOVA_CANVAS: Limits(
            tasks=frozenset(PARAMS),
            longest_text=1024,
            # The schema marks text as required for INPAINTING too, and says in the same row what its omission does.
            text_optional=frozenset({"INPAINTING"}),
            default_seed=12,
            default_cfg_scale=6.5,
            seeded=_CONFIGURED,
            size=canvas_size,
            both_sides=False,
            sized=_CONFIGURED - _PAINTING,
            source=canvas_source,
            variation_source=canvas_source,
            source_bytes=BODY_LIMIT,  # the guide names no other bound
            mask_forms=frozenset({"RGB", "RGB with alpha"}),
            perfect_jpeg_masks=True,
            returns_masks=False,  # only VIRTUAL_TRY_ON has it
            conditioning=True,
            styles=CANVAS_STYLES,
            texts=CANVAS_TEXTS,
        ),
    }
)
EMULATED = frozenset(PARAMS) - {"VIRTUAL_TRY_ON"}
