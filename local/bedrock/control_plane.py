"""The part of the `bedrock` service's API that tells whether a model can be called, and makes agreements for it.

What an operation answers, from the emulator's state and the caller's Region. Knows no HTTP; field names and values are
those of the published service model. An offer is emulated: it costs nothing and binds nobody.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from local.bedrock.catalogue import MODELS, PROFILE_REGIONS
from local.bedrock.errors import ENDED, UNKNOWN_MODEL, UNKNOWN_PROFILE, invalid, refusal
from local.bedrock.identifiers import foundation, model_arn, profile_arn, profiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.bedrock.access import Standing
    from local.bedrock.catalogue import Model
    from local.bedrock.invoke import State

FILTERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "byOutputModality": frozenset({"TEXT", "IMAGE", "EMBEDDING"}),
        "byInferenceType": frozenset({"ON_DEMAND", "PROVISIONED", "INFERENCE_PROFILE"}),
        "byCustomizationType": frozenset({"FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"}),
    }
)
TYPES = ("SYSTEM_DEFINED", "APPLICATION")
LARGEST_PAGE = 1000
AGREEMENTS: Mapping[Standing, str] = MappingProxyType(
    {"agreed": "AVAILABLE", "not-agreed": "NOT_AVAILABLE", "pending": "PENDING", "denied": "AVAILABLE"}
)
LICENCES = "https://aws.amazon.com/legal/bedrock/third-party-models/"
_OFFER = "emulated-offer-"


class ControlPlane:
    """The operations over one emulator's state, for a caller in one Region."""

    def __init__(self, state: State, region: str) -> None:
        self._state = state
        self._region = region

    def get_foundation_model(self, identifier: str) -> dict[str, Any]:
        """GetFoundationModel. An ended model is gone."""
        return {"modelDetails": self._told(self._living(foundation(identifier, self._region)))}

    def list_foundation_models(self, filters: Mapping[str, str]) -> dict[str, Any]:
        """ListFoundationModels: what the Region has and lives."""
        for name, values in FILTERS.items():
            if name in filters and filters[name] not in values:
                raise invalid(f"{name} must be one of {', '.join(sorted(values))}")
        here = [model for model in MODELS.values() if self._region in model.regions and self._lives(model)]
        told = [self._told(model) for model in here if _provided(model, filters.get("byProvider", ""))]
        return {"modelSummaries": [one for one in told if _wanted(one, filters)]}

    def get_foundation_model_availability(self, model_id: str) -> dict[str, Any]:
        """GetFoundationModelAvailability: also for a model that only other Regions have."""
        model = MODELS.get(model_id)
        if model is None:
            raise invalid(UNKNOWN_MODEL)
        standing = self._state.access.standing(self._living(model).id)
        denied, here = standing == "denied", self._region in model.regions
        return {
            "modelId": model.id,
            "agreementAvailability": {"status": AGREEMENTS[standing]},
            "authorizationStatus": "NOT_AUTHORIZED" if denied else "AUTHORIZED",
            "entitlementAvailability": "NOT_AVAILABLE" if denied else "AVAILABLE",
            "regionAvailability": "AVAILABLE" if here else "NOT_AVAILABLE",
        }

    def list_inference_profiles(self, query: Mapping[str, str]) -> dict[str, Any]:
        """ListInferenceProfiles, in pages where the caller asks for them. There are none of an application's own."""
        kind, size, start = query.get("type", TYPES[0]), query.get("maxResults", "1000"), query.get("nextToken", "0")
        if kind not in TYPES or not size.isdecimal() or not 1 <= int(size) <= LARGEST_PAGE or not start.isdecimal():
            raise invalid(f"type is one of {', '.join(TYPES)}, maxResults a number from 1 to {LARGEST_PAGE}")
        here = [model for model in MODELS.values() if model.through_profile and self._region in model.regions]
        found = [self._profile(model) for model in here if kind == TYPES[0] and self._lives(model)]
        end = int(start) + int(size)
        page: dict[str, Any] = {"inferenceProfileSummaries": found[int(start) : end]}
        return page | ({"nextToken": str(end)} if end < len(found) else {})

    def get_inference_profile(self, identifier: str) -> dict[str, Any]:
        """GetInferenceProfile, by id or ARN."""
        model = profiled(identifier, self._region)
        if model is None or not self._lives(model):
            raise refusal("ResourceNotFoundException", UNKNOWN_PROFILE)
        return self._profile(model)

    def list_agreement_offers(self, model_id: str) -> dict[str, Any]:
        """ListFoundationModelAgreementOffers: one, of AWS Marketplace; none for Amazon's own models."""
        model = self._living(foundation(model_id, self._region))
        return {"modelId": model.id, "offers": [_offer(model)] if model.needs_agreement else []}

    def create_agreement(self, model_id: str, offer_token: str) -> dict[str, Any]:
        """CreateFoundationModelAgreement. An agreement that is there already is a conflict."""
        model = self._living(foundation(model_id, self._region))
        if not model.needs_agreement or offer_token != _OFFER + model.id:
            raise invalid("The provided offer token is invalid for this model.")
        if self._state.access.standing(model.id) != "not-agreed":
            raise refusal("ConflictException", "An agreement for this model already exists.")
        self._state.access.agree(model.id)
        return {"modelId": model.id}

    def _lives(self, model: Model) -> bool:
        return self._state.lifecycle.state(model.id) != "ended"

    def _living(self, model: Model) -> Model:
        if not self._lives(model):
            raise refusal("ResourceNotFoundException", ENDED)
        return model

    def _told(self, model: Model) -> dict[str, Any]:
        """FoundationModelDetails, which is FoundationModelSummary as well."""
        return {
            "modelArn": model_arn(model, self._region),
            "modelId": model.id,
            "modelName": model.name,
            "providerName": model.provider,
            "inputModalities": ["TEXT", "IMAGE"] if model.takes_pictures else ["TEXT"],
            "outputModalities": ["IMAGE"],
            "responseStreamingSupported": False,
            "customizationsSupported": ["FINE_TUNING"] if model.tunable else [],
            "inferenceTypesSupported": ["INFERENCE_PROFILE" if model.through_profile else "ON_DEMAND"],
            "modelLifecycle": self._life(model),
        }

    def _life(self, model: Model) -> dict[str, str]:
        life = self._state.lifecycle.life(model.id)
        dates = {
            "startOfLifeTime": model.launched or date.max,
            "legacyTime": life.legacy,
            "endOfLifeTime": life.ends,
        }
        told = {name: _midnight(day) for name, day in dates.items() if day != date.max}
        return {"status": "LEGACY" if life.state == "legacy" else "ACTIVE"} | told

    def _profile(self, model: Model) -> dict[str, Any]:
        regions = ", ".join(PROFILE_REGIONS[:-1]) + f" and {PROFILE_REGIONS[-1]}"
        return {
            "inferenceProfileName": f"US {model.name}",
            "description": f"Routes requests to {model.name} in {regions}.",
            "inferenceProfileArn": profile_arn(model, self._region),
            "models": [{"modelArn": model_arn(model, region)} for region in PROFILE_REGIONS],
            "inferenceProfileId": model.profile,
            "status": "ACTIVE",
            "type": TYPES[0],
        }


def _provided(model: Model, provider: str) -> bool:
    """A provider is named whole or by its first word, in any case."""
    names = {model.provider.lower(), model.provider.lower().split()[0]}
    return not provider or provider.lower() in names


def _wanted(told: dict[str, Any], filters: Mapping[str, str]) -> bool:
    fields = {
        "byOutputModality": "outputModalities",
        "byInferenceType": "inferenceTypesSupported",
        "byCustomizationType": "customizationsSupported",
    }
    return all(filters[name] in told[field] for name, field in fields.items() if name in filters)


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()


def _offer(model: Model) -> dict[str, Any]:
    rate = {"dimension": "Image", "price": model.price, "unit": "Images", "description": f"{model.name}: each picture"}
    return {
        "offerId": f"offer-{model.id}",
        "offerToken": _OFFER + model.id,
        "termDetails": {
            "usageBasedPricingTerm": {"rateCard": [rate]},
            "legalTerm": {"url": LICENCES},
            "supportTerm": {"refundPolicyDescription": "An emulated offer: nothing is sold, nothing is charged."},
            "validityTerm": {},
        },
    }
