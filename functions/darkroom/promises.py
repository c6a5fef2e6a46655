"""Idempotency-Keys: a tenant's word that two requests are one. Pure; the ledger keeps them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.darkroom import images
from functions.darkroom.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.darkroom.intake import Checked
    from functions.darkroom.job import Job, Picture
    from functions.darkroom.tasks import Task

PROMISE_SECONDS = 86_400
"""How long a key stands for its job."""
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Promise:
    """A key, and what the request that came with it amounts to."""

    tenant: str
    name: str
    fingerprint: str
    now_seconds: float

    @property
    def key(self) -> dict[str, Any]:
        """Its place in the table. The caller's text is hashed: it may be long, and is nobody's business."""
        hashed = hashlib.sha256(self.name.encode()).hexdigest()
        return {"pk": {"S": f"IDEM#{self.tenant}#{hashed}"}, "sk": {"S": "IDEM"}}

    @property
    def now(self) -> dict[str, Any]:
        """The value by which an old promise has run out."""
        return {":now": {"N": str(int(self.now_seconds))}}

    def item(self, job: Job) -> dict[str, Any]:
        """What is written for it."""
        told = {"v": {"N": "1"}, "job": {"S": job.id}, "fingerprint": {"S": self.fingerprint}}
        return self.key | told | {"ttl": {"N": str(int(self.now_seconds) + PROMISE_SECONDS)}}


def held(name: str | None) -> str | None:
    """A key as it came in its header. Raises InvalidRequest for one that cannot be meant."""
    if name is not None and not (0 < len(name) <= LONGEST_KEY and name.isprintable()):
        raise InvalidRequest(f"an Idempotency-Key has 1 to {LONGEST_KEY} printable characters")
    return name


def fingerprint(task: Task, checked: Sequence[Checked]) -> str:
    """What a request amounts to: its fields, and its pictures by what they hold rather than by how they came."""
    known = task.with_inputs(_content(one.content) for one in checked)
    said = known.model_dump(mode="json", exclude_unset=True)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _content(content: bytes | Picture) -> str:
    if isinstance(content, bytes):
        return images.digest(content)
    return f"{content.bucket}/{content.key}@{content.version}"
