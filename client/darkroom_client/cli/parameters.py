"""The kinds of values that the command line takes. They check files, not limits: those are the server's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from darkroom_client.pictures import is_reference

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CONVENTIONS = ("black-is-inside", "white-is-changed", "transparent-is-changed")
MEANS = click.Choice([*CONVENTIONS, "auto"], case_sensitive=False)
"""How a mask says what is changed."""
SIDES = ("left", "right", "up", "down")


def picture(value: str) -> str | Path:
    """A reference as it is, or the path of a file that can be read."""
    return value if is_reference(value) else Path(str(FILE(value)))


def label(value: str) -> tuple[str, str]:
    """Key and value of `KEY=VALUE`; the value may hold further equals signs."""
    key, equals, text = value.partition("=")
    if not key or not equals:
        raise click.BadParameter(f"{value!r} is not KEY=VALUE.")
    return key, text


def labels(
    _context: click.Context, _option: click.Parameter, given: Sequence[tuple[str, str]]
) -> dict[str, str] | None:
    """All labels together; None where there is none."""
    return dict(given) or None


def sides(value: str) -> dict[str, str]:
    """The sides of `left=…,right=…,up=…,down=…`, at least one of them, each with what is said of it."""
    said = dict(one.partition("=")[::2] for one in value.split(","))
    if not set(said) <= set(SIDES) or not all(said.values()):
        raise click.BadParameter(f"{value!r} is not {','.join(f'{side}=…' for side in SIDES)} or some of them.")
    return said


def extension(value: str) -> dict[str, int]:
    """The sides in whole pixels."""
    try:
        return {side: int(length) for side, length in sides(value).items()}
    except ValueError:
        raise click.BadParameter(f"{value!r} is not in whole pixels.") from None


def size(value: str) -> tuple[int, int]:
    """Width and height of `WxH`."""
    width, _, height = value.partition("x")
    if not width.isdecimal() or not height.isdecimal():
        raise click.BadParameter(f"{value!r} is not WIDTHxHEIGHT in pixels.")
    return int(width), int(height)


def day(value: str) -> date:
    """A day such as 2026-11-23."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day, such as 2026-11-23.") from None


def moment(value: str) -> datetime:
    """A time, or the beginning of a day; UTC unless it says otherwise."""
    return _moment(value, time.min)


def moment_after(value: str) -> datetime:
    """A time, or the end of a day; UTC unless it says otherwise."""
    return _moment(value, time.max)


def _moment(value: str, of_day: time) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(value), of_day, UTC)
    except ValueError:
        pass
    try:
        said = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no time, such as 2026-11-23 or 2026-11-23T10:00+01:00.") from None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
