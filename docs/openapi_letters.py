"""The part of the API's description that is about dead letters."""

from __future__ import annotations

from typing import Any

from docs.openapi_parts import REF, json_reply, named, object_schema
from functions.darkroom.letter_requests import Letters, LettersPage

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
PERHAPS = {"type": ["string", "null"]}
TIME = {"type": "string", "format": "date-time"}
MORE = {"type": "boolean", "description": "Whether there may be others, which this answer does not count."}
HINT = {**PERHAPS, "description": "What to do about those that were not sent back or not deleted."}
LEFT = {**COUNT, "description": "How many were looked at and left where they are."}

LETTER = object_schema(
    id={**TEXT, "description": "The message's id in SQS."},
    queue={"enum": ["interactive", "bulk", "uploads"], "description": "The queue that gave it up."},
    sentAt=TIME,
    receives={
        **COUNT,
        "description": "How often it had been handed out when its function last failed on it. Without a `reason`, "
        "SQS's own count, which grows with every look.",
    },
    reason={**PERHAPS, "description": "The last failure; null where the function died before it could say."},
    failedAt={**TIME, "type": ["string", "null"]},
    job={
        **object_schema(id=TEXT, status=TEXT, error={**PERHAPS, "description": "The slug of its problem."}),
        "type": ["object", "null"],
        "description": "The Job that the message names, where there is one.",
    },
    objects={
        "type": "array",
        "items": object_schema(bucket=TEXT, key=TEXT, version=PERHAPS),
        "description": "The objects that a notification of S3 names.",
    },
)
FOUND = object_schema(deadLetters={"type": "array", "items": LETTER}, more=MORE)
REDRIVEN = object_schema(
    redriven={**COUNT, "description": "How many were sent back to their queues."},
    ended={**COUNT, "description": "How many were only deleted, since their Jobs had ended."},
    left=LEFT,
    more=MORE,
    endedJobs={"type": "array", "items": TEXT, "description": "The ids of those Jobs, each of which can be rerun."},
    hint=HINT,
)
PURGED = object_schema(purged={**COUNT, "description": "How many are gone."}, left=LEFT, more=MORE, hint=HINT)


def paths(problems: dict[str, Any], walls: dict[str, Any]) -> dict[str, Any]:
    """These routes. `problems` are the replies by status, `walls` those that the gateway may give to any request."""
    refused = named(problems, "400", "403", "500") | walls
    return {
        "/dead-letters": {
            "get": _find() | {"responses": json_reply("200", "Some of the dead letters", FOUND) | refused},
            "delete": _purge() | {"responses": json_reply("200", "What was deleted", PURGED) | refused},
        },
        "/dead-letters/redrive": {
            "post": _redrive() | {"responses": json_reply("200", "What was sent back", REDRIVEN) | refused},
        },
    }


def _find() -> dict[str, Any]:
    return {
        "operationId": "listDeadLetters",
        "summary": "Messages that were given up, and why",
        "description": "For the deployment's own key. Oldest first; looking takes nothing out.",
        "parameters": _parameters(LettersPage),
    }


def _redrive() -> dict[str, Any]:
    return {
        "operationId": "redriveDeadLetters",
        "summary": "Send dead letters back to the queues that gave them up",
        "description": "All of them, unless a queue or ids are named, for 20 seconds at most. A message whose Job has "
        "ended has nothing left to run: it is deleted. One that names nothing of this deployment is left.",
        "requestBody": {"content": {"application/json": {"schema": {"$ref": REF.format(model=Letters.__name__)}}}},
    }


def _purge() -> dict[str, Any]:
    return {
        "operationId": "purgeDeadLetters",
        "summary": "Delete dead letters",
        "description": "All of them, unless a queue or ids are named, for 20 seconds at most. A message whose Job "
        "still goes on is left until the Job has ended. Ids come repeated, or with commas between them.",
        "parameters": _parameters(Letters),
    }


def _parameters(kind: type[Letters | LettersPage]) -> list[dict[str, Any]]:
    fields = kind.model_json_schema(ref_template=REF)["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]
