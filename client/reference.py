"""Makes docs/cli.md, the reference of the command line, from its own help.

`python client/reference.py` writes it, `--check` tells whether the committed one is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from darkroom_client.cli import main as darkroom

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
WIDTH = 100


def main() -> int:
    """Write or check the page."""
    if "--check" in sys.argv:
        fresh = PAGE.exists() and PAGE.read_text(encoding="utf-8") == reference()
        print("" if fresh else f"{PAGE.name} is out of date: python client/reference.py")  # noqa: T201
        return 0 if fresh else 1
    PAGE.write_text(reference(), encoding="utf-8")
    return 0


def reference() -> str:
    """The whole page."""
    parts = ["# The command line", "Made from the command's own help by `python client/reference.py`.", _help(darkroom)]
    for name, verb in _verbs(darkroom):
        parts += [f"## {name}", _help(verb, name)]
    return "\n\n".join(parts) + "\n"


def _verbs(group: click.Group, name: str = "darkroom") -> Iterator[tuple[str, click.Command]]:
    """Every verb by its full name, those of a group after it."""
    for own, verb in group.commands.items():
        yield f"{name} {own}", verb
        if isinstance(verb, click.Group):
            yield from _verbs(verb, f"{name} {own}")


def _help(command: click.Command, name: str = "darkroom") -> str:
    context = click.Context(command, info_name=name, terminal_width=WIDTH, **darkroom.context_settings)
    return f"```text\n{command.get_help(context)}\n```"


if __name__ == "__main__":
    sys.exit(main())
