"""The verbs about messages that were given up: dlq list, dlq redrive, dlq purge."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from darkroom_client.cli import exits, printing
from darkroom_client.cli.asking import confirm, sure
from darkroom_client.cli.options import aimed, command, listed
from darkroom_client.letters import QUEUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from darkroom_client.cli.options import Aim
    from darkroom_client.letters import DeadLetter, Purged, Redriven

EXAMPLES = ("darkroom dlq list", "darkroom dlq redrive --queue uploads")

of_queue = click.option("--queue", type=click.Choice(QUEUES, case_sensitive=False), help="Only those of this queue.")
chosen = click.argument("ids", metavar="[ID]...", nargs=-1)


@click.group(short_help="Look at messages that were given up, send them back, or purge them.", epilog=listed(EXAMPLES))
def dlq() -> None:
    """Look at dead letters, send them back, or purge them.

    A message that was handed out again and again without success is given up and lies as a dead letter. One of the
    interactive or the bulk queue is about a job, one of the uploads queue about files for which no job was opened.
    """


@command("List the dead letters.", "darkroom dlq list --queue uploads")
@of_queue
@click.option("--limit", type=click.IntRange(min=1), help="How many at most; the deployment's choice unless said.")
@click.option("--json", "as_json", is_flag=True, help="Print the dead letters as JSON, one a line.")
@aimed
def list_command(queue: str | None, limit: int | None, aim: Aim, *, as_json: bool) -> None:
    """List the dead letters: what each of them is about, and why it was given up."""
    with aim.client() as client:
        found = client.dead_letters(queue, limit)
    for letter in found.letters:
        click.echo(json.dumps(dict(letter.wire)) if as_json else _line(letter))
    if found.more and not aim.quiet:
        printing.note("There may be more of them; --limit shows more.")


@command(
    "Send dead letters back to their queue.", "darkroom dlq redrive --queue uploads", "darkroom dlq redrive 5d8f… 77c0…"
)
@of_queue
@chosen
@aimed
def redrive(queue: str | None, ids: Sequence[str], aim: Aim) -> None:
    """Send the dead letters of these IDs back to their queue, or all of them.

    Mend first what they were given up for. One of a job that has ended has nothing left to run, and is deleted. The
    exit code is 1 where some are left.
    """
    with aim.client(aloud=True) as client:
        done = client.redrive(ids or None, queue=queue)
    click.echo(done.sentence)
    if done.ended and not aim.quiet:
        jobs = f" Those are: {', '.join(done.ended_jobs)}." if done.ended_jobs else ""
        printing.note(f"A job that has ended never runs again: `darkroom rerun JOB` runs its request anew.{jobs}")
    _leave(done)


@command("Delete dead letters for good.", "darkroom dlq purge --queue bulk", "darkroom dlq purge 5d8f… --yes")
@of_queue
@chosen
@sure
@aimed
def purge(queue: str | None, ids: Sequence[str], aim: Aim, *, yes: bool) -> None:
    """Delete the dead letters of these IDs for good, or all of them. The exit code is 1 where some are left."""
    with aim.client(aloud=True) as client:
        confirm(f"Purge {_which(queue, ids)}, for good?", yes=yes)
        done = client.purge(ids or None, queue=queue)
    click.echo(done.sentence)
    _leave(done, done.hint)


for verb in (list_command, redrive, purge):
    dlq.add_command(verb)


def _leave(done: Redriven | Purged, hint: str | None = None) -> NoReturn:
    """Say what is left, and leave with the exit code."""
    if done.left:
        printing.note(f"{done.left} {'is' if done.left == 1 else 'are'} left: run it again in a while.")
        if hint:
            printing.note(f"  Hint: {hint}")
    if done.more:
        printing.note("There may be more of them: run it again.")
    sys.exit(exits.FAILED if done.left or done.more else exits.DONE)


def _which(queue: str | None, ids: Sequence[str]) -> str:
    number = f"{len(ids)} dead letter{'' if len(ids) == 1 else 's'}" if ids else "all dead letters"
    return f"{number} of {f'the {queue} queue' if queue else 'every queue'}"


def _line(letter: DeadLetter) -> str:
    sent = letter.sent_at.strftime("%Y-%m-%d %H:%M:%S")
    return "  ".join([f"{letter.id}  {letter.queue:<11}  {sent}  {letter.receives}x", *map(_plain, _about(letter))])


def _about(letter: DeadLetter) -> Iterator[str]:
    if letter.job:
        yield f"{letter.job.id} {letter.job.status}{f' ({letter.job.error})' if letter.job.error else ''}"
    yield from (f"s3://{one.bucket}/{one.key}" for one in letter.objects)
    if letter.reason:
        yield letter.reason


def _plain(text: str) -> str:
    """Others chose these words: nothing in them may move the cursor or break the line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
