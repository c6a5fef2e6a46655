"""One tree of errors. `problem` holds what the API said, `job` the job where one exists; either may be None.

    DarkroomError
    ├── TargetUnknown          no base URL or no key: flags, environment, profiles and `.local/outputs.json` name none
    ├── PictureUnusable        a picture that was given cannot be read or sent; nothing was sent
    ├── RequestRefused         the request cannot be done as it stands: `problem.errors` names every wrong field
    │   ├── AccessDenied       the key is missing, wrong or has no right to this
    │   └── Blocked            content filters refused the prompt, an input picture or what was drawn
    ├── Unavailable            nothing was done; a later try can help
    │   └── ConnectionFailed   no connection came about, or the connection of a mere look was lost
    ├── JobFailed              the job ended without a picture
    ├── OutcomeUnknown         nobody knows what became of `job` or, without one, of the request: perhaps drawn, perhaps
    │                          charged. A request may be sent again under its `idempotency_key`
    ├── StillRunning           the caller's deadline came first; the job goes on
    └── PictureUnavailable     a finished picture could not be fetched or saved; its job still has it
No message holds a key. Knows no HTTP library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darkroom_client.job import Job
    from darkroom_client.problem import Problem


class DarkroomError(Exception):
    """The root. `str(error)` is one sentence or two for a person."""

    def __init__(self, detail: str, *, problem: Problem | None = None, job: Job | None = None) -> None:
        super().__init__(detail)
        self.problem = problem
        self.job = job


class TargetUnknown(DarkroomError):
    """It is not known which deployment to talk to, or with which key."""


class PictureUnusable(DarkroomError):
    """A picture that was given cannot be read or sent."""


class RequestRefused(DarkroomError):
    """The request cannot be done as it stands. Nothing was spent, unless `job` says otherwise."""


class AccessDenied(RequestRefused):
    """The key is missing, wrong or has no right to this."""


class Blocked(RequestRefused):
    """Content filters refused; `problem.stage` says at what, where it is known."""


class Unavailable(DarkroomError):
    """Nothing was done; a later try can help."""


class ConnectionFailed(Unavailable):
    """No connection came about, or the connection of a mere look was lost."""


class JobFailed(DarkroomError):
    """The job ended without a picture."""


class OutcomeUnknown(DarkroomError):
    """Nobody knows what became of a request, though it was sent again, or of what a model was asked by `job`.

    Where there is no job, `idempotency_key` is the request's: the same request under it is no second payment. A request
    that opens no job has none.
    """

    def __init__(
        self, detail: str, *, problem: Problem | None = None, job: Job | None = None, key: str | None = None
    ) -> None:
        super().__init__(detail, problem=problem, job=job)
        self.idempotency_key = key


class StillRunning(DarkroomError):
    """The caller's deadline came before the job's end; `job` is its last known state."""


class PictureUnavailable(DarkroomError):
    """A finished picture could not be fetched or saved."""


UNKNOWN_OUTCOMES = frozenset({"outcome-unknown", "no-answer"})
TOO_MANY_REQUESTS = 429


def from_problem(problem: Problem, job: Job | None = None) -> DarkroomError:
    """The error that a problem amounts to."""
    return _kind(problem, job)(problem.detail or problem.title, problem=problem, job=job)


def _kind(problem: Problem, job: Job | None) -> type[DarkroomError]:
    if problem.slug == "blocked":
        return Blocked
    if problem.slug in UNKNOWN_OUTCOMES:
        return OutcomeUnknown
    if problem.status in {401, 403}:
        return AccessDenied
    if 400 <= problem.status < 500 and problem.status != TOO_MANY_REQUESTS:
        return RequestRefused
    return Unavailable if job is None else JobFailed
