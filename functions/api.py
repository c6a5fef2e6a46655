"""Door: HTTP. Opens jobs, watches them, shows them; it spends nothing and needs no model and no imaging library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from functions import rendering
from functions.darkroom.errors import DarkroomError, InternalError, UnknownRoute
from functions.darkroom.settings import settings
from functions.darkroom.telemetry import failed
from functions.routes import dead_letters, jobs, masks

OPENAPI = Path(__file__).parents[1] / "docs" / "openapi.json"

app = APIGatewayRestResolver()
app.include_router(jobs.router)
app.include_router(masks.router)
app.include_router(dead_letters.router)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the REST API."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return rendering.with_cors(app.resolve(event, context), headers.get("origin"), settings().ALLOWED_ORIGINS)


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
def _broken(error: Exception) -> Response[str]:
    request = app.current_event.request_context.request_id
    failed("unexpected", error, request=request)
    return rendering.problem(InternalError("The request failed on our side.").problem(request))
