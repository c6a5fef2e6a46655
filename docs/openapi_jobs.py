"""The part of the API's description that is about tasks and Jobs, what they cost, and places for uploads."""

from __future__ import annotations

from typing import Any

from docs.openapi_parts import (
    ID,
    REF,
    REF_PARAMETER,
    job_reply,
    json_reply,
    named,
    object_schema,
)
from functions.darkroom.queries import JobsPage
from functions.darkroom.tasks import TASK_TYPES, TASKS

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
WHOLE = {"type": "integer"}
QUOTE = object_schema(
    taskType={"type": "string"},
    model={"$ref": REF.format(model="ServedBy")},
    fidelity={"type": "array", "items": {"$ref": REF.format(model="Verdict")}},
    cost={"$ref": REF.format(model="Cost")},
    charges={"type": "object", "description": "What is counted without success: an image, a blocked or unknown call."},
    calls={"type": "integer", "description": "How many calls of the model it takes."},
    body={"type": "object", "description": "The model's first request, its pictures left out."},
)
TOMBSTONE = object_schema(
    id={"type": "string"},
    erased={"const": True},
    objects={"type": "integer", "description": "How many versions of objects were deleted now."},
    cost={"$ref": REF.format(model="Cost")},
    erasedAt={"type": "string", "format": "date-time"},
)
ERASED = object_schema(jobs=WHOLE, objects=WHOLE, underWay=WHOLE, more={"type": "boolean"})
SUMS = {"jobs": WHOLE, "images": WHOLE, "amount": {"type": "integer", "description": "Millionths of a USD."}}
USAGE = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "currency": {"const": "USD"},
        "total": object_schema(**SUMS),
        "rows": {
            "type": "array",
            "items": object_schema(
                day={"type": "string"},
                task={"type": "string"},
                model={"type": "string"},
                key={"type": "string"},
                **SUMS,
            ),
        },
        "budgets": {"type": "array", "items": {"type": "object"}, "description": "What each limit has used."},
    },
}


def paths(problems: dict[str, Any], walls: dict[str, Any]) -> dict[str, Any]:
    """These routes. `problems` are the replies by status, `walls` those that the gateway may give to any request."""
    failures = named(problems, "400", "402", "409", "422", "500", "502", "503", "504")
    used = json_reply("200", "The usage", USAGE)
    return {
        "/images": {"post": _draw() | {"responses": _drawn() | failures | walls}},
        "/jobs": {"get": _list() | {"responses": _listed() | {"400": problems["400"], "500": problems["500"]} | walls}},
        "/quotes": {"post": _quote() | {"responses": json_reply("200", "The quote", QUOTE) | failures | walls}},
        "/jobs/{id}": {
            "get": _show() | {"responses": _shown() | named(problems, "404", "410", "500") | walls},
            "delete": _cancel() | {"responses": _taken() | named(problems, "404", "409", "410", "500") | walls},
        },
        "/jobs/{id}/rerun": {
            "post": _rerun() | {"responses": _drawn() | failures | named(problems, "404", "409", "410") | walls}
        },
        "/tenants/{tenant}": {
            "delete": _erase()
            | {"responses": json_reply("200", "What was erased", ERASED) | named(problems, "403") | walls}
        },
        "/usage": {"get": _usage() | {"responses": used | named(problems, "400") | walls}},
        "/uploads": {"post": _admit() | {"responses": _admitted() | {"400": problems["400"]} | walls}},
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
        "summary": "Cancel a Job that still waits, or erase one",
        "description": "What is under way is finished and kept, and the answer is 409. With `erase=true` an ended "
        "Job's pictures, records, request and inputs are deleted in every version, its source object included; what "
        "it cost is all that stays, and reading it answers 410.",
        "parameters": [ID, {"name": "erase", "in": "query", "schema": {"type": "boolean", "default": False}}],
    }


def _taken() -> dict[str, Any]:
    """The Job as it was canceled, or what was erased of it."""
    either = {"oneOf": [{"$ref": REF.format(model="Job")}, TOMBSTONE]}
    shown = _shown()["200"]
    return {"200": shown | {"content": {"application/json": {"schema": either}}}}


def _erase() -> dict[str, Any]:
    return {
        "operationId": "eraseTenant",
        "summary": "Erase everything of a tenant",
        "description": "The caller's own, as far as one request goes: `more` says that there is more, and `underWay` "
        "counts the Jobs that have to end first.",
        "parameters": [{"name": "tenant", "in": "path", "required": True, "schema": {"type": "string"}}],
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


def _drawn() -> dict[str, Any]:
    return {
        "201": job_reply("The Job with its pictures", location=True),
        "202": job_reply("The Job, which goes on", location=True),
    }


def _show() -> dict[str, Any]:
    return {
        "operationId": "getJob",
        "summary": "Read a Job, or wait for it",
        "parameters": [ID, {"$ref": REF_PARAMETER.format(name="Prefer")}],
    }


def _shown() -> dict[str, Any]:
    return {"200": job_reply("The Job as it stands", location=False)}


def _list() -> dict[str, Any]:
    fields = JobsPage.model_json_schema(ref_template=REF)["properties"]
    parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]
    return {"operationId": "listJobs", "summary": "List the key's Jobs, newest first", "parameters": parameters}


def _listed() -> dict[str, Any]:
    jobs = {"type": "array", "items": {"$ref": REF.format(model="Job")}}
    cursor = {"type": ["string", "null"], "description": "Where the next page begins; null on the last one."}
    return json_reply("200", "A page of Jobs", object_schema(jobs=jobs, cursor=cursor))


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
    form = object_schema(id=text, image=text, url=text, fields=fields, maxBytes=whole, expiresAt=text)
    return json_reply("201", "The form, and how a task names the picture", form)
