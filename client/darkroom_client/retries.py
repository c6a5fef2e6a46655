"""When a request may be sent again, and how long to pause before. Pure, but for the pause itself.

A look may be repeated. A request that spends is repeated only where it is certain that nobody received it: the
connection never came about, or the answer was 429, which is given before anything is opened.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def retry_after(outcome: Outcome) -> float:
    """The seconds that the answer asks to pause; 0 where it does not say, or says it as a date."""
    if isinstance(outcome, httpx.RequestError):
        return 0.0
    asked = outcome.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 0.0
