"""What is sent to a cloud: photos into the bucket, jobs over HTTP, and people who wait for theirs. Judges nothing.

As the real world does, it sends some things twice: a fifth of the requests again under their Idempotency-Key, a tenth
of the photos under a key that has one already, and a tenth of S3's notifications once more.
"""

from __future__ import annotations

import io
import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import httpx
from PIL import Image, ImageOps

from functions.darkroom.recipes import BACKGROUND_REMOVAL
from local.layout import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.load.cloud import Deployed

PHOTO = ROOT / "docs" / "samples" / "coffee.jpg"
PHOTO_SIZE = (320, 240)
SIDE = 512
PATIENCE = 20
"""Seconds of `Prefer: wait`; who has no picture by then looks again, as a client does."""
OPEN = frozenset({"queued", "running"})
UPLOADERS, SENDERS, PEOPLE = 4, 6, 2
"""How many of each are at work at once."""
REPEATED_REQUEST, REPEATED_KEY, REPEATED_NOTICE = 5, 10, 10
"""Every so many-th of them is sent twice."""
TRIES = 6


@dataclass(frozen=True, slots=True)
class Size:
    """How much is sent: photos to the bucket, and jobs over HTTP. A quarter of the jobs has somebody waiting."""

    uploads: int
    jobs: int

    @property
    def waiting(self) -> int:
        """The jobs that people wait for."""
        return self.jobs // 4

    @property
    def alone(self) -> int:
        """The jobs that nobody waits for."""
        return self.jobs - self.waiting

    @property
    def total(self) -> int:
        """All that a cloud has to end."""
        return self.uploads + self.jobs

    @property
    def tenth(self) -> Size:
        """The same mix, in small."""
        return Size(max(1, self.uploads // 10), max(4, self.jobs // 10))


@dataclass(frozen=True, slots=True)
class Wait:
    """What one person met: when the request was sent, how long the picture took, and the Job as it was told last."""

    sent: float
    seconds: float
    job: dict[str, Any]


@dataclass
class Sent:
    """What was sent under one name, while it is being sent."""

    name: str
    answers: dict[str, set[str]] = field(default_factory=dict)
    """Idempotency-Key → the ids of the jobs that were told for it."""
    waits: list[Wait] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    retries: int = 0
    notices: int = 0
    """Notifications that were sent once more."""
    began: float = field(default_factory=time.time)
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the time is over: nothing more is sent."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, key: str, job: str) -> None:
        """A job was told for a key."""
        with self._lock:
            self.answers.setdefault(key, set()).add(job)

    def waited(self, wait: Wait) -> None:
        """A person has what was asked for."""
        with self._lock:
            self.waits.append(wait)

    def failed(self, why: str) -> None:
        """Something could not be sent."""
        with self._lock:
            self.failures.append(why)

    def retried(self) -> None:
        """A request had to be sent again."""
        with self._lock:
            self.retries += 1

    def noticed_again(self) -> None:
        """A notification was sent once more."""
        with self._lock:
            self.notices += 1


@dataclass(frozen=True)
class Sender:
    """Sends to one cloud."""

    cloud: Deployed

    @cached_property
    def photo(self) -> bytes:
        """A small photo."""
        out = io.BytesIO()
        with Image.open(PHOTO) as picture:
            ImageOps.fit(picture, PHOTO_SIZE).save(out, "JPEG")
        return out.getvalue()

    def send(self, size: Size, sent: Sent) -> list[threading.Thread]:
        """Begin to send all of it at once; gives the threads that do."""
        works: list[Callable[[], None]] = [
            lambda: self._upload(size.uploads, sent),
            lambda: self._post(range(size.alone), sent),
            lambda: self.wait_for(range(size.alone, size.jobs), sent),
        ]
        threads = [threading.Thread(target=_noting, args=(work, sent), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        return threads

    def wait_for(self, numbers: Iterable[int], sent: Sent, people: int = PEOPLE) -> None:
        """Let people ask for pictures: each asks for the next one when the last one is there."""
        with self.cloud.http() as api, ThreadPoolExecutor(people) as pool:
            for _ in pool.map(lambda number: self._person(api, number, sent), numbers):
                pass

    def _upload(self, number: int, sent: Sent) -> None:
        with ThreadPoolExecutor(UPLOADERS) as pool:
            for _ in pool.map(lambda n: self._drop(n, sent), range(number)):
                pass

    def _drop(self, n: int, sent: Sent) -> None:
        """Put one photo; every so many-th takes the key of the one before it, which then has two versions."""
        if sent.over.is_set():
            return
        again = n % REPEATED_KEY == REPEATED_KEY - 1
        key = upload_key(sent.name, n - again)
        bucket = self.cloud.known["uploads_bucket"]
        put = self.cloud.aws("s3").put_object(Bucket=bucket, Key=key, Body=self.photo, ContentType="image/jpeg")
        if n % REPEATED_NOTICE == 0:
            self._notify_again(bucket, key, put["VersionId"])
            sent.noticed_again()

    def _notify_again(self, bucket: str, key: str, version: str) -> None:
        """S3 delivers at least once."""
        thing = {"key": quote_plus(key), "versionId": version}
        record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": thing}}
        url = self.cloud.known["queues"]["uploads"]["url"]
        self.cloud.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"Records": [record]}))

    def _post(self, numbers: Iterable[int], sent: Sent) -> None:
        with self.cloud.http() as api, ThreadPoolExecutor(SENDERS) as pool:
            for _ in pool.map(lambda number: self._leave(api, number, sent), numbers):
                pass

    def _leave(self, api: httpx.Client, number: int, sent: Sent) -> None:
        """Ask for a picture and go; some ask twice."""
        for _ in range(2 if number % REPEATED_REQUEST == 0 else 1):
            self._ask(api, number, "respond-async", sent)

    def _person(self, api: httpx.Client, number: int, sent: Sent) -> None:
        """Ask for a picture and stay until it is there."""
        began = time.time()
        job = self._ask(api, number, f"wait={PATIENCE}", sent)
        while job and job["status"] in OPEN and not sent.over.is_set():
            job = _looked_at(api, job)
        if job:
            sent.waited(Wait(began, time.time() - began, job))

    def _ask(self, api: httpx.Client, number: int, prefer: str, sent: Sent) -> dict[str, Any] | None:
        """Post until it is answered: that is what the key is for."""
        key = f"{sent.name}-{number}"
        headers = {"prefer": prefer, "idempotency-key": key}
        said = "nothing was sent"
        for left in reversed(range(TRIES)):
            if sent.over.is_set():
                break
            try:
                reply = api.post("/images", json=text_image(sent.name, number), headers=headers)
            except httpx.HTTPError as error:
                said = repr(error)
            else:
                if reply.is_success:
                    job: dict[str, Any] = reply.json()
                    sent.answered(key, job["id"])
                    return job
                said = f"{reply.status_code} {reply.text[:300]}"
            if left:
                sent.retried()
                time.sleep(0.5 * (TRIES - left))
        sent.failed(f"POST /images, {key}: {said}")
        return None


def _looked_at(api: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    """The job as it stands when it has ended or the wait is over; as it was where nobody answers."""
    try:
        reply = api.get(f"/jobs/{job['id']}", headers={"prefer": f"wait={PATIENCE}"})
        found: dict[str, Any] = reply.raise_for_status().json()
    except httpx.HTTPError:
        time.sleep(1)
        return job
    return found


def upload_key(name: str, n: int) -> str:
    """Where a photo is dropped."""
    return f"{BACKGROUND_REMOVAL.prefix}{name}/{n}.jpg"


def text_image(name: str, number: int, side: int = SIDE) -> dict[str, Any]:
    """A request for one picture. Its prompt names it, so that the model's calls can be told apart."""
    return {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": prompt(name, number)},
        "imageGenerationConfig": {"width": side, "height": side, "seed": number},
    }


def prompt(name: str, number: int) -> str:
    """The prompt of a job."""
    return f"a lighthouse on a cliff at dusk ({name}, number {number})"


def fresh_name() -> str:
    """A name for what is sent together."""
    return f"load-{uuid.uuid4().hex[:8]}"


def _noting(work: Callable[[], None], sent: Sent) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001  (whatever it was, it is told at the end and nothing hangs)
        sent.failed(repr(error))
