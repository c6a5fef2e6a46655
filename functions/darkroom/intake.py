"""Input pictures: what a request's reference means, whether the model takes it, and pinning it for the worker.

Everything is checked, and every picture's fault is named, before anything is written. A reference never leads outside:
`http(s)://` is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pybase64

from functions.darkroom import images, pixels
from functions.darkroom.errors import FieldError, InputRefused
from functions.darkroom.storage import uploaded_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from functions.darkroom.contracts import InputLimits
    from functions.darkroom.job import Picture, SourceObject
    from functions.darkroom.recipes import Recipe
    from functions.darkroom.storage import Storage
    from functions.darkroom.tasks import Input

DATA_URL = re.compile(r"data:(?P<type>[\w.+/-]*)(?:;[\w=.+-]+)*;base64,", re.IGNORECASE)
S3_URL = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)
UPLOAD = re.compile(r"upload:(?P<id>upl_[0-9A-Z]{26})")
EARLIER = re.compile(r"image:(?P<job>job_[0-9A-Z]{26})/(?P<n>[1-9]\d?)")
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
SCHEMES = "base64, a data: URL, s3:// in the deployment's buckets, upload:{id}, or image:{job}/{n}"


@dataclass(frozen=True, slots=True)
class Checked:
    """An input picture that the model takes: bytes that are still to be stored, or what lies in S3 already."""

    field: str
    content: bytes | Picture
    width: int
    height: int
    bytes: int
    note: str | None = None
    """What was done to it."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes a request's pictures in."""

    storage: Storage
    recipes: tuple[Recipe, ...]
    earlier: Callable[[str, int, str], Picture | None]
    """The n-th picture of a tenant's job, if there is one: (job id, n, tenant)."""

    def check(
        self, inputs: Iterable[Input], tenant: str, limits: InputLimits, source: SourceObject | None = None
    ) -> tuple[Checked, ...]:
        """The pictures behind the references. Raises InputRefused, which names every picture that is wrong."""
        checked: list[Checked] = []
        refused: list[tuple[str, InputRefused]] = []
        for one in inputs:
            try:
                found = self._resolve(one.reference, tenant, source)
                checked.append(self._hold(one, found, limits, checked))
            except InputRefused as error:
                refused.append((one.field, error))
        if refused:
            raise _together(refused)
        return tuple(checked)

    def pin(self, checked: Iterable[Checked], tenant: str) -> tuple[Picture, ...]:
        """Store what is not stored yet; give each picture as the worker will read it."""
        return tuple(
            self.storage.put_input(tenant, one.content) if isinstance(one.content, bytes) else one.content
            for one in checked
        )

    def _resolve(self, reference: str, tenant: str, source: SourceObject | None) -> Picture | bytes:
        if found := S3_URL.fullmatch(reference):
            return self._stored(found["bucket"], found["key"], tenant, source)
        if found := UPLOAD.fullmatch(reference):
            return self._uploaded(found["id"], tenant)
        if found := EARLIER.fullmatch(reference):
            return self._earlier(found["job"], int(found["n"]), tenant)
        return _inline(reference)

    def _hold(self, one: Input, found: Picture | bytes, limits: InputLimits, before: Iterable[Checked]) -> Checked:
        """Hold a picture to what the model takes; from its header, and where the model looks deeper, so do we."""
        checked = _measured(one.field, found)
        _hold_measures(checked, limits, may_be_larger=limits.resized and one.role == "images")
        if not limits.looked_into:
            return checked
        data = self.storage.read(found) if not isinstance(found, bytes) else found
        turned = pixels.upright(data)
        if turned is not None:
            data, orientation = turned
            checked = _measured(one.field, data, f"turned upright, as its EXIF orientation {orientation} says")
            _hold_measures(checked, limits, may_be_larger=limits.resized and one.role == "images")
        if one.role == "maskImage":
            _hold_mask(data, limits, before)
        else:
            pixels.hold_opaque(data)
        return checked

    def _stored(self, bucket: str, key: str, tenant: str, source: SourceObject | None) -> Picture:
        own = self._own_prefixes(tenant)
        if not key.startswith(tuple(own.get(bucket, ()))):
            places = [f"s3://{name}/{prefix}" for name, prefixes in own.items() for prefix in prefixes]
            raise InputRefused(
                "image-missing",
                "that object is not there, or not for you to use",
                hint=f"s3:// takes objects under: {', '.join(places)}",
            )
        version = source.version if source is not None and (source.bucket, source.key) == (bucket, key) else None
        return self.storage.pin(bucket, key, version)

    def _own_prefixes(self, tenant: str) -> dict[str, list[str]]:
        mine = [recipe for recipe in self.recipes if recipe.tenant == tenant]
        return {
            self.storage.uploads: [recipe.prefix for recipe in mine] + [f"inputs/{tenant}/"],
            self.storage.results: [recipe.output_prefix for recipe in mine] + [f"t/{tenant}/"],
        }

    def _uploaded(self, upload: str, tenant: str) -> Picture:
        try:
            return self.storage.pin(self.storage.uploads, uploaded_key(tenant, upload))
        except InputRefused as error:
            if error.slug != "image-missing":
                raise
            raise InputRefused(
                "image-missing", f"nothing was uploaded as {upload}", hint="POST /uploads gives the form for it."
            ) from None

    def _earlier(self, job: str, n: int, tenant: str) -> Picture:
        found = self.earlier(job, n, tenant)
        if found is None:
            raise InputRefused("image-missing", f"{job} has no picture {n}, or is not yours")
        return found


