"""The verbs that work on pictures: vary, inpaint, outpaint, remove-background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from darkroom_client.cli import printing
from darkroom_client.cli.options import drawn, fitted, masked, restored, task
from darkroom_client.cli.parameters import extension, picture
from darkroom_client.cli.tasks import task_verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from darkroom_client.cli.tasks import Task, Tasks
    from darkroom_client.pictures import PictureInput
    from darkroom_client.verbs import Verbs


@task_verb(
    "Draw variations of 1 to 5 pictures together.",
    'darkroom vary photo.png --text "Add more stars and space debris." --similarity 0.7',
)
@click.argument("pictures", type=picture, nargs=-1, required=True)
@click.option("--text", help="What to keep and what to change.")
@click.option("--similarity", type=float, help="How close to stay to the pictures, 0.2 to 1.")
@fitted
@drawn
def vary(pictures: Sequence[PictureInput], **options: Any) -> Task:
    """Draw variations of 1 to 5 PICTURES, taken together as one task."""
    return lambda client: client.vary(pictures, **options)


@task_verb(
    "Change what is inside a mask.",
    'darkroom inpaint photo.jpg --mask-prompt "the cup" --text "a bowl of soup"',
    "darkroom inpaint photo.jpg --mask mask.png",
    "darkroom inpaint photo.jpg --mask layer.png --mask-means auto --fit crop --restore",
)
@click.argument("image", metavar="PICTURE", type=picture)
@click.option("--text", help="What to draw inside the mask; background without it.")
@masked
def inpaint(image: PictureInput, **options: Any) -> Task:
    """Change what is inside a mask. Give --mask or --mask-prompt."""
    return lambda client: client.inpaint(image, **options)


@task_verb(
    "Keep what is inside a mask and draw the rest anew.",
    'darkroom outpaint photo.jpg --mask-prompt "the cup" --text "on a beach" --mode precise',
    'darkroom outpaint photo.jpg --extend left=256,right=128 --text "a wooden table"',
)
@click.argument("image", metavar="PICTURE", type=picture)
@click.option("--text", required=True, help="What to draw outside the mask.")
@click.option(
    "--extend",
    type=extension,
    metavar="SIDES",
    help="Enlarge PICTURE by so many pixels and draw what is new: left=…,right=…,up=…,down=…",
)
@click.option("--mode", type=click.Choice(["default", "precise"], case_sensitive=False),
              help="Whether the inside may be adapted (default) or not (precise).")  # fmt: skip
@masked
def outpaint(image: PictureInput, text: str, extend: dict[str, int] | None, **options: Any) -> Task:
    """Keep what is inside a mask and draw the rest anew. Give --mask, --mask-prompt or --extend."""
    if extend is None:
        return lambda client: client.outpaint(image, text, **options)
    if options["mask"] is not None or options["mask_prompt"] is not None:
        raise click.UsageError("--extend makes the mask: leave --mask and --mask-prompt out.")
    return lambda client: _extended(client, image, text, extend, options)


@task_verb("Cut the subject out of each picture.", "darkroom remove-background *.jpg --out cut-outs")
@click.argument("pictures", type=picture, nargs=-1, required=True)
@restored
@task
def remove_background(pictures: Sequence[PictureInput], **options: Any) -> Tasks:
    """Cut the subject out of each of PICTURES, four at a time. One that fails does not stop the others."""

    def task_for(image: PictureInput) -> Task:
        return lambda client: client.remove_background(image, **options)

    if len(pictures) > 1 and options.get("idempotency_key") is not None:
        raise click.UsageError("--idempotency-key stands for one request: give one picture.")
    return [(str(one), task_for(one)) for one in pictures]


def _extended[T](client: Verbs[T], image: PictureInput, text: str, sides: dict[str, int], options: dict[str, Any]) -> T:
    """Extend a picture, then draw what is new."""
    made = client.masks.extend(image, model=options["model"], background=options["background"], **sides)
    if not click.get_current_context().params["quiet"]:
        printing.done(made)
    return client.outpaint(made.image, text, **options | {"mask": made.mask})
