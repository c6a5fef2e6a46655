"""Runs jobs: a queue's message names one. The only function that spends money."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from functions.batches import failures
from functions.darkroom.queues import job_id_of
from functions.darkroom.telemetry import logger
from functions.darkroom.walk import deployed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run the job of every message; only the messages that failed come back."""
    return failures(event, partial(_run, context=context))


def _run(record: dict[str, Any], context: LambdaContext) -> None:
    job_id = job_id_of(record["body"])
    if job_id is None:
        logger.warning("a message that names no job was dropped", sqs_message=record.get("messageId"))
        return
    deployed().run(job_id, lambda: context.get_remaining_time_in_millis() / 1000)
