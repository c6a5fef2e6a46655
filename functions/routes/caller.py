"""Who calls, how long they want to wait, and under which key: what routes ask of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import rendering
from functions.darkroom.job import Source
from functions.darkroom.promises import held

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.router import APIGatewayRouter


def tenant_of(router: APIGatewayRouter) -> str:
    """Whom the authorizer recognised; no route asks for a job without it."""
    return str(router.current_event.request_context.authorizer["tenant"])


def source_of(router: APIGatewayRouter) -> Source:
    """This door, and the key with which somebody came through it."""
    key = router.current_event.request_context.authorizer.get("key")
    return Source(door="http", key=None if key is None else str(key))


def key_of(router: APIGatewayRouter) -> str | None:
    """The request's Idempotency-Key. Raises InvalidRequest for one that cannot be meant."""
    return held(router.current_event.headers.get("Idempotency-Key"))


def wait_of(router: APIGatewayRouter, default: float) -> float:
    """The seconds that the caller prefers to wait."""
    return rendering.wait_of(router.current_event.headers.get("Prefer"), default)
