"""The trouble that a person ordered: which call it strikes, and what it does to it.

Knows no HTTP: the wire asks for the fault of a call and carries it out.
"""

from __future__ import annotations

from threading import Lock
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from local.bedrock.errors import STATUS, THROTTLED, BedrockError, refusal

Spoil = Literal["blocked", "partial", "inference"]
"""The faults that a model's own reply expresses: everything filtered, or a part of it, or that it could not finish."""
Kind = Literal["throttle", "delay", "hang", "error", "cut", "malformed", "missing", "blocked", "partial", "inference"]
"""`missing`: a reply that is whole, but for its pictures, and gives no reason."""
LONGEST_HANG = 900.0
"""Seconds after which a hanging call is dropped, should nobody end it before."""
_SECOND = frozenset({"ServiceQuotaExceededException", "ConflictException", "UnknownOperationException"})
"""Classes that share their status with a commoner one."""
_KINDS_BY_STATUS = {status: kind for kind, status in STATUS.items() if kind not in _SECOND}


class Fault(BaseModel):
    """An order: strike the next `times` calls that match."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    seconds: Annotated[float, Field(gt=0, le=LONGEST_HANG)] | None = None
    """How long a `delay` lasts (1 s when not said), or a `hang` (until the caller leaves)."""
    status: int | None = None
    """An `error`'s status; 500 when not said."""
    match: str = ""
    """Strikes only calls whose raw body or model id contains this."""

    @model_validator(mode="after")
    def _fields_fit_the_kind(self) -> Self:
        if self.seconds is not None and self.kind not in {"delay", "hang"}:
            raise ValueError(f"seconds belongs to delay and hang, not to {self.kind}")
        if self.status is not None and self.kind != "error":
            raise ValueError(f"status belongs to error, not to {self.kind}")
        if self.status is not None and self.status not in _KINDS_BY_STATUS:
            raise ValueError(
                f"status must be one that InvokeModel has: {', '.join(map(str, sorted(_KINDS_BY_STATUS)))}"
            )
        return self

    def strikes(self, model: str, body: bytes) -> bool:
        """Whether this call is meant."""
        return self.match in model or self.match.encode() in body

    @property
    def refusal(self) -> BedrockError | None:
        """The error that this fault answers at once, if it is of that sort."""
        if self.kind == "throttle":
            return refusal("ThrottlingException", THROTTLED)
        if self.kind == "error":
            kind = _KINDS_BY_STATUS[self.status or STATUS["InternalServerException"]]
            return refusal(kind, "The Darkroom Bedrock emulator was told to fail this call.")
        return None

    @property
    def spoil(self) -> Spoil | None:
        """What this fault does to the model's reply, if it is of that sort."""
        return self.kind if self.kind in {"blocked", "partial", "inference"} else None


class Faults:
    """The pending orders, oldest first. One fault strikes a call; it is used up by that."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._lock = Lock()

    def order(self, fault: Fault) -> None:
        """Add an order behind the others."""
        with self._lock:
            self._pending.append(fault)

    def take(self, model: str, body: bytes) -> Fault | None:
        """The first fault that strikes this call, with one of its times used up."""
        with self._lock:
            for place, fault in enumerate(self._pending):
                if fault.strikes(model, body):
                    left = [fault.model_copy(update={"times": fault.times - 1})] if fault.times > 1 else []
                    self._pending[place : place + 1] = left
                    return fault
        return None

    def pending(self) -> list[Fault]:
        """What is still to come."""
        with self._lock:
            return list(self._pending)

    def clear(self) -> None:
        """Take every order back."""
        with self._lock:
            self._pending.clear()
