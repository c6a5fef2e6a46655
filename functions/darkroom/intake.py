"""Input pictures: what a request's reference means, whether the model takes it, and pinning it for the worker.

Everything is checked before anything is written. A reference never leads outside: `http(s)://` is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pybase64

from functions.darkroom import images
from functions.darkroom.errors import InputRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.darkroom.catalogue import InputLimits
    from functions.darkroom.job import Picture, SourceObject
    from functions.darkroom.recipes import Recipe
    from functions.darkroom.storage import Storage

DATA_URL = re.compile(r"data:(?P<type>[\w.+/-]*)(?:;[\w=.+-]+)*;base64,", re.IGNORECASE)
S3_URL = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes a request's pictures in."""

    storage: Storage
    recipes: tuple[Recipe, ...]

    def pin(
        self, references: Iterable[str], tenant: str, limits: InputLimits, source: SourceObject | None = None
    ) -> tuple[Picture, ...]:
        """The pictures behind the references, stored and pinned. Raises InputRefused; then nothing was stored."""
        checked = [self._check(reference, tenant, limits, source) for reference in references]
        return tuple(self.storage.put_input(tenant, one) if isinstance(one, bytes) else one for one in checked)

    def _check(self, reference: str, tenant: str, limits: InputLimits, source: SourceObject | None) -> Picture | bytes:
        if found := S3_URL.fullmatch(reference):
            picture = self._uploaded(found["bucket"], found["key"], tenant, source)
            _hold(limits, picture.bytes, picture.width, picture.height)
            return picture
        data = _inline(reference)
        measured = images.measure(data)
        _hold(limits, len(data), measured.width, measured.height)
        return data

    def _uploaded(self, bucket: str, key: str, tenant: str, source: SourceObject | None) -> Picture:
        mine = [recipe.prefix for recipe in self.recipes if recipe.tenant == tenant] + [f"inputs/{tenant}/"]
        if bucket != self.storage.uploads or not key.startswith(tuple(mine)):
            raise InputRefused(
                "image-missing",
                "that object is not there, or not for you to use",
                hint=f"s3:// takes objects of the uploads bucket under: {', '.join(mine)}",
            )
        version = source.version if source is not None and (source.bucket, source.key) == (bucket, key) else None
        return self.storage.pin(key, version)


def _inline(reference: str) -> bytes:
    declared = DATA_URL.match(reference)
    if declared is None and SCHEME.match(reference):
        raise InputRefused(
            "image-reference",
            "that kind of reference is not taken",
            hint="Send the picture as base64, as a data: URL, or as s3:// in the uploads bucket.",
        )
    data = _decode(reference[declared.end() :] if declared else reference)
    if declared:
        _agree(declared["type"].lower(), data)
    return data


def _decode(text: str) -> bytes:
    try:
        return pybase64.b64decode(text, validate=True)
    except ValueError:
        raise InputRefused("image-unreadable", "the picture is not base64 (no line breaks, no URL alphabet)") from None


def _agree(declared: str, data: bytes) -> None:
    """A data: URL that names one format and holds another is a mistake that the caller wants to know of."""
    found = images.measure(data).content_type
    if declared not in {found, "", "application/octet-stream", found.replace("jpeg", "jpg")}:
        raise InputRefused("image-format", f"the data: URL says {declared}, and the bytes are {found}")


def _hold(limits: InputLimits, size: int, width: int, height: int) -> None:
    if size > limits.max_bytes:
        raise InputRefused(
            "image-too-large", f"{size:,} bytes; the model takes at most {limits.max_bytes:,}", hint="Scale it down."
        )
    if max(width, height) > limits.max_side:
        raise InputRefused(
            "image-too-large",
            f"{width}x{height} pixels; the model takes at most {limits.max_side} a side",
            hint="Scale it down.",
        )
