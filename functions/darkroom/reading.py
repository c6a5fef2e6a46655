"""JSON text → a typed request, or one refusal that names every wrong field, its limit and the way out. Pure.

Knows pydantic's errors, so that nobody else has to; knows no task.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError, from_json

from functions.darkroom.errors import FieldError, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic import TypeAdapter

    type Names = Collection[str]


class Wire(BaseModel):
    """Strict about types and unknown fields, as the published contract is."""

    # An error may be logged, and what it was about may hold a prompt.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True, hide_input_in_errors=True)


def wrong(detail: str, hint: str | None = None) -> PydanticCustomError:
    """What a validator raises: what is wrong with the field, and the way out."""
    return PydanticCustomError("wrong", "{detail}", {"detail": detail, "hint": hint})


def peek(body: bytes | str) -> dict[str, Any]:
    """The fields of a JSON object before anything is checked; none where it is no object."""
    try:
        data = from_json(body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def read[T](  # noqa: PLR0913  (what is known of a schema)
    schema: TypeAdapter[T],
    body: bytes | str,
    *,
    context: object = None,
    tags: Names = (),
    inner: Names = (),
    known: Names = (),
) -> T:
    """The request. Raises InvalidRequest.

    `tags` are the names of the union's branches, `inner` those of unions inside of it, both of which pydantic puts into
    an error's path; `known` are the names of fields, for a hint at a misspelt one.
    """
    try:
        return schema.validate_json(body, context=context)
    except ValidationError as error:
        raise _invalid(error, tags, inner, known) from None


def _invalid(error: ValidationError, tags: Names, inner: Names, known: Names) -> InvalidRequest:
    found = [dict(one) for one in error.errors(include_url=False)]
    errors = [_field_error(one, tags, inner, known) for one in found if not _is_an_echo(one, found)]
    named = ", ".join(one.field for one in errors if one.field)
    return InvalidRequest(f"Wrong: {named}" if named else errors[0].detail, errors=errors)


def _is_an_echo(one: dict[str, Any], found: list[dict[str, Any]]) -> bool:
    """Wrong items do not count for pydantic, which then finds their list too short as well."""
    depth = len(one["loc"])
    return one["type"] == "too_short" and any(
        other["loc"][:depth] == one["loc"] and len(other["loc"]) > depth for other in found
    )


def _field_error(one: dict[str, Any], tags: Names, inner: Names, known: Names) -> FieldError:
    context, kind = one.get("ctx", {}), one["type"]
    path = [str(part) for part in one["loc"] if part not in tags and part not in inner]
    if kind.startswith("union_tag"):
        path.append(context["discriminator"].strip("'"))
    detail = {
        "extra_forbidden": "unknown field",
        "missing": "required",
        "json_invalid": f"The body is not JSON: {context.get('error', '')}",
        "union_tag_not_found": "required",
        "union_tag_invalid": f"not one of: {', '.join(tags)}",
    }.get(kind, one["msg"])
    return FieldError(field=".".join(path), detail=detail, hint=_hint(one, context, tags, known))


def _hint(one: dict[str, Any], context: dict[str, Any], tags: Names, known: Names) -> str | None:
    """The way out of one of pydantic's errors; a validator of ours brings its own."""
    hint: str | None = context.get("hint")
    match one["type"]:
        case "greater_than_equal" | "less_than_equal":
            hint = f"The nearest legal value is {context.get('ge', context.get('le'))}."
        case "extra_forbidden":
            hint = _did_you_mean(one["loc"][-1], known)
        case "literal_error":
            hint = _did_you_mean(one["input"], QUOTED.findall(context["expected"]))
        case "union_tag_invalid" | "union_tag_not_found":
            hint = _did_you_mean(context.get("tag"), tags) or f"One of: {', '.join(tags)}."
        case "too_long" | "string_too_long":
            hint = f"At most {context['max_length']}."
        case "too_short" | "string_too_short":
            hint = f"At least {context['min_length']}, or leave the field out where it is optional."
        case kind if kind in _JSON_NAMES:
            hint = f"Send a JSON {_JSON_NAMES[kind]}."
    return hint


QUOTED = re.compile("'([^']*)'")
_JSON_NAMES = {
    "string_type": "string",
    "int_type": "number without quotes and without a fraction",
    "int_from_float": "number without a fraction",
    "float_type": "number without quotes",
    "bool_type": "true or false, without quotes",
}


def _did_you_mean(given: Any, known: Names) -> str | None:
    """The name that was probably meant. Only names of ours are ever repeated to the caller."""
    if not isinstance(given, str):
        return None
    by_letters = {name.lower().replace("_", ""): name for name in known}
    close = get_close_matches(given.lower().replace("_", ""), by_letters, n=1, cutoff=0.65)
    if not close:
        return None
    meant = by_letters[close[0]]
    return "It does not belong here." if meant == given else f"Did you mean {meant}?"
