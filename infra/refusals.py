"""What the gateway says by itself: no key, no such route, too large, too fast, no answer.

One body for every kind of client: an RFC 9457 problem, a top-level `message` (which AWS's SDKs read) and an `error`
object (which OpenAI's do). The application's own refusals look the same, but are made there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway

PROBLEM_TYPE = "urn:darkroom:problem:"
"""What a problem's `type` begins with, here and in the application."""


@dataclass(frozen=True)
class Refusal:
    """One thing to say, in every client's words. `kind` is the `type` of OpenAI's error object."""

    status: int
    slug: str
    title: str
    detail: str
    kind: str
    retryable: bool = False
    header: tuple[str, str] | None = None

    def body(self) -> str:
        """The refusal as JSON. API Gateway substitutes nothing in it: it has no `$`."""
        problem = {"type": PROBLEM_TYPE + self.slug, "title": self.title, "status": self.status, "detail": self.detail}
        error = {"message": self.detail, "type": self.kind, "code": self.slug}
        return json.dumps(problem | {"retryable": self.retryable, "message": self.detail, "error": error})

    def headers(self) -> dict[str, str]:
        """Its headers, each value quoted as API Gateway wants constants."""
        # Any page may read a refusal: it holds nothing but the refusal.
        named = [("Content-Type", "application/problem+json"), ("Access-Control-Allow-Origin", "*")]
        return {name: f"'{value}'" for name, value in [*named, *([self.header] if self.header else [])]}


KEY_REFUSED = Refusal(
    401, "key-refused", "The key is missing or wrong", "Send the header `Authorization: Bearer <key>`.",
    "authentication_error", header=("WWW-Authenticate", "Bearer"),
)  # fmt: skip
NO_ROUTE = Refusal(
    404, "unknown-route", "No such route", "This path is not part of the API; GET /openapi.json lists what is.",
    "invalid_request_error",
)  # fmt: skip
TOO_LARGE = Refusal(
    413, "body-too-large", "The body is too large", "The gateway takes bodies of up to 10 MB.", "invalid_request_error"
)
TOO_FAST = Refusal(
    429, "too-many-requests", "Too many requests", "The deployment's request rate is used up; try again in a second.",
    "rate_limit_error", retryable=True, header=("Retry-After", "1"),
)  # fmt: skip
MALFORMED = Refusal(
    400, "malformed-request", "The request is malformed", "The gateway could not read the request.",
    "invalid_request_error",
)  # fmt: skip
NO_VERDICT = Refusal(
    500, "authorizer-failed", "The key could not be checked", "Nothing was done; try again.", "server_error",
    retryable=True,
)  # fmt: skip
NO_ANSWER = Refusal(
    504, "no-answer", "No answer in time",
    "The request may have been taken; sent again it may be done, and paid for, twice.", "server_error",
)  # fmt: skip
BROKEN = Refusal(
    500, "internal-error", "Something went wrong on our side",
    "The request may have been taken; sent again it may be done, and paid for, twice.", "server_error",
)  # fmt: skip

REFUSALS = {
    "UNAUTHORIZED": (apigateway.ResponseType.UNAUTHORIZED, KEY_REFUSED),
    "ACCESS_DENIED": (apigateway.ResponseType.ACCESS_DENIED, KEY_REFUSED),
    "MISSING_AUTHENTICATION_TOKEN": (apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN, NO_ROUTE),
    "RESOURCE_NOT_FOUND": (apigateway.ResponseType.RESOURCE_NOT_FOUND, NO_ROUTE),
    "REQUEST_TOO_LARGE": (apigateway.ResponseType.REQUEST_TOO_LARGE, TOO_LARGE),
    "THROTTLED": (apigateway.ResponseType.THROTTLED, TOO_FAST),
    "AUTHORIZER_FAILURE": (apigateway.ResponseType.AUTHORIZER_FAILURE, NO_VERDICT),
    "AUTHORIZER_CONFIGURATION_ERROR": (apigateway.ResponseType.AUTHORIZER_CONFIGURATION_ERROR, NO_VERDICT),
    "INTEGRATION_FAILURE": (apigateway.ResponseType.INTEGRATION_FAILURE, NO_ANSWER),
    "INTEGRATION_TIMEOUT": (apigateway.ResponseType.INTEGRATION_TIMEOUT, NO_ANSWER),
    "DEFAULT_4XX": (apigateway.ResponseType.DEFAULT_4_XX, MALFORMED),
    "DEFAULT_5XX": (apigateway.ResponseType.DEFAULT_5_XX, BROKEN),
}


def add_refusals(rest_api: apigateway.RestApi) -> None:
    """Let the API refuse in these words."""
    for name, (response_type, refusal) in REFUSALS.items():
        rest_api.add_gateway_response(
            f"Reply-{name}",
            type=response_type,
            status_code=str(refusal.status),
            response_headers=refusal.headers(),
            templates={"application/json": refusal.body()},
        )
