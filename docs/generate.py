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

from functions.darkroom import errors  # noqa: E402  (the path comes first: this file is run as a script)
from functions.darkroom.events import JobEvent  # noqa: E402
from functions.darkroom.job import INTERNAL_FIELDS, Job  # noqa: E402
from functions.darkroom.mask_requests import MaskCheck, MaskConversion, MaskMaking  # noqa: E402
from functions.darkroom.masks.report import Changed, Report  # noqa: E402
from functions.darkroom.queries import JobsPage, UploadRequest  # noqa: E402
from functions.darkroom.tasks import TASK_TYPES, TASKS  # noqa: E402

REF = "#/components/schemas/{model}"
REF_PARAMETER = "#/components/parameters/{name}"
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
MODELS = {tag: task.__name__ for tag, task in zip(TASK_TYPES, TASKS, strict=True)}
EXAMPLES = {
    "TEXT_IMAGE": {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "Create a starship emerging from a nebula.", "negativeText": "stars"},
        "imageGenerationConfig": {"numberOfImages": 1, "width": 1024, "height": 1024, "cfgScale": 10, "seed": 200},
    },
    "COLOR_GUIDED_GENERATION": {
        "taskType": "COLOR_GUIDED_GENERATION",
        "colorGuidedGenerationParams": {
            "text": "Create a starship emerging from a nebula.",
            "colors": ["#FF0000", "#00FF00", "#0000FF"],
        },
    },
    "IMAGE_VARIATION": {
        "taskType": "IMAGE_VARIATION",
        "imageVariationParams": {"images": ["image:{job}/1"], "text": "Add more stars and space debris."},
    },
    "INPAINTING": {
        "taskType": "INPAINTING",
        "inPaintingParams": {"image": "upload:{id}", "maskImage": "upload:{id}", "text": "Make it glow."},
    },
    "OUTPAINTING": {
        "taskType": "OUTPAINTING",
        "outPaintingParams": {"image": "upload:{id}", "maskPrompt": "starship", "text": "Add more stars."},
    },
    "BACKGROUND_REMOVAL": {
        "taskType": "BACKGROUND_REMOVAL",
        "backgroundRemovalParams": {"image": "s3://{uploads bucket}/background-removal/shoe.jpg"},
    },
}
HEADERS = {
    "x-darkroom-job": "The Job's id.",
    "x-darkroom-model": "The model that serves.",
    "x-darkroom-cost": "What was charged, in USD.",
    "x-darkroom-fidelity": "The least faithful verdict among the request's fields.",
}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


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
    problems = {str(status): _problem(names) for status, names in sorted(_slugs().items())}
    failures = _named(problems, "400", "402", "409", "422", "500", "502", "503", "504")
    walls = {
        "401": _problem(["key-refused"]),
        "413": _problem(["body-too-large"]),
        "429": _problem(["too-many-requests"]),
    }
    return {
        "/images": {"post": _draw() | {"responses": _drawn() | failures | walls}},
        "/jobs": {"get": _list() | {"responses": _listed() | {"400": problems["400"], "500": problems["500"]} | walls}},
        "/quotes": {"post": _quote() | {"responses": _json("200", "The quote", QUOTE) | failures | walls}},
        "/jobs/{id}": {
            "get": _show() | {"responses": _shown() | _named(problems, "404", "410", "500") | walls},
            "delete": _cancel() | {"responses": _shown() | _named(problems, "404", "409", "410", "500") | walls},
        },
        "/jobs/{id}/rerun": {
            "post": _rerun() | {"responses": _drawn() | failures | _named(problems, "404", "409", "410") | walls}
        },
        "/usage": {"get": _usage() | {"responses": _json("200", "The usage", USAGE) | _named(problems, "400") | walls}},
        "/uploads": {"post": _admit() | {"responses": _admitted() | {"400": problems["400"]} | walls}},
        "/masks/check": {"post": _mask("checkMask", LOOK, "MaskCheck", _looked(), problems)},
        "/masks/convert": {"post": _mask("convertMask", CONVERT, "MaskConversion", _made(), problems)},
        "/masks": {"post": _mask("makeMask", MAKE, "MaskMaking", _made(**EXTENDED), problems)},
        "/models": {"get": _models() | {"responses": _json("200", "Every known model", MODEL_LIST) | walls}},
        "/health": {"get": _open("health", "Whether the API answers", {"type": "object"})},
        "/openapi.json": {"get": _open("openapi", "This description", {"type": "object"})},
    }


