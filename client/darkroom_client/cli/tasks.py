"""Makes two commands of each task: `darkroom VERB`, which runs it, and `darkroom quote VERB`, which tells its price."""

from __future__ import annotations

import json
import re
import sys
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import click

from darkroom_client.cli import accounts, exits, printing
from darkroom_client.cli.delivery import draw, draw_each, first_failure, side_by_side
from darkroom_client.cli.options import aimed, command, handled, listed, printed
from darkroom_client.errors import DarkroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from darkroom_client.cli.options import Aim, Output, Verb
    from darkroom_client.darkroom import Darkroom
    from darkroom_client.money import Quote
    from darkroom_client.verbs import Verbs


class Task(Protocol):
    """What to ask of the verbs, whether they run or quote."""

    def __call__[T](self, client: Verbs[T], /) -> T:
        """Call one of them."""


type Tasks = Sequence[tuple[str, Task]]
"""Several tasks, each with the input that it is for."""

EXAMPLES = (
    'darkroom quote generate "Create a starship emerging from a nebula." --count 3 --quality premium',
    "darkroom quote remove-background photo.jpg",
)


@click.group(short_help="Tell what a task would cost, without running it.", epilog=listed(EXAMPLES))
def quote() -> None:
    """Tell what a task would cost, which model would serve it, and what becomes of each field that is not exact.

    Nothing is run, and nothing is charged. The tasks are typed as they are without `quote`. The exit code is 0, or 2
    for a task that would be refused.
    """


def task_verb(summary: str, *examples: str) -> Callable[[Callable[..., Task | Tasks]], click.Command]:
    """Makes the verb, and its twin in `quote`, of a function that turns what was typed into what to ask."""

    def decorate(typed: Callable[..., Task | Tasks]) -> click.Command:
        def run(aim: Aim, output: Output, **given: Any) -> None:
            asked = typed(**given)
            if callable(asked):
                draw(aim, output, asked)
            elif len(asked) == 1:
                draw(aim, output, asked[0][1])
            draw_each(aim, output, asked)

        def tell(aim: Aim, *, as_json: bool, **given: Any) -> None:
            asked = typed(**given)
            _quoted(aim, [(None, asked)] if callable(asked) else asked, as_json=as_json)

        as_quote = click.option("--json", "as_json", is_flag=True, help="Print the quotes as JSON, one a line.")
        quoting = [_without_a_job(one) for one in examples]
        quote.add_command(command(summary, *quoting)(_taking(typed, as_quote(aimed(tell)))))
        return command(summary, *examples)(_taking(typed, handled(printed(".")(aimed(run)))))

    return decorate


def _taking(typed: Callable[..., Task | Tasks], verb: Verb) -> Verb:
    """The verb under the name and with the help of what was typed, whose own options come first."""
    shared = verb.__click_params__  # type: ignore[attr-defined]
    update_wrapper(verb, typed)
    verb.__click_params__ = [*shared, *typed.__click_params__]  # type: ignore[attr-defined]
    return verb


def _without_a_job(example: str) -> str:
    return re.sub(r" --out \S+", "", example).replace("darkroom ", "darkroom quote ", 1)


def _quoted(aim: Aim, asked: Sequence[tuple[str | None, Task]], *, as_json: bool) -> NoReturn:
    """Print the quote of each task, then of all together, and leave with the first failing one's exit code."""
    with aim.client() as client:
        made = side_by_side([partial(_ask, client, task) for _, task in asked], quiet=aim.quiet or len(asked) == 1)
    codes, cost, bound = [], 0, 0
    for (name, _), told in zip(asked, made, strict=True):
        about = name if len(asked) > 1 else None
        if isinstance(told, DarkroomError):
            printing.error(told, about)
            codes.append(exits.code_of(told))
        elif told is not None:
            click.echo(json.dumps(dict(told.wire)) if as_json else accounts.quoted(told, about))
            cost, bound = cost + told.cost.quoted, bound + told.cost.bound
    if len(asked) > 1 and not as_json:
        click.echo(f"together {printing.price(cost, bound)}")
    sys.exit(first_failure(codes))


def _ask(client: Darkroom, task: Task) -> Quote | DarkroomError:
    try:
        return client.quote(task)
    except DarkroomError as error:
        return error
