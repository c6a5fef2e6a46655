"""What the client's tests share: the API played on a loopback port, with jobs that take a while, and faults."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from darkroom_client.cli import main

from tests.unit.client_http import Answer, Seen, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

KEY = "canary-key-4f1d2c"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture of the rig"
JPEG = b"\xff\xd8\xff\xe0" + b"photo of the rig"
CREATED = "2026-11-23T10:00:00.000Z"

type Behaviour = Answer | Callable[[], Answer] | str | None

DROPPED: Behaviour = None
"""Receive the request whole and close the connection without an answer."""


LOST = "lost"
"""Do the usual and close the connection without an answer."""


def problem(status: int, slug: str, *, retryable: bool = False, **more: Any) -> dict[str, Any]:
    told = {"title": "A title", "detail": "What is wrong.", "status": status, "retryable": retryable}
    return {"type": f"urn:darkroom:problem:{slug}", **told, **more}


@dataclass
class Rig:
    """The API's state: what it has seen, what it is to do next, and its jobs."""

    base: str = ""
    looks: int = 0
    """How often a job is looked at before it has ended; 0 ends it within the request."""
    ending: dict[str, Any] = field(default_factory=lambda: {"status": "succeeded"})
    max_bytes: int = 20_000_000
    fixed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Route → what it always answers, for routes without a state."""
    seen: list[Seen] = field(default_factory=list)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    promises: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    """Idempotency-Key → the route, the body and the job that it stands for."""
    left: dict[str, int] = field(default_factory=dict)
    queued: dict[str, deque[Behaviour]] = field(default_factory=lambda: defaultdict(deque))
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def base_url(self) -> str:
        return f"{self.base}/v1"

    def next(self, route: str, *behaviours: Behaviour) -> None:
        """What the route, such as `POST /v1/images`, does first before it does the usual."""
        self.queued[route].extend(behaviours)

    def asked(self, route: str) -> list[Seen]:
        """The requests that arrived at a route, or below it."""
        method, path = route.split()
        return [one for one in self.seen if one.method == method and one.path.startswith(path)]

    def answer(self, request: Seen) -> Answer | None:
        with self.lock:
            self.seen.append(request)
            waiting = self.queued[f"{request.method} {request.path}"]
            found = waiting.popleft() if waiting else self._usual(request)
            if found == LOST:
                self._usual(request)
                return None
        return found() if callable(found) else found

    def _usual(self, request: Seen) -> Answer:
        if request.path.startswith(("/pictures/", "/form")):
            return self._storage(request)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return Answer(401, problem(401, "key-refused"))
        job_id, _, verb = request.path.removeprefix("/v1/jobs/").partition("/")
        if job_id in self.jobs:
            if verb == "rerun":
                return self._open(request)
            return self._cancel(job_id) if request.method == "DELETE" else self._look(job_id)
        routes = {
            "POST /v1/images": self._open,
            "GET /v1/jobs": self._page,
            "POST /v1/quotes": lambda request: Answer(200, QUOTE | {"taskType": request.json["taskType"]}),
            "GET /v1/usage": lambda _request: Answer(200, USAGE),
            "POST /v1/uploads": self._upload,
            "GET /v1/models": lambda _request: Answer(200, {"object": "list", "data": [MODEL]}),
        }
        name = f"{request.method} {request.path}"
        if name in self.fixed:
            return Answer(200, self.fixed[name])
        return routes[name](request) if name in routes else Answer(404, problem(404, "unknown-job"))

    def _storage(self, request: Seen) -> Answer:
        """S3 knows nothing of our keys, and refuses a link with a second way to sign in."""
        assert "authorization" not in request.headers
        return Answer(200, PNG) if request.method == "GET" else Answer(204)

    def _open(self, request: Seen) -> Answer:
        """One job for a key, as the API has it."""
        key = request.headers["idempotency-key"]
        path, body, job_id = self.promises.get(key, (request.path, request.body, ""))
        if (path, body) != (request.path, request.body):
            return Answer(409, problem(409, "idempotency-key-reused"))
        job = self.jobs[job_id] if job_id else self._made(request)
        self.promises[key] = (request.path, request.body, job["id"])
        return Answer(202, self._open_state(job)) if self.left[job["id"]] else self._ended(job)

    def _made(self, request: Seen) -> dict[str, Any]:
        asked = request.json if request.body else {}
        job = self.job(count=asked.get("imageGenerationConfig", {}).get("numberOfImages", 1))
        job["taskType"] = asked.get("taskType", job["taskType"])
        self.left[job["id"]] = self.looks
        return job

    def _cancel(self, job_id: str) -> Answer:
        self.jobs[job_id] |= {"status": "canceled", "images": [], "cost": {"quoted": 40_000, "charged": 0}}
        return Answer(200, self.jobs[job_id])

    def _ended(self, job: dict[str, Any]) -> Answer:
        if job["images"]:
            return Answer(201, job)
        return Answer(job["error"]["status"], {**job["error"], "job": job})

    def _look(self, job_id: str) -> Answer:
        self.left[job_id] -= 1
        job = self.jobs[job_id]
        return Answer(200, self._open_state(job) if self.left[job_id] > 0 else job)

    def _open_state(self, job: dict[str, Any]) -> dict[str, Any]:
        return {**job, "status": "running", "images": [], "mask": None, "error": None}

    def _page(self, request: Seen) -> Answer:
        newest = list(reversed(self.jobs.values()))
        start, limit = int(request.query.get("cursor", "0")), int(request.query["limit"])
        more = start + limit < len(newest)
        return Answer(200, {"jobs": newest[start : start + limit], "cursor": str(start + limit) if more else None})

    def _upload(self, _request: Seen) -> Answer:
        upload = f"up_{len(self.seen)}"
        form = {"url": f"{self.base}/form", "fields": {"key": upload, "policy": "signed"}, "maxBytes": self.max_bytes}
        return Answer(201, {"id": upload, "image": f"upload:{upload}", "expiresAt": CREATED, **form})

    def job(self, count: int = 1) -> dict[str, Any]:
        """A job that has ended as `ending` says, known from now on."""
        with self.lock:
            job_id = f"job_{len(self.jobs) + 1:04}"
            images = [self._image(job_id, n) for n in range(1, count + 1)]
            self.jobs[job_id] = {**JOB, "id": job_id, "images": images, **self.ending}
            self.left[job_id] = 0
            return self.jobs[job_id]

    def _image(self, job_id: str, n: int) -> dict[str, Any]:
        lies = {"url": f"{self.base}/pictures/{job_id}/{n}", "bucket": "results", "key": f"t/me/jobs/{job_id}/{n}.png"}
        sizes = {"width": 8, "height": 6, "contentType": "image/png", "bytes": len(PNG)}
        picture = {**lies, **sizes, "sha256": hashlib.sha256(PNG).hexdigest()}
        original = {**picture, "width": 16, "version": "v1"}
        return {**picture, "id": n, "seed": n, "original": original, "aFieldOfTheFuture": [1]}


JOB = {
    "tenant": "me", "status": "succeeded", "taskType": "TEXT_IMAGE", "images": [], "mask": None, "error": None,
    "model": {"requested": None, "served": "model-of-the-rig", "engine": "titan", "region": "us-west-2"},
    "fidelity": [{"field": "cfgScale", "verdict": "ignored", "detail": "no such dial"}],
    "steps": [], "source": {"door": "http"}, "metadata": {"shop": "1"},
    "cost": {"quoted": 40_000, "charged": 40_000, "currency": "USD"},
    "createdAt": CREATED, "startedAt": CREATED, "finishedAt": CREATED, "expiresAt": CREATED,
}  # fmt: skip
QUOTE = {
    "taskType": "TEXT_IMAGE", "calls": 2, "body": {"prompt": "a ship"}, "model": JOB["model"],
    "fidelity": [{"field": "seed", "verdict": "exact"}, *JOB["fidelity"]],
    "cost": {"quoted": 80_000, "charged": 0, "currency": "USD"},
}  # fmt: skip
USAGE = {
    "from": "2026-11-01", "to": "2026-11-23", "currency": "USD",
    "total": {"jobs": 3, "images": 4, "amount": 90_000},
    "rows": [
        {"day": "2026-11-23", "task": "TEXT_IMAGE", "model": "the-rigs", "jobs": 2, "images": 3, "amount": 80_000},
        {"day": "2026-11-22", "task": "BACKGROUND_REMOVAL", "model": "cut", "jobs": 1, "images": 1, "amount": 10_000},
    ],
    "budgets": [
        {
            "scope": "deployment", "day": "2026-11-23", "resetsAt": "2026-11-24T00:00:00Z",
            "limit": {"amount": 10_000_000, "images": None}, "used": {"amount": 120_000, "images": 5},
        },
        {
            "scope": "tenant", "month": "2026-11", "resetsAt": "2026-12-01T00:00:00Z",
            "limit": {"amount": 100_000, "images": 40}, "used": {"amount": 120_000, "images": 5},
        },
    ],
}  # fmt: skip
MODEL = {
    "id": "model-of-the-rig", "object": "model", "engine": "titan", "tasks": ["TEXT_IMAGE", "INPAINTING"],
    "regions": ["us-west-2"], "launched": "2024-08-06", "legacy": None, "ends": None,
    "prices": {"standard-1024": 10_000, "premium-1024": 12_000}, "serves": ["TEXT_IMAGE"],
}  # fmt: skip


@contextmanager
def serving(rig: Rig, port: int = 0) -> Iterator[Rig]:
    """The rig on a loopback port while the body runs."""
    with listening(rig.answer, port) as base:
        rig.base = base
        yield rig


def command_line(environ: dict[str, str]) -> Callable[..., Result]:
    """Runs the command `darkroom` as typed, in this environment; the key never comes out of it."""
    unset: dict[str, str | None] = dict.fromkeys(("DARKROOM_BASE_URL", "DARKROOM_API_KEY", "DARKROOM_PROFILE"))

    def run(*words: str, **more: str) -> Result:
        result = CliRunner().invoke(main, words, env=unset | environ | more)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        assert KEY not in result.output
        return result

    return run
