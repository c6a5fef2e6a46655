"""One tree of errors. Each class knows what every door needs: its slug, HTTP status, whether a retry can help, a hint.

    DarkroomError
    ├── RequestRefused            the caller can mend it; nothing was spent
    │   ├── InvalidRequest        fields of the request are wrong: all of them are named at once
    │   ├── InputRefused          a picture is no picture, too large, missing …
    │   ├── NotServed             no engine of this deployment does that
    │   ├── FidelityRefused       an engine could only do it by ignoring a field
    │   ├── PriceOverLimit        what would serve costs more than a route may choose by itself
    │   ├── OverBudget            the most that it can cost is more than what is left
    │   ├── KeyReused             the same Idempotency-Key came with another request
    │   ├── JobGoesOn, JobEnded   it cannot be canceled any more
    │   ├── Backlogged            too much waits for the model
    │   ├── NotPermitted          it is for the deployment's own key
    │   ├── UnknownJob, JobExpired, JobErased, UnknownRoute
    ├── ModelError                the model's side
    │   ├── NoWorkDone            the reply proves that nothing was drawn, so nothing was charged
    │   │   ├── Throttled, ModelUnreachable, FunctionFailed     a later try can help
    │   │   ├── SubscriptionPending                a later try can help, within a quarter of an hour
    │   │   └── AccessDenied, ModelGone (ModelEnded, ModelLegacy, ModelNotHere)   somebody must act first
    │   ├── Blocked               moderation said no: to the prompt, the input or the output
    │   ├── MaskNotFound          the model made no mask of the mask prompt
    │   ├── ModelRefused          the model found the body malformed: a mistake of ours, or the contract moved
    │   ├── ModelFailed           it answered with a failure of its own
    │   │   ├── ModelTimedOut, ModelUnavailable, InferenceFailed
    │   ├── ReplyCutOff           it answered, and not all of it arrived
    │   ├── ReplyUnreadable       it answered, and the answer is no picture
    │   └── OutcomeUnknown        sent, and no answer: perhaps drawn, perhaps charged; never called again by itself
    ├── WorkerFailed              the job's worker crashed more often than it may
    ├── WaitedTooLong             its turn did not come in months
    └── InternalError             a mistake of ours
Pure: knows no AWS and no HTTP library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterable

PROBLEM_TYPE = "urn:darkroom:problem:"
Stage = Literal["prompt", "input-image", "output"]
"""What a content filter was looking at when it said no."""


class FieldError(BaseModel):
    """What is wrong with one field: its path in the request, the rule it breaks, and the way out."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    field: str
    detail: str
    hint: str | None = None


