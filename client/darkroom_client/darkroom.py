"""The client: a verb for each of Titan's tasks, and what belongs to them. Synchronous and safe to share among threads.

with Darkroom("https://…/v1", key) as darkroom:
    job = darkroom.generate("Create a starship emerging from a nebula.", width=1152, height=768)
    darkroom.save(job, ".")
"""

from __future__ import annotations

import hashlib
import math
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from darkroom_client import clearing
from darkroom_client.errors import PictureUnavailable
from darkroom_client.job import Job
from darkroom_client.letters import DeadLetters
from darkroom_client.model import Model
from darkroom_client.money import Quote, Usage
from darkroom_client.pictures import read
from darkroom_client.retries import Retries
from darkroom_client.saving import save_pictures
from darkroom_client.tasks import query
from darkroom_client.transport import Transport, json_object
from darkroom_client.uploading import send_ahead
from darkroom_client.verbs import Verbs
from darkroom_client.waiting import LONGEST_HOLD, job_path, rest_after, wait_for, with_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from types import TracebackType
    from typing import Unpack

    from darkroom_client.erasure import Erased, TenantErased
    from darkroom_client.job import Picture
    from darkroom_client.letters import Purged, Redriven
    from darkroom_client.pictures import PictureInput
    from darkroom_client.tasks import Handling, JobFilter

DEFAULT_WAIT = 120.0
"""Seconds that a verb waits for its pictures."""
LARGEST_PAGE = 50