def _draw() -> dict[str, Any]:
    examples = {name: {"value": value} for name, value in EXAMPLES.items()}
    schema = {
        "oneOf": [{"$ref": REF.format(model=name)} for name in MODELS.values()],
        "discriminator": {
            "propertyName": "taskType",
            "mapping": {tag: REF.format(model=name) for tag, name in MODELS.items()},
        },
    }
    return {
        "operationId": "createImages",
        "summary": "Run an image task",
        "description": "Answers 201 with the pictures when they are there within the wait (20 seconds unless "
        "`Prefer` says otherwise), and 202 with the Job, which goes on, when they are not.",
        "parameters": [{"$ref": REF_PARAMETER.format(name=name)} for name in ("Prefer", "IdempotencyKey")],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}},
    }


def _quote() -> dict[str, Any]:
    schema = {"oneOf": [{"$ref": REF.format(model=name)} for name in MODELS.values()]}
    return {
        "operationId": "createQuote",
        "summary": "Dry run: what a task would cost and become",
        "description": "The same checks as for the task itself; nothing is written and no model is called. What is "
        "quoted is the most that the task can cost, and exactly what its success is charged.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
    }


def _cancel() -> dict[str, Any]:
    return {
        "operationId": "cancelJob",
        "summary": "Cancel a Job that still waits",
        "description": "What is under way is finished and kept, and the answer is 409.",
        "parameters": [ID],
    }


def _rerun() -> dict[str, Any]:
    keys = [{"$ref": REF_PARAMETER.format(name=name)} for name in ("Prefer", "IdempotencyKey")]
    return {
        "operationId": "rerunJob",
        "summary": "The same request again, as a new Job",
        "description": "With the pictures as they were pinned and the seed as it was drawn.",
        "parameters": [ID, *keys],
    }


def _usage() -> dict[str, Any]:
    days = [
        {"name": name, "in": "query", "schema": {"type": "string", "format": "date"}, "description": text}
        for name, text in {"since": "The first day, UTC; 30 days back unless said.", "until": "The last day."}.items()
    ]
    return {"operationId": "getUsage", "summary": "What was drawn and charged, and what is left", "parameters": days}


def _named(problems: dict[str, Any], *statuses: str) -> dict[str, Any]:
    return {status: problems[status] for status in statuses}


def _drawn() -> dict[str, Any]:
    return {
        "201": _job("The Job with its pictures", location=True),
        "202": _job("The Job, which goes on", location=True),
    }


def _show() -> dict[str, Any]:
    return {
        "operationId": "getJob",
        "summary": "Read a Job, or wait for it",
        "parameters": [ID, {"$ref": REF_PARAMETER.format(name="Prefer")}],
    }


def _shown() -> dict[str, Any]:
    return {"200": _job("The Job as it stands", location=False)}


def _list() -> dict[str, Any]:
    fields = JobsPage.model_json_schema(ref_template=REF)["properties"]
    parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]
    return {"operationId": "listJobs", "summary": "List the key's Jobs, newest first", "parameters": parameters}


def _listed() -> dict[str, Any]:
    jobs = {"type": "array", "items": {"$ref": REF.format(model="Job")}}
    cursor = {"type": ["string", "null"], "description": "Where the next page begins; null on the last one."}
    return _json("200", "A page of Jobs", _object(jobs=jobs, cursor=cursor))


def _admit() -> dict[str, Any]:
    schema = {"$ref": REF.format(model="UploadRequest")}
    return {
        "operationId": "createUpload",
        "summary": "Get a form that posts one picture to S3",
        "description": "For what is over the payload limit: post `fields`, and then the file as `file`, to `url` as "
        "multipart/form-data; then name the picture as `image` says.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
    }


