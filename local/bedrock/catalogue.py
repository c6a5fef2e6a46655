"""The models as AWS published them: ids, names, Regions, the way to each, and the dates of their decline. Data only.

Written from the Bedrock user guide (model cards, the lifecycle page, image services; read 2026-11-22), independently of
the product's own catalogue: tests compare the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TITAN_V1 = "amazon.titan-image-generator-v1"
TITAN_V2 = "amazon.titan-image-generator-v2:0"
NOVA_CANVAS = "amazon.nova-canvas-v1:0"
STABLE_IMAGE_CORE = "stability.stable-image-core-v1:1"
STABLE_IMAGE_ULTRA = "stability.stable-image-ultra-v1:1"
SD35_LARGE = "stability.sd3-5-large-v1:0"

AMAZON, STABILITY = "Amazon", "Stability AI"
GEOGRAPHY = "us."
"""What an inference profile's id puts before its model's id."""
PROFILE_REGIONS = ("us-east-1", "us-east-2", "us-west-2")
"""From where the geography's profiles can be called, and where they send what they get."""
_VIRGINIA_OREGON = frozenset({"us-east-1", "us-west-2"})
_OREGON = frozenset({"us-west-2"})


@dataclass(frozen=True, slots=True)
class Model:
    """One foundation model."""

    id: str
    name: str
    provider: str
    regions: frozenset[str]
    """Where it can be called: in-Region, or through its profile."""
    legacy: date = date.max
    ends: date = date.max
    launched: date | None = None
    through_profile: bool = False
    """Its own id is refused; the profile of its geography is the only way to it."""
    takes_pictures: bool = True
    tunable: bool = False
    price: str = ""
    """USD a picture, as an offer of AWS Marketplace states it. Amazon's models have no offer."""

    @property
    def profile(self) -> str:
        """The id of its inference profile."""
        return GEOGRAPHY + self.id

    @property
    def needs_agreement(self) -> bool:
        """Whether it is sold through AWS Marketplace."""
        return self.provider != AMAZON


def _stability(model: str, name: str, price: str, *, takes_pictures: bool = True) -> Model:
    return Model(model, name, STABILITY, _OREGON, takes_pictures=takes_pictures, price=price)


def _service(name: str, title: str, price: str) -> Model:
    """One of the thirteen image services, which only the profile leads to."""
    return Model(
        f"stability.{name}-v1:0",
        f"Stable Image {title}",
        STABILITY,
        frozenset(PROFILE_REGIONS),
        through_profile=True,
        price=price,
    )


def _by_id(models: Iterable[Model]) -> Mapping[str, Model]:
    return MappingProxyType({model.id: model for model in models})


MODELS: Mapping[str, Model] = _by_id(
    (
        Model(
            TITAN_V1,
            "Titan Image Generator G1",
            AMAZON,
            _VIRGINIA_OREGON,
            legacy=date(2025, 1, 31),
            ends=date(2025, 8, 15),
            tunable=True,
        ),
        Model(
            TITAN_V2,
            "Titan Image Generator G1 v2",
            AMAZON,
            _VIRGINIA_OREGON,
            legacy=date(2025, 12, 30),
            ends=date(2026, 6, 30),
            launched=date(2024, 8, 6),
            tunable=True,
        ),
        Model(
            NOVA_CANVAS,
            "Nova Canvas",
            AMAZON,
            frozenset({"us-east-1", "eu-west-1", "ap-northeast-1"}),
            legacy=date(2026, 3, 30),
            ends=date(2026, 9, 30),
        ),
        _stability(STABLE_IMAGE_CORE, "Stable Image Core 1.0", "0.04", takes_pictures=False),
        _stability(STABLE_IMAGE_ULTRA, "Stable Image Ultra 1.0", "0.14"),
        _stability(SD35_LARGE, "Stable Diffusion 3.5 Large", "0.08"),
        _service("stable-image-remove-background", "Remove Background", "0.07"),
        _service("stable-image-inpaint", "Inpaint", "0.07"),
        _service("stable-outpaint", "Outpaint", "0.06"),
        _service("stable-image-search-replace", "Search and Replace", "0.07"),
        _service("stable-image-search-recolor", "Search and Recolor", "0.07"),
        _service("stable-image-erase-object", "Erase Object", "0.07"),
        _service("stable-image-control-sketch", "Control Sketch", "0.07"),
        _service("stable-image-control-structure", "Control Structure", "0.07"),
        _service("stable-image-style-guide", "Style Guide", "0.07"),
        _service("stable-style-transfer", "Style Transfer", "0.08"),
        _service("stable-conservative-upscale", "Conservative Upscale", "0.40"),
        _service("stable-fast-upscale", "Fast Upscale", "0.03"),
        _service("stable-creative-upscale", "Creative Upscale", "0.60"),
    )
)
SERVICES = tuple(model.id for model in MODELS.values() if model.through_profile)
"""One agreement covers all of them."""


def known(name: str) -> Model:
    """The model that a person names, by its own id or its profile's.

    Raises:
        ValueError: when there is none.
    """
    model = MODELS.get(name.removeprefix(GEOGRAPHY))
    if model is None or (name != model.id and not model.through_profile):
        raise ValueError(f"unknown model {name!r}; the emulator has {', '.join(MODELS)}")
    return model
