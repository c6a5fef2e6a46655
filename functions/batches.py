"""SQS's partial batch response: which messages of a batch must come again. Used by the doors that read a queue.

Written out rather than taken from Powertools, whose batch module imports asyncio and costs a cold start 25 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.darkroom.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable


def failures(event: dict[str, Any], process: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Process every message by itself; name those that raised, so that only they are delivered again."""
    failed = []
    for record in event["Records"]:
        try:
            process(record)
        except Exception:  # noqa: BLE001  (whatever it was, the message must come again)
            logger.exception("a message will come again", sqs_message=record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
