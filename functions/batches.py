"""SQS's partial batch response: which messages of a batch must come again, and a note of why. For the queues' doors.

Written out rather than taken from Powertools, whose batch module imports asyncio and costs a cold start 25 ms.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from functions.darkroom import telemetry

if TYPE_CHECKING:
    from collections.abc import Callable


def failures(event: dict[str, Any], process: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Process every message by itself; name those that raised, so that only they are delivered again."""
    failed, may_note = [], True
    for record in event["Records"]:
        try:
            process(record)
        except Exception as error:  # noqa: BLE001  (whatever it was, the message must come again)
            telemetry.failed("a message will come again", error, sqs_message=record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
            # Where one note could not be written, another would only cost the batch its time.
            may_note = may_note and _note(record, error)
    return {"batchItemFailures": failed}


def _note(record: dict[str, Any], error: Exception) -> bool:
    """Keep why a message failed, should it become a dead letter. Gives whether that went well, and never raises."""
    try:
        # Imported here, since a batch that goes well needs none of them.
        from functions.darkroom import clients  # noqa: PLC0415
        from functions.darkroom.failures import Failure, Failures  # noqa: PLC0415
        from functions.darkroom.settings import settings  # noqa: PLC0415
        from functions.darkroom.table import Table  # noqa: PLC0415

        times = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
        notes = Failures(Table(clients.client("dynamodb"), settings().TABLE_NAME))
        notes.note(record["messageId"], Failure.of(error, times, time.time()))
    except Exception as another:  # noqa: BLE001  (what failed is the message; its note is for people)
        telemetry.logger.warning("not noted why", sqs_message=record["messageId"], reason=type(another).__name__)
        return False
    return True
