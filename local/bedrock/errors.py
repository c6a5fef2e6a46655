"""What Bedrock answers instead of a picture: one class, with the status and the class name that boto3 raises.

Knows the published texts; knows neither requests nor HTTP libraries.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY_LIMIT = 25_000_000
"""Bytes of an InvokeModel request body, and of its reply (Bedrock runtime API reference, InvokeModel)."""

STATUS: Mapping[str, int] = MappingProxyType(
    {
        "ValidationException": 400,
        "ServiceQuotaExceededException": 400,
        "ConflictException": 400,
        "AccessDeniedException": 403,
        "ResourceNotFoundException": 404,
        "UnknownOperationException": 404,
        "ModelTimeoutException": 408,
        "ModelErrorException": 424,
        "ThrottlingException": 429,
        "InternalServerException": 500,
        "ServiceUnavailableException": 503,
    }
)
"""InvokeModel's errors (Bedrock runtime API reference) and the control plane's. ModelNotReadyException shares 429 and
is not raised here."""

ENDED = "This model version has reached the end of its life. Please refer to the AWS documentation for more details."
LEGACY = (
    "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the "
    "last 15 days. Please upgrade to an active model on Amazon Bedrock"
)
UNKNOWN_MODEL = "The provided model identifier is invalid."
UNKNOWN_PROFILE = "The specified inference profile was not found."
ON_DEMAND = (
    "Invocation of model ID {model} with on-demand throughput isn\N{RIGHT SINGLE QUOTATION MARK}t supported. Retry "
    "your request with the ID or ARN of an inference profile that contains this model."
)
"""With the typographic apostrophe that Bedrock sends."""
NO_AGREEMENT = (
    "Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace "
    "actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model. Refer to "
    "the Amazon Bedrock documentation for further details. Your AWS Marketplace subscription for this model cannot be "
    "completed at this time. If you recently fixed this issue, try again after 5 minutes."
)
PENDING_AGREEMENT = "Your account does not have an agreement to this model."
"""AWS publishes no text for an agreement that is still being made. Callers have been told this one as well as the one
above; here each stands for one state, so that they can be told apart."""
NOT_FOR_ACCOUNT = (
    "{model} is not available for this account. You can explore other available models on Amazon Bedrock. For "
    "additional access options, contact AWS Sales at https://aws.amazon.com/contact-us/sales-support/"
)
THROTTLED = "Too many requests, please wait before trying again."
MALFORMED = "Malformed input request, please reformat your input and try again."
MASK_FAILED = "Unable to auto-generate mask image with given input image and mask prompt."


@dataclass(frozen=True, slots=True)
class FilterTexts:
    """What a family of models says when its content filter strikes, by stage."""

    prompt: str
    image: str
    every_output: str
    some_outputs: str


_TITAN_OUTPUT = (
    "This request has been blocked by our content filters because the generated image(s) may conflict our AUP or AWS "
    "Responsible AI Policy. Please adjust your input to submit a new request."
)
TITAN_TEXTS = FilterTexts(
    prompt=(
        "This request has been blocked by our content filters. Our filters automatically flagged this prompt because "
        "it may conflict our AUP or AWS Responsible AI Policy. Please adjust your text prompt to submit a new request."
    ),
    # Nobody has published this one word for word: it is the prompt's, said of an image.
    image=(
        "This request has been blocked by our content filters. Our filters automatically flagged this image because "
        "it may conflict our AUP or AWS Responsible AI Policy. Please adjust your input image to submit a new request."
    ),
    every_output=_TITAN_OUTPUT,
    some_outputs=_TITAN_OUTPUT,
)
CANVAS_TEXTS = FilterTexts(
    prompt="This request has been blocked by our content filters. "
    "Please adjust your text prompt to submit a new request.",
    image="This request has been blocked by our content filters. "
    "Please adjust your input image to submit a new request.",
    every_output="All of the generated images have been blocked by our content filters.",
    some_outputs="Some of the generated images have been blocked by our content filters.",
)


class BedrockError(Exception):
    """A refusal on the wire: `kind` becomes `x-amzn-errortype`, from which boto3 picks its class."""

    def __init__(self, kind: str, message: str, status: int) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message
        self.status = status


def refusal(kind: str, message: str) -> BedrockError:
    """The error of this class, with its published status."""
    return BedrockError(kind, message, STATUS[kind])


def invalid(message: str) -> BedrockError:
    """A ValidationException with this text."""
    return refusal("ValidationException", message)


def malformed(violations: list[str]) -> BedrockError:
    """The reply to a body that breaks the model's schema, naming every violation.

    Bedrock names a single violation and only counts several; here all are listed, for they are the reader's work list.
    """
    if not violations:
        return invalid(MALFORMED)
    count = f"{len(violations)} schema violations found: " if len(violations) > 1 else ""
    what = count + "; ".join(violations)
    return invalid(MALFORMED.replace(",", f": {what},", 1))
