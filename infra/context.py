"""A value of the CDK's context: read as an object, and what is wrong with it told line by line. Knows no field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import ValidationError


class ConfigError(ValueError):
    """What a person chose for the deployment is wrong; the message names every field and what to do."""


def as_object(context: object, key: str) -> Any:
    """The value of a context key: JSON or `@file` as the command line gives it, or what cdk.json holds already."""
    if context is None:
        return {}
    if not isinstance(context, str):
        return context
    try:
        return json.loads(Path(context[1:]).read_text("utf-8") if context.startswith("@") else context)
    except OSError as error:
        raise ConfigError(f"the file of context `{key}` cannot be read: {error}") from None
    except json.JSONDecodeError as error:
        raise ConfigError(f"context `{key}` is neither a JSON object nor @file: {error}") from None


def complaint(what: str, error: ValidationError) -> ConfigError:
    """Everything that is wrong, every field on a line of its own."""
    return ConfigError("\n".join([f"{what} is wrong:", *_lines(error.errors())]))


def _lines(errors: Iterable[Any]) -> Iterator[str]:
    for error in errors:
        where = ".".join(str(part) for part in error["loc"]) or "the whole"
        yield f"  {where}: {error['msg'].removeprefix('Value error, ')}"
