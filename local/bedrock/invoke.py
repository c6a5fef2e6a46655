"""One InvokeModel call from its raw parts to the parts of its reply: admitted, struck by a fault or not, answered.

Holds an emulator's whole state. Knows no HTTP library: the wire carries what is decided here.
"""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from local.bedrock.access import Access
from local.bedrock.calls import CallLog
from local.bedrock.contract import amazon, stability
from local.bedrock.contract.conditions import Conditions
from local.bedrock.contract.limits import LIMITS
from local.bedrock.contract.services import SERVICES
from local.bedrock.credentials import region_of
from local.bedrock.errors import BODY_LIMIT, BedrockError, invalid, refusal
from local.bedrock.faults import Faults
from local.bedrock.identifiers import resolve
from local.bedrock.lifecycle import Lifecycle
from local.bedrock.quotas import Quotas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.calls import Call
    from local.bedrock.faults import Fault

    Answer = Callable[[str, bytes, Conditions], dict[str, Any]]

HOME_REGION = "us-west-2"
JSON_TYPES = frozenset({"", "*/*", "application/json"})
ANSWERS: Mapping[str, Answer] = MappingProxyType(
    dict.fromkeys(LIMITS, amazon.answer) | dict.fromkeys(SERVICES, stability.answer)
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: the header values that matter, and the body's bytes."""

    model: str
    body: bytes
    authorization: str | None
    content_type: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: status, JSON bytes and headers."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class State:
    """Everything one emulator remembers."""

    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    access: Access = field(default_factory=Access)
    quotas: Quotas = field(default_factory=Quotas)
    faults: Faults = field(default_factory=Faults)
    calls: CallLog = field(default_factory=CallLog)
    fast: bool = False
    """Work on small pictures."""


def answer(state: State, request: Request, call: Call, fault: Fault | None) -> Reply:
    """The reply to one call, after whatever wait its fault asked for. Blocks while a picture is drawn."""
    if fault and fault.refusal:
        return refused(fault.refusal)
    try:
        model = _admit(state, request)
        conditions = Conditions(spoil=fault.spoil if fault else None, fast=state.fast)
        content = ANSWERS[model](model, request.body, conditions)
        if fault and fault.kind == "missing":
            content = {name: value for name, value in content.items() if name != "images"}
        reply = accepted(content)
    except BedrockError as error:
        return refused(error)
    except Exception as error:  # noqa: BLE001 - whatever breaks here, the caller sees Bedrock's 500 and the log says why
        _log.exception("the emulator failed while answering %s", request.model)
        return refused(refusal("InternalServerException", f"The Darkroom Bedrock emulator failed: {error!r}"))
    state.calls.keep(call, content)
    return reply


def refused(error: BedrockError) -> Reply:
    """The wire form of a refusal."""
    body = json.dumps({"message": error.message}).encode()
    return Reply(error.status, body, _headers() | {"x-amzn-errortype": error.kind})


def _admit(state: State, request: Request) -> str:
    """The id of the foundation model that is to answer."""
    if len(request.body) > BODY_LIMIT:
        raise invalid(
            "1 validation error detected: Value at 'body' failed to satisfy constraint: "
            f"Member must have length less than or equal to {BODY_LIMIT}"
        )
    model = resolve(request.model, region_of(request.authorization, HOME_REGION)).id
    state.lifecycle.admit(model)
    state.access.admit(model)
    state.quotas.admit(model)
    for name, value in (("contentType", request.content_type), ("accept", request.accept)):
        if value.partition(";")[0].strip().lower() not in JSON_TYPES:
            raise invalid(f"The value {value!r} of {name} is not supported by this model; use application/json.")
    return model


def accepted(content: dict[str, Any], status: int = 200) -> Reply:
    """The wire form of an answer.

    Raises:
        BedrockError: ModelErrorException, where it is larger than Bedrock carries.
    """
    body = json.dumps(content).encode()
    if len(body) > BODY_LIMIT:
        raise refusal("ModelErrorException", f"The model's reply has more than {BODY_LIMIT} bytes.")
    return Reply(status, body, _headers())


def _headers() -> dict[str, str]:
    return {"content-type": "application/json", "x-amzn-requestid": str(uuid.uuid4())}
