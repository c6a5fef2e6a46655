"""Reads the fields of every task into an order, noting all that the model would not take. The limits are a table's."""

from __future__ import annotations

import re
import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from local.bedrock.contract import limits as table
from local.bedrock.contract.schema import Fields
from local.bedrock.contract.sources import read_mask, read_source, read_sources
from local.bedrock.orders import Order, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.contract.limits import Limits

    type Reader = Callable[[Fields, Limits], dict[str, Any]]

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def read_order(fields: Fields, task: str, limits: Limits) -> Order:
    """Everything that the body says, with the defaults where it is silent.

    Raises:
        BedrockError: ValidationException naming every violation.
    """
    params = fields.part(table.PARAMS[task], required=True)
    read: dict[str, Any] = {}
    if params:
        read = READERS[task](params, limits)
        if task != "BACKGROUND_REMOVAL":
            read |= _read_texts(params, task, limits)
    settings = Settings() if task == "BACKGROUND_REMOVAL" else _read_settings(fields, task, limits)
    fields.finish()
    return Order(task=task, settings=settings, **read)


def _read_texts(params: Fields, task: str, limits: Limits) -> dict[str, Any]:
    longest = limits.longest_text
    text = params.text("text", longest=longest, shortest=1, required=task not in limits.text_optional)
    negative = params.text("negativeText", longest=longest, shortest=1)
    return {"text": text or "", "negative": negative or ""}


def _read_generation(params: Fields, limits: Limits) -> dict[str, Any]:
    read: dict[str, Any] = {}
    if limits.styles:
        read["style"] = params.choice("style", limits.styles) or ""
    if limits.conditioning:
        read |= _read_condition(params, limits)
    return read


def _read_condition(params: Fields, limits: Limits) -> dict[str, Any]:
    mode = params.choice("controlMode", table.CONTROL_MODES)
    strength = params.number("controlStrength", 0.0, 1.0)
    if not params.has("conditionImage"):
        for name in ("controlMode", "controlStrength"):
            if params.has(name):
                params.refuse(name, "requires conditionImage")
        return {}
    image = read_source(params, "conditionImage", limits.source, limits.source_bytes)
    return {
        "images": (image,),
        "control": mode or "CANNY_EDGE",
        "control_strength": table.USUAL_CONTROL if strength is None else strength,
    }


def _read_colours(params: Fields, limits: Limits) -> dict[str, Any]:
    colours = params.texts("colors", most=table.MOST_COLOURS, required=True)
    for place, colour in colours:
        if not _COLOUR.fullmatch(colour):
            params.refuse(place, f"string [{colour[:64]}] does not match pattern #RRGGBB")
    read: dict[str, Any] = {"colours": tuple(colour.lower() for _, colour in colours)}
    if params.has("referenceImage"):
        read["images"] = (read_source(params, "referenceImage", limits.source, limits.source_bytes),)
    return read


def _read_variation(params: Fields, limits: Limits) -> dict[str, Any]:
    images = read_sources(params, "images", table.MOST_IMAGES, limits.variation_source, limits.source_bytes)
    similarity = params.number("similarityStrength", *table.SIMILARITY)
    return {"images": images, "similarity": table.USUAL_SIMILARITY if similarity is None else similarity}


def _read_inpainting(params: Fields, limits: Limits) -> dict[str, Any]:
    image = read_source(params, "image", limits.source, limits.source_bytes)
    mask_prompt = params.text("maskPrompt", longest=limits.longest_text, shortest=1)
    mask = None
    if params.has("maskImage"):
        size = image.pixels.shape[1::-1] if image else None
        mask = read_mask(params, "maskImage", size, limits)
    if params.has("maskPrompt") is params.has("maskImage"):
        params.refuse("", "exactly one of maskPrompt and maskImage is required")
    return {
        "images": (image,),
        "mask": mask,
        "mask_prompt": mask_prompt or "",
        "returns_mask": limits.returns_masks and params.flag("returnMask"),
    }


def _read_outpainting(params: Fields, limits: Limits) -> dict[str, Any]:
    mode = params.choice("outPaintingMode", table.OUTPAINTING_MODES)
    return _read_inpainting(params, limits) | {"precise": mode == "PRECISE"}


def _read_removal(params: Fields, limits: Limits) -> dict[str, Any]:
    return {"images": (read_source(params, "image", limits.source, limits.source_bytes),)}


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "TEXT_IMAGE": _read_generation,
        "COLOR_GUIDED_GENERATION": _read_colours,
        "IMAGE_VARIATION": _read_variation,
        "INPAINTING": _read_inpainting,
        "OUTPAINTING": _read_outpainting,
        "BACKGROUND_REMOVAL": _read_removal,
    }
)


def _read_settings(fields: Fields, task: str, limits: Limits) -> Settings:
    config = fields.part("imageGenerationConfig") or Fields({})
    quality = config.choice("quality", table.QUALITIES)
    cfg_scale = config.number("cfgScale", *table.CFG_SCALE)
    seed = config.whole("seed", 0, table.HIGHEST_SEED) if task in limits.seeded else None
    if seed is None:
        seed = limits.default_seed if task in limits.seeded else secrets.randbelow(table.HIGHEST_SEED)
    return Settings(
        count=config.whole("numberOfImages", 1, table.MOST_IMAGES) or 1,
        seed=seed,
        drawn_seed=task not in limits.seeded,
        guidance=limits.default_cfg_scale if cfg_scale is None else cfg_scale,
        detailed=quality == "premium",
        size=_read_size(config, limits) if task in limits.sized else table.USUAL_SIZE,
    )


def _read_size(config: Fields, limits: Limits) -> tuple[int, int]:
    width, height = config.whole("width", 1, 4096), config.whole("height", 1, 4096)
    said = config.has("width"), config.has("height")
    if not any(said):
        return table.USUAL_SIZE
    if not limits.both_sides:
        width, height = width if said[0] else 1024, height if said[1] else 1024
    if width is None or height is None:
        config.refuse("", f"width {width} and height {height} are not a supported size")
    elif why := limits.size(width, height):
        config.refuse("", why)
    return width or 1024, height or 1024
