"""What tasks would cost and what they have cost, as data. Amounts are millionths of a USD. Knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from darkroom_client.errors import DarkroomError
from darkroom_client.job import Cost, ServedBy, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

PERIODS = ("day", "month")
COLUMNS = ("day", "task", "model", "key")
"""What usage is told by."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a task would cost and what would become of it."""

    task_type: str
    model: ServedBy
    fidelity: tuple[Verdict, ...]
    cost: Cost
    """`quoted` is exactly what success is charged, `bound` the most that it can come to."""
    calls: int
    """Of the model."""
    body: Mapping[str, Any]
    """The request that the model would get, without its pictures."""
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The answer exactly as the API gave it."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one. Raises DarkroomError where the data is none."""
        try:
            return cls(
                task_type=data["taskType"],
                model=ServedBy.from_wire(data["model"]),
                fidelity=Verdict.all_from_wire(data),
                cost=Cost.from_wire(data["cost"]),
                calls=data.get("calls", 1),
                body=data.get("body") or {},
                wire=data,
            )
        except (KeyError, TypeError, AttributeError) as wrong:
            raise DarkroomError(f"The answer is no quote ({wrong!r}). Is the base URL right?") from None


@dataclass(frozen=True, slots=True)
class Amount:
    """Money and pictures; None where a budget does not bound them."""

    amount: int | None
    images: int | None

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        return cls(data.get("amount"), data.get("images"))


@dataclass(frozen=True, slots=True)
class Total:
    """How many jobs have ended, how many pictures they have, and what they were charged."""

    jobs: int
    images: int
    amount: int

    def __add__(self, other: Total) -> Total:
        return Total(self.jobs + other.jobs, self.images + other.images, self.amount + other.amount)


@dataclass(frozen=True, slots=True)
class Spent(Total):
    """The total of one task type, by one model, for one key, on one day (UTC)."""

    day: date
    task: str
    model: str
    key: str | None = None
    """The name of the key that asked; None where the deployment does not tell."""

    def named(self, column: str) -> str:
        """What stands in one of `COLUMNS`, in words."""
        value = getattr(self, column)
        return "-" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget and what of it is used; what open jobs may still cost is counted as used."""

    scope: str
    """`deployment`, or `tenant` for the key's own."""
    period: str
    """day or month."""
    of: str
    """Which one: 2026-11-23 or 2026-11."""
    resets_at: datetime
    limit: Amount
    used: Amount

    @property
    def left(self) -> Amount:
        """What may still be spent; None where nothing bounds it."""
        limits = ((self.limit.amount, self.used.amount), (self.limit.images, self.used.images))
        return Amount(*(None if limit is None else max(limit - (used or 0), 0) for limit, used in limits))

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        period = next(name for name in PERIODS if name in data)
        limit, used = Amount.from_wire(data["limit"]), Amount.from_wire(data["used"])
        return cls(data["scope"], period, data[period], datetime.fromisoformat(data["resetsAt"]), limit, used)


@dataclass(frozen=True, slots=True)
class Usage:
    """What was drawn and charged from one day to another, both included, and what is left now."""

    since: date
    until: date
    currency: str
    total: Total
    rows: tuple[Spent, ...]
    budgets: tuple[Budget, ...]
    """Those that bound anything."""
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The answer exactly as the API gave it."""

    def by(self, column: str) -> dict[str, Total]:
        """The rows' sums for each value of one of `COLUMNS`, in the order in which the values come."""
        sums: dict[str, Total] = {}
        for row in self.rows:
            value = row.named(column)
            sums[value] = sums.get(value, Total(0, 0, 0)) + row
        return sums

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one. Raises DarkroomError where the data is none."""
        try:
            return cls(
                since=date.fromisoformat(data["from"]),
                until=date.fromisoformat(data["to"]),
                currency=data.get("currency", "USD"),
                total=Total(**_sums(data["total"])),
                rows=tuple(_spent(one) for one in data["rows"]),
                budgets=tuple(Budget.from_wire(one) for one in data.get("budgets", ())),
                wire=data,
            )
        except (KeyError, TypeError, AttributeError, ValueError, StopIteration) as wrong:
            raise DarkroomError(f"The answer is no usage ({wrong!r}). Is the base URL right?") from None


def _spent(data: Mapping[str, Any]) -> Spent:
    day = date.fromisoformat(data["day"])
    return Spent(**_sums(data), day=day, task=data["task"], model=data["model"], key=data.get("key"))


def _sums(data: Mapping[str, Any]) -> dict[str, int]:
    return {name: data[name] for name in ("jobs", "images", "amount")}
