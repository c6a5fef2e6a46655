"""The part of the API's description that is about masks."""

from __future__ import annotations

from typing import Any

from docs.openapi_parts import REF, json_reply

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


def paths(problems: dict[str, Any]) -> dict[str, Any]:
    """These routes. `problems` are the replies by status."""
    return {
        "/masks/check": {"post": _mask("checkMask", LOOK, "MaskCheck", _looked(), problems)},
        "/masks/convert": {"post": _mask("convertMask", CONVERT, "MaskConversion", _made(), problems)},
        "/masks": {"post": _mask("makeMask", MAKE, "MaskMaking", _made(**EXTENDED), problems)},
    }


def _mask(name: str, summary: str, request: str, reply: dict[str, Any], problems: dict[str, Any]) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=request)}
    refused = {status: problems[status] for status in ("400", "422", "500")}
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": json_reply("200", summary, reply) | refused,
    }


def _looked() -> dict[str, Any]:
    return {"allOf": [{"$ref": REF.format(model="Report")}, {"properties": {"mask": DATA_URL, "preview": DATA_URL}}]}


def _made(**more: Any) -> dict[str, Any]:
    done = {"type": "array", "items": {"type": "string"}, "description": "What was done, a sentence for each step."}
    told = {"mask": DATA_URL, "changed": {"$ref": REF.format(model="Changed")}, "done": done, "preview": DATA_URL}
    return {"type": "object", "required": list(told), "properties": told | more}
