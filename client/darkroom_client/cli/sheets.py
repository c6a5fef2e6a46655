"""Where a mask and its preview go: files of the very names that were typed, and what is printed beside them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from darkroom_client.cli import exits, printing
from darkroom_client.cli.options import all_of, make_folder
from darkroom_client.saving import save_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from darkroom_client.cli.options import Aim, Verb
    from darkroom_client.mask import Mask
    from darkroom_client.maskroom import Maskroom


@dataclass(frozen=True, slots=True)
class Saved:
    """The files that were written, and whether they are all that were asked for."""

    out: Path | None
    preview: Path | None
    code: int

    def document(self, wire: Mapping[str, Any]) -> dict[str, Any]:
        """The answer as the API gave it, with the files' paths in place of the pictures."""
        paths = {"mask": self.out, "preview": self.preview}
        return {**wire, **{name: path and str(path) for name, path in paths.items()}}


@dataclass(frozen=True, slots=True)
class Sheets:
    """What to write, and what to print."""

    out: Path | None
    preview: Path | None
    force: bool
    json: bool

    def prepare(self) -> None:
        """Make the folders and refuse what is there already, before anything is asked."""
        for flag, path in (("--out", self.out), ("--preview", self.preview)):
            if path is not None:
                if path.exists() and not self.force:
                    raise click.BadParameter(f"{path} is there already; --force replaces it", param_hint=flag)
                make_folder(path.parent, flag)
        if self.out is not None and self.out == self.preview:
            raise click.BadParameter(f"{self.out} is --out as well", param_hint="--preview")

    def save(self, *, mask: bytes | None = None, preview: bytes | None) -> Saved:
        """Write what was asked for and has come. Raises PictureUnavailable."""
        out = self._write(self.out, mask)
        looked_at = self._write(self.preview, preview)
        lacks = self.preview is not None and looked_at is None
        return Saved(out, looked_at, exits.PARTIAL if lacks else exits.DONE)

    def _write(self, path: Path | None, content: bytes | None) -> Path | None:
        if path is None or content is None:
            return None
        save_as(content, path, replace=self.force)
        return path


def kept(*, out: bool) -> Callable[[Verb], Verb]:
    """Adds where the files go; the verb gets it as `sheets`. `out` says whether there is a mask to save."""

    def decorate(verb: Verb) -> Verb:
        @wraps(verb)
        def with_sheets(
            preview: Path | None, *, force: bool, json: bool, out: Path | None = None, **given: Any
        ) -> None:
            verb(sheets=Sheets(out, preview, force, json), **given)

        file = click.Path(dir_okay=False, path_type=Path)
        mask = click.option("-o", "--out", type=file, required=True, help="Where to save the mask, a PNG.")
        return all_of([
            *([mask] if out else []),
            click.option("--preview", type=file, help="Save PICTURE with the area to be changed tinted, a PNG."),
            click.option("--force", is_flag=True, help="Replace files that are there already."),
            click.option("--json", is_flag=True, help="Print the answer as JSON, with the paths of the files."),
        ])(with_sheets)  # fmt: skip

    return decorate


def deliver(aim: Aim, sheets: Sheets, ask: Callable[[Maskroom], Mask]) -> NoReturn:
    """Have a mask made, save it, print what came of it and leave with the exit code."""
    sheets.prepare()
    with aim.client() as client:
        made = ask(client.masks)
    saved = sheets.save(mask=made.png, preview=made.preview)
    if sheets.json:
        click.echo(json.dumps(saved.document(made.wire)))
    else:
        click.echo("\n".join(str(path) for path in (saved.out, saved.preview) if path))
    if not aim.quiet:
        printing.done(made)
    if saved.code != exits.DONE:
        printing.note("There is no preview: it takes a PICTURE, and a mask in black and white in Titan's way.")
    sys.exit(saved.code)
