"""What each of Stability's models takes: one row per model, the fields of its body and their bounds. Reads no request.

From the Bedrock user guide ("Stable Image Core request and response", the same of Stable Image Ultra and of Stable
Diffusion 3.5 Large, and "Stability AI Image Services").

Where the guide is silent or contradicts itself the row says which reading was taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from local.bedrock import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    type Verdict = str | None
    """Why a size is not taken, or None."""
    type Fit = Callable[[int, int], Verdict]
    type Range = tuple[float, float]

LONGEST_PROMPT = 10_000
HIGHEST_SEED = 4_294_967_294
HIGHEST_SEED_OF_TEXT = 4_294_967_295
"""Core's and Ultra's."""
SIZES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "1:1": (1024, 1024),
        "16:9": (1344, 768),
        "21:9": (1536, 640),
        "2:3": (832, 1216),
        "3:2": (1216, 832),
        "4:5": (896, 1088),
        "5:4": (1088, 896),
        "9:16": (768, 1344),
        "9:21": (640, 1536),
    }
)
"""Aspect ratio → pixels."""
PRESETS = frozenset(
    {
        "3d-model", "analog-film", "anime", "cinematic", "comic-book", "digital-art", "enhance", "fantasy-art",
        "isometric", "line-art", "low-poly", "modeling-compound", "neon-punk", "origami", "photographic", "pixel-art",
        "tile-texture",
    }
)  # fmt: skip
FORMATS = ("jpeg", "png", "webp")
FORMATS_OF_TEXT = ("jpeg", "png")
"""Core's and Ultra's."""
TEXT, PICTURE = "text-to-image", "image-to-image"
"""What a text model starts from."""
DIRECTIONS = ("left", "right", "up", "down")
FARTHEST = 2000
MOST_GROWN = 20

SMALLEST_SIDE = 64
MOST_PIXELS = 9_437_184
WIDEST = 2.5
CREATIVE_PIXELS = (4_096, 1_048_576)
FAST_SIDES, FAST_PIXELS = (32, 1536), (1_024, 1_048_576)

AMOUNTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "strength": (0.0, 1.0),
        "control_strength": (0.0, 1.0),
        "fidelity": (0.0, 1.0),
        "composition_fidelity": (0.0, 1.0),
        "style_strength": (0.0, 1.0),
        "change_strength": (0.1, 1.0),
    }
)
"""Fields that hold a share, with one range wherever they are. `creativity` has one of each service's own."""


def any_size(_width: int, _height: int) -> Verdict:
    """Ultra's guide bounds the picture that it starts from in no way."""
    return None


def wide_enough(width: int, height: int) -> Verdict:
    """SD 3.5's: only its sides have a bound."""
    if min(width, height) < SMALLEST_SIDE:
        return f"the image is {width}x{height}, every side must have at least {SMALLEST_SIDE} pixels"
    return None


def editable(width: int, height: int) -> Verdict:
    """What every service takes but two of the upscalers."""
    if why := wide_enough(width, height):
        return why
    if width * height > MOST_PIXELS:
        return f"the image has {width * height} pixels, more than {MOST_PIXELS}"
    if max(width, height) > WIDEST * min(width, height):
        return f"the image is {width}x{height}, outside of the aspect ratios 1:{WIDEST} to {WIDEST}:1"
    return None


def creatively_enlarged(width: int, height: int) -> Verdict:
    """Creative Upscale's: no more than a megapixel, and no aspect ratio is named."""
    low, high = CREATIVE_PIXELS
    if not low <= width * height <= high:
        return f"the image has {width * height} pixels, not {low} to {high}"
    return wide_enough(width, height)


def fast_enlarged(width: int, height: int) -> Verdict:
    """Fast Upscale's."""
    (shortest, longest), (low, high) = FAST_SIDES, FAST_PIXELS
    if not shortest <= min(width, height) <= max(width, height) <= longest:
        return f"the image is {width}x{height}, every side must have {shortest} to {longest} pixels"
    if not low <= width * height <= high:
        return f"the image has {width * height} pixels, not {low} to {high}"
    return None