def _admitted() -> dict[str, Any]:
    text, whole = {"type": "string"}, {"type": "integer"}
    fields = {"type": "object", "additionalProperties": text}
    form = _object(id=text, image=text, url=text, fields=fields, maxBytes=whole, expiresAt=text)
    return _json("201", "The form, and how a task names the picture", form)


WHOLE = {"type": "integer"}
QUOTE = _object(
    taskType={"type": "string"},
    model={"$ref": REF.format(model="ServedBy")},
    fidelity={"type": "array", "items": {"$ref": REF.format(model="Verdict")}},
    cost={"$ref": REF.format(model="Cost")},
    calls={"type": "integer", "description": "How many calls of the model it takes."},
    body={"type": "object", "description": "The model's first request, its pictures left out."},
)
SUMS = {"jobs": WHOLE, "images": WHOLE, "amount": {"type": "integer", "description": "Millionths of a USD."}}
USAGE = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "currency": {"const": "USD"},
        "total": _object(**SUMS),
        "rows": {
            "type": "array",
            "items": _object(day={"type": "string"}, task={"type": "string"}, model={"type": "string"}, **SUMS),
        },
        "budgets": {"type": "array", "items": {"type": "object"}, "description": "What each limit has used."},
    },
}
LOOK = "Look at a mask: what would be changed, and what is wrong with it"
CONVERT = "Make a mask of any form into one of another"
MAKE = "Make a mask from shapes, or extend a picture and make the mask for it"
DATA_URL = {"type": ["string", "null"], "description": "A PNG as a `data:` URL."}
EXTENDED = {
    "image": {"type": "string", "description": "Of an extended picture: how a task names it."},
    "url": {"type": "string"},
    "width": {"type": "integer"},
    "height": {"type": "integer"},
    "box": {"type": "array", "items": {"type": "integer"}, "description": "Where the picture lies on its canvas."},
    "factor": {"type": "number", "description": "By how much the picture was scaled."},
}


def _mask(name: str, summary: str, request: str, reply: dict[str, Any], problems: dict[str, Any]) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=request)}
    refused = {status: problems[status] for status in ("400", "422", "500")}
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": _json("200", summary, reply) | refused,
    }


def _looked() -> dict[str, Any]:
    return {"allOf": [{"$ref": REF.format(model="Report")}, {"properties": {"mask": DATA_URL, "preview": DATA_URL}}]}


def _made(**more: Any) -> dict[str, Any]:
    done = {"type": "array", "items": {"type": "string"}, "description": "What was done, a sentence for each step."}
    told = {"mask": DATA_URL, "changed": {"$ref": REF.format(model="Changed")}, "done": done, "preview": DATA_URL}
    return {"type": "object", "required": list(told), "properties": told | more}


def _models() -> dict[str, Any]:
    return {"operationId": "listModels", "summary": "Every known model, and what of it is served here"}


def _json(status: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {status: {"description": description, "content": {"application/json": {"schema": schema}}}}


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
MODEL_LIST = _object(object={"const": "list"}, data={"type": "array", "items": _object(**MODEL)})


def _open(name: str, summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {"200": {"description": summary, "content": content}},
    }


def _job(description: str, *, location: bool) -> dict[str, Any]:
    told = HEADERS | ({"Location": "Where the Job is, relative to the base URL."} if location else {})
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in told.items()}
    content = {"application/json": {"schema": {"$ref": REF.format(model="Job")}}}
    return {"description": description, "headers": headers, "content": content}


def _problem(slugs: list[str]) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}
    return {"description": "One of: " + ", ".join(f"`{slug}`" for slug in slugs), "content": content}


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


def _slugs() -> dict[int, list[str]]:
    """Every problem's slug by its status, from the tree of errors."""
    found: dict[int, list[str]] = {}
    pending = [errors.DarkroomError]
    while pending:
        one = pending.pop()
        pending += one.__subclasses__()
        if one.__module__ == errors.__name__ and one.slug not in found.setdefault(one.status, []):
            found[one.status].append(one.slug)
    return {status: sorted(names) for status, names in found.items()}


def _schemas() -> dict[str, Any]:
    wanted: Any = [
        *((task, "validation") for task in TASKS),
        *((kind, "validation") for kind in (UploadRequest, MaskCheck, MaskConversion, MaskMaking)),
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
