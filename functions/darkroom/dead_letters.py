"""Dead letters: what was given up and why, and what a person makes of it: move it back, or throw it away.

Joins what SQS holds with the note of its failure and with the job that it names. It runs no job and ends none.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from functions.darkroom import clients
from functions.darkroom.errors import NotPermitted
from functions.darkroom.failures import Failures
from functions.darkroom.keys import TENANT
from functions.darkroom.ledger import Ledger
from functions.darkroom.letters import DeadLetterQueue
from functions.darkroom.notifications import objects_if_any
from functions.darkroom.queues import job_id_of
from functions.darkroom.rounds import Lane, Round
from functions.darkroom.settings import settings
from functions.darkroom.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from functions.darkroom.job import Job, SourceObject
    from functions.darkroom.letter_requests import Letters, LettersPage
    from functions.darkroom.letters import Letter

UPLOADS = "uploads"
"""The lane whose messages are S3's; those of the others name jobs."""

RERUN = "An ended job never runs again. Its request does, as a new job: POST jobs/{id}/rerun."
STILL_GOES_ON = "What is left names jobs that go on; the sweeper ends such a job within a minute or two."


@dataclass(slots=True)
class Redriven:
    """What a redrive came to."""

    redriven: int = 0
    left: int = 0
    ended: list[str] = field(default_factory=list)
    """The jobs that had ended, for which there was nothing left to run."""


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Those of all lanes."""

    lanes: tuple[Lane, ...]
    ledger: Ledger
    failures: Failures
    uploads: str
    """The bucket whose notifications are ours."""
    clock: Callable[[], float] = time.monotonic

    def find(self, page: LettersPage) -> dict[str, Any]:
        """Some of the letters, oldest first; `more` where there may be others. Nothing is taken out."""
        found: list[tuple[Lane, Letter]] = []
        with self._round(page.queue) as seen:
            for lane, letters in seen.letters():
                found += [(lane, letter) for letter in letters]
                if len(found) > page.limit:
                    break
        shown = sorted(found[: page.limit], key=lambda one: one[1].sent_at)
        more = seen.may_miss or len(found) > page.limit
        return {"deadLetters": [self._told(lane, letter) for lane, letter in shown], "more": more}

    def redrive(self, asked: Letters) -> dict[str, Any]:
        """Send letters' messages back to the queues that gave them up, and delete the letters.

        One whose job has ended has nothing left to run and is only deleted; one that names nothing of ours is left.
        A crash in between leaves a letter whose message is out too; to run either twice does nothing.
        """
        done = Redriven()
        with self._round(asked.queue, asked.ids) as seen:
            for lane, letters in seen.letters():
                self._redrive(seen, lane, letters, done)
        told = {"redriven": done.redriven, "ended": len(done.ended), "left": done.left, "more": seen.may_miss}
        return {**told, "endedJobs": done.ended, "hint": RERUN if done.ended else None}

    def purge(self, asked: Letters) -> dict[str, Any]:
        """Delete letters, but for those whose jobs still go on.

        The sweeper ends such a job within a minute by its letter; without the letter it would wait for a day.
        """
        purged = left = 0
        with self._round(asked.queue, asked.ids) as seen:
            for lane, letters in seen.letters():
                gone = seen.delete(lane, [letter for letter in letters if not _goes_on(self._job(lane, letter))])
                purged += len(gone)
                left += len(letters) - len(gone)
        return {"purged": purged, "left": left, "more": seen.may_miss, "hint": STILL_GOES_ON if left else None}

    def _round(self, queue: str | None, ids: Sequence[str] | None = None) -> Round:
        lanes = [lane for lane in self.lanes if queue in {None, lane.name}]
        return Round(lanes, None if ids is None else frozenset(ids), self.clock)

    def _redrive(self, seen: Round, lane: Lane, letters: Sequence[Letter], done: Redriven) -> None:
        jobs = {letter.id: self._job(lane, letter) for letter in letters}
        over = [letter for letter in letters if (job := jobs[letter.id]) and job.status.ended]
        runs = [letter for letter in letters if _goes_on(jobs[letter.id]) or self._announces(lane, letter)]
        sent = lane.dead.resend(runs, lane.url)
        seen.delete(lane, sent)
        gone = seen.delete(lane, over)
        done.redriven += len(sent)
        done.ended += [job.id for letter in gone if (job := jobs[letter.id])]
        done.left += len(letters) - len(sent) - len(gone)

    def _job(self, lane: Lane, letter: Letter) -> Job | None:
        job_id = None if lane.name == UPLOADS else job_id_of(letter.body)
        return None if job_id is None else self.ledger.get(job_id)

    def _announces(self, lane: Lane, letter: Letter) -> bool:
        """Whether it names an object that is ours."""
        return any(one.bucket == self.uploads for one in _objects(lane, letter))

    def _told(self, lane: Lane, letter: Letter) -> dict[str, Any]:
        failure, job = self.failures.find(letter.id), self._job(lane, letter)
        return {
            "id": letter.id,
            "queue": lane.name,
            "sentAt": _iso(letter.sent_at),
            "receives": failure.times if failure else letter.receives,
            "reason": failure.reason if failure else None,
            "failedAt": _iso(failure.at) if failure else None,
            "job": job and {"id": job.id, "status": job.status, "error": job.error and job.error.slug},
            "objects": [one.model_dump() for one in _objects(lane, letter)],
        }


def deployed(tenant: str) -> DeadLetters:
    """Those of this deployment. Raises NotPermitted for any tenant but its own: letters may name everybody's jobs."""
    if tenant != TENANT:
        raise NotPermitted("dead letters are for the deployment's own key")
    own, sqs = settings(), clients.client("sqs")
    lanes = (
        Lane("interactive", own.INTERACTIVE_QUEUE_URL, DeadLetterQueue(sqs, own.INTERACTIVE_DLQ_URL)),
        Lane("bulk", own.BULK_QUEUE_URL, DeadLetterQueue(sqs, own.BULK_DLQ_URL)),
        Lane(UPLOADS, own.UPLOADS_QUEUE_URL, DeadLetterQueue(sqs, own.UPLOADS_DLQ_URL)),
    )
    table = Table(clients.client("dynamodb"), own.TABLE_NAME)
    return DeadLetters(lanes, Ledger(table), Failures(table), own.UPLOADS_BUCKET)


def _objects(lane: Lane, letter: Letter) -> tuple[SourceObject, ...]:
    return objects_if_any(letter.body) if lane.name == UPLOADS else ()


def _goes_on(job: Job | None) -> bool:
    return job is not None and not job.status.ended


def _iso(seconds: float) -> str:
    """A time as the wire has it: UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
