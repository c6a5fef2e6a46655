"""The ledger: one DynamoDB table in which a job's state, and what is owed because of it, change together or not at all.

A job is one item, written whole on condition that its revision is the one that was read: whoever comes second learns
it (`Conflict`) and reads again. The item holds neither prompts nor pictures.

    pk                        sk      what                            indexes
    JOB#{id}                  JOB     the job (`doc` is its JSON)     gsi1 TENANT#{tenant} by id; gsi2 DUE by dueAt,
                                                                                or LINE#{model}#{lane} by turn
    SOURCE#{hash of it}       SOURCE  this object version has its job none, and no TTL: it holds for good
    IDEM#{tenant}#{hash}      IDEM    this Idempotency-Key has its job  none; kept for a day
    BUDGET#…, USAGE#…                 sums: see `money`               none
    FAILURE#{message}         FAILURE why it failed: see `failures`   none

`gsi2` is sparse: an item stands in it only while the sweeper has something to look after.
"""

from __future__ import annotations

import random
import secrets
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.darkroom import money, uses
from functions.darkroom.job import Job, SourceObject
from functions.darkroom.table import number, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from functions.darkroom.job import Picture
    from functions.darkroom.money import Account
    from functions.darkroom.promises import Promise
    from functions.darkroom.table import Table

ITEM_VERSION = 1
DUE = "DUE"
TRANSACTION_TRIES = 8


class Conflict(Exception):
    """Somebody else moved the job in between."""


class Taken(Exception):
    """This object version has its job already."""


class Promised(Exception):
    """This Idempotency-Key has its job already."""


class Ledger:
    """The table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(
        self,
        job: Job,
        marker: SourceObject | None = None,
        promise: Promise | None = None,
        drawn_on: Sequence[Account] = (),
        beside: Iterable[dict[str, Any]] = (),
    ) -> Job:
        """Write a new job with all that belongs to it, or nothing.

        That is the marker of the object that it was opened for, the promise of its Idempotency-Key, the reservation of
        its money, and the parts `beside`, which have no condition. Raises Taken when the object has a job, Promised
        when the key has one, OverBudget.
        """
        first = job.model_copy(update={"rev": 1})
        parts = [self._put(_item(first), "attribute_not_exists(pk)")]
        refusals: list[Callable[[], Exception]] = [lambda: Conflict(job.id)]
        if marker is not None:
            parts.append(self._put(_marker(marker, job), "attribute_not_exists(pk)"))
            refusals.append(lambda: Taken(marker))
        if promise is not None:
            parts.append(self._put(promise.item(job), "attribute_not_exists(pk) OR #ttl <= :now", promise.now))
            refusals.append(lambda: Promised(promise))
        held = job.reservation
        if held is not None:
            for account in drawn_on:
                parts.append(money.reserving(self._table.name, account, held.amount, held.images))
                refusals.append(partial(self._over_budget, account, held.amount, held.images))
        self._transact([*parts, *beside], refusals)
        return first

    def users(self, picture: Picture) -> Iterator[str]:
        """The jobs that were opened with a version of an object, those that are gone included."""
        found = self._table.all("pk = :pk", {":pk": {"S": uses.pk(picture)}})
        return (item["sk"]["S"] for item in found)

    def promised(self, promise: Promise) -> tuple[str, str] | None:
        """The fingerprint and the job that an Idempotency-Key stands for, while it does."""
        item = self._table.get(promise.key)
        if number(item, "ttl") <= promise.now_seconds:
            return None
        return item["fingerprint"]["S"], item["job"]["S"]

    def get(self, job_id: str) -> Job | None:
        """The job as it stands now."""
        item = self._table.get(_key(job_id))
        return _job(item) if item else None

    def commit(self, job: Job) -> Job:
        """Write a moved job, if its revision is still the one that was read. Raises Conflict.

        With an ended job its money is settled, in the same transaction.
        """
        settled = list(money.settling(self._table.name, job)) if job.status.ended else []
        kept = {} if job.reservation is None or not settled else {"reservation": None}
        moved = job.model_copy(update={"rev": job.rev + 1, **kept})
        writer = secrets.token_hex(8)
        written = _item(moved) | {"writer": {"S": writer}}, "rev = :rev", numbers(rev=job.rev)
        if settled:
            self._transact([self._put(*written), *settled], [lambda: Conflict(job.id)])
        elif not self._table.put(*written) and not self._is_ours(job.id, writer):
            raise Conflict(job.id)
        return moved

    def _is_ours(self, job_id: str, writer: str) -> bool:
        """Whether what stands there is what this writer wrote: the SDK sends a write again whose answer was lost."""
        return bool(self._table.get(_key(job_id)).get("writer", {}).get("S") == writer)

    def usage(self, tenant: str, since: str, until: str) -> Iterator[dict[str, Any]]:
        """A tenant's sums by day, task, model and key, for days (`2026-11-25`) from `since` to `until` inclusive."""
        values = {":pk": {"S": f"USAGE#{tenant}"}, ":since": {"S": since}, ":until": {"S": f"{until}#~"}}
        return map(_usage, self._table.all("pk = :pk AND sk BETWEEN :since AND :until", values))

    def used(self, account: Account) -> tuple[int, int]:
        """What of an account is reserved or spent: millionths of a USD, and pictures."""
        item = self._table.get(account.key)
        return number(item, "amount"), number(item, "images")

    def of_tenant(self, tenant: str, most: int, before: str | None = None) -> tuple[list[Job], str | None]:
        """A tenant's jobs, newest first, older than the job `before`; and the last one's id where more may follow."""
        start = {"ExclusiveStartKey": _place(before, tenant)} if before else {}
        found = self._table.dynamodb.query(
            TableName=self._table.name,
            IndexName="GSI1",
            KeyConditionExpression="gsi1pk = :tenant",
            ExpressionAttributeValues={":tenant": {"S": f"TENANT#{tenant}"}},
            ScanIndexForward=False,
            Limit=most,
            **start,
        )
        jobs = [_job(item) for item in found["Items"]]
        return jobs, jobs[-1].id if jobs and "LastEvaluatedKey" in found else None

    def due(self, now: float) -> Iterator[Job]:
        """Jobs whose time has come, oldest first: an outbox to be sent, a lease that ran out, a rest that is over."""
        values = {":due": {"S": DUE}, ":now": {"S": _sortable(now)}}
        return map(_job, self._table.all("gsi2pk = :due AND gsi2sk <= :now", values, IndexName="GSI2"))

    def line(self, model: str, lane: str, most: int) -> list[Job]:
        """The first jobs of a model's line, in the order of their turns."""
        found = self._table.dynamodb.query(
            TableName=self._table.name,
            IndexName="GSI2",
            KeyConditionExpression="gsi2pk = :line",
            ExpressionAttributeValues={":line": {"S": _line(model, lane)}},
            Limit=most,
        )
        return [_job(item) for item in found["Items"]]

    def _transact(self, parts: list[dict[str, Any]], refusals: Sequence[Callable[[], Exception]]) -> None:
        """Write all parts or none. A part whose condition does not hold raises what stands at its place in `refusals`.

        Two jobs that draw on one account at the same instant disturb each other; whoever loses tries again.
        """
        for left in reversed(range(TRANSACTION_TRIES)):
            try:
                self._table.dynamodb.transact_write_items(TransactItems=parts)
                return
            except ClientError as error:
                reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
                for reason, refusal in zip(reasons, refusals, strict=False):
                    if reason == "ConditionalCheckFailed":
                        raise refusal() from error
                if "TransactionConflict" not in reasons or not left:
                    raise
                time.sleep(random.uniform(0.01, 0.08) * (TRANSACTION_TRIES - left))  # noqa: S311  (no secret)

    def _over_budget(self, account: Account, amount: int, images: int) -> Exception:
        used_amount, used_images = self.used(account)
        return money.over_budget(account, amount, images, used_amount=used_amount, used_images=used_images)

    def _put(self, item: dict[str, Any], condition: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        return {"Put": self._table.putting(item, condition, values)}


def _usage(item: dict[str, Any]) -> dict[str, Any]:
    day, task, model, key = item["sk"]["S"].split("#", 3)
    sums = {name: number(item, name) for name in ("jobs", "images", "amount")}
    return {"day": day, "task": task, "model": model, "key": key, **sums}


def _place(job_id: str, tenant: str) -> dict[str, Any]:
    """Where a tenant's job stands in GSI1; it need not exist any more."""
    return _key(job_id) | {"gsi1pk": {"S": f"TENANT#{tenant}"}, "gsi1sk": {"S": job_id}}


def _key(job_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"JOB#{job_id}"}, "sk": {"S": "JOB"}}


