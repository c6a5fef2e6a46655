"""Makes the documents that follow from the code: the OpenAPI description and the event schema.

`python docs/generate.py` writes them, `--check` tells whether the committed ones are up to date. Nothing here runs in
Lambda; the api door serves the committed file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from docs import openapi_jobs, openapi_letters, openapi_masks  # noqa: E402  (the path first: this is run as a script)
from docs.openapi_parts import REF, json_reply, object_schema, open_route, problem_reply, slugs  # noqa: E402
from functions.darkroom import errors  # noqa: E402
from functions.darkroom.events import JobEvent  # noqa: E402
from functions.darkroom.job import INTERNAL_FIELDS, Job  # noqa: E402
from functions.darkroom.letter_requests import Letters  # noqa: E402
from functions.darkroom.mask_requests import MaskCheck, MaskConversion, MaskMaking  # noqa: E402
from functions.darkroom.masks.report import Changed, Report  # noqa: E402
from functions.darkroom.queries import UploadRequest  # noqa: E402
from functions.darkroom.tasks import TASKS  # noqa: E402


def main() -> int:
    """Write or check every generated document."""
    stale = [name for name, document in documents().items() if not _settle(DOCS / name, document)]
    if stale:
        print(f"out of date, run `make docs`: {', '.join(stale)}")  # noqa: T201
    return 1 if stale else 0


def documents() -> dict[str, dict[str, Any]]:
    """Each generated file's name under docs/ and its content."""
    return {"openapi.json": openapi(), "events.schema.json": JobEvent.model_json_schema(mode="serialization")}


def openapi() -> dict[str, Any]:
    """The API as OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Darkroom",
            "version": "1",
            "description": "Amazon Titan's image tasks, served by engines that live.",
        },
        "servers": [{"url": "/v1"}],
        "security": [{"key": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
            "parameters": {"Prefer": _prefer(), "IdempotencyKey": _idempotency_key()},
        },
    }


def _paths() -> dict[str, Any]:
    problems = {str(status): problem_reply(names) for status, names in sorted(slugs().items())}
    walls = {
        "401": problem_reply(["key-refused"]),
        "413": problem_reply(["body-too-large"]),
        "429": problem_reply(["too-many-requests"]),
    }
    return {
        **openapi_jobs.paths(problems, walls),
        **openapi_masks.paths(problems),
        **openapi_letters.paths(problems, walls),
        "/models": {"get": _models() | {"responses": json_reply("200", "Every known model", MODEL_LIST) | walls}},
        "/health": {"get": open_route("health", "Whether the API answers", {"type": "object"})},
        "/openapi.json": {"get": open_route("openapi", "This description", {"type": "object"})},
    }


def _models() -> dict[str, Any]:
    return {"operationId": "listModels", "summary": "Every known model, and what of it is served here"}


MODEL = {
    "id": {"type": "string"},
    "object": {"const": "model"},
    "engine": {"type": "string"},
    "tasks": {"type": "array", "items": {"type": "string"}},
    "serves": {"type": "array", "items": {"type": "string"}, "description": "Tasks that go to it here by default."},
    "region": {"type": ["string", "null"], "description": "Where it would be called; null for our own function."},
    "regions": {"type": "array", "items": {"type": "string"}},
    "launched": {"type": ["string", "null"], "format": "date"},
    "legacy": {"type": ["string", "null"], "format": "date"},
    "ends": {"type": ["string", "null"], "format": "date"},
    "prices": {"type": "object", "additionalProperties": {"type": "integer"}, "description": "Millionths, by tier."},
    "currency": {"const": "USD"},
    "contract": {"type": ["object", "null"], "description": "What its request body takes, for Amazon's models."},
}
MODEL_LIST = object_schema(object={"const": "list"}, data={"type": "array", "items": object_schema(**MODEL)})


def _prefer() -> dict[str, Any]:
    return {
        "name": "Prefer",
        "in": "header",
        "description": "`wait=N` waits up to N seconds (at most 25) for the Job to end; `respond-async` does not wait.",
        "schema": {"type": "string"},
        "example": "wait=20",
    }


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "For a day, the same key and request are the same Job; another request under it is 409.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }


def _schemas() -> dict[str, Any]:
    wanted: Any = [
        *((task, "validation") for task in TASKS),
        *((kind, "validation") for kind in (UploadRequest, MaskCheck, MaskConversion, MaskMaking, Letters)),
        *((kind, "serialization") for kind in (Report, Changed)),
        (Job, "serialization"),
        (errors.Problem, "serialization"),
    ]
    _, schema = models_json_schema(wanted, ref_template=REF)
    found: dict[str, Any] = schema["$defs"]
    for name in INTERNAL_FIELDS:
        del found["Job"]["properties"][name]
    found["Job"]["required"] = [name for name in found["Job"]["required"] if name not in INTERNAL_FIELDS]
    for name in ("Image", "Picture"):
        found[name]["properties"]["url"] = {"type": "string", "format": "uri", "description": "Works for 15 minutes."}
    return dict(sorted(found.items()))


def _settle(path: Path, document: dict[str, Any]) -> bool:
    """Write the document, or with `--check` compare it; gives whether all is well."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        return path.exists() and path.read_text(encoding="utf-8") == text
    path.write_text(text, encoding="utf-8")
    return True


if __name__ == "__main__":
    sys.exit(main())
