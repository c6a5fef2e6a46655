"""The kinds of values that the command line takes. They check files, not limits: those are the server's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from darkroom_client.pictures import is_reference

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
