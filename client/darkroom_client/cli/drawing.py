"""The verbs that draw from a text: generate, condition, color-guided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from darkroom_client.cli.options import drawn, fitted
from darkroom_client.cli.parameters import picture
from darkroom_client.cli.tasks import task_verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from darkroom_client.cli.tasks import Task
    from darkroom_client.pictures import PictureInput


@task_verb(
    "Draw pictures of a text.",
    'darkroom generate "Create a starship emerging from a nebula." --width 1152 --height 768 --seed 200',
)
@click.argument("text")
@click.option("--style", help="A style that the model knows by name.")
@drawn
def generate(text: str, **options: Any) -> Task:
    """Draw pictures of TEXT."""
    return lambda client: client.generate(text, **options)


@task_verb(
    "Draw pictures of a text in the layout of a picture.",
    'darkroom condition layout.png --text "a starship" --control-mode canny-edge --control-strength 0.5',
)
@click.argument("image", metavar="PICTURE", type=picture)
@click.option("--text", required=True, help="What to draw.")
@click.option("--control-mode", type=click.Choice(["canny-edge", "segmentation"], case_sensitive=False),
              help="What to take from PICTURE: its lines or its areas.")  # fmt: skip
@click.option("--control-strength", type=float, help="How closely to follow PICTURE, 0 to 1.")
@fitted
@drawn
def condition(image: PictureInput, text: str, **options: Any) -> Task:
    """Draw pictures of a text in the layout and composition of PICTURE."""
    return lambda client: client.condition(image, text, **options)


@task_verb(
    "Draw pictures of a text in given colours.",
    'darkroom color-guided "a starship" --color "#FF0000" --color "#00FF00"',
)
@click.argument("text")
@click.option("--color", "colors", metavar="#RRGGBB", multiple=True, required=True, help="1 to 10 times.")
@click.option("--reference", type=picture, metavar="PICTURE", help="A picture that lends its colours as well.")
@fitted
@drawn
def color_guided(text: str, colors: Sequence[str], **options: Any) -> Task:
    """Draw pictures of TEXT in given colours."""
    return lambda client: client.color_guided(text, colors, **options)