class Darkroom(Verbs[Job]):
    """One deployment, spoken to with one key.

    Every verb that draws gives a Job that has pictures (`succeeded`, or `partial` with `job.error` set), and raises
    an error of `darkroom_client.errors` otherwise. A picture is given as a path, as bytes or as a reference such as
    `image:{job}/1`; files are sent as they are.

    `timeout` is for one HTTP exchange, in seconds, beyond what the server was asked to wait. `on_wait` is called with
    a job each time that it is waited for; `job.starts_at` may tell when it is expected to start.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        timeout: float = 30.0,
        retries: Retries | None = None,
        on_wait: Callable[[Job], None] | None = None,
    ) -> None:
        super().__init__(Transport(base_url, api_key, timeout, retries or Retries()))
        self._on_wait = on_wait

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Darkroom({self._transport.base_url!r})"

    def close(self) -> None:
        """Let go of every connection."""
        self._transport.close()

    def job(self, job_id: str) -> Job:
        """A job as it stands, in whatever state."""
        return Job.from_wire(json_object(self._transport.get(job_path(job_id))))

    def jobs(self, limit: int | None = None, **wanted: Unpack[JobFilter]) -> Iterator[Job]:
        """Your jobs, the newest first, page by page as they are asked for; all of them without a limit."""
        cursor, left, asked = None, math.inf if limit is None else limit, query(wanted)
        while left > 0:
            size = int(min(left, LARGEST_PAGE))
            params = asked | {"limit": str(size)} | ({"cursor": cursor} if cursor else {})
            page = json_object(self._transport.get("/jobs", params), "jobs")
            yield from (Job.from_wire(one) for one in page["jobs"][:size])
            left, cursor = left - len(page["jobs"]), page.get("cursor")
            if not cursor:
                return

    def wait(self, job: Job | str, seconds: float = DEFAULT_WAIT) -> Job:
        """The job with its pictures, once it has ended. Raises StillRunning, with the job in it, after the deadline.

        The deadline holds to within one HTTP exchange. When the connection is lost meanwhile, the job goes on, so
        that is StillRunning too.
        """
        known = self.job(job) if isinstance(job, str) else job
        return with_pictures(wait_for(self._transport, known, seconds, on_wait=self._on_wait))

    def upload(self, picture: PictureInput) -> str:
        """Send a picture ahead and give the reference to name it by in requests. A reference is given back as it is."""
        given = read(picture)
        return given if isinstance(given, str) else send_ahead(self._transport, given)

    def models(self) -> list[Model]:
        """The models that this deployment knows, with what each of them serves here."""
        return [Model.from_wire(one) for one in json_object(self._transport.get("/models"), "data")["data"]]

    def fetch(self, picture: Picture) -> bytes:
        """The picture's bytes, checked against its sha256. Raises PictureUnavailable."""
        content = self._transport.fetch(picture.url)
        if picture.sha256 is not None and hashlib.sha256(content).hexdigest() != picture.sha256:
            raise PictureUnavailable("The picture arrived damaged; fetch it again.")
        return content

    def save(self, job: Job, folder: str | Path) -> list[Path]:
        """Save the job's pictures, and its mask, in a folder that exists. No file is ever replaced."""
        return list(save_pictures(job, Path(folder), self.fetch))

    def run(self, body: Mapping[str, Any], **handling: Unpack[Handling]) -> Job:
        """Run a request that is in Titan's words already, the body of POST /images."""
        return self._opened("/images", body, handling)

    def rerun(self, job_id: str, **handling: Unpack[Handling]) -> Job:
        """Run a job's request again, as a new job with the seed and the pictures of the first one."""
        return self._opened(f"{job_path(job_id)}/rerun", None, handling)

    def cancel(self, job_id: str) -> Job:
        """Take back a job that still waits, for which nothing is charged then.

        Raises RequestRefused where it is under way (`job-goes-on`) or has ended (`job-ended`).
        """
        return Job.from_wire(json_object(self._transport.delete(job_path(job_id))))

    def quote(self, task: Mapping[str, Any] | Callable[[Verbs[Quote]], Quote]) -> Quote:
        """What a task would cost, which model would serve it, and what would become of its fields. Nothing is run.

        A task is a body as `run` takes it, or a verb: `darkroom.quote(lambda dry: dry.generate("a ship", count=2))`.
        It is refused for whatever the task itself would be refused for, but for a budget that is used up.
        """
        dry = _Quoting(self._transport)
        return task(dry) if callable(task) else dry.run(task)

    def usage(self, since: date | None = None, until: date | None = None) -> Usage:
        """What was drawn and charged from one day (UTC) to another, both included, and what is left of the budgets.

        The last 30 days unless said.
        """
        return Usage.from_wire(json_object(self._transport.get("/usage", query({"since": since, "until": until}))))

    def dead_letters(self, queue: str | None = None, limit: int | None = None) -> DeadLetters:
        """The messages that were given up, of one of `QUEUES` or of all of them."""
        asked = {"queue": queue, "limit": None if limit is None else str(limit)}
        answer = self._transport.get(clearing.LETTERS, query(asked))
        return DeadLetters.from_wire(json_object(answer, "deadLetters"))

    def redrive(self, ids: Sequence[str] | None = None, *, queue: str | None = None) -> Redriven:
        """Send dead letters back to their queue: those of these ids, or all that there are, of one queue or of each.

        One of a job that has ended has nothing left to run: `rerun` runs its request anew. Raises OutcomeUnknown where
        no answer came; it is not asked again by itself then.
        """
        return clearing.redrive(self._transport, ids, queue)

    def purge(self, ids: Sequence[str] | None = None, *, queue: str | None = None) -> Purged:
        """Delete dead letters for good: those of these ids, or all that there are, of one queue or of each."""
        return clearing.purge(self._transport, ids, queue)

    def erase(self, job: Job | str) -> Erased:
        """Erase a job that has ended, with its request and its pictures, for good; to erase it twice is to do it once.

        Raises RequestRefused where it is under way (`job-goes-on`). To read it is refused from then on (`job-erased`).
        """
        return clearing.erase(self._transport, job if isinstance(job, str) else job.id)

    def erase_tenant(self, tenant: str) -> TenantErased:
        """Erase all jobs of a tenant and whatever else is kept for it. What is under way has to end first."""
        return clearing.erase_tenant(self._transport, tenant)

    def _opened(self, path: str, body: Mapping[str, Any] | None, handling: Handling) -> Job:
        """A job that a request opens, as it stands when it has ended or the caller's wait is over."""
        given, key = handling.get("wait"), handling.get("idempotency_key")
        wait = DEFAULT_WAIT if given is None else given
        until = time.monotonic() + wait
        hold = min(math.ceil(wait), LONGEST_HOLD)
        answer = self._transport.spend(path, body, str(uuid.uuid4()) if key is None else key, wait=hold, patience=wait)
        job = Job.from_wire(json_object(answer))
        if job.ended or wait <= 0:
            return with_pictures(job) if job.ended else job
        left = max(until - time.monotonic(), 0.0)
        return with_pictures(wait_for(self._transport, job, left, rest=rest_after(answer), on_wait=self._on_wait))


class _Quoting(Verbs[Quote]):
    """The verbs, of which nothing is run."""

    def run(self, body: Mapping[str, Any], **_handling: Unpack[Handling]) -> Quote:
        """What the task would cost."""
        return Quote.from_wire(json_object(self._transport.post("/quotes", body)))
