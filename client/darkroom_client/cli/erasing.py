"""The verb that erases jobs and tenants: erase."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from darkroom_client.cli import exits, printing
from darkroom_client.cli.asking import confirm, sure
from darkroom_client.cli.delivery import first_failure, side_by_side
from darkroom_client.cli.options import aimed, command
from darkroom_client.errors import DarkroomError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from darkroom_client.cli.options import Aim
    from darkroom_client.darkroom import Darkroom
    from darkroom_client.erasure import Erased, TenantErased


@command("Erase jobs, or all of a tenant, for good.", "darkroom erase job_01K…", "darkroom erase --tenant shop")
@click.argument("jobs", metavar="[JOB]...", nargs=-1)
@click.option("--tenant", metavar="NAME", help="All of this tenant, in place of single jobs.")
@sure
@aimed
def erase(jobs: Sequence[str], tenant: str | None, aim: Aim, *, yes: bool) -> None:
    """Erase each JOB with its request and its pictures, or all of a tenant. What they cost is still counted.

    A job that is under way has to end first. One that fails does not stop the others.
    """
    if bool(jobs) == (tenant is not None):
        raise click.UsageError("Give at least one JOB, or --tenant in their place.")
    with aim.client(aloud=True) as client:
        confirm(f"Erase {_which(jobs, tenant)}, for good?", yes=yes)
        code = _erase_each(client, jobs, quiet=aim.quiet) if tenant is None else _erase_all(client, tenant)
    sys.exit(code)


def _erase_each(client: Darkroom, jobs: Sequence[str], *, quiet: bool) -> int:
    made = side_by_side([partial(_try, client, job) for job in jobs], quiet=quiet or len(jobs) == 1)
    for job, one in zip(jobs, made, strict=True):
        if isinstance(one, DarkroomError):
            printing.error(one, job)
        elif one is not None:
            files = f"{one.objects} file{'' if one.objects == 1 else 's'}"
            click.echo(f"{one.id}  erased  {files}  {printing.usd(one.cost.charged)}")
    return first_failure([_code(one) for one in made])


def _try(client: Darkroom, job: str) -> Erased | DarkroomError:
    try:
        return client.erase(job)
    except DarkroomError as error:
        return error


def _code(made: Erased | DarkroomError | None) -> int:
    if made is None:
        return exits.FAILED
    return exits.code_of(made) if isinstance(made, DarkroomError) else exits.DONE


def _erase_all(client: Darkroom, tenant: str) -> int:
    done = client.erase_tenant(tenant)
    click.echo(done.sentence)
    for line in _remains(done):
        printing.note(line)
    return exits.DONE if done.is_complete else exits.FAILED


def _remains(done: TenantErased) -> list[str]:
    lines = []
    if done.under_way:
        jobs = "1 job is" if done.under_way == 1 else f"{done.under_way} jobs are"
        lines.append(f"{jobs} under way and must end first: run it again then.")
    elif done.more:
        lines.append("There is more of it: run it again.")
    return lines


def _which(jobs: Sequence[str], tenant: str | None) -> str:
    if tenant is not None:
        return f"all of the tenant {tenant}"
    return f"the job {jobs[0]}" if len(jobs) == 1 else f"{len(jobs)} jobs"
