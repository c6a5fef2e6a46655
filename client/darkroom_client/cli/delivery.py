"""Runs tasks, saves their pictures and prints what came of them: paths on standard output, the rest beside it."""

from __future__ import annotations

import base64
import json
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from darkroom_client.cli import exits, printing
from darkroom_client.errors import DarkroomError
from darkroom_client.saving import save_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from darkroom_client.cli.options import Aim, Output
    from darkroom_client.darkroom import Darkroom
    from darkroom_client.job import Job

type Ask = Callable[[Darkroom], Job]
"""What to ask a client for."""

AT_ONCE = 4
"""Tasks that run beside each other; each of them waits for the deployment, not for this machine."""


@dataclass(slots=True)
class Delivery:
    """What came of one task: a job, the files of its pictures, and what went wrong."""

    about: str | None = None
    """The input that it was for, where there are several."""
    job: Job | None = None
    paths: list[Path] = field(default_factory=list)
    error: DarkroomError | None = None

    @property
    def code(self) -> int:
        """Its exit code."""
        if self.error is not None:
            return exits.code_of(self.error)
        return exits.PARTIAL if self.job is not None and self.job.error is not None else exits.DONE


def draw(aim: Aim, output: Output, ask: Ask) -> NoReturn:
    """Run one task, print what came of it and leave with its exit code."""
    output.prepare()
    with aim.client(aloud=True, tells_waits=True) as client:
        try:
            made = deliver(client, output, ask)
        except KeyboardInterrupt:
            printing.note("Interrupted. A job that was opened goes on; `darkroom jobs` lists it.")
            raise
    report(made, output, quiet=aim.quiet)
    sys.exit(made.code)


def draw_each(aim: Aim, output: Output, asks: Sequence[tuple[str, Ask]]) -> NoReturn:
    """Run several tasks beside each other, then print what came of each, in their order.

    One that fails does not stop the others; the exit code is the first failing one's.
    """
    output.prepare()
    with aim.client(aloud=True) as client:
        made = side_by_side([partial(deliver, client, output, ask, about) for about, ask in asks], quiet=aim.quiet)
    for one in made:
        if one is not None:
            report(one, output, quiet=aim.quiet)
    sys.exit(first_failure([exits.FAILED if one is None else one.code for one in made]))


def side_by_side[T](works: Sequence[Callable[[], T]], *, quiet: bool) -> list[T | None]:
    """Every work's result, in the order of the works, with a progress bar for who watches.

    When it is interrupted, what has begun is brought to its end, and what has not is None.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(work) for work in works]
        try:
            with click.progressbar(length=len(works), file=sys.stderr, hidden=quiet or not sys.stderr.isatty()) as bar:
                for _ in as_completed(futures):
                    bar.update(1)
        except KeyboardInterrupt:
            printing.note("Stopping: what has begun is brought to its end.")
            pool.shutdown(cancel_futures=True)
    return [None if future.cancelled() else future.result() for future in futures]


def first_failure(codes: Sequence[int]) -> int:
    """The exit code of several works."""
    return next((code for code in codes if code != exits.DONE), exits.DONE)


def deliver(client: Darkroom, output: Output, ask: Ask, about: str | None = None) -> Delivery:
    """Ask for a job and save its pictures. An error is part of the delivery, beside what was saved before it."""
    made = Delivery(about)
    try:
        made.job = ask(client)
        if output.out is not None:
            made.paths.extend(save_pictures(made.job, output.out, client.fetch))
    except DarkroomError as error:
        made.error = error
        made.job = made.job or error.job
    return made


def report(made: Delivery, output: Output, *, quiet: bool) -> None:
    """Print the results, then what is to be said of them."""
    if output.json or output.full:
        if made.job is not None:
            click.echo(json.dumps(document(made.job, made.paths, full=output.full)))
    else:
        for path in made.paths:
            click.echo(path)
        if made.job is not None and not made.job.ended and made.error is None:
            click.echo(made.job.id)
    _remarks(made, quiet=quiet)
    if output.open:
        for path in made.paths:
            click.launch(str(path))


def document(job: Job, paths: Sequence[Path], *, full: bool) -> dict[str, Any]:
    """The Job as the API gave it, with each saved picture's path and, when it is to be full, its base64."""
    wire = dict(job.wire)
    images, mask = [dict(one) for one in wire.get("images", ())], dict(wire.get("mask") or {})
    for picture, path in zip([*images, mask], paths, strict=False):
        picture["path"] = str(path)
        if full:
            picture["base64"] = base64.b64encode(path.read_bytes()).decode("ascii")
    return wire | {"images": images, "mask": mask or None}


def _remarks(made: Delivery, *, quiet: bool) -> None:
    if made.error is not None:
        printing.error(made.error, made.about)
    elif made.job is not None and made.job.ended:
        if not quiet:
            printing.summary(made.job, made.about)
        if made.job.error is not None:
            printing.shortfall(made.job.error, made.about)
    elif made.job is not None and not quiet:
        printing.Waiting()(made.job)