def _item(job: Job) -> dict[str, Any]:
    item = _place(job.id, job.tenant) | {
        "v": {"N": str(ITEM_VERSION)},
        "rev": {"N": str(job.rev)},
        "doc": {"S": job.model_dump_json()},
    }
    if job.status.ended:  # what waits is not forgotten
        item["ttl"] = {"N": str(int(job.expiresAt.timestamp()))}
    if job.turn is not None:
        return item | _looked_after(_line(_served(job), job.queue), f"{job.turn:015d}#{job.id}")
    if job.dueAt is not None:
        return item | _looked_after(DUE, _sortable(job.dueAt))
    return item


def _looked_after(where: str, order: str) -> dict[str, Any]:
    """Where the sweeper finds a job."""
    return {"gsi2pk": {"S": where}, "gsi2sk": {"S": order}}


def _line(model: str, lane: str) -> str:
    return f"LINE#{model}#{lane}"


def _served(job: Job) -> str:
    return job.model.served if job.model else "none"


def _job(item: dict[str, Any]) -> Job:
    return Job.model_validate_json(item["doc"]["S"])


def _marker(source: SourceObject, job: Job) -> dict[str, Any]:
    return {
        "pk": {"S": f"SOURCE#{uses.digest(source.bucket, source.key, source.version or '')}"},
        "sk": {"S": "SOURCE"},
        "v": {"N": str(ITEM_VERSION)},
        "job": {"S": job.id},
    }


def _sortable(seconds: float) -> str:
    """Seconds since the epoch in whole milliseconds, as text that sorts like the number."""
    return f"{int(seconds * 1000):015d}"
