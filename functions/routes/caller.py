"""Who calls, and how long they want to wait: what every route asks of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import rendering

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.router import APIGatewayRouter


def tenant_of(router: APIGatewayRouter) -> str:
    """Whom the authorizer recognised; no route asks for a job without it."""
    return str(router.current_event.request_context.authorizer["tenant"])


def wait_of(router: APIGatewayRouter, default: float) -> float:
    """The seconds that the caller prefers to wait."""
    return rendering.wait_of(router.current_event.headers.get("Prefer"), default)
