"""Door: HTTP. Opens jobs, watches them, shows them; it spends nothing and needs no model and no imaging library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from functions import rendering
from functions.darkroom import queries, tasks
from functions.darkroom.errors import DarkroomError, InternalError, UnknownRoute
from functions.darkroom.job import Source
from functions.darkroom.offers import offers
from functions.darkroom.settings import settings
from functions.darkroom.telemetry import logger
from functions.darkroom.walk import deployed

OPENAPI = Path(__file__).parents[1] / "docs" / "openapi.json"

app = APIGatewayRestResolver()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the REST API."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return rendering.with_cors(app.resolve(event, context), headers.get("origin"), settings().ALLOWED_ORIGINS)


def _tenant() -> str:
    """Whom the authorizer recognised; no route below asks for a job without it."""
    return str(app.current_event.request_context.authorizer["tenant"])


def _wait(default: float) -> float:
    return rendering.wait_of(app.current_event.headers.get("Prefer"), default)


@app.post("/images")
def draw() -> Response[str]:
    """Run a task: 201 with its pictures when they are there within the wait, 202 with the Job otherwise."""
    task = tasks.parse(app.current_event.decoded_body or "")
    job = deployed().open(task, tenant=_tenant(), source=Source(door="http"))
    return rendering.opened(deployed().watch(job, _wait(rendering.DEFAULT_WAIT)), deployed().storage.link)


@app.get("/jobs")
def find() -> Response[str]:
    """The tenant's jobs, newest first."""
    page = queries.page_of(app.current_event.query_string_parameters)
    jobs, cursor = deployed().find_all(_tenant(), page.limit, page.cursor)
    shown = [rendering.wire(job, deployed().storage.link) for job in jobs]
    return rendering.json_response(200, {"jobs": shown, "cursor": cursor})


@app.get("/jobs/<job_id>")
def show(job_id: str) -> Response[str]:
    """The Job as it stands, or, with `Prefer: wait`, as it stands when it ended or the wait is over."""
    job = deployed().find(job_id, _tenant())
    return rendering.shown(deployed().watch(job, _wait(0.0)), deployed().storage.link)


@app.post("/uploads")
def admit() -> Response[str]:
    """A form that posts one picture to S3, and the reference by which a task then names it."""
    wanted = queries.upload_of(app.current_event.decoded_body or "")
    return rendering.json_response(201, deployed().upload_form(_tenant(), wanted.contentType))


@app.get("/models")
def models() -> Response[str]:
    """Every model that is known here, and what this deployment makes of it."""
    data = offers(settings().ROUTES, settings().model_regions)
    return rendering.json_response(200, {"object": "list", "data": data})


@app.get("/health")
def health() -> Response[str]:
    """Whether this door answers."""
    return rendering.json_response(200, {"status": "ok"})


@app.get("/openapi.json")
def openapi() -> Response[str]:
    """What this API is, as OpenAPI 3.1."""
    return Response(200, "application/json", OPENAPI.read_text(encoding="utf-8"))


@app.not_found
def _not_found(_error: Exception) -> Response[str]:
    method, path = app.current_event.http_method, app.current_event.path
    return rendering.problem(UnknownRoute(f"{method} {path} is not a route of this API").problem())


@app.exception_handler(DarkroomError)  # type: ignore[untyped-decorator]
def _refused(error: DarkroomError) -> Response[str]:
    return rendering.problem(error.problem())


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]
def _broken(_error: Exception) -> Response[str]:
    request = app.current_event.request_context.request_id
    logger.exception("unexpected", request=request)
    return rendering.problem(InternalError("The request failed on our side.").problem(request))
