"""The models as data: who serves what, where, until when, at what price and pace. Facts only; no decisions.

Sources: the Amazon Bedrock user guide (model cards, model lifecycle, Titan and Stability parameters, quotas) and the
Bedrock price list, as read on 2026-11-22. Prices are millionths of a USD per picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from functions.darkroom import contracts
from functions.darkroom.contracts import InputLimits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.darkroom.contracts import Contract

Engine = Literal["titan", "stability", "cutout"]
ENGINES: tuple[Engine, ...] = ("titan", "stability", "cutout")

PRICES_READ = date(2026, 11, 22)


CUTOUT_INPUT = InputLimits(max_bytes=20_000_000, max_side=4096, looked_into=False)
"""Our own function's: what its 2 GB of memory decode. It looks into the picture itself, at no cost."""

INVOKE_BYTES = 25_000_000
"""The largest InvokeModel request body (Bedrock runtime API reference, InvokeModel)."""


@dataclass(frozen=True, slots=True, eq=False)  # a model is itself: its id tells it apart
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
    inputs: InputLimits = contracts.TITAN_V2.inputs
    seeded: frozenset[str] = frozenset()
    """Tasks for which it takes a seed."""
    contract: Contract | None = None
    """Its published request body, where that is Titan's language."""
    repeatable: bool = False
    """A call may be made again after a crash without being paid twice."""


def _amazon(contract: Contract, *, regions: tuple[str, ...], prices: dict[str, int], **facts: Any) -> Model:
    return Model(
        id=contract.id,
        engine="titan",
        tasks=contract.tasks,
        regions=regions,
        prices=MappingProxyType(prices),
        inputs=contract.inputs,
        seeded=contract.seeded,
        contract=contract,
        **facts,
    )


TITAN_PRICES = {"512": 8_000, "1024": 10_000, "512-premium": 10_000, "1024-premium": 12_000}
TITAN_V1 = _amazon(
    contracts.TITAN_V1,
    regions=("us-east-1", "us-west-2"),
    prices=TITAN_PRICES,
    requests_per_minute=60,
    legacy=date(2025, 1, 31),
    ends=date(2025, 8, 15),
)
TITAN_V2 = _amazon(
    contracts.TITAN_V2,
    regions=("us-east-1", "us-west-2"),
    prices=TITAN_PRICES,
    requests_per_minute=60,
    launched=date(2024, 8, 6),
    legacy=date(2025, 12, 30),
    ends=date(2026, 6, 30),
)
NOVA_CANVAS = _amazon(
    contracts.NOVA_CANVAS,
    regions=("us-east-1", "eu-west-1", "ap-northeast-1"),
    prices={"1024": 40_000, "1024-premium": 60_000, "2048": 60_000, "2048-premium": 80_000},
    requests_per_minute=100,
    legacy=date(2026, 3, 30),
    ends=date(2026, 9, 30),
)
STABLE_IMAGE_CORE = Model(
    id="stability.stable-image-core-v1:1",
    engine="stability",
    tasks=frozenset({"TEXT_IMAGE"}),
    regions=("us-west-2",),
    prices=MappingProxyType({"any": 40_000}),
    requests_per_minute=90,
    seeded=frozenset({"TEXT_IMAGE"}),
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
    {model.id: model for model in (TITAN_V1, TITAN_V2, NOVA_CANVAS, STABLE_IMAGE_CORE, CUTOUT)}
)
MAX_INPUT_BYTES = max(model.inputs.max_bytes for model in MODELS.values())
"""No model takes a larger picture."""

DEFAULT_MODELS: Mapping[tuple[Engine, str], Model] = MappingProxyType(
    {("titan", task): TITAN_V2 for task in sorted(TITAN_V2.tasks)}
    | {("stability", "TEXT_IMAGE"): STABLE_IMAGE_CORE, ("cutout", "BACKGROUND_REMOVAL"): CUTOUT}
)
"""Which model an engine uses for a task when the request names none of its own."""


def region_for(model: Model, regions: Sequence[str]) -> str | None:
    """Where a model is called: the first allowed Region that has it; None where none has, or it is our own."""
    return next((region for region in regions if region in model.regions), None)
