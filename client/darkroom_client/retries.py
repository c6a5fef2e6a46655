"""When a request may be sent again, and how long to pause before. Pure, but for the pause itself.

A look may be repeated. What opens a job, and so spends, carries an Idempotency-Key under which the deployment opens one
job at most, for a day. So it may be repeated too, under the same key, where nothing came back of a job: when it was
never received (no connection, or 429, which is given before anything is opened), and when its outcome is unknown (the
connection lost, no answer in time, an answer from 500 on without a job). If the first request did open a job, the
repeated one is answered with that job and costs nothing; if it did not, it is the first. No retry begins after the
caller's deadline (or one exchange's timeout, where that is longer), nor after `Retries.attempts`: what is unknown then
is an OutcomeUnknown, which tells the key.

A job that has ended is never repeated, whatever it ended with: its key stands for that end. What neither costs nor
opens anything but has no key (an upload's form) is repeated where it was never received. What tells how much it did is
repeated as far as it does no harm, and an answer that counts only the rest says so.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Outcome = httpx.Response | httpx.RequestError
"""What sending a request came to: an answer, or the connection's failure."""

TOO_MANY_REQUESTS = 429
PASSING = frozenset({TOO_MANY_REQUESTS, 502, 503, 504})
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often, and with which pauses in seconds: each is twice the one before, or what `Retry-After` asks for.

    An answer that asks for more than `longest_pause` is taken as final.
    """

    attempts: int = 4
    first_pause: float = 0.5
    longest_pause: float = 20.0
    sleep: Callable[[float], None] = time.sleep

    def pauses(self) -> Iterator[float | None]:
        """The pause after each attempt; None after the last."""
        for attempt in range(self.attempts - 1):
            yield min(self.first_pause * 2**attempt, self.longest_pause)
        yield None


def may_look_again(outcome: Outcome) -> bool:
    """Whether reading the same thing once more can help."""
    return isinstance(outcome, httpx.RequestError) or outcome.status_code in PASSING


def was_never_received(outcome: Outcome) -> bool:
    """Whether it is certain that the request did nothing."""
    if isinstance(outcome, httpx.RequestError):
        return isinstance(outcome, (httpx.ConnectError, httpx.ConnectTimeout))
    return outcome.status_code == TOO_MANY_REQUESTS


def is_unknown(outcome: Outcome) -> bool:
    """Whether nobody knows what became of a request that does something."""
    if isinstance(outcome, httpx.RequestError):
        return not isinstance(outcome, NEVER_SENT)
    said = _said(outcome)
    return outcome.is_server_error and not said.get("job") and not said.get("retryable")


def may_ask_again(outcome: Outcome) -> bool:
    """Whether sending a request once more under its Idempotency-Key can help."""
    return is_unknown(outcome) or was_never_received(outcome) or _is_without_a_job(outcome)


class Doubt:
    """Decides about a request that does something, and remembers whether any of its attempts is unknown.

    A later attempt that never arrived, or was turned away at the gate, says nothing about an earlier one.
    """

    def __init__(self, again: Callable[[Outcome], bool]) -> None:
        self.remains = False
        self._again = again

    def may_send_again(self, outcome: Outcome) -> bool:
        """Whether sending it once more is right."""
        self.remains = self.remains or is_unknown(outcome)
        return self._again(outcome)


def retry_after(outcome: Outcome) -> float:
    """The seconds that the answer asks to pause; 0 where it does not say, or says it as a date."""
    if isinstance(outcome, httpx.RequestError):
        return 0.0
    asked = outcome.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 0.0


def _is_without_a_job(outcome: Outcome) -> bool:
    return isinstance(outcome, httpx.Response) and outcome.is_server_error and not _said(outcome).get("job")


def _said(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; a proxy's has none."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