def _measured(field: str, found: Picture | bytes, note: str | None = None) -> Checked:
    if isinstance(found, bytes):
        measured = images.measure(found)
        return Checked(field, found, measured.width, measured.height, len(found), note)
    return Checked(field, found, found.width, found.height, found.bytes, note)


def _hold_mask(data: bytes, limits: InputLimits, before: Iterable[Checked]) -> None:
    """A mask follows its picture; where that one was refused there is nothing to hold it to."""
    for picture in before:
        pixels.hold_mask(data, (picture.width, picture.height), limits)


def _together(refused: list[tuple[str, InputRefused]]) -> InputRefused:
    """One refusal for all of them, under the first one's slug."""
    _, first = refused[0]
    if len(refused) == 1:
        field, _ = refused[0]
        return InputRefused(first.slug, str(first), hint=first.hint, field=field)
    errors = [FieldError(field=field, detail=str(error), hint=error.hint) for field, error in refused]
    named = ", ".join(field for field, _ in refused)
    return InputRefused(first.slug, f"Wrong: {named}", errors=errors)


def _inline(reference: str) -> bytes:
    declared = DATA_URL.match(reference)
    if declared is None and SCHEME.match(reference):
        raise InputRefused(
            "image-reference", "that kind of reference is not taken", hint=f"Send the picture as {SCHEMES}."
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


def _hold_measures(one: Checked, limits: InputLimits, *, may_be_larger: bool) -> None:
    if one.bytes > limits.max_bytes:
        raise _too_large(f"{one.bytes:,} bytes; the model takes at most {limits.max_bytes:,}")
    short, long = sorted((one.width, one.height))
    size = f"{one.width}x{one.height} pixels"
    if short * long > pixels.MOST_PIXELS:
        raise _too_large(f"{size}; nothing over 50 megapixels is taken")
    if long > limits.max_side and not may_be_larger:
        raise _too_large(f"{size}; the model takes at most {limits.max_side} a side")
    if short < limits.min_side:
        raise InputRefused("image-too-small", f"{size}; the model takes at least {limits.min_side} a side")
    if limits.max_ratio is not None and long > limits.max_ratio * short:
        raise InputRefused(
            "image-ratio", f"{size}; the model takes ratios up to {limits.max_ratio:g}:1", hint="Crop it."
        )
    if limits.below_pixels is not None and short * long >= limits.below_pixels:
        raise _too_large(f"{size}; the model takes less than {limits.below_pixels:,} in all")


def _too_large(detail: str) -> InputRefused:
    return InputRefused("image-too-large", detail, hint="Scale it down.")
