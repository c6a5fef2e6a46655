"""The ledger: one DynamoDB table in which a job's state, and what is owed because of it, change together or not at all.

A job is one item, written whole on condition that its revision is the one that was read: whoever comes second learns
it (`Conflict`) and reads again. The item holds neither prompts nor pictures.

    pk                        sk      what                            indexes
    JOB#{id}                  JOB     the job (`doc` is its JSON)     gsi1 TENANT#{tenant} by id; gsi2 DUE by dueAt
    SOURCE#{bucket}/{key}@{v} SOURCE  this object version has its job none, and no TTL: it holds for good

`gsi2` is sparse: an item stands in it only while the sweeper has something to look after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.darkroom.job import Job, SourceObject

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEM_VERSION = 1
DUE = "DUE"


class Conflict(Exception):
    """Somebody else moved the job in between."""


class Taken(Exception):
    """This object version has its job already."""


class Ledger:
    """The table."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def open(self, job: Job, marker: SourceObject | None = None) -> Job:
        """Write a new job, with the marker of the object it was opened for. Raises Taken when that one has a job.

        Idempotency records and reservations of money join this transaction.
        """
        first = job.model_copy(update={"rev": 1})
        puts = [self._put(_item(first), "attribute_not_exists(pk)")]
        if marker is not None:
            puts.append(self._put(_marker(marker, job), "attribute_not_exists(pk)"))
        try:
            self._dynamodb.transact_write_items(TransactItems=puts)
        except ClientError as error:
            if _failed_at(error, 1):
                raise Taken(marker) from error
            raise
        return first

    def get(self, job_id: str) -> Job | None:
        """The job as it stands now."""
        key = {"pk": {"S": f"JOB#{job_id}"}, "sk": {"S": "JOB"}}
        item = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return None if item is None else _job(item)

    def commit(self, job: Job) -> Job:
        """Write a moved job, if its revision is still the one that was read. Raises Conflict.

        A settlement of money joins this write as a transaction.
        """
        moved = job.model_copy(update={"rev": job.rev + 1})
        put = self._put(_item(moved), "rev = :rev", {":rev": {"N": str(job.rev)}})["Put"]
        try:
            self._dynamodb.put_item(**put)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise Conflict(job.id) from error
            raise
        return moved

    def of_tenant(self, tenant: str, most: int, before: str | None = None) -> tuple[list[Job], str | None]:
        """A tenant's jobs, newest first, older than the job `before`; and the last one's id where more may follow."""
        start = {"ExclusiveStartKey": _place(before, tenant)} if before else {}
        found = self._dynamodb.query(
            TableName=self._table,
            IndexName="GSI1",
            KeyConditionExpression="gsi1pk = :tenant",
            ExpressionAttributeValues={":tenant": {"S": f"TENANT#{tenant}"}},
            ScanIndexForward=False,
            Limit=most,
            **start,
        )
        jobs = [_job(item) for item in found["Items"]]
        return jobs, jobs[-1].id if jobs and "LastEvaluatedKey" in found else None

    def due(self, now: float, most: int = 100) -> Iterator[Job]:
        """Jobs whose time has come, oldest first: an outbox to be sent, a lease that ran out, a rest that is over."""
        found = self._dynamodb.query(
            TableName=self._table,
            IndexName="GSI2",
            KeyConditionExpression="gsi2pk = :due AND gsi2sk <= :now",
            ExpressionAttributeValues={":due": {"S": DUE}, ":now": {"S": _sortable(now)}},
            Limit=most,
        )
        return (_job(item) for item in found["Items"])

    def _put(
        self, item: dict[str, Any], condition: str, values: dict[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        put = {"TableName": self._table, "Item": item, "ConditionExpression": condition}
        return {"Put": put | ({"ExpressionAttributeValues": values} if values else {})}


def _place(job_id: str, tenant: str) -> dict[str, Any]:
    """Where a tenant's job stands in GSI1; it need not exist any more."""
    return {
        "pk": {"S": f"JOB#{job_id}"},
        "sk": {"S": "JOB"},
        "gsi1pk": {"S": f"TENANT#{tenant}"},
        "gsi1sk": {"S": job_id},
    }


def _item(job: Job) -> dict[str, Any]:
    item = {
        "pk": {"S": f"JOB#{job.id}"},
        "sk": {"S": "JOB"},
        "v": {"N": str(ITEM_VERSION)},
        "rev": {"N": str(job.rev)},
        "doc": {"S": job.model_dump_json()},
        "gsi1pk": {"S": f"TENANT#{job.tenant}"},
        "gsi1sk": {"S": job.id},
        "ttl": {"N": str(int(job.expiresAt.timestamp()))},
    }
    if job.dueAt is not None:
        item |= {"gsi2pk": {"S": DUE}, "gsi2sk": {"S": _sortable(job.dueAt)}}
    return item


def _job(item: dict[str, Any]) -> Job:
    return Job.model_validate_json(item["doc"]["S"])


def _marker(source: SourceObject, job: Job) -> dict[str, Any]:
    return {
        "pk": {"S": f"SOURCE#{source.bucket}/{source.key}@{source.version}"},
        "sk": {"S": "SOURCE"},
        "v": {"N": str(ITEM_VERSION)},
        "job": {"S": job.id},
    }


def _sortable(seconds: float) -> str:
    """Seconds since the epoch in whole milliseconds, as text that sorts like the number."""
    return f"{int(seconds * 1000):015d}"


def _failed_at(error: ClientError, index: int) -> bool:
    reasons = error.response.get("CancellationReasons", [])
    return len(reasons) > index and reasons[index].get("Code") == "ConditionalCheckFailed"
