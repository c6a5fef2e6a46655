"""The baseline's upload function: a photo was put into a bucket; its background is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import idempotent_function
from aws_lambda_powertools.utilities.parser.models import S3SqsEventNotificationRecordModel

from benchmarks.baseline import jobs, pictures
from benchmarks.baseline.clients import idempotency_config, idempotency_layer, logger, metrics, tracer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS, model=S3SqsEventNotificationRecordModel)


@tracer.capture_method
def process(record: S3SqsEventNotificationRecordModel) -> None:
    """Cut out every photo that one message names."""
    for uploaded in record.body.Records:
        s3 = uploaded.s3
        cut_out(photo={"bucket": s3.bucket.name, "key": unquote_plus(s3.object.key), "version": s3.object.versionId})


@idempotent_function(data_keyword_argument="photo", persistence_store=idempotency_layer, config=idempotency_config)
def cut_out(photo: dict[str, str]) -> list[str]:
    """Cut out one photo, once."""
    job_id = f"{photo['bucket']}/{photo['key']}@{photo['version']}"
    jobs.save(job_id, photo)
    keys = pictures.cut_out(photo["bucket"], photo["key"])
    jobs.finish(job_id, keys)
    logger.info("cut out", extra={"job_id": job_id})
    return keys


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Handle a batch of messages."""
    idempotency_config.register_lambda_context(context)
    return process_partial_response(event=event, record_handler=process, processor=processor, context=context)
