"""Erasure: a job's pictures, records, request and inputs go, in every version; a tombstone with the amount stays.

The tombstone is written first: from then on nobody is shown anything. It lists the objects that are still to be deleted
until they are, so that an erasure that was interrupted is finished by asking for it again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.darkroom import orders
from functions.darkroom.errors import JobExpired, JobGoesOn, NotPermitted, UnknownJob
from functions.darkroom.job import Leftover
from functions.darkroom.storage import order_key, record_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.darkroom.job import Job, Picture
    from functions.darkroom.ledger import Ledger
    from functions.darkroom.storage import Storage

ROUND_SECONDS = 18.0
"""How long one request goes on erasing a tenant's jobs: the gateway waits 29."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases, for one tenant at a time."""

    ledger: Ledger
    storage: Storage
    cancel: Callable[[str, str], Job]
    deliver: Callable[..., Job]
    clock: Callable[[], float]

    def job(self, job_id: str, tenant: str) -> dict[str, Any]:
        """Erase one job, or finish it. Raises UnknownJob; JobGoesOn where it is under way, and nothing is erased."""
        job = self.ledger.get(job_id)
        if job is None or job.tenant != tenant:
            raise UnknownJob("there is no such job, or not for this key")
        if not job.status.ended:
            job = self.cancel(job_id, tenant)
        return self._told(*self._erased(job))

    def tenant(self, named: str, tenant: str) -> dict[str, Any]:
        """Erase a tenant's jobs and whatever else lies under its prefixes, as far as one request goes.

        Raises NotPermitted for another tenant. `more` says that there is more to erase; `underWay` counts the jobs that
        have to end first.
        """
        if named != tenant:
            raise NotPermitted("a key may erase its own tenant, and no other")
        until, sums = time.monotonic() + ROUND_SECONDS, {"jobs": 0, "objects": 0, "underWay": 0}
        for job in self._jobs(tenant):
            if time.monotonic() > until:
                return {**sums, "more": True}
            self._count(job, sums)
        if not sums["underWay"]:
            sums["objects"] += self._rest(tenant)
        return {**sums, "more": False}

    def _jobs(self, tenant: str) -> Iterator[Job]:
        """The tenant's jobs that are not erased, or not wholly."""
        cursor = None
        while True:
            jobs, cursor = self.ledger.of_tenant(tenant, PAGE, cursor)
            yield from (job for job in jobs if job.erasedAt is None or job.leftovers)
            if cursor is None:
                return

    def _count(self, job: Job, sums: dict[str, int]) -> None:
        try:
            told = self.job(job.id, job.tenant)
        except JobGoesOn:
            sums["underWay"] += 1
            return
        sums["jobs"] += 1
        sums["objects"] += told["objects"]

    def _erased(self, job: Job) -> tuple[Job, int]:
        """The tombstone, and how many versions of objects were deleted for it."""
        if job.erasedAt is None:
            if job.outbox:  # the bus is told of an end before the end is forgotten
                job = self.deliver(job)
            if job.outbox:
                raise JobGoesOn("its event is still to be sent; ask again in a minute")
            job = self.ledger.commit(job.erased(self.clock(), tuple(self._belongings(job))))
        if not job.leftovers:
            return job, 0
        deleted = sum(self.storage.erase(one.bucket, one.key, one.version) for one in job.leftovers)
        return self.ledger.commit(job.model_copy(update={"leftovers": ()})), deleted

    def _belongings(self, job: Job) -> Iterator[Leftover]:
        """Every object that is the job's, or that it alone still uses."""
        results, folder = self.storage.results, record_key(job, "")
        yield Leftover(bucket=results, key=folder)
        yield Leftover(bucket=results, key=order_key(job))
        made = [*job.images, *(image.original for image in job.images), *([job.mask] if job.mask else [])]
        elsewhere = [picture for picture in made if not picture.key.startswith(folder)]
        # Others may have been written to the same keys, so these very versions go, and no others.
        for picture in [*elsewhere, *self._inputs(job)]:
            if picture.version is not None:
                yield Leftover(bucket=picture.bucket, key=picture.key, version=picture.version)

    def _inputs(self, job: Job) -> Iterator[Picture]:
        """What it alone was opened with, but for earlier results: those are their own jobs'."""
        try:
            order = orders.of(self.storage, job)
        except JobExpired:
            return
        mine = (one for one in order.pinned if one.bucket == self.storage.uploads)
        yield from (one for one in mine if not self._is_used(job, one))

    def _is_used(self, mine: Job, picture: Picture) -> bool:
        others = (self.ledger.get(job_id) for job_id in self.ledger.users(picture) if job_id != mine.id)
        return any(job is not None and job.erasedAt is None and not job.is_expired(self.clock()) for job in others)

    def _rest(self, tenant: str) -> int:
        """What no job knows of: uploads that nobody used, cut-outs for masks."""
        uploads, results = self.storage.uploads, self.storage.results
        deleted = self.storage.erase(uploads, f"inputs/{tenant}/", None)
        return deleted + sum(self.storage.erase(results, f"{area}/{tenant}/", None) for area in ("t", "orders"))

    def _told(self, job: Job, objects: int) -> dict[str, Any]:
        wire = job.as_wire()
        return {"id": job.id, "erased": True, "objects": objects, "cost": wire["cost"], "erasedAt": wire["erasedAt"]}
