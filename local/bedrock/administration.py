"""The control plane over HTTP: the addresses of the `bedrock` service's operations, as its service model has them.

What an operation answers is `control_plane`'s matter.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from local.bedrock.control_plane import ControlPlane
from local.bedrock.credentials import region_of
from local.bedrock.errors import BedrockError, invalid
from local.bedrock.invoke import HOME_REGION, accepted, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from local.bedrock.invoke import State

    type Operation = Callable[[ControlPlane, Request], dict[str, Any]]

READS: Mapping[str, Operation] = MappingProxyType(
    {
        "/foundation-models": lambda plane, http: plane.list_foundation_models(http.query_params),
        "/foundation-models/{name:path}": lambda plane, http: plane.get_foundation_model(http.path_params["name"]),
        "/foundation-model-availability/{name:path}": lambda plane, http: plane.get_foundation_model_availability(
            http.path_params["name"]
        ),
        "/inference-profiles": lambda plane, http: plane.list_inference_profiles(http.query_params),
        "/inference-profiles/{name:path}": lambda plane, http: plane.get_inference_profile(http.path_params["name"]),
        "/list-foundation-model-agreement-offers/{name:path}": lambda plane, http: plane.list_agreement_offers(
            http.path_params["name"]
        ),
    }
)
AGREE = "/create-foundation-model-agreement"
ACCEPTED = 202


def administration(state: State) -> list[Route]:
    """The routes over one emulator's state."""
    return [*(_reading(state, address, operation) for address, operation in READS.items()), _agreeing(state)]


def _reading(state: State, address: str, operation: Operation) -> Route:
    async def read(http: Request) -> Response:
        return _answered(lambda: operation(_plane(state, http), http))

    return Route(address, read, methods=["GET"])


def _agreeing(state: State) -> Route:
    async def agree(http: Request) -> Response:
        body = await http.body()
        return _answered(lambda: _plane(state, http).create_agreement(*_agreement(body)), ACCEPTED)

    return Route(AGREE, agree, methods=["POST"])


def _plane(state: State, http: Request) -> ControlPlane:
    return ControlPlane(state, region_of(http.headers.get("authorization"), HOME_REGION))


def _agreement(body: bytes) -> tuple[str, str]:
    try:
        said = json.loads(body)
        return str(said["modelId"]), str(said["offerToken"])
    except (ValueError, KeyError, TypeError):
        raise invalid("The body must name a modelId and an offerToken.") from None


def _answered(operation: Callable[[], dict[str, Any]], status: int = 200) -> Response:
    try:
        reply = accepted(operation(), status)
    except BedrockError as error:
        reply = refused(error)
    return Response(reply.body, reply.status, dict(reply.headers))
