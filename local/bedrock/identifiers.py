"""Which model a call's `modelId` means in a Region: an id, an inference profile's id, or the ARN of either.

Knows the catalogue and AWS's refusals; no states of models, no HTTP.
"""

from __future__ import annotations

import re

from local.bedrock.catalogue import GEOGRAPHY, MODELS, Model
from local.bedrock.errors import ON_DEMAND, UNKNOWN_MODEL, invalid

ACCOUNT = "000000000000"
"""What the emulator calls its account; a caller's ARNs may name any."""
_MODEL_ARN = re.compile(r"arn:aws:bedrock:(?P<region>[a-z0-9-]+)::foundation-model/(?P<id>.+)")
_PROFILE_ARN = re.compile(r"arn:aws:bedrock:(?P<region>[a-z0-9-]+):\d{12}:inference-profile/(?P<id>.+)")


def resolve(name: str, region: str) -> Model:
    """The model to be run for a call in this Region.

    Raises:
        BedrockError: ValidationException for what the Region does not have, and for the bare id of a model that only a
            profile leads to.
    """
    profile = profiled(name, region)
    if profile:
        return profile
    model = foundation(name, region)
    if model.through_profile:
        raise invalid(ON_DEMAND.format(model=name))
    return model


def foundation(name: str, region: str) -> Model:
    """The foundation model of this id or ARN.

    Raises:
        BedrockError: ValidationException. A model that another Region has is as unknown as one that nobody has.
    """
    model = MODELS.get(_own(_MODEL_ARN, name, region))
    if model is None or region not in model.regions:
        raise invalid(UNKNOWN_MODEL)
    return model


def profiled(name: str, region: str) -> Model | None:
    """The model behind the inference profile of this id or ARN, or None where it is none of this Region's."""
    found = _own(_PROFILE_ARN, name, region)
    model = MODELS.get(found.removeprefix(GEOGRAPHY))
    if model is None or found != model.profile or not model.through_profile or region not in model.regions:
        return None
    return model


def model_arn(model: Model, region: str) -> str:
    """The ARN of a foundation model, which belongs to no account."""
    return f"arn:aws:bedrock:{region}::foundation-model/{model.id}"


def profile_arn(model: Model, region: str) -> str:
    """The ARN of a model's inference profile."""
    return f"arn:aws:bedrock:{region}:{ACCOUNT}:inference-profile/{model.profile}"


def _own(arn: re.Pattern[str], name: str, region: str) -> str:
    """The id that an ARN of this Region holds, or the name itself; nothing for another Region's ARN."""
    found = arn.fullmatch(name)
    if found is None:
        return name
    return found["id"] if found["region"] == region else ""
