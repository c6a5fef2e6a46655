"""Amazon Titan Image Generator G1, v1 and v2: what a request may say, and the reply.

Written from the Bedrock user guide, "Amazon Titan Image Generator G1 models" (parameters, sizes, errors). Knows no
HTTP, and not the product whose requests it judges.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from local.bedrock.contract.schema import Fields
from local.bedrock.errors import OUTPUT_BLOCKED, PROMPT_BLOCKED, invalid
from local.bedrock.lifecycle import TITAN_V1, TITAN_V2
from local.bedrock.moderation import flags
from local.bedrock.pictures import Wish, cut_out, develop, encoded
from local.bedrock.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.bedrock.faults import Spoil

LONGEST_TEXT = 512
HIGHEST_SEED = 2_147_483_646
DEFAULT_SEED = 42
DEFAULT_CFG_SCALE = 8.0
DEFAULT_SIZE = (1024, 1024)
"""When neither side is given. The guide prints 1408 for each, a pair that its own table of sizes does not have."""

SIZES = frozenset(
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
"""The 25 width x height pairs."""

PARAMS: Mapping[str, str] = MappingProxyType(
    {
        "TEXT_IMAGE": "textToImageParams",
        "INPAINTING": "inPaintingParams",
        "OUTPAINTING": "outPaintingParams",
        "IMAGE_VARIATION": "imageVariationParams",
        "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams",
        "BACKGROUND_REMOVAL": "backgroundRemovalParams",
    }
)
TASKS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        TITAN_V1: frozenset({"TEXT_IMAGE", "INPAINTING", "OUTPAINTING", "IMAGE_VARIATION"}),
        TITAN_V2: frozenset(PARAMS),
    }
)
EMULATED = frozenset({"TEXT_IMAGE", "BACKGROUND_REMOVAL"})
CONDITIONING = ("conditionImage", "controlMode", "controlStrength")


def answer(model: str, body: bytes, spoil: Spoil | None) -> dict[str, Any]:
    """The reply's JSON to one call.

    Raises:
        BedrockError: ValidationException, for what the contract or the content filter refuses.
    """
    fields = Fields.parse(body)
    task = fields.choice("taskType", TASKS[model], required=True)
    if task is None:
        fields.finish()
        raise AssertionError("a missing taskType was not refused")
    if task not in EMULATED:
        raise _not_emulated(task)
    images = _removed(fields, spoil) if task == "BACKGROUND_REMOVAL" else _drawn(model, fields, spoil)
    return _reply(images, spoil)


def _reply(images: list[bytes], spoil: Spoil | None) -> dict[str, Any]:
    kept = images[:-1] if spoil == "partial" else images
    return {"images": [encoded(image) for image in kept], "error": OUTPUT_BLOCKED if spoil == "partial" else None}


def _removed(fields: Fields, spoil: Spoil | None) -> list[bytes]:
    params = fields.part(PARAMS["BACKGROUND_REMOVAL"], required=True)
    image = read_source(params, "image") if params else None
    fields.finish()
    if spoil == "blocked":
        raise invalid(PROMPT_BLOCKED)
    return [cut_out(image)] if image else []


def _drawn(model: str, fields: Fields, spoil: Spoil | None) -> list[bytes]:
    params = fields.part(PARAMS["TEXT_IMAGE"], required=True)
    text = negative = None
    if params:
        text = params.text("text", longest=LONGEST_TEXT, shortest=1, required=True)
        negative = params.text("negativeText", longest=LONGEST_TEXT, shortest=1)
        _refuse_conditioning(model, params)
    wish, count = _configured(fields, text or "", negative or "")
    fields.finish()
    if spoil == "blocked" or flags(text):
        raise invalid(PROMPT_BLOCKED)
    return [develop(wish.at(index)) for index in range(count)]


def _configured(fields: Fields, text: str, negative: str) -> tuple[Wish, int]:
    config = fields.part("imageGenerationConfig") or Fields({})
    count = config.whole("numberOfImages", 1, 5) or 1
    quality = config.choice("quality", ("standard", "premium"))
    cfg_scale = config.number("cfgScale", 1.1, 10.0)
    seed = config.whole("seed", 0, HIGHEST_SEED)
    width, height = _size(config)
    wish = Wish(
        text=text,
        negative=negative,
        width=width,
        height=height,
        seed=DEFAULT_SEED if seed is None else seed,
        guidance=DEFAULT_CFG_SCALE if cfg_scale is None else cfg_scale,
        detailed=quality == "premium",
    )
    return wish, count


def _size(config: Fields) -> tuple[int, int]:
    width = config.whole("width", 1, 4096)
    height = config.whole("height", 1, 4096)
    if not config.has("width") and not config.has("height"):
        return DEFAULT_SIZE
    if width is None or height is None or (width, height) not in SIZES:
        config.refuse("", f"width {width} and height {height} are not a supported size")
        return DEFAULT_SIZE
    return width, height


def _refuse_conditioning(model: str, params: Fields) -> None:
    """Conditioning is v2's; v1 does not know its keys, so there they stay extraneous."""
    given = [name for name in CONDITIONING if params.has(name)]
    if given and model == TITAN_V2:
        raise _not_emulated(f"TEXT_IMAGE with {given[0]} (image conditioning)")


def _not_emulated(what: str) -> Exception:
    return invalid(f"{what} is published for this model but not yet emulated by the Darkroom Bedrock emulator.")
