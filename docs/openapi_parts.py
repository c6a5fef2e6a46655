"""What every part of the API's description is made of: references, replies, and the problems that errors become."""

from __future__ import annotations

from typing import Any

from functions.darkroom import errors

REF = "#/components/schemas/{model}"
REF_PARAMETER = "#/components/parameters/{name}"
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
HEADERS = {
    "x-darkroom-job": "The Job's id.",
    "x-darkroom-model": "The model that serves.",
    "x-darkroom-cost": "What was charged, in USD.",
    "x-darkroom-fidelity": "The least faithful verdict among the request's fields.",
}


def object_schema(**properties: Any) -> dict[str, Any]:
    """An object of these properties, all of which it has."""
    return {"type": "object", "required": list(properties), "properties": properties}


def named(problems: dict[str, Any], *statuses: str) -> dict[str, Any]:
    """The problems of these statuses."""
    return {status: problems[status] for status in statuses}


def json_reply(status: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A reply with a JSON body of this schema."""
    return {status: {"description": description, "content": {"application/json": {"schema": schema}}}}


def job_reply(description: str, *, location: bool) -> dict[str, Any]:
    """The headers and the body of a reply that is a Job."""
    told = HEADERS | ({"Location": "Where the Job is, relative to the base URL."} if location else {})
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in told.items()}
    content = {"application/json": {"schema": {"$ref": REF.format(model="Job")}}}
    return {"description": description, "headers": headers, "content": content}


def problem_reply(slugs: list[str]) -> dict[str, Any]:
    """A reply that is a problem with one of these slugs."""
    content = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}
    return {"description": "One of: " + ", ".join(f"`{slug}`" for slug in slugs), "content": content}


def open_route(name: str, summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An operation that needs no key, and what it answers."""
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "summary": summary,
        "security": [],
        "responses": {"200": {"description": summary, "content": content}},
    }


def slugs() -> dict[int, list[str]]:
    """Every problem's slug by its status, from the tree of errors."""
    found: dict[int, list[str]] = {}
    pending = [errors.DarkroomError]
    while pending:
        one = pending.pop()
        pending += one.__subclasses__()
        if one.__module__ == errors.__name__ and one.slug not in found.setdefault(one.status, []):
            found[one.status].append(one.slug)
    return {status: sorted(names) for status, names in found.items()}
