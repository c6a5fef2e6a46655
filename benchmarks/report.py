"""The table: what was measured, on both sides, and the goal. Says, never asserts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.comparisons import Row

WIDTHS = (42, 11, 11, 8, 8)
HEADINGS = ("", "baseline", "darkroom", "ratio", "goal")


def table(sections: Mapping[str, Iterable[Row]]) -> str:
    """All rows, section by section."""
    lines = [_line(HEADINGS), "-" * (sum(WIDTHS) + 4)]
    for title, rows in sections.items():
        lines += [title, *(_line(_cells(row)) for row in rows)]
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    shown = "{:.2f} x" if row.unit == "x" else "{:.1f} " + row.unit
    reached = row.ours if row.unit == "x" else row.ours / row.baseline
    goal = "" if row.goal is None else f"{row.goal:.2f} {'✓' if reached <= row.goal else '✗'}"
    ratio = "" if row.unit == "x" else f"{row.ours / row.baseline:.2f}"
    return f"  {row.what}", shown.format(row.baseline), shown.format(row.ours), ratio, goal


def _line(cells: tuple[str, ...]) -> str:
    first, *others = [f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True)]
    return " ".join([cells[0].ljust(len(first)), *others]).rstrip()
