"""The baseline's worker: a queue's message names a job; its pictures are drawn and stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import idempotent_function

from benchmarks.baseline import jobs, pictures
from benchmarks.baseline.clients import idempotency_config, idempotency_layer, logger, metrics, tracer
from benchmarks.baseline.models import JobRecord

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS, model=JobRecord)


@tracer.capture_method
def process(record: JobRecord) -> None:
    """Run the job of one message."""
    run(job_id=record.body.job_id)


@idempotent_function(data_keyword_argument="job_id", persistence_store=idempotency_layer, config=idempotency_config)
def run(job_id: str) -> list[str]:
    """Draw a job's pictures, once."""
    job = jobs.load(job_id)
    if job is None:
        raise LookupError(f"no job {job_id}")
    keys = pictures.draw(json.loads(job["request"]), f"jobs/{job_id}")
    jobs.finish(job_id, keys)
    logger.info("job ended", extra={"job_id": job_id, "images": len(keys)})
    return keys


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Run a batch of messages."""
    idempotency_config.register_lambda_context(context)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
