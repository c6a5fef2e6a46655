"""What a cloud holds after a load: read from its table, its buckets, its queues and its models' emulator."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.darkroom.recipes import BACKGROUND_REMOVAL
from functions.darkroom.uses import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.load.cloud import Deployed
    from benchmarks.load.sending import Sent, Size

    Version = tuple[str, str]
    """A key of the uploads bucket, and a version of its object."""

ENDED = frozenset({"succeeded", "partial", "blocked", "failed", "canceled"})
EMULATOR_REMEMBERS = 1000
"""Calls; the emulator forgets older ones."""


@dataclass(frozen=True)
class Usage:
    """Sums of a tenant: jobs, pictures and money (millionths of a USD)."""

    jobs: int
    images: int
    amount: int

    def since(self, before: Usage) -> Usage:
        """What was added."""
        return Usage(self.jobs - before.jobs, self.images - before.images, self.amount - before.amount)


@dataclass(frozen=True)
class Books:
    """What was sent under one name, and everything that the cloud has of it."""

    size: Size
    sent: Sent
    versions: frozenset[Version]
    """Every version of an object that was dropped."""
    results: int
    """How many keys have a result."""
    jobs: Sequence[Mapping[str, Any]]
    """The jobs as the ledger has them, as JSON data."""
    promised: Mapping[str, int]
    """Job → how many Idempotency-Keys stand for it."""
    markers: Mapping[Version, str]
    """Object version → its job."""
    calls: Sequence[Mapping[str, Any]]
    """The calls that the models' emulator has seen."""
    usage: Usage
    """What was added to the tenant's sums."""
    held: Mapping[str, int]
    """Each budget of the day → what of it is held and was not spent."""
    events: Counter[tuple[str, str]]
    dead: Mapping[str, int]
    """Queue → its dead letters."""

    @property
    def open(self) -> list[Mapping[str, Any]]:
        """The jobs that have not ended."""
        return [job for job in self.jobs if job["status"] not in ENDED]


@dataclass(frozen=True)
class Before:
    """What there was before anything was sent."""

    jobs: frozenset[str]
    usage: Usage


@dataclass(frozen=True)
class Reader:
    """Reads one cloud's books."""

    cloud: Deployed

    def before(self) -> Before:
        """What there is now; the emulator begins to count its calls anew."""
        with self.cloud.models() as models:
            models.delete("/_emulator/calls").raise_for_status()
        return Before(frozenset(job["id"] for job in map(_job, _of_kind(self._items(), "JOB#"))), self._usage()[0])

    def read(self, size: Size, sent: Sent, before: Before, events: Counter[tuple[str, str]]) -> Books:
        """All that has come of what was sent."""
        items = list(self._items())
        jobs = [job for job in map(_job, _of_kind(items, "JOB#")) if job["id"] not in before.jobs]
        fresh = {job["id"] for job in jobs}
        usage, held = self._usage()
        versions = frozenset(self._versions(sent))
        marked = {one["pk"]["S"]: one["job"]["S"] for one in _of_kind(items, "SOURCE#") if one["job"]["S"] in fresh}
        return Books(
            size=size,
            sent=sent,
            versions=versions,
            results=sum(1 for _ in self._results(sent)),
            jobs=jobs,
            promised=Counter(item["job"]["S"] for item in _of_kind(items, "IDEM#") if item["job"]["S"] in fresh),
            markers={one: marked[place] for one in versions if (place := self._marker(one)) in marked},
            calls=self._calls(),
            usage=usage.since(before.usage),
            held=held,
            events=events,
            dead=self._dead(),
        )

    def _calls(self) -> list[dict[str, Any]]:
        with self.cloud.models() as models:
            calls: list[dict[str, Any]] = models.get("/_emulator/calls").raise_for_status().json()["calls"]
        return calls

    def _usage(self) -> tuple[Usage, dict[str, int]]:
        with self.cloud.http() as api:
            told = api.get("/usage").raise_for_status().json()
        held = {}
        for budget in told["budgets"]:
            if "day" in budget:
                spent = sum(row["amount"] for row in told["rows"] if row["day"] == budget["day"])
                held[budget["scope"]] = budget["used"]["amount"] - spent
        return Usage(**told["total"]), held

    def _items(self) -> Iterator[dict[str, Any]]:
        pages = self.cloud.aws("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=self.cloud.known["table"], ConsistentRead=True):
            yield from page["Items"]

    def _marker(self, version: Version) -> str:
        """Where the ledger has an object version's marker."""
        return f"SOURCE#{digest(self.cloud.known['uploads_bucket'], *version)}"

    def _versions(self, sent: Sent) -> Iterator[Version]:
        pages = self.cloud.aws("s3").get_paginator("list_object_versions")
        prefix = f"{BACKGROUND_REMOVAL.prefix}{sent.name}/"
        for page in pages.paginate(Bucket=self.cloud.known["uploads_bucket"], Prefix=prefix):
            for one in page.get("Versions", ()):
                yield one["Key"], one["VersionId"]

    def _results(self, sent: Sent) -> Iterator[str]:
        pages = self.cloud.aws("s3").get_paginator("list_objects_v2")
        prefix = f"{BACKGROUND_REMOVAL.output_prefix}{sent.name}/"
        for page in pages.paginate(Bucket=self.cloud.known["results_bucket"], Prefix=prefix):
            yield from (one["Key"] for one in page.get("Contents", ()) if one["Key"].endswith(".png"))

    def _dead(self) -> dict[str, int]:
        sqs, names = self.cloud.aws("sqs"), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = {}
        for lane, queue in self.cloud.known["queues"].items():
            told = sqs.get_queue_attributes(QueueUrl=queue["dlq_url"], AttributeNames=names)["Attributes"]
            found[lane] = sum(int(told[name]) for name in names)
        return found


def _of_kind(items: Iterable[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    return (item for item in items if item["pk"]["S"].startswith(kind))


def _job(item: dict[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = json.loads(item["doc"]["S"])
    return job
