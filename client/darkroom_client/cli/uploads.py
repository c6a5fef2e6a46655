"""The verb that sends pictures ahead: upload."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from darkroom_client.cli import exits, printing
from darkroom_client.cli.delivery import first_failure, side_by_side
from darkroom_client.cli.options import aimed, command
from darkroom_client.cli.parameters import FILE
from darkroom_client.errors import DarkroomError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from darkroom_client.cli.options import Aim
    from darkroom_client.darkroom import Darkroom


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent, or could not be."""

    file: Path
    reference: str | None = None
    error: DarkroomError | None = None

    @property
    def code(self) -> int:
        """Its exit code."""
        return exits.DONE if self.error is None else exits.code_of(self.error)


@command(
    "Send pictures ahead, to be named in later requests.",
    'darkroom vary $(darkroom upload one.png two.png) --text "at night"',
)
@click.argument("files", type=FILE, nargs=-1, required=True)
@aimed
def upload(files: Sequence[Path], aim: Aim) -> None:
    """Send FILES ahead, four at a time, and print the reference of each, one a line."""
    with aim.client() as client:
        sent = side_by_side([partial(_send, client, file) for file in files], quiet=aim.quiet or len(files) == 1)
    for one in sent:
        if one is not None and one.reference is not None:
            click.echo(one.reference)
        if one is not None and one.error is not None:
            printing.error(one.error, str(one.file))
    sys.exit(first_failure([exits.FAILED if one is None else one.code for one in sent]))


def _send(client: Darkroom, file: Path) -> Sent:
    try:
        return Sent(file, client.upload(file))
    except DarkroomError as error:
        return Sent(file, error=error)
