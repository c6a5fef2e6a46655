"""What a person reads, on standard error: problems, and what became of a job. Nothing here can hold a key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from darkroom_client.errors import OutcomeUnknown
from darkroom_client.waiting import expectation, expected_start

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from darkroom_client.errors import DarkroomError
    from darkroom_client.job import Job, Picture, Verdict
    from darkroom_client.mask import Extended, Mask, MaskReport
    from darkroom_client.problem import Problem


MOVED = timedelta(seconds=30)
"""What is worth telling anew."""


def note(text: str) -> None:
    """One line beside the results."""
    click.echo(text, err=True)


class Waiting:
    """Tells when a job is expected to start that waits for its model's pace, and again when that has moved."""

    def __init__(self) -> None:
        self._told: dict[str, datetime] = {}

    def __call__(self, job: Job) -> None:
        """Say it, unless it was said already."""
        if job.starts_at is None:
            return
        told = self._told.get(job.id)
        if told is None or abs(job.starts_at - told) >= MOVED:
            self._told[job.id] = job.starts_at
            note(f"{job.id} waits for its model's pace.{expectation(job)}")


def error(found: DarkroomError, about: str | None = None) -> None:
    """An error whole: its title, what is wrong, each wrong field with its way out, and the job where there is one."""
    if found.problem:
        shortfall(found.problem, about)
    else:
        note(_about(about, f"Error: {found}"))
    if isinstance(found, OutcomeUnknown) and found.idempotency_key:
        note(f"  Sent again with --idempotency-key {found.idempotency_key} it is no second job.")
    for line in getattr(found, "__notes__", ()):
        note(f"  {line}")
    if found.job:
        note(f"  Job: {found.job.id} (darkroom get {found.job.id})")


def shortfall(problem: Problem, about: str | None = None) -> None:
    """A problem whole; also why a job has fewer pictures than were asked for."""
    note(_about(about, f"{problem.title} ({problem.slug})"))
    note(f"  {problem.detail}")
    if problem.stage:
        note(f"  Stage: {problem.stage}")
    for one in problem.errors:
        note(f"  {one.field}: {one.detail}{f' ({one.hint})' if one.hint else ''}")
    if problem.hint:
        note(f"  Hint: {problem.hint}")


def summary(job: Job, about: str | None = None) -> None:
    """What became of the job and of each field that was not served exactly."""
    pictures = f"{len(job.images)} picture{'' if len(job.images) == 1 else 's'}"
    by = f" by {job.model.served}" if job.model else ""
    note(_about(about, f"{job.id} {job.status}: {pictures}{by} for {usd(job.cost.charged)}"))
    for remark in inexact(job.fidelity):
        note(f"  {remark}")


def described(job: Job) -> str:
    """A job in full, for a person."""
    lines = [f"{job.id}  {job.status}  {job.task_type}", f"created  {job.created_at:%Y-%m-%d %H:%M:%S} UTC"]
    start = expected_start(job)
    lines += [f"starts   {start} (expected)"] if start else []
    if job.model:
        lines.append(f"model    {job.model.served}{f' in {job.model.region}' if job.model.region else ''}")
    lines.append(f"cost     {usd(job.cost.charged)} of {price(job.cost.quoted, job.cost.bound)}")
    lines += [f"picture  image:{job.id}/{one.id}  {_measures(one)}  seed {one.seed}" for one in job.images]
    lines += [f"mask     {_measures(job.mask)}"] if job.mask else []
    lines += [f"label    {key}={value}" for key, value in job.metadata.items()]
    return "\n".join(lines + [f"field    {remark}" for remark in inexact(job.fidelity)])


def done(made: Mask | Extended) -> None:
    """What a mask will change, and what was done to make it."""
    note(made.changed.sentence)
    for step in made.done:
        note(f"  {step}")


def checked(report: MaskReport) -> str:
    """A report of a mask in full, for a person. Its first word is the verdict."""
    lines = [f"{report.verdict}: {_MEANINGS.get(report.verdict, 'see below')}"]
    lines += [report.changed.sentence] if report.changed else []
    if report.as_is and report.as_is != report.changed:
        lines.append(f"as it is  {report.as_is.sentence}")
    for one in report.problems:
        lines += [f"{one.weight:<9} {one.detail} ({one.slug})", *([f"          {one.hint}"] if one.hint else [])]
    if report.verdict == "fixable":
        lines.append(f"way out   --mask-means {report.means} with the edit, or darkroom mask convert")
    seen = report.seen
    return "\n".join([*lines, *_reading(report), f"file      {seen.format} {seen.width}x{seen.height} {seen.mode}"])


def inexact(fidelity: Sequence[Verdict]) -> list[str]:
    """What becomes of each field that is not served exactly."""
    changed = [one for one in fidelity if one.verdict != "exact"]
    return [f"{one.field} {one.verdict}{f': {one.detail}' if one.detail else ''}" for one in changed]


def usd(millionths: int) -> str:
    """Money as people write it: at least cents, and no digit lost."""
    whole, rest = f"{millionths / 1_000_000:.6f}".split(".")
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')} USD"


def price(quoted: int, bound: int) -> str:
    """What success costs and, where it may be more, the most that it can come to."""
    return usd(quoted) if bound == quoted else f"{usd(quoted)}, at most {usd(bound)}"


def _about(what: str | None, text: str) -> str:
    return f"{what}: {text}" if what else text


_MEANINGS = {
    "ok": "Titan takes it as it is",
    "fixable": "Titan does not take it as it is; converted, it does",
    "refused": "no conversion makes it right",
}


def _reading(report: MaskReport) -> list[str]:
    """How the mask was read, and what its owner likely means."""
    likely, certain = report.likely, "" if report.likely.sure else ", which is not certain"
    if likely.means == report.means:
        return [f"read as   {report.means}{certain}: {likely.why}"]
    return [f"read as   {report.means}", f"likely    {likely.means}{certain}: {likely.why}"]


def _measures(picture: Picture) -> str:
    return f"{picture.width}x{picture.height}  {picture.content_type}  {picture.bytes:,} bytes"
