"""Routes: run a task, look at jobs, get a place for an upload, see the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from functions import rendering
from functions.darkroom import queries, tasks
from functions.darkroom.offers import offers
from functions.darkroom.settings import settings
from functions.darkroom.walk import deployed
from functions.routes.caller import key_of, source_of, tenant_of, wait_of

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

router = APIGatewayRouter()  # type: ignore[no-untyped-call]


@router.post("/images")
def draw() -> Response[str]:
    """Run a task: 201 with its pictures when they are there within the wait, 202 with the Job otherwise."""
    task = tasks.parse(router.current_event.decoded_body or "")
    job = deployed().open(task, tenant=tenant_of(router), source=source_of(router), key=key_of(router))
    watched = deployed().watch(job, wait_of(router, rendering.DEFAULT_WAIT))
    return rendering.opened(watched, deployed().storage.link)


@router.post("/quotes")
def quote() -> Response[str]:
    """What a task would cost and what would become of it. Nothing is written, and no model is called."""
    task = tasks.parse(router.current_event.decoded_body or "")
    return rendering.json_response(200, deployed().opening.quote(task, tenant_of(router)))


@router.get("/jobs")
def find() -> Response[str]:
    """The tenant's jobs, newest first."""
    page = queries.page_of(router.current_event.query_string_parameters)
    jobs, cursor = deployed().find_all(tenant_of(router), page)
    shown = [rendering.wire(job, deployed().storage.link) for job in jobs]
    return rendering.json_response(200, {"jobs": shown, "cursor": cursor})


@router.get("/jobs/<job_id>")
def show(job_id: str) -> Response[str]:
    """The Job as it stands, or, with `Prefer: wait`, as it stands when it ended or the wait is over."""
    job = deployed().find(job_id, tenant_of(router))
    return rendering.shown(deployed().watch(job, wait_of(router, 0.0)), deployed().storage.link)


@router.delete("/jobs/<job_id>")
def cancel(job_id: str) -> Response[str]:
    """Take back a job that still waits; or, with `erase=true`, erase an ended one and all that belongs to it.

    What is under way is finished and kept, and the answer says so.
    """
    if queries.taking_of(router.current_event.query_string_parameters).erase:
        return rendering.json_response(200, deployed().erasing.job(job_id, tenant_of(router)))
    return rendering.shown(deployed().opening.cancel(job_id, tenant_of(router)), deployed().storage.link)


@router.delete("/tenants/<tenant>")
def erase(tenant: str) -> Response[str]:
    """Erase all of a tenant's jobs and pictures, as far as one request goes."""
    return rendering.json_response(200, deployed().erasing.tenant(tenant, tenant_of(router)))


@router.post("/jobs/<job_id>/rerun")
def rerun(job_id: str) -> Response[str]:
    """The same request again, as a new job."""
    job = deployed().opening.rerun(job_id, tenant_of(router), key_of(router))
    watched = deployed().watch(job, wait_of(router, rendering.DEFAULT_WAIT))
    return rendering.opened(watched, deployed().storage.link)


@router.get("/usage")
def usage() -> Response[str]:
    """What was drawn and charged, by day, task and model, and what is left of the budgets."""
    period = queries.period_of(router.current_event.query_string_parameters)
    return rendering.json_response(200, deployed().desk(tenant_of(router)).usage(period.since, period.until))


@router.post("/uploads")
def admit() -> Response[str]:
    """A form that posts one picture to S3, and the reference by which a task then names it."""
    wanted = queries.upload_of(router.current_event.decoded_body or "")
    return rendering.json_response(201, deployed().desk(tenant_of(router)).upload_form(wanted.contentType))


@router.get("/models")
def models() -> Response[str]:
    """Every model that is known here, and what this deployment makes of it."""
    data = offers(settings())
    return rendering.json_response(200, {"object": "list", "data": data})
