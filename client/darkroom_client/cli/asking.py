"""Asks before what cannot be undone."""

from __future__ import annotations

import sys

import click

sure = click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal to ask on.")


def confirm(question: str, *, yes: bool) -> None:
    """Go on only if a person says so. Raises UsageError where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(
            "This cannot be undone, and there is no terminal to ask on: --yes says that it is meant."
        )
    click.confirm(question, abort=True, err=True)
