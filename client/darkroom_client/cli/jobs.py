"""The verbs about jobs that there are: jobs, get, cancel, rerun, usage."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from darkroom_client.cli import accounts
from darkroom_client.cli.delivery import deliver, draw, report
from darkroom_client.cli.options import aimed, command, handled, printed
from darkroom_client.cli.parameters import day, moment, moment_after
from darkroom_client.cli.printing import described, usd
from darkroom_client.errors import StillRunning
from darkroom_client.job import DOORS, STATES
from darkroom_client.money import COLUMNS
from darkroom_client.tasks import PARAMS
from darkroom_client.waiting import expectation, with_pictures

if TYPE_CHECKING:
    from datetime import date

    from darkroom_client.cli.options import Aim, Output
    from darkroom_client.darkroom import Darkroom
    from darkroom_client.job import Job


@command(
    "List your jobs, the newest first.", "darkroom jobs --limit 5", "darkroom jobs --status failed --since 2026-11-01"
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--status", type=click.Choice(STATES, case_sensitive=False), help="Only those in this state.")
@click.option("--task", type=click.Choice([*PARAMS], case_sensitive=False), help="Only those of this type.")
@click.option(
    "--source", type=click.Choice(DOORS, case_sensitive=False), help="Only those that came through this door."
)
@click.option("--since", type=moment, metavar="TIME", help="A day, or a time such as 2026-11-23T10:00+01:00; UTC "
              "unless it says otherwise.")  # fmt: skip
@click.option("--until", type=moment_after, metavar="TIME", help="A day, which is included, or a time.")
@click.option("--json", "as_json", is_flag=True, help="Print the Jobs as JSON, one a line.")
@aimed
def jobs(limit: int, aim: Aim, *, as_json: bool, **wanted: Any) -> None:
    """List your jobs, the newest first."""
    with aim.client() as client:
        for job in client.jobs(limit, **wanted):
            _print(job, as_json=as_json)


@command("Show a job, or save its pictures.", "darkroom get job_01K… --wait 60 --out .")
@click.argument("job_id", metavar="JOB")
@click.option("--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=0, help="Wait for its end first.")
@printed(None)
@aimed
def get(job_id: str, wait: float, aim: Aim, output: Output) -> None:
    """Show JOB; with --out, save its pictures. The exit code tells how it ended."""
    if output.full and output.out is None:
        output = replace(output, out=Path())
    output.prepare()
    with aim.client(tells_waits=True) as client:
        made = deliver(client, output, lambda client: _ended(client, job_id, wait))
    if made.job is not None and output.out is None and not output.json:
        click.echo(described(made.job))
    report(made, output, quiet=aim.quiet or output.out is None)
    sys.exit(made.code)


@command("Take back a job that still waits.", "darkroom cancel job_01K…")
@click.argument("job_id", metavar="JOB")
@click.option("--json", "as_json", is_flag=True, help="Print the Job as JSON.")
@aimed
def cancel(job_id: str, aim: Aim, *, as_json: bool) -> None:
    """Take back JOB while it waits; nothing is charged then.

    A job that is under way goes on, and its pictures are kept. That, and a job that has ended, is exit code 2.
    """
    with aim.client() as client:
        _print(client.cancel(job_id), as_json=as_json)


@command("Run a job's request again.", "darkroom rerun job_01K… --out again")
@click.argument("job_id", metavar="JOB")
@handled
@printed(".")
@aimed
def rerun(job_id: str, aim: Aim, output: Output, **options: Any) -> None:
    """Run the request of JOB again, as a new job with the same seed and the same pictures to work on."""
    draw(aim, output, lambda client: client.rerun(job_id, **options))


@command(
    "Tell what was charged, and what is left of the budgets.",
    "darkroom usage --since 2026-11-01",
    "darkroom usage --by key",
)
@click.option("--since", type=day, metavar="DAY", help="The first day, as 2026-11-23, UTC; 30 days back unless said.")
@click.option("--until", type=day, metavar="DAY", help="The last day, which is included; today unless said.")
@click.option("--by", type=click.Choice(COLUMNS, case_sensitive=False), help="Sum up by one of the columns.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@aimed
def usage(since: date | None, until: date | None, by: str | None, aim: Aim, *, as_json: bool) -> None:
    """Tell what your jobs were charged, by day, task, model and key, and what is left of the budgets.

    A job counts once it has ended. What open jobs may still cost is taken off the budgets already.
    """
    if as_json and by is not None:
        raise click.UsageError("--json prints the answer as it is: leave --by out.")
    with aim.client() as client:
        told = client.usage(since, until)
    if as_json:
        click.echo(json.dumps(dict(told.wire)))
        return
    click.echo(accounts.table(told, by))
    for budget in told.budgets:
        click.echo(accounts.remaining(budget))


def _ended(client: Darkroom, job_id: str, wait: float) -> Job:
    job = client.job(job_id)
    if job.ended:
        return with_pictures(job)
    if wait <= 0:
        raise StillRunning(f"{job.id} is {job.status}.{expectation(job)}", job=job)
    return client.wait(job, wait)


def _print(job: Job, *, as_json: bool) -> None:
    click.echo(json.dumps(dict(job.wire)) if as_json else _line(job))


def _line(job: Job) -> str:
    created = job.created_at.strftime("%Y-%m-%d %H:%M:%S")
    return f"{job.id}  {job.status:<9}  {job.task_type:<23}  {created}  {usd(job.cost.charged)}"
