"""The models as data: who serves what, where, until when, at what price and pace. Facts only; no decisions.

Sources: the Amazon Bedrock user guide (model cards, model lifecycle, Titan and Stability parameters, quotas) and the
Bedrock price list, as read on 2026-11-22. Prices are millionths of a USD per picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Engine = Literal["titan", "stability", "cutout"]
ENGINES: tuple[Engine, ...] = ("titan", "stability", "cutout")

PRICES_READ = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class InputLimits:
    """What a model takes as an input picture: PNG or JPEG, up to so many bytes and pixels a side."""

    max_bytes: int
    max_side: int


TITAN_INPUT = InputLimits(max_bytes=5_000_000, max_side=1408)
"""Titan image models page: at most 5 MB and 1,408 x 1,408 pixels."""
CUTOUT_INPUT = InputLimits(max_bytes=20_000_000, max_side=4096)
"""Our own function's: what its 2 GB of memory decode."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model as Bedrock (or our own cutout function) offers it."""

    id: str
    engine: Engine
    tasks: frozenset[str]
    regions: tuple[str, ...] = ()
    """Where it can be called in-Region. Empty: wherever the deployment is (our own function)."""
    launched: date | None = None
    legacy: date | None = None
    ends: date | None = None
    prices: Mapping[str, int] = field(default_factory=dict)
    """Price per picture in millionths of a USD, by size tier."""
    requests_per_minute: int | None = None
    inputs: InputLimits = TITAN_INPUT
    repeatable: bool = False
    """A call may be made again after a crash without being paid twice."""


TITAN_V1 = Model(
    id="amazon.titan-image-generator-v1",
    engine="titan",
    tasks=frozenset({"TEXT_IMAGE"}),
    regions=("us-east-1", "us-west-2"),
    legacy=date(2025, 1, 31),
    ends=date(2025, 8, 15),
    prices=MappingProxyType({"512": 8_000, "1024": 10_000, "512-premium": 10_000, "1024-premium": 12_000}),
    requests_per_minute=60,
)
TITAN_V2 = Model(
    id="amazon.titan-image-generator-v2:0",
    engine="titan",
    tasks=frozenset({"TEXT_IMAGE", "BACKGROUND_REMOVAL"}),
    regions=("us-east-1", "us-west-2"),
    launched=date(2024, 8, 6),
    legacy=date(2025, 12, 30),
    ends=date(2026, 6, 30),
    prices=TITAN_V1.prices,
    requests_per_minute=60,
)
STABLE_IMAGE_CORE = Model(
    id="stability.stable-image-core-v1:1",
    engine="stability",
    tasks=frozenset({"TEXT_IMAGE"}),
    regions=("us-west-2",),
    prices=MappingProxyType({"any": 40_000}),
    requests_per_minute=90,
)
CUTOUT = Model(
    id="darkroom.cutout-u2netp-v1",
    engine="cutout",
    tasks=frozenset({"BACKGROUND_REMOVAL"}),
    prices=MappingProxyType({"any": 20}),
    inputs=CUTOUT_INPUT,
    repeatable=True,
)

MODELS: Mapping[str, Model] = MappingProxyType(
    {model.id: model for model in (TITAN_V1, TITAN_V2, STABLE_IMAGE_CORE, CUTOUT)}
)

DEFAULT_MODELS: Mapping[tuple[Engine, str], Model] = MappingProxyType(
    {
        ("titan", "TEXT_IMAGE"): TITAN_V2,
        ("titan", "BACKGROUND_REMOVAL"): TITAN_V2,
        ("stability", "TEXT_IMAGE"): STABLE_IMAGE_CORE,
        ("cutout", "BACKGROUND_REMOVAL"): CUTOUT,
    }
)
"""Which model an engine uses for a task when the request names none of its own."""

TITAN_SIZES: Mapping[tuple[int, int], str] = MappingProxyType(
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
