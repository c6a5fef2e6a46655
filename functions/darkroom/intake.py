"""Input pictures: what a request's reference means, whether the model takes it, and pinning it for the worker.

Everything is checked, and every picture's fault is named, before anything is written. A reference never leads outside:
`http(s)://` is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard, cast

import pybase64

from functions.darkroom import fitting, images, masks, measures, pixels
from functions.darkroom.errors import FieldError, InputRefused
from functions.darkroom.storage import uploaded_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from functions.darkroom.contracts import InputLimits
    from functions.darkroom.fields import MaskImage
    from functions.darkroom.fitting import Transform
    from functions.darkroom.job import Picture, SourceObject
    from functions.darkroom.masks import MaskTask
    from functions.darkroom.recipes import Recipe
    from functions.darkroom.storage import Storage
    from functions.darkroom.tasks import Input, Task

DATA_URL = re.compile(r"data:(?P<type>[\w.+/-]*)(?:;[\w=.+-]+)*;base64,", re.IGNORECASE)
S3_URL = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)
UPLOAD = re.compile(r"upload:(?P<id>upl_[0-9A-Z]{26})")
EARLIER = re.compile(r"image:(?P<job>job_[0-9A-Z]{26})/(?P<n>[1-9]\d?)")
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
SCHEMES = "base64, a data: URL, s3:// in the deployment's buckets, upload:{id}, or image:{job}/{n}"


FITTED_BYTES = 50_000_000
"""The heaviest picture that is fitted: what a camera of 50 megapixels writes."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An input picture that the model takes: bytes that are still to be stored, or what lies in S3 already."""

    field: str
    content: bytes | Picture
    width: int
    height: int
    weight: int
    """In bytes."""
    done: tuple[str, ...] = ()
    """What was done to it, a sentence for each step."""
    transform: Transform | None = None
    """Where its pixels come from, when it was fitted."""
    sent: bytes | Picture | None = None
    """What was sent, when it was fitted."""

    @property
    def size_sent(self) -> tuple[int, int]:
        """Width and height of what was sent, upright: what its mask goes by."""
        return self.transform.source if self.transform else (self.width, self.height)


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes a request's pictures in."""

    storage: Storage
    recipes: tuple[Recipe, ...]
    earlier: Callable[[str, int, str], Picture | None]
    """The n-th picture of a tenant's job, if there is one: (job id, n, tenant)."""

    def check(
        self, task: Task, tenant: str, limits: InputLimits, source: SourceObject | None = None
    ) -> tuple[Checked, ...]:
        """The pictures behind a task's references. Raises InputRefused, which names every picture that is wrong."""
        checked: list[Checked] = []
        refused: list[tuple[str, InputRefused]] = []
        for one in task.inputs:
            try:
                found = self.resolve(one.reference, tenant, source)
                checked.append(self._hold(task, one, found, limits, checked))
            except InputRefused as error:
                refused.append((one.field, error))
        if refused:
            raise _together(refused)
        return tuple(checked)

    def pin(self, tenant: str, content: bytes | Picture) -> Picture:
        """A picture as the worker will read it: stored, if it was not."""
        return self.storage.put_input(tenant, content) if isinstance(content, bytes) else content

    def resolve(self, reference: str, tenant: str, source: SourceObject | None = None) -> Picture | bytes:
        """What a reference means: the bytes that it holds, or a stored picture of this tenant's."""
        if found := S3_URL.fullmatch(reference):
            return self._stored(found["bucket"], found["key"], tenant, source)
        if found := UPLOAD.fullmatch(reference):
            return self._uploaded(found["id"], tenant)
        if found := EARLIER.fullmatch(reference):
            return self._earlier(found["job"], int(found["n"]), tenant)
        return _inline(reference)

    def read(self, found: bytes | Picture) -> bytes:
        """A picture's bytes, within what is ever decoded."""
        size = len(found) if isinstance(found, bytes) else found.bytes
        if size > FITTED_BYTES:
            raise measures.too_large(f"{size:,} bytes; nothing over {FITTED_BYTES:,} is looked into")
        return found if isinstance(found, bytes) else self.storage.read(found)

    def _hold(
        self, task: Task, one: Input, found: Picture | bytes, limits: InputLimits, before: Sequence[Checked]
    ) -> Checked:
        """Hold a picture to what the model takes; from its header, and where the model looks deeper, so do we."""
        is_mask = one.role == "maskImage"
        remade = one.conversion is not None if is_mask else task.fit != "refuse"
        checked = _unmeasured(one.field, found) if remade and _is_odd(found) else _measured(one.field, found)
        if is_mask:
            return self._hold_mask(task, one, checked, limits, before)
        larger = limits.resized and one.role == "images"
        fault = measures.fault(checked.weight, checked.width, checked.height, limits, may_be_larger=larger)
        if task.fit == "refuse" and fault is not None:
            raise fault
        if fault is None and not limits.looked_into:
            return checked
        data = self.read(found)
        if task.fit != "refuse":
            return _fitted(task, one, checked, data, limits)
        turned = pixels.upright(data)
        return checked if turned is None else _measured(one.field, turned[0], turned[1])

    def _hold_mask(
        self, task: Task, one: Input, checked: Checked, limits: InputLimits, before: Sequence[Checked]
    ) -> Checked:
        """A mask follows its picture: its size, and where that one was moved. Without a picture it is let pass."""
        if not before:
            return checked
        picture, data = before[0], self.read(checked.content)
        done: tuple[str, ...] = ()
        if one.conversion is None:
            pixels.hold_mask(data, picture.size_sent, limits)
        else:
            data, done = _converted(data, picture.size_sent, task, one.conversion)
        if picture.transform is not None and not picture.transform.moves_nothing:
            data = fitting.follow(data, picture.transform, _mask_task(task))
            done = (*done, "It was moved as its picture was.")
        return _measured(one.field, data, *done) if done else checked

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


