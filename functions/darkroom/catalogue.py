"""The models as data: who serves what, where, until when, at what price and pace. Facts only; no decisions.

Sources: the Amazon Bedrock user guide (model cards, model lifecycle, Titan and Stability parameters, quotas) and the
Bedrock price list, as read on 2026-11-22. Prices are millionths of a USD per picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from functions.darkroom import contracts
from functions.darkroom.contracts import InputLimits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.darkroom.contracts import Contract

Engine = Literal["titan", "stability", "cutout"]
ENGINES: tuple[Engine, ...] = ("titan", "stability", "cutout")

PRICES_READ = date(2026, 11, 22)
"""When every price here was last compared with its source."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one picture costs, in millionths of a USD, and who says so."""

    told: int
    source: str
    others: tuple[int, ...] = ()
    """What other sources say. While they disagree, the highest is reserved and counted."""
    read: date = PRICES_READ

    @property
    def amount(self) -> int:
        """What is reserved and counted."""
        return max(self.told, *self.others) if self.others else self.told

    @property
    def is_disputed(self) -> bool:
        """Whether sources disagree."""
        return any(other != self.told for other in self.others)


PRICE_LIST = "Amazon Bedrock price list"


CUTOUT_INPUT = InputLimits(max_bytes=20_000_000, max_side=4096, looked_into=False)
"""Our own function's: what its 2 GB of memory decode. It looks into the picture itself, at no cost."""

INVOKE_BYTES = 25_000_000
"""The largest InvokeModel request body (Bedrock runtime API reference, InvokeModel)."""


class Charges(NamedTuple):
    """What is counted as charged when a call does not bring all that it should. Pictures that came always are."""

    blocked: bool
    """A call that the content filters refused."""
    unknown: bool
    """A call that was sent and never answered."""


BEDROCK_CHARGES = Charges(blocked=False, unknown=True)
"""No provider publishes either. A refusal brings no picture, and Bedrock bills by the picture; a call without an answer
may have been drawn, so it is counted."""
OWN_CHARGES = Charges(blocked=False, unknown=False)
"""Our own function: a call that is made again costs what a call costs, which is next to nothing."""


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
    prices: Mapping[str, Price] = field(default_factory=dict)
    """Price per picture, by size tier."""
    charges: Charges = BEDROCK_CHARGES
    requests_per_minute: int | None = None
    """The quota that AWS lists; the account's own may be another."""
    inputs: InputLimits = contracts.TITAN_V2.inputs
    seeded: frozenset[str] = frozenset()
    """Tasks for which it takes a seed."""
    contract: Contract | None = None
    """Its published request body, where that is Titan's language."""
    repeatable: bool = False
    """A call may be made again after a crash without being paid twice."""


def _amazon(contract: Contract, *, regions: tuple[str, ...], prices: dict[str, Price], **facts: Any) -> Model:
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


TITAN_PRICES = {
    "512": Price(8_000, PRICE_LIST),
    "1024": Price(10_000, PRICE_LIST, others=(8_000,)),  # cost tables of gateways have one price for both sizes
    "512-premium": Price(10_000, "derived: no source at hand names it", others=(12_000,)),
    "1024-premium": Price(12_000, PRICE_LIST, others=(10_000,)),
}
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
    prices={
        "1024": Price(40_000, PRICE_LIST),
        "1024-premium": Price(60_000, PRICE_LIST),
        "2048": Price(60_000, PRICE_LIST),
        "2048-premium": Price(80_000, PRICE_LIST),
    },
    requests_per_minute=100,
    legacy=date(2026, 3, 30),
    ends=date(2026, 9, 30),
)
STABLE_IMAGE_CORE = Model(
    id="stability.stable-image-core-v1:1",
    engine="stability",
    tasks=frozenset({"TEXT_IMAGE"}),
    regions=("us-west-2",),
    prices=MappingProxyType({"any": Price(40_000, PRICE_LIST)}),
    requests_per_minute=90,
    seeded=frozenset({"TEXT_IMAGE"}),
)
CUTOUT = Model(
    id="darkroom.cutout-u2netp-v1",
    engine="cutout",
    tasks=frozenset({"BACKGROUND_REMOVAL"}),
    prices=MappingProxyType({"any": Price(20, "AWS Lambda price list: half a second of 2 GB")}),
    inputs=CUTOUT_INPUT,
    charges=OWN_CHARGES,
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
