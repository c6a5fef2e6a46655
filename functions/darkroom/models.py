"""One verb, `invoke`: a model is called once, and its reply comes back as a stream. botocore's errors become ours.

The classes of `errors` decide what happens next, so the mapping here is by error code, and by text only where AWS
gives two meanings one code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from functions.darkroom import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.darkroom.routing import Route

CHUNK_BYTES = 65_536
"""How much of a reply is read at once; a quarter and twice of it were measured, and slower."""

_BY_CODE: dict[str, type[errors.ModelError]] = {
    "ThrottlingException": errors.Throttled,
    "TooManyRequestsException": errors.Throttled,
    "ServiceQuotaExceededException": errors.Throttled,
    "ModelNotReadyException": errors.Throttled,
    "AccessDeniedException": errors.AccessDenied,
    "UnrecognizedClientException": errors.AccessDenied,
    "ExpiredTokenException": errors.AccessDenied,
    "ResourceNotFoundException": errors.ModelGone,
    "ValidationException": errors.ModelRefused,
    "ModelTimeoutException": errors.ModelTimedOut,
    "ServiceUnavailableException": errors.ModelUnavailable,
}
"""Bedrock Runtime and Lambda error codes (InvokeModel and Invoke API pages). Any other code is ModelFailed."""

_BY_TEXT: tuple[tuple[str, str, type[errors.ModelError]], ...] = (
    ("AccessDeniedException", "Marketplace subscription", errors.SubscriptionPending),
    ("ResourceNotFoundException", "end of its life", errors.ModelEnded),
    ("ResourceNotFoundException", "marked by provider as Legacy", errors.ModelLegacy),
    ("ValidationException", "model identifier is invalid", errors.ModelNotHere),
    ("ValidationException", "on-demand throughput isn", errors.ModelNotHere),
    ("ValidationException", "auto-generate mask image", errors.MaskNotFound),
)
"""Codes that mean several things: code, what stands in the text, and which of them it is then."""

_STAGES: tuple[tuple[str, errors.Stage], ...] = (
    ("text prompt", "prompt"),
    ("flagged this prompt", "prompt"),
    ("input image", "input-image"),
    ("generated image", "output"),
)
"""Words of a content filter's text, and what the filter was looking at."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one model. `body` is JSON, at most 25,000,000 bytes (InvokeModel API page)."""

    route: Route
    body: bytes


class Models:
    """Calls Bedrock, one client per Region, and our own cutout function."""

    def __init__(self, client: Callable[[str, str | None], Any], cutout_function: str) -> None:
        self._client = client
        self._cutout_function = cutout_function

    def invoke(self, call: Call) -> Iterator[bytes]:
        """Send one request, once, and give the reply's chunks as they arrive. Raises ModelError."""
        send = self._invoke_cutout if call.route.engine == "cutout" else self._invoke_bedrock
        try:
            yield from send(call)
        except ClientError as error:
            raise _told(error, call.route.model.id) from error
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise errors.ModelUnreachable(f"no connection to the endpoint of {call.route.model.id}") from error
        except NoCredentialsError as error:
            raise errors.AccessDenied("there are no AWS credentials to call the model with") from error
        except BotoCoreError as error:
            raise errors.OutcomeUnknown(
                f"the call to {call.route.model.id} was sent, and the reply did not arrive whole"
            ) from error

    def _invoke_bedrock(self, call: Call) -> Iterator[bytes]:
        client = self._client("bedrock-runtime", call.route.region)
        reply = client.invoke_model(
            modelId=call.route.model.call_id, body=call.body, contentType="application/json", accept="application/json"
        )
        yield from reply["body"].iter_chunks(CHUNK_BYTES)

    def _invoke_cutout(self, call: Call) -> Iterator[bytes]:
        client = self._client("lambda", None)
        reply = client.invoke(FunctionName=self._cutout_function, Payload=call.body)
        payload: bytes = reply["Payload"].read()
        if "FunctionError" in reply:
            raise errors.ModelFailed(f"the cutout function failed: {_function_error(payload)}")
        yield payload


def _told(error: ClientError, model_id: str) -> errors.ModelError:
    code = error.response["Error"]["Code"]
    text = error.response["Error"].get("Message", "")
    if code == "ValidationException" and "content filters" in text:
        return errors.Blocked(
            f"{model_id}: {text}", stage=next((stage for words, stage in _STAGES if words in text), None)
        )
    named = (kind for known, words, kind in _BY_TEXT if known == code and words in text)
    kind = next(named, _BY_CODE.get(code, errors.ModelFailed))
    return kind(f"{model_id} answered {code}: {text}")


def _function_error(payload: bytes) -> str:
    try:
        return str(json.loads(payload).get("errorType", "no reason given"))
    except (ValueError, AttributeError):
        return "its reply is no JSON"