def _is_odd(found: Picture | bytes) -> TypeGuard[bytes]:
    """Neither PNG nor JPEG: taken where it is converted anyway."""
    return isinstance(found, bytes) and images.media_type(found) is None


def _unmeasured(field: str, found: bytes) -> Checked:
    """Without measures it fits no model, and so it is made over."""
    return Checked(field, found, 0, 0, len(found))


def _measured(field: str, found: Picture | bytes, *done: str) -> Checked:
    if isinstance(found, bytes):
        measured = images.measure(found)
        return Checked(field, found, measured.width, measured.height, len(found), done)
    return Checked(field, found, found.width, found.height, found.bytes, done)


def _fitted(task: Task, one: Input, checked: Checked, data: bytes, limits: InputLimits) -> Checked:
    """The picture as the model takes it; the very bytes, where it takes them already."""
    rule = fitting.rule_of(limits, may_be_larger=limits.resized and one.role == "images")
    fitted = fitting.fit(data, cast("fitting.How", task.fit), rule, background=task.background)
    if not fitted.done:
        return checked
    made = _measured(one.field, fitted.data, *fitted.done)
    return replace(made, transform=fitted.transform, sent=checked.content)


def _converted(data: bytes, size: tuple[int, int], task: Task, wanted: MaskImage) -> tuple[bytes, tuple[str, ...]]:
    """The pure mask that the model takes, and what was done for it."""
    made = masks.convert(data, size, _mask_task(task), wanted.means, threshold=wanted.threshold, grow=wanted.grow)
    return made.png, made.done


def _mask_task(task: Task) -> MaskTask:
    return cast("MaskTask", task.taskType)


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
    found = images.media_type(data)
    if found and declared not in {found, "", "application/octet-stream", found.replace("jpeg", "jpg")}:
        raise InputRefused("image-format", f"the data: URL says {declared}, and the bytes are {found}")
