"""The verbs about masks: mask check, mask convert, mask make. None of them spends anything."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from darkroom_client.cli import exits, printing
from darkroom_client.cli.options import aimed, all_of, command, listed
from darkroom_client.cli.parameters import CONVENTIONS, MEANS, picture, size
from darkroom_client.cli.shaping import Ordered, shaped
from darkroom_client.cli.sheets import deliver, kept
from darkroom_client.maskroom import TASKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from darkroom_client.cli.options import Aim
    from darkroom_client.cli.sheets import Sheets
    from darkroom_client.pictures import PictureInput
    from darkroom_client.shapes import Shape

EXAMPLES = (
    "darkroom mask make photo.jpg --task inpaint --ellipse 25%,25%,50%,50% --out mask.png",
    "darkroom mask check photo.jpg mask.png --task inpaint --preview look.png",
)

for_task = click.option(
    "--task", type=click.Choice(list(TASKS), case_sensitive=False), required=True, help="What the mask is for."
)
into = click.option(
    "--into", type=click.Choice(CONVENTIONS, case_sensitive=False), help="Write it in another way than Titan's."
)
grow = click.option("--grow", metavar="PIXELS", type=int, help="Grow the area to be changed; below zero, shrink it.")
reading = all_of([
    click.option("--means", type=MEANS, help="How the mask says what is changed; auto unless said."),
    click.option("--threshold", type=int, help="The darkest value that counts as white, 1 to 255."),
    grow,
])  # fmt: skip
"""How a mask is read: keywords of `Reading`."""


@click.group(short_help="Look at a mask, convert one, or make one.", epilog=listed(EXAMPLES))
def mask() -> None:
    """Look at a mask before an edit is paid for, convert one, or make one. Nothing here costs anything.

    Files are saved under the very names that --out and --preview give. One that is there already is left alone, and
    nothing is asked, unless --force says otherwise. Exit code 4 says that there is no preview to save.
    """


@command(
    "Tell what a mask would change, and what is wrong with it.",
    "darkroom mask check photo.jpg mask.png --task inpaint --preview look.png",
)
@click.argument("image", metavar="PICTURE", type=picture)
@click.argument("sheet", metavar="MASK", type=picture)
@for_task
@reading
@kept(out=False)
@aimed
def check(image: PictureInput, sheet: PictureInput, task: str, aim: Aim, sheets: Sheets, **how: Any) -> None:
    """Tell what MASK would change in PICTURE, and what is wrong with it.

    The first word is the verdict. The exit code is 0 for `ok` and for `fixable`, which needs a conversion, and 2 for
    `refused`.
    """
    sheets.prepare()
    with aim.client() as client:
        report = client.masks.check(image, sheet, task, **how)
    saved = sheets.save(preview=report.preview)
    click.echo(json.dumps(saved.document(report.wire)) if sheets.json else printing.checked(report))
    if saved.preview and not sheets.json:
        click.echo(f"preview   {saved.preview}")
    sys.exit(exits.REFUSED if report.verdict == "refused" else saved.code)


@command(
    "Make a mask of another kind into the one that is needed.",
    "darkroom mask convert layer.png --for photo.jpg --task inpaint --means white-is-changed --out mask.png",
)
@click.argument("sheet", metavar="MASK", type=picture)
@click.option("--for", "image", type=picture, metavar="PICTURE", help="The picture that it is for, whose size it gets.")
@for_task
@reading
@click.option("--feather", metavar="PIXELS", type=int, help="Fade the edge; for engines that take grey, not for Titan.")
@into
@kept(out=True)
@aimed
def convert(sheet: PictureInput, task: str, aim: Aim, sheets: Sheets, **how: Any) -> None:
    """Make MASK into the one that Titan takes: pure black and white, of the picture's size, black inside."""
    deliver(aim, sheets, lambda masks: masks.convert(sheet, task, **how))


@command(
    "Make a mask without a paint program.",
    "darkroom mask make photo.jpg --task inpaint --ellipse 25%,25%,50%,50% --out mask.png",
    "darkroom mask make photo.jpg --task inpaint --background --subtract-rectangle 0,0,200,80 --out mask.png",
    "darkroom mask make --size 1024x768 --task outpaint --border left=10%,right=10% --out mask.png",
    kind=Ordered,
)
@click.argument("image", metavar="[PICTURE]", type=picture, required=False)
@click.option("--size", type=size, metavar="WxH", help="Pixels, in place of PICTURE.")
@for_task
@shaped
@grow
@into
@kept(out=True)
@aimed
def make(image: PictureInput | None, shapes: Sequence[Shape], task: str, aim: Aim, sheets: Sheets, **how: Any) -> None:
    """Make a mask for PICTURE, or for a size, from shapes: the area that is to be changed, whatever the task.

    Shapes are applied in the order in which they are typed. Each adds to the area, and each has a form that takes away
    from it: --subtract-rectangle and so on. Numbers are pixels from the left and the upper edge, or parts of the
    picture when they are written like 25%.
    """
    size = how.pop("size")
    canvas = size if image is None else image
    if canvas is None or (image is not None and size is not None):
        raise click.UsageError("Give a PICTURE, or --size in its place.")
    if not shapes:
        raise click.UsageError("Give at least one shape, such as --rectangle.")
    deliver(aim, sheets, lambda masks: masks.make(canvas, shapes, task, **how))


for verb in (check, convert, make):
    mask.add_command(verb)
