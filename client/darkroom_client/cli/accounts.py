"""What a person reads about money: quotes, usage and what is left of budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom_client.cli.printing import inexact, price, usd
from darkroom_client.money import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from darkroom_client.money import Amount, Budget, Quote, Total, Usage

SUMS = ("jobs", "images", "charged")
"""The columns that hold numbers, which stand to the right."""


def quoted(quote: Quote, about: str | None = None) -> str:
    """A quote in full."""
    calls = f"{quote.calls} call{'' if quote.calls == 1 else 's'}"
    place = f" in {quote.model.region}" if quote.model.region else ""
    lines = [f"picture  {about}"] if about else []
    lines += [
        f"cost     {price(quote.cost.quoted, quote.cost.bound)}",
        f"model    {quote.model.served}{place}, {calls}",
    ]
    return "\n".join(lines + [f"field    {remark}" for remark in inexact(quote.fidelity)])


def table(usage: Usage, by: str | None = None) -> str:
    """What was drawn and charged, and the total: a line for each row, or for each value of one of the columns."""
    words = COLUMNS if by is None else (by,)
    if by is None:
        rows = [(*map(row.named, COLUMNS), *_sums(row)) for row in usage.rows]
    else:
        rows = [(value, *_sums(total)) for value, total in usage.by(by).items()]
    total = ("total", *[""] * (len(words) - 1), *_sums(usage.total))
    return "\n".join([f"{usage.since} to {usage.until} (UTC)", *_aligned([(*words, *SUMS), *rows, total])])


def remaining(budget: Budget) -> str:
    """What is left of a budget, and when it begins anew."""
    whose = "the key's" if budget.scope == "tenant" else f"the {budget.scope}'s"
    anew = f"{budget.resets_at:%Y-%m-%d %H:%M} UTC"
    return f"left of {whose} {budget.period} {budget.of}: {_left(budget.left, budget.limit)}; anew at {anew}"


def _left(left: Amount, limit: Amount) -> str:
    parts = []
    if left.amount is not None and limit.amount is not None:
        parts.append(f"{usd(left.amount)} of {usd(limit.amount)}")
    if left.images is not None and limit.images is not None:
        parts.append(f"{left.images} of {limit.images} pictures")
    return ", ".join(parts)


def _sums(total: Total) -> tuple[str, ...]:
    return f"{total.jobs}", f"{total.images}", usd(total.amount)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    words = len(widths) - len(SUMS)
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(cell.ljust(width) if n < words else cell.rjust(width) for n, (cell, width) in enumerate(cells))
