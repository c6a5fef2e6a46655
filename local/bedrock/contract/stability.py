"""Stable Image Core 1.0: what a request may say, and the reply. One picture a call.

Written from the Bedrock user guide, "Stable Image Core request and response". Knows no HTTP.
"""

from __future__ import annotations

import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from local.bedrock.contract.schema import Fields
from local.bedrock.moderation import flags, kept
from local.bedrock.pictures import Wish, develop, encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.bedrock.contract.conditions import Conditions

LONGEST_PROMPT = 10_000
HIGHEST_SEED = 4_294_967_295
NEUTRAL_GUIDANCE = 7.0
"""Core has no cfgScale; the scene takes the middle of Titan's range."""

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
FORMATS = ("jpeg", "png")


def answer(_model: str, body: bytes, conditions: Conditions) -> dict[str, Any]:
    """The reply's JSON to one call. What the filter stops is an HTTP 200 with a reason and no picture.

    Raises:
        BedrockError: ValidationException, for what the contract refuses.
    """
    fields = Fields.parse(body)
    prompt = fields.text("prompt", longest=LONGEST_PROMPT, required=True) or ""
    negative = fields.text("negative_prompt", longest=LONGEST_PROMPT) or ""
    width, height = SIZES[fields.choice("aspect_ratio", SIZES) or "1:1"]
    suffix = fields.choice("output_format", FORMATS) or "png"
    seed = fields.whole("seed", 0, HIGHEST_SEED) or _any_seed()
    fields.finish()
    if conditions.spoil == "blocked" or flags(prompt):
        return {"finish_reasons": ["Filter reason: prompt"]}
    if conditions.spoil == "partial" or not kept(1, prompt):
        return {"finish_reasons": ["Filter reason: output image"]}
    wish = Wish(prompt, negative, width, height, seed, guidance=NEUTRAL_GUIDANCE, suffix=suffix)
    return {"seeds": [seed], "finish_reasons": [None], "images": [encoded(develop(wish, fast=conditions.fast))]}


def _any_seed() -> int:
    """A seed for a request that names none, or 0. It is told in the reply, so that the picture can be had again."""
    return secrets.randbelow(HIGHEST_SEED) + 1
