"""Door: a file appeared under a recipe's prefix → a job. Comes from S3 through SQS, at least once and in any order."""

from __future__ import annotations

from typing import Any

from functions.batches import failures
from functions.darkroom import tasks
from functions.darkroom.errors import RequestRefused
from functions.darkroom.job import Source, SourceObject
from functions.darkroom.ledger import Taken
from functions.darkroom.notifications import objects
from functions.darkroom.recipes import matching
from functions.darkroom.settings import settings
from functions.darkroom.telemetry import logger
from functions.darkroom.walk import deployed


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Open a job for every object of a batch of messages; only the messages that failed come back."""
    return failures(event, _open_all)


def _open_all(record: dict[str, Any]) -> None:
    for uploaded in objects(record["body"]):
        _open(uploaded)


def _open(uploaded: SourceObject) -> None:
    walk, recipe = deployed(), matching(settings().RECIPES, uploaded.key)
    # The queue takes notifications of any bucket of the account; folders are objects of no bytes.
    if recipe is None or uploaded.bucket != settings().UPLOADS_BUCKET or uploaded.key.endswith("/"):
        logger.info("no recipe for this key", bucket=uploaded.bucket)
        return
    source = Source(door="uploads", recipe=recipe.name, object=uploaded, output=recipe.output_key(uploaded.key, ""))
    request = recipe.task_for(f"s3://{uploaded.bucket}/{uploaded.key}")
    try:
        walk.open(tasks.from_data(request), tenant=recipe.tenant, source=source, queue="bulk")
    except Taken:
        logger.info("this version has its job already", recipe=recipe.name)
    except RequestRefused as error:
        _refuse(error, recipe.tenant, str(request["taskType"]), source)


def _refuse(error: RequestRefused, tenant: str, task_type: str, source: Source) -> None:
    """Nobody waits for an answer here, so a file that cannot be used becomes a job that has failed."""
    try:
        deployed().opening.refuse(error, task_type=task_type, tenant=tenant, source=source)
    except Taken:
        logger.info("this version has its job already", recipe=source.recipe)
