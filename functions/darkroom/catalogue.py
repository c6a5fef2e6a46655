"""The models as data: who serves what, where, until when, at what price and pace. Facts only; no decisions.

Sources: the Amazon Bedrock user guide (model cards, model lifecycle, Titan and Stability parameters, quotas) and the
Bedrock price list, as read on 2026-11-22. Prices are millionths of a USD per picture.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from functions.darkroom import contracts
from functions.darkroom.contracts import InputLimits
from functions.darkroom.model import OWN_CHARGES, Model, Price

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.darkroom.contracts import Contract
    from functions.darkroom.model import Engine

PRICE_LIST = "Amazon Bedrock price list"

CUTOUT_INPUT = InputLimits(max_bytes=20_000_000, max_side=4096, looked_into=False)
"""Our own function's: what its 2 GB of memory decode. It looks into the picture itself, at no cost."""

INVOKE_BYTES = 25_000_000
"""The largest InvokeModel request body (Bedrock runtime API reference, InvokeModel)."""


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
STABILITY_INPUT = InputLimits(
    max_bytes=18_750_000,  # the guide names no bound of its own: this much fits into a body, as base64
    max_side=4857,  # follows from the two below
    min_side=64,
    max_ratio=2.5,
    below_pixels=9_437_184 + 1,
)
"""Stability's editing services: sides of 64 pixels and more, at most 9,437,184 pixels, between 1:2.5 and 2.5:1."""
DRAWING = contracts.PAINTING | {"TEXT_IMAGE", "IMAGE_VARIATION", "COLOR_GUIDED_GENERATION"}


def _stability(name: str, tasks: set[str], price: Price, per_minute: int, **facts: Any) -> Model:
    return Model(
        id=f"stability.{name}",
        engine="stability",
        tasks=frozenset(tasks),
        prices=MappingProxyType({"any": price}),
        requests_per_minute=per_minute,
        inputs=STABILITY_INPUT,
        seeded=frozenset(tasks) & DRAWING,
        **facts,
    )


def _drawing(name: str, tasks: set[str], price: Price, per_minute: int) -> Model:
    """One of the models that draw from a prompt, in us-west-2 alone."""
    return _stability(name, tasks, price, per_minute, regions=("us-west-2",))


def _service(name: str, tasks: set[str], dollars: float, per_minute: int = 20) -> Model:
    """One of the editing services: only by its inference profile, which is answered in any of three Regions.

    The quota is the cross-Region one, which is the profile's.
    """
    regions = ("us-west-2", "us-east-1", "us-east-2")
    price = Price(round(dollars * 1_000_000), GATEWAYS)
    return _stability(name, tasks, price, per_minute, regions=regions, profile="us")


GATEWAYS = "price table of LiteLLM 1.109.1, which names the Bedrock pricing page"
STABLE_IMAGE_CORE = _drawing(
    "stable-image-core-v1:1", {"TEXT_IMAGE", "COLOR_GUIDED_GENERATION"}, Price(40_000, PRICE_LIST), 90
)
STABLE_IMAGE_ULTRA = _drawing(
    "stable-image-ultra-v1:1", {"TEXT_IMAGE", "IMAGE_VARIATION"}, Price(140_000, GATEWAYS, others=(80_000,)), 10
)
SD_35_LARGE = _drawing(
    "sd3-5-large-v1:0", {"TEXT_IMAGE", "IMAGE_VARIATION"}, Price(80_000, GATEWAYS, others=(65_000,)), 15
)
REMOVE_BACKGROUND = _service("stable-image-remove-background-v1:0", {"BACKGROUND_REMOVAL"}, 0.07)
INPAINT = _service("stable-image-inpaint-v1:0", {"INPAINTING", "OUTPAINTING"}, 0.07)
ERASE_OBJECT = _service("stable-image-erase-object-v1:0", {"INPAINTING"}, 0.07)
SEARCH_REPLACE = _service("stable-image-search-replace-v1:0", {"INPAINTING"}, 0.07)
OUTPAINT = _service("stable-outpaint-v1:0", {"OUTPAINTING"}, 0.06, 4)
CONTROL_STRUCTURE = _service("stable-image-control-structure-v1:0", {"TEXT_IMAGE"}, 0.07)
CONTROL_SKETCH = _service("stable-image-control-sketch-v1:0", {"TEXT_IMAGE"}, 0.07)
STYLE_GUIDE = _service("stable-image-style-guide-v1:0", {"IMAGE_VARIATION"}, 0.07)
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
    {
        model.id: model
        for model in (
            TITAN_V1, TITAN_V2, NOVA_CANVAS,
            STABLE_IMAGE_CORE, STABLE_IMAGE_ULTRA, SD_35_LARGE,
            REMOVE_BACKGROUND, INPAINT, ERASE_OBJECT, SEARCH_REPLACE, OUTPAINT, CONTROL_STRUCTURE, CONTROL_SKETCH,
            STYLE_GUIDE,
            CUTOUT,
        )
    }
)  # fmt: skip
MAX_INPUT_BYTES = max(model.inputs.max_bytes for model in MODELS.values())
"""No model takes a larger picture."""

DEFAULT_MODELS: Mapping[tuple[Engine, str], Model] = MappingProxyType(
    {("titan", task): TITAN_V2 for task in sorted(TITAN_V2.tasks)}
    | {
        ("stability", "TEXT_IMAGE"): STABLE_IMAGE_CORE,
        ("stability", "COLOR_GUIDED_GENERATION"): STABLE_IMAGE_CORE,
        ("stability", "IMAGE_VARIATION"): SD_35_LARGE,
        ("stability", "INPAINTING"): INPAINT,
        ("stability", "OUTPAINTING"): INPAINT,
        ("stability", "BACKGROUND_REMOVAL"): REMOVE_BACKGROUND,
        ("cutout", "BACKGROUND_REMOVAL"): CUTOUT,
    }
)
"""Which model an engine uses for a task, unless the request names one or asks for what another does: `successors`."""


def by_id(model_id: str | None) -> Model | None:
    """The model that somebody means: by its own id, by its inference profile's, or by an ARN of either."""
    name = (model_id or "").rpartition("/")[2] if (model_id or "").startswith("arn:") else model_id or ""
    return MODELS.get(name) or MODELS.get(name.removeprefix("us."))


def region_for(model: Model, regions: Sequence[str]) -> str | None:
    """Where a model is called: the first allowed Region that has it; None where none has, or it is our own.

    Where an inference profile spans several Regions, all of them have to be allowed: any may see the picture.
    """
    if not set(model.answered_in) <= set(regions):
        return None
    return next((region for region in regions if region in model.regions), None)
