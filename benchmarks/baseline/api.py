"""The baseline's API function: a request becomes a job, a job can be looked at."""

from __future__ import annotations

import base64
import json
import os
import uuid
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit

from benchmarks.baseline import jobs, pictures
from benchmarks.baseline.clients import logger, metrics, sqs, tracer
from benchmarks.baseline.models import BackgroundRemoval, Task

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayRestResolver(enable_validation=True)


@app.post("/images")
def create(task: Annotated[Task, Body()]) -> tuple[dict[str, Any], int]:
    """Accept a task."""
    if isinstance(task, BackgroundRemoval):
        pictures.check(base64.b64decode(task.backgroundRemovalParams.image))
    job_id = str(uuid.uuid4())
    jobs.save(job_id, task.model_dump(exclude_none=True))
    sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps({"job_id": job_id}))
    metrics.add_metric(name="Jobs", unit=MetricUnit.Count, value=1)
    return {"id": job_id, "status": "QUEUED"}, 202


@app.get("/jobs/<job_id>")
def show(job_id: str) -> dict[str, Any]:
    """Show a job."""
    job = jobs.load(job_id)
    if job is None:
        raise NotFoundError(f"no job {job_id}")
    return {"id": job_id, "status": job["status"], "images": job.get("images", [])}


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
