"""Reads a JSON request field by field and remembers every violation, worded as Bedrock's schema checker words them.

Knows JSON and limits; no model, no HTTP.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from local.bedrock.errors import malformed

if TYPE_CHECKING:
    from collections.abc import Collection

_MISSING = object()


class Fields:
    """One JSON object being read. What nobody asked for is extraneous; `finish` raises everything found so far.

    Every getter answers a usable value even after a violation, so that reading goes on and all violations are told.
    """

    def __init__(self, value: object, path: str = "#", violations: list[str] | None = None) -> None:
        self._path = path
        self._violations: list[str] = [] if violations is None else violations
        self._known: set[str] = set()
        self._children: list[Fields] = []
        self._values: dict[str, object] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._violations.append(f"{path}: expected type: JSONObject, found: {_name(value)}")

    @classmethod
    def parse(cls, body: bytes) -> Fields:
        """The fields of a request body.

        Raises:
            BedrockError: ValidationException for what is not JSON in UTF-8.
        """
        try:
            return cls(json.loads(body.decode("utf-8"), parse_constant=_refuse_constant))
        except (ValueError, RecursionError):
            raise malformed([]) from None

    @property
    def names(self) -> list[str]:
        """Every field that was sent, in the order of the body."""
        return list(self._values)

    def has(self, name: str) -> bool:
        """Whether the field was sent, whatever it holds."""
        return name in self._values

    def holds(self, name: str, value: object) -> bool:
        """Whether the field was sent with this value."""
        return self.has(name) and self._values[name] == value

    def is_positive(self, name: str) -> bool:
        """Whether the field holds a number of more than 0; of whatever is no number the field's reader tells."""
        value = self._values.get(name, 0)
        return not isinstance(value, int | float) or value > 0

    def refuse(self, name: str, why: str) -> None:
        """Note a violation that spans fields, or that only the caller can see."""
        self._violations.append(f"{self._path}/{name}: {why}" if name else f"{self._path}: {why}")

    def text(self, name: str, *, longest: int, shortest: int = 0, required: bool = False) -> str | None:
        """A string within these lengths (in characters)."""
        value = self._take(name, required=required)
        if value is _MISSING:
            return None
        if not isinstance(value, str):
            self.refuse(name, f"expected type: String, found: {_name(value)}")
            return None
        if len(value) < shortest:
            self.refuse(name, f"expected minLength: {shortest}, actual: {len(value)}")
        if len(value) > longest:
            self.refuse(name, f"expected maxLength: {longest}, actual: {len(value)}")
        return value

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number in [low, high]."""
        value = self._take(name)
        if value is _MISSING:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(name, f"expected type: Integer, found: {_name(value)}")
            return None
        return int(self._bounded(name, value, low, high))

    def number(self, name: str, low: float, high: float) -> float | None:
        """A finite number in [low, high]."""
        value = self._take(name)
        if value is _MISSING:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.refuse(name, f"expected type: Number, found: {_name(value)}")
            return None
        return float(self._bounded(name, value, low, high))

    def choice(self, name: str, options: Collection[str], *, required: bool = False) -> str | None:
        """One of these words."""
        value = self._take(name, required=required)
        if value is _MISSING:
            return None
        if not isinstance(value, str) or value not in options:
            self.refuse(name, f"{value if isinstance(value, str) else _name(value)} is not a valid enum value")
            return None
        return value

    def flag(self, name: str) -> bool:
        """A boolean; false when not said."""
        value = self._take(name)
        if value is _MISSING:
            return False
        if not isinstance(value, bool):
            self.refuse(name, f"expected type: Boolean, found: {_name(value)}")
        return value is True

    def texts(self, name: str, *, most: int, required: bool = False) -> list[tuple[str, str]]:
        """An array of one to `most` strings, each with its own name for `refuse`."""
        value = self._take(name, required=required)
        if value is _MISSING:
            return []
        if not isinstance(value, list):
            self.refuse(name, f"expected type: JSONArray, found: {_name(value)}")
            return []
        if not 1 <= len(value) <= most:
            bound = f"maximum item count: {most}" if value else "minimum item count: 1"
            self.refuse(name, f"expected {bound}, found: {len(value)}")
        named = [(f"{name}/{place}", element) for place, element in enumerate(value[:most])]
        for place, element in named:
            if not isinstance(element, str):
                self.refuse(place, f"expected type: String, found: {_name(element)}")
        return [(place, element) for place, element in named if isinstance(element, str)]

    def part(self, name: str, *, required: bool = False) -> Fields | None:
        """A nested object, finished together with this one."""
        value = self._take(name, required=required)
        if value is _MISSING:
            return None
        child = Fields(value, f"{self._path}/{name}", self._violations)
        self._children.append(child)
        return child

    def finish(self) -> None:
        """Refuse the request if anything was wrong with it.

        Raises:
            BedrockError: ValidationException naming every violation.
        """
        self._note_extraneous()
        if self._violations:
            raise malformed(self._violations)

    def _note_extraneous(self) -> None:
        for name in sorted(set(self._values) - self._known):
            self.refuse("", f"extraneous key [{name[:64]}] is not permitted")
        for child in self._children:
            child._note_extraneous()  # noqa: SLF001 - the same class

    def _take(self, name: str, *, required: bool = False) -> object:
        self._known.add(name)
        if required and name not in self._values:
            self.refuse("", f"required key [{name}] not found")
        return self._values.get(name, _MISSING)

    def _bounded(self, name: str, value: float, low: float, high: float) -> float:
        if value < low:
            self.refuse(name, f"{value} is not greater or equal to {low}")
        if value > high:
            self.refuse(name, f"{value} is not less or equal to {high}")
        return min(max(value, low), high)


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _name(value: object) -> str:
    if value is None:
        return "Null"
    names = {bool: "Boolean", str: "String", int: "Integer", float: "Double", list: "JSONArray", dict: "JSONObject"}
    return names[type(value)]