@dataclass(frozen=True, slots=True)
class Service:
    """One model's row."""

    name: str
    fields: tuple[str, ...]
    """All that its body may hold, in the order in which a refusal lists them."""
    required: frozenset[str]
    names_unknown: Literal["service", "list", "schema"] = "service"
    """How it refuses an unknown field: both a service's way and a list's are told word for word by callers. Of Core no
    such text is known, it is held to Bedrock's schema checker."""
    fit: Fit = editable
    formats: tuple[str, ...] = FORMATS
    highest_seed: int = HIGHEST_SEED
    modes: tuple[str, ...] = ()
    """What its `mode` may say."""
    creativity: Range = (0.1, 1.0)
    usual: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Defaults of the amounts."""


def _service(
    name: str, required: str, optional: str, usual: Mapping[str, float] = MappingProxyType({}), **facts: Any
) -> Service:
    needed = required.split()
    fields = (*needed, *optional.split())
    return Service(name, fields, frozenset(needed), usual=MappingProxyType(dict(usual)), **facts)


_LOOK = "negative_prompt seed output_format style_preset"
_CORE = _service(
    "stable-image-core",
    "prompt",
    "negative_prompt seed output_format aspect_ratio",
    names_unknown="schema",
    formats=FORMATS_OF_TEXT,
    highest_seed=HIGHEST_SEED_OF_TEXT,
)
_ULTRA = _service(
    "stable-image-ultra",
    "prompt",
    "negative_prompt mode strength seed output_format image aspect_ratio",
    names_unknown="list",
    fit=any_size,
    formats=FORMATS_OF_TEXT,
    highest_seed=HIGHEST_SEED_OF_TEXT,
    modes=(TEXT,),
    usual={"strength": 0.35},
)
_SD35 = _service(
    "sd3-5-large",
    "prompt",
    "negative_prompt mode strength seed output_format image aspect_ratio",
    names_unknown="list",
    fit=wide_enough,
    modes=(TEXT, PICTURE),
)
_CONTROL = {"control_strength": 0.7}
_SERVICES = (
    _service("remove-background", "image", "output_format"),
    _service("inpaint", "image prompt", f"mask grow_mask {_LOOK}"),
    _service(
        "outpaint",
        "image",
        "prompt left right up down creativity seed output_format style_preset",
        usual={"creativity": 0.5},
    ),
    _service("search-replace", "image prompt search_prompt", f"grow_mask {_LOOK}"),
    _service("search-recolor", "image prompt select_prompt", f"grow_mask {_LOOK}"),
    _service("erase-object", "image", "mask grow_mask seed output_format"),
    _service("control-sketch", "image prompt", f"control_strength {_LOOK}", _CONTROL),
    _service("control-structure", "image prompt", f"control_strength {_LOOK}", _CONTROL),
    _service("style-guide", "image prompt", f"aspect_ratio fidelity {_LOOK}", usual={"fidelity": 0.5}),
    _service(
        "style-transfer",
        "init_image style_image",
        "prompt negative_prompt seed output_format composition_fidelity style_strength change_strength",
        usual={"composition_fidelity": 0.9, "style_strength": 1.0, "change_strength": 0.9},
    ),
    _service(
        "conservative-upscale",
        "image prompt",
        "creativity negative_prompt seed output_format",
        creativity=(0.1, 0.5),
        usual={"creativity": 0.35},
    ),
    # The guide lists output_format among what is required, gives it a default, and leaves it out of its examples.
    _service("fast-upscale", "image", "output_format", fit=fast_enlarged),
    _service(
        "creative-upscale",
        "image prompt",
        f"creativity {_LOOK}",
        fit=creatively_enlarged,
        creativity=(0.1, 0.5),
        usual={"creativity": 0.3},
    ),
)


def _named(model: str) -> Service:
    """The row whose name the model's id ends with."""
    return next(service for service in _SERVICES if model.removesuffix("-v1:0").endswith(service.name))


SERVICES: Mapping[str, Service] = MappingProxyType(
    {catalogue.STABLE_IMAGE_CORE: _CORE, catalogue.STABLE_IMAGE_ULTRA: _ULTRA, catalogue.SD35_LARGE: _SD35}
    | {model: _named(model) for model in catalogue.SERVICES}
)
"""Model id → its row."""
