"""The baseline's jobs: an item of the table each, and an event when one ends."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from benchmarks.baseline.clients import events, metrics, table, tracer


@tracer.capture_method
def save(job_id: str, request: dict[str, Any]) -> dict[str, Any]:
    """Write a new job."""
    item = {
        "id": job_id,
        "status": "QUEUED",
        "request": json.dumps(request),
        "createdAt": datetime.now(UTC).isoformat(),
        "ttl": int(time.time()) + 30 * 86_400,
    }
    table.put_item(Item=item, ConditionExpression="attribute_not_exists(id)")
    return item


def load(job_id: str) -> dict[str, Any] | None:
    """Read a job."""
    return table.get_item(Key={"id": job_id}).get("Item")


@tracer.capture_method
def finish(job_id: str, keys: list[str]) -> None:
    """Note the pictures of a job and tell the bus."""
    table.update_item(
        Key={"id": job_id},
        UpdateExpression="SET #status = :status, images = :images, finishedAt = :now",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": "SUCCEEDED", ":images": keys, ":now": datetime.now(UTC).isoformat()},
    )
    detail = json.dumps({"jobId": job_id, "status": "SUCCEEDED", "images": keys})
    entry = {"EventBusName": os.environ["EVENT_BUS"], "Source": "baseline", "DetailType": "Job", "Detail": detail}
    events.put_events(Entries=[entry])
    metrics.add_metric(name="Images", unit=MetricUnit.Count, value=len(keys))
