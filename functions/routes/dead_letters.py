"""Routes: look at dead letters, send them back, throw them away. For the deployment's own key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from functions import rendering
from functions.routes.caller import tenant_of

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

    from functions.darkroom.dead_letters import DeadLetters
    from functions.darkroom.letter_requests import Letters, LettersPage

router = APIGatewayRouter()  # type: ignore[no-untyped-call]


@router.get("/dead-letters")
def find() -> Response[str]:
    """What was given up, and why."""
    return rendering.json_response(200, _dead_letters().find(_page()))


@router.post("/dead-letters/redrive")
def redrive() -> Response[str]:
    """Send messages back to the queues that gave them up."""
    return rendering.json_response(200, _dead_letters().redrive(_letters()))


@router.delete("/dead-letters")
def purge() -> Response[str]:
    """Throw messages away."""
    return rendering.json_response(200, _dead_letters().purge(_letters()))


def _dead_letters() -> DeadLetters:
    from functions.darkroom import dead_letters  # noqa: PLC0415  (a person asks for them, and seldom)

    return dead_letters.deployed(tenant_of(router))


def _page() -> LettersPage:
    from functions.darkroom import letter_requests  # noqa: PLC0415  (the same)

    return letter_requests.page_of(router.current_event.resolved_query_string_parameters)


def _letters() -> Letters:
    """Which are meant: a DELETE says so in its query."""
    from functions.darkroom import letter_requests  # noqa: PLC0415  (the same)

    event = router.current_event
    if event.http_method == "DELETE":
        return letter_requests.letters_of_query(event.resolved_query_string_parameters)
    return letter_requests.letters_of_body(event.decoded_body or "")
