"""Requests a minute that a person set for some models: what comes faster is throttled. Without orders nothing is.

Every call that reaches a limited model counts, whatever its body says; throttled ones do not. Knows no HTTP.
"""

from __future__ import annotations

import time
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any

from local.bedrock.catalogue import known
from local.bedrock.errors import THROTTLED, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MINUTE = 60.0
HIGHEST = 1_000_000


class Quotas:
    """The limits, and when the last minute's calls came."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rates: dict[str, int] = {}
        self._calls: dict[str, deque[float]] = {}
        self._lock = Lock()

    def rates(self) -> dict[str, int]:
        """Requests a minute of every model that has a limit."""
        with self._lock:
            return dict(self._rates)

    def set(self, orders: Mapping[str, Any]) -> None:
        """Limit some models; null lifts a limit. A model that is reached by its profile has one limit for both names.

        Raises:
            ValueError: for an unknown model, or what is no number of requests; nothing is changed then.
        """
        read = {known(name).id: _ordered(name, order) for name, order in orders.items()}
        with self._lock:
            self._rates = {model: rate for model, rate in (self._rates | read).items() if rate is not None}

    def admit(self, model: str) -> None:
        """Count the call, or raise Bedrock's throttling where the sliding minute is full."""
        with self._lock:
            rate = self._rates.get(model)
            if rate is None:
                return
            calls, now = self._calls.setdefault(model, deque()), self._clock()
            while calls and calls[0] <= now - MINUTE:
                calls.popleft()
            if len(calls) >= rate:
                raise refusal("ThrottlingException", THROTTLED)
            calls.append(now)

    def clear(self) -> None:
        """Lift every limit and forget the calls."""
        with self._lock:
            self._rates.clear()
            self._calls.clear()


def _ordered(name: str, order: Any) -> int | None:
    if order is None:
        return None
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= HIGHEST:
        raise ValueError(f"{name}: a quota is a whole number from 0 to {HIGHEST} a minute, or null")
    return order
