"""Who calls, how long they want to wait, and under which key: what routes ask of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import rendering
from functions.darkroom.promises import held

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.router import APIGatewayRouter


def tenant_of(router: APIGatewayRouter) -> str:
    """Whom the authorizer recognised; no route asks for a job without it."""
    return str(router.current_event.request_context.authorizer["tenant"])


def key_of(router: APIGatewayRouter) -> str | None:
    """The request's Idempotency-Key. Raises InvalidRequest for one that cannot be meant."""
    return held(router.current_event.headers.get("Idempotency-Key"))


def wait_of(router: APIGatewayRouter, default: float) -> float:
    """The seconds that the caller prefers to wait."""
    return rendering.wait_of(router.current_event.headers.get("Prefer"), default)
