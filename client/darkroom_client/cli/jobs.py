"""The verbs that look at jobs: jobs, get."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from darkroom_client.cli.delivery import deliver, report
from darkroom_client.cli.options import aimed, command, printed
from darkroom_client.cli.printing import described, usd
from darkroom_client.errors import StillRunning
from darkroom_client.waiting import with_pictures

if TYPE_CHECKING:
    from darkroom_client.cli.options import Aim, Output
    from darkroom_client.darkroom import Darkroom
    from darkroom_client.job import Job


@command("List your jobs, the newest first.", "darkroom jobs --limit 5")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the Jobs as JSON, one a line.")
@aimed
def jobs(limit: int, aim: Aim, *, as_json: bool) -> None:
    """List your jobs, the newest first."""
    with aim.client() as client:
        for job in client.jobs(limit):
            click.echo(json.dumps(dict(job.wire)) if as_json else _line(job))


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
    with aim.client() as client:
        made = deliver(client, output, lambda client: _ended(client, job_id, wait))
    if made.job is not None and output.out is None and not output.json:
        click.echo(described(made.job))
    report(made, output, quiet=aim.quiet or output.out is None)
    sys.exit(made.code)


def _ended(client: Darkroom, job_id: str, wait: float) -> Job:
    job = client.job(job_id)
    if job.ended:
        return with_pictures(job)
    if wait <= 0:
        raise StillRunning(f"{job.id} is {job.status}.", job=job)
    return client.wait(job, wait)


def _line(job: Job) -> str:
    created = job.created_at.strftime("%Y-%m-%d %H:%M:%S")
    return f"{job.id}  {job.status:<9}  {job.task_type:<23}  {created}  {usd(job.cost.charged)}"
