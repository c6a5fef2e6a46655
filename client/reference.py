"""Makes docs/cli.md, the reference of the command line, from its own help.

`python client/reference.py` writes it, `--check` tells whether the committed one is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
from darkroom_client.cli import main as darkroom

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
    for name, verb in darkroom.commands.items():
        parts += [f"## darkroom {name}", _help(verb, name)]
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, *path: str) -> str:
    name = " ".join(["darkroom", *path])
    context = click.Context(command, info_name=name, terminal_width=WIDTH, **darkroom.context_settings)
    return f"```text\n{command.get_help(context)}\n```"


if __name__ == "__main__":
    sys.exit(main())
