"""Logs and metrics. Ids, sizes, times and slugs go in; prompts, keys, tokens and pictures never do."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

if TYPE_CHECKING:
    from functions.darkroom.job import Job

NAMESPACE = "Darkroom"
SERVICE = "darkroom"

logger = Logger(service=SERVICE)


def failed(what: str, error: BaseException, **ids: str) -> None:
    """Log an unexpected error with where it came from, and without its text: that may hold what a request held.

    Our own errors' texts never do, so those are logged.
    """
    told = str(error) if hasattr(error, "slug") else None
    trace = "".join(traceback.format_tb(error.__traceback__))
    extra = {**ids, "error": type(error).__name__, "detail": told, "exception": trace}
    logger.error(what, extra=extra)


def job_ended(job: Job) -> None:
    """Log an ended job, and count it, its pictures and its cost by engine and status.

    In USD: what was charged, and what was set aside for it and given back.
    """
    problem = job.error.slug if job.error else None
    logger.info("job ended", job=job.id, status=job.status, task=job.taskType, problem=problem)
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_dimension("engine", job.model.engine if job.model else "none")
    metrics.add_dimension("status", job.status)
    metrics.add_metric("Jobs", MetricUnit.Count, 1)
    metrics.add_metric("Images", MetricUnit.Count, len(job.images))
    metrics.add_metric("Charged", MetricUnit.NoUnit, job.cost.charged / 1_000_000)
    metrics.add_metric("Released", MetricUnit.NoUnit, (job.cost.bound - job.cost.charged) / 1_000_000)
    metrics.flush_metrics()
