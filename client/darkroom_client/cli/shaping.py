"""The shapes that a mask is made of, as they are typed: their options, in the order of the command line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import click

from darkroom_client import shapes
from darkroom_client.cli.options import all_of
from darkroom_client.cli.parameters import sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from darkroom_client.cli.options import Verb
    from darkroom_client.shapes import Shape

type Op = Literal["add", "subtract"]
type Unit = Literal["pixel", "fraction"]

BOX = "L,T,W,H"


class ShapeOption(click.Option):
    """An option that stands for a shape each time it is typed."""


class Ordered(click.Command):
    """A command that gets its shapes as `shapes`, in the order in which they were typed; click sorts by option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        _, _, typed = self.make_parser(ctx).parse_args(list(args))
        rest = super().parse_args(ctx, args)
        if ctx.resilient_parsing:  # completion, which looks at half a line
            return rest
        shape_options = [option for option in self.params if isinstance(option, ShapeOption)]
        waiting = {option: iter(ctx.params.pop(option.name or "")) for option in shape_options}
        ctx.params["shapes"] = [next(waiting[option]) for option in typed if isinstance(option, ShapeOption)]
        return rest


def shaped(verb: Verb) -> Verb:
    """Adds the options of the shapes; those that subtract are told once for all in the verb's own help."""
    return all_of([*_options("add"), *_options("subtract")])(verb)


def _options(op: Op) -> Iterator[Callable[[Verb], Verb]]:
    for name, (metavar, told, read) in _DRAWN.items():
        yield _option(op, name, told, metavar=metavar, type=_reader(read, op))
    for name, (told, found) in _FOUND.items():
        yield _option(op, name, told, flag_value=found(op=op), type=click.UNPROCESSED)


def _option(op: Op, names: str, told: str, **more: Any) -> Callable[[Verb], Verb]:
    prefix = "--" if op == "add" else "--subtract-"
    flags = [prefix + name for name in names.split()]
    return click.option(*flags, cls=ShapeOption, multiple=True, hidden=op == "subtract", help=told, **more)


def _reader(read: Callable[[str, Op], Shape], op: Op) -> Callable[[str], Shape]:
    return lambda value: read(value, op)


def _numbers(value: str) -> tuple[list[float], Unit]:
    """Comma-separated numbers, all of them in pixels or all as parts of the picture; 0 is either."""
    words = [word.strip() for word in value.split(",")]
    parts = any(word.endswith("%") for word in words)
    try:
        numbers = [float(word.removesuffix("%")) / (100 if parts else 1) for word in words]
    except ValueError:
        numbers = [math.nan]
    if not all(map(math.isfinite, numbers)):
        raise click.BadParameter(f"{value!r} does not hold numbers.")
    if parts and not all(word.endswith("%") or number == 0 for word, number in zip(words, numbers, strict=True)):
        raise click.BadParameter(f"{value!r} mixes pixels and parts: write % after each number or after none.")
    return numbers, "fraction" if parts else "pixel"


def _box(value: str) -> tuple[list[float], Unit]:
    numbers, unit = _numbers(value)
    if len(numbers) != len(BOX.split(",")):
        raise click.BadParameter(f"{value!r} is not LEFT,TOP,WIDTH,HEIGHT.")
    return numbers, unit


def _rectangle(value: str, op: Op) -> Shape:
    numbers, unit = _box(value)
    return shapes.rectangle(*numbers, unit=unit, op=op)


def _ellipse(value: str, op: Op) -> Shape:
    numbers, unit = _box(value)
    return shapes.ellipse(*numbers, unit=unit, op=op)


def _polygon(value: str, op: Op) -> Shape:
    numbers, unit = _numbers(",".join(value.split()))
    if any(point.count(",") != 1 for point in value.split()):
        raise click.BadParameter(f"{value!r} is not x,y x,y x,y with a space between the points.")
    return shapes.polygon(zip(numbers[::2], numbers[1::2], strict=True), unit=unit, op=op)


def _border(value: str, op: Op) -> Shape:
    said = sides(value)
    numbers, unit = _numbers(",".join(said.values()))
    return shapes.border(**dict(zip(said, numbers, strict=True)), unit=unit, op=op)


def _colour(value: str, op: Op) -> Shape:
    colour, comma, tolerance = value.partition(",")
    if comma and not tolerance.isdecimal():
        raise click.BadParameter(f"{value!r} is not #RRGGBB,TOLERANCE.")
    return shapes.colour(colour, int(tolerance) if comma else None, op=op)


_DRAWN: dict[str, tuple[str, str, Callable[[str, Op], Shape]]] = {
    "rectangle": (BOX, "An upright rectangle: left, top, width, height.", _rectangle),
    "ellipse": (BOX, "The ellipse inside such a rectangle.", _ellipse),
    "polygon": ('"X,Y X,Y X,Y"', "The outline through three points or more.", _polygon),
    "border": ("SIDES", "The outer frame, so wide at each side: left=…,right=…,up=…,down=…", _border),
    "colour color": ("#RRGGBB[,N]", "What is near a colour of PICTURE; N from 0, that alone, to 128.", _colour),
}
_FOUND: dict[str, tuple[str, Callable[..., Shape]]] = {
    "alpha": ("Where PICTURE is transparent.", shapes.alpha),
    "subject": ("What a cut-out of PICTURE keeps.", shapes.subject),
    "background": ("What a cut-out of PICTURE removes.", shapes.background),
}