class Problem(BaseModel):
    """An RFC 9457 problem, with what a client needs to decide about a retry."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    retryable: bool
    hint: str | None = None
    stage: Stage | None = None
    """Where a content filter struck, as far as its text tells."""
    errors: tuple[FieldError, ...] = ()

    @property
    def slug(self) -> str:
        """The short name behind `type`."""
        return self.type.removeprefix(PROBLEM_TYPE)

    def as_wire(self) -> dict[str, Any]:
        """The problem as JSON data; what is empty is left out."""
        wire = self.model_dump(mode="json", exclude_none=True)
        return wire if self.errors else {name: value for name, value in wire.items() if name != "errors"}


class DarkroomError(Exception):
    """The root. `str(error)` is the problem's detail and never holds a prompt, a key or picture data."""

    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    default_hint: ClassVar[str | None] = None
    stage: Stage | None = None

    def __init__(self, detail: str, *, hint: str | None = None, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(detail)
        self.hint = hint or self.default_hint
        self.errors = tuple(errors)

    def problem(self, instance: str | None = None) -> Problem:
        """This error as data, for a reply or for a Job. `instance` names the job or request it happened to."""
        return Problem(
            type=PROBLEM_TYPE + self.slug,
            title=self.title,
            status=self.status,
            detail=str(self),
            instance=instance,
            retryable=self.retryable,
            hint=self.hint,
            stage=self.stage,
            errors=self.errors,
        )


class RequestRefused(DarkroomError):
    """The request cannot be done as it stands; nothing was spent and nothing was written."""

    slug = "request-refused"
    title = "The request was refused"
    status = 400


class InvalidRequest(RequestRefused):
    """Fields of the request are wrong; `errors` names every one of them."""

    slug = "invalid-request"
    title = "The request is not valid"


class InputRefused(RequestRefused):
    """A picture that came with the request cannot be used. The slug says why, as in image-empty."""

    title = "An input picture was refused"
    status = 422

    def __init__(
        self,
        slug: str,
        detail: str,
        *,
        hint: str | None = None,
        field: str | None = None,
        errors: Iterable[FieldError] = (),
    ) -> None:
        named = [FieldError(field=field, detail=detail, hint=hint)] if field else errors
        super().__init__(detail, hint=hint, errors=named)
        self.slug = slug  # type: ignore[misc]  # one class for every way a picture can be wrong


class NotServed(RequestRefused):
    """No engine of this deployment serves that task, model or engine."""

    slug = "not-served"
    title = "This deployment does not serve that"
    status = 422


class FidelityRefused(RequestRefused):
    """The engine would have to ignore (or, for `exact`, approximate) a field that the caller set."""

    slug = "fidelity-refused"
    title = "The engine cannot do this faithfully"
    status = 422
    default_hint = "Leave the named fields out, or send `fidelity: any` to accept what the engine can do."


class PriceOverLimit(RequestRefused):
    """A route would choose a model that costs more than it may choose by itself."""

    slug = "price-over-limit"
    title = "The model that would serve costs more than may be taken without asking"
    status = 402


class OverBudget(RequestRefused):
    """A budget has less left than the request may cost."""

    slug = "over-budget"
    title = "The budget is used up"
    status = 402


class KeyReused(RequestRefused):
    """An Idempotency-Key names one request for a day; another request needs another key."""

    slug = "idempotency-key-reused"
    title = "That Idempotency-Key came with another request"
    status = 409
    default_hint = "Send a new key for a new request, and the same key only to repeat one."


class JobGoesOn(RequestRefused):
    """Part of the job is under way, and paid; it is finished and kept."""

    slug = "job-goes-on"
    title = "The job cannot be canceled any more"
    status = 409


class JobEnded(RequestRefused):
    """There is nothing left to cancel."""

    slug = "job-ended"
    title = "The job has ended"
    status = 409


class JobExpired(RequestRefused):
    """The job was kept as long as jobs are kept."""

    slug = "job-expired"
    title = "The job has expired"
    status = 410


class Backlogged(RequestRefused):
    """So much waits for the model that the job could not begin while its pictures are kept."""

    slug = "backlog-too-long"
    title = "Too much waits for this model"
    status = 503
    default_hint = "Send it when less waits, or name another engine."


class NotPermitted(RequestRefused):
    """It is not for this caller."""

    slug = "not-permitted"
    title = "That is not for this key"
    status = 403


class JobErased(RequestRefused):
    """The job was erased on somebody's wish; what it cost is all that is left."""

    slug = "job-erased"
    title = "The job was erased"
    status = 410


class UnknownJob(RequestRefused):
    """No such job for this caller."""

    slug = "unknown-job"
    title = "No such job"
    status = 404


class UnknownRoute(RequestRefused):
    """No such route, or not with this method."""

    slug = "unknown-route"
    title = "No such route"
    status = 404


class ModelError(DarkroomError):
    """Something on the model's side."""

    slug = "model-failed"
    title = "The model failed"
    status = 502


class NoWorkDone(ModelError):
    """The reply proves that no picture was drawn and nothing was charged, so another call is no second payment."""


class Throttled(NoWorkDone):
    """The model's request rate is used up."""

    slug = "model-throttled"
    title = "The model is busy"
    status = 503
    retryable = True


class ModelUnreachable(NoWorkDone):
    """No connection to the model's endpoint came about."""

    slug = "model-unreachable"
    title = "The model could not be reached"
    status = 503
    retryable = True


class FunctionFailed(NoWorkDone):
    """Our own function failed or did not answer. Its calls can be made again without being paid twice."""

    slug = "function-failed"
    title = "Our own model failed"
    retryable = True


class AccessDenied(NoWorkDone):
    """The account or the role may not call this model."""

    slug = "model-access-denied"
    title = "No access to the model"
    default_hint = "Run `make deploy`'s preflight again: it names the missing agreement or permission."


class SubscriptionPending(NoWorkDone):
    """The account's Marketplace subscription for the model is not complete yet, or cannot be completed."""

    slug = "model-subscription-pending"
    title = "The subscription for the model is not complete"
    status = 503
    retryable = True
    default_hint = "`make enable-models` makes the agreement with your own rights; it takes up to 15 minutes to count."


class ModelGone(NoWorkDone):
    """The model is not there for this account and Region."""

    slug = "model-gone"
    title = "The model is not offered any more"
    default_hint = "Route the task to a living engine: `engines` in the deployment's config."


class ModelEnded(ModelGone):
    """The model has reached the end of its life."""

    slug = "model-ended"
    title = "The model has reached the end of its life"


class ModelLegacy(ModelGone):
    """The model is closed as Legacy to accounts that did not use it in the last days."""

    slug = "model-legacy"
    title = "The model is closed to this account as Legacy"


class ModelNotHere(ModelGone):
    """The model is not known in this Region, or only under an inference profile's id."""

    slug = "model-not-here"
    title = "The model is not offered in this Region"
    default_hint = "Set `model_region` in the deployment's config to a Region that has the model."


class Blocked(ModelError):
    """Content moderation refused the prompt, the input picture or what was drawn."""

    slug = "blocked"
    title = "Blocked by the model's content filters"
    status = 422
    default_hint = "Describe the scene in shorter, neutral words; the filters often react to a single word."

    def __init__(self, detail: str, *, stage: Stage | None = None) -> None:
        super().__init__(detail)
        self.stage = stage


class MaskNotFound(ModelError):
    """The model could not make a mask of the mask prompt."""

    slug = "mask-not-found"
    title = "Nothing in the picture fits the mask prompt"
    status = 422
    default_hint = "Name one thing that is plainly to be seen, or send a maskImage."


class ModelRefused(ModelError):
    """The model called our request malformed."""

    slug = "model-refused"
    title = "The model refused the request"


class ModelFailed(ModelError):
    """The model answered with an error of its own."""

    default_hint = "It may have been charged, so it was not called again; a new request will call it."


class ModelTimedOut(ModelFailed):
    """The model gave up on the request after its own time limit."""

    slug = "model-timeout"
    title = "The model took too long"


class ModelUnavailable(ModelFailed):
    """The service answered that it is not available."""

    slug = "model-unavailable"
    title = "The model's service is not available"


class InferenceFailed(ModelFailed):
    """The model accepted the request and drew nothing: an error that its guide calls worth another try.

    It is not tried again by itself: the reply proves that there is no picture, not that the call was free.
    """

    slug = "model-inference-failed"
    title = "The model could not draw this time"
    retryable = True
    default_hint = (
        "Send the request again: this error passes. It was not called again by itself, since nobody publishes whether "
        "such a call is charged; it is counted as not charged."
    )


class ReplyUnreadable(ModelError):
    """The reply is not what the model's contract says. It was kept beside the job."""

    slug = "model-reply-unreadable"
    title = "The model's reply could not be read"


class ReplyCutOff(ModelError):
    """The reply broke off: only the pictures that had arrived could be kept."""

    slug = "model-reply-cut-off"
    title = "The model's reply was cut off"
    default_hint = "What is missing may have been charged, so it was not called again; send a request for the rest."


class OutcomeUnknown(ModelError):
    """The call was sent and no whole reply came back: it may have been drawn and charged. It is not called again."""

    slug = "outcome-unknown"
    title = "Nobody knows whether the picture was drawn"
    status = 504
    default_hint = "Look at the job again later, or send the request anew if paying twice is acceptable."


class WorkerFailed(DarkroomError):
    """The worker died on this job more often than it may."""

    slug = "worker-failed"
    title = "The job could not be worked on"


class WaitedTooLong(DarkroomError):
    """Its model could not take the job for as long as jobs are kept waiting."""

    slug = "waited-too-long"
    title = "The job's turn never came"
    status = 504


class InternalError(DarkroomError):
    """A mistake of ours; the log has it under the job's or request's id."""
