"""Trouble on purpose: every call that the functions make of AWS passes here, is counted, and may go wrong.

A `World` is one deployment whose time is the test's own. A `Visit` is somebody who wants something of it and does not
rest before there is an answer. `World.rest` lets happen what the clouds do in the hours after, and `audit` reads what
is left of it all: the table, the buckets, the queues, the bus, and the Bedrock emulator's own list of calls.

No call of AWS is named here; they are counted as they come. So what the functions ask for may change freely.
"""

from __future__ import annotations

import copy
import json
import secrets
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.useragent import UserAgentString
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core import responses
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import validators
from moto.s3.models import s3_backends
from moto.sqs import models as sqs

from functions import api, cutout, sweeper, uploads, worker
from functions.darkroom import pacing, telemetry
from functions.darkroom import walk as walk_module
from functions.darkroom.job import Job
from local.bedrock import fulfilment, pictures
from tests.functional.rig import REGION, Context, forget, photo
from tests.unit.request_rig import picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pytest

    from tests.functional.rig import Cloud

    type Handler = Callable[[dict[str, Any], Any], Any]

Mode = Literal[
    "killed before", "killed after", "refused", "unreachable", "down", "unheard", "retried", "overtaken", "stalled"
]
"""What becomes of a call.

Not made: the function dies before it; the service answers 500; there is no connection; the service answers nothing but
500 from there on. Made: the function dies after it; its answer is lost; its answer is lost and the SDK makes it again.
Made late: after another function was handed the same message and brought it to its end (`overtaken`), or after so long
a time that everybody took the function for dead (`stalled`).
"""

MODEL_CALLS = frozenset({"InvokeModel", "Invoke"})
"""Their clients make each call once."""
RECEIVES, HIDDEN = 5, 2520
"""How often, and for how many seconds, a queue hands a message out, as deployed."""
BETWEEN = 61
"""Seconds between two visits: more than any pause after which a message comes that is not hidden."""
LEASE = 110
"""Seconds after which a function is surely taken for dead."""
PAUSES = (LEASE, HIDDEN + 60, LEASE, HIDDEN + 60, HIDDEN + 60, HIDDEN + 60)
"""Seconds between looks at what is left."""
TITAN, CORE = "amazon.titan-image-generator-v2:0", "stability.stable-image-core-v1:1"
ASKED = (TITAN, CORE, "darkroom.cutout-u2netp-v1")
"""The models that are asked here."""
FAST = {"per_minute": {TITAN: 100_000, CORE: 100_000}}
"""Quotas under which nobody waits."""
NO_WORK = frozenset({403, 404, 429})
"""What a model that did nothing answers."""
NEVER = "never made"
IN_FLIGHT = frozenset({"failed outcome-unknown", "partial outcome-unknown", "partial model-reply-cut-off"})
"""How a job may end that was disturbed while a model's answer was out."""

_ours: ContextVar[bool] = ContextVar("ours", default=False)
"""Whether it is a function that calls, rather than a test."""


class Killed(SystemExit):
    """The function's sandbox is gone."""


@dataclass
class Fault:
    """One call goes wrong."""

    mode: str
    at: int
    """Which of the calls, counted from 1."""
    struck: str = NEVER
    in_flight: bool = False
    """Whether a step had been written down as sent, and nothing of it as come back."""

    def __str__(self) -> str:
        return f"{self.mode} at call {self.at} ({self.struck})"

    def strike(self, make: Callable[[], Any], operation: str, service: str, world: World) -> Any:
        """Let it happen; gives the call's answer, where there is one."""
        self.struck = operation
        made = make() if self.mode in {"killed after", "unheard", "retried"} else None
        self.in_flight = any(step.state == "calling" for job in world.visits[-1].jobs() for step in job.steps)
        match self.mode:
            case "killed before" | "killed after":
                raise Killed
            case "refused":
                raise service_error(operation)
            case "down":
                world.wire.down = service
                raise service_error(operation)
            case "unreachable":
                raise EndpointConnectionError(endpoint_url=f"https://{service}.invalid")
            case "unheard":
                raise ReadTimeoutError(endpoint_url=f"https://{service}.invalid")
            case "retried":
                is_known_again = operation in MODEL_CALLS or operation == "TransactWriteItems"  # by its token
                return made if is_known_again else make()
            case "overtaken":
                world.repeat()
            case "stalled":
                world.go_on_without_it()
        return make()


def service_error(operation: str) -> ClientError:
    error = {"Code": "InternalServerError", "Message": "a fault of the service"}
    return ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 500}}, operation)  # type: ignore[arg-type]


@dataclass
class Wire:
    """Where every call of AWS passes."""

    world: World
    made: list[str] = field(default_factory=list)
    """The operations that functions asked for since it was emptied."""
    fault: Fault | None = None
    down: str | None = None
    """A service that answers nothing but 500."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """All events that the bus took."""
    tables: Any = field(default_factory=threading.RLock)
    """DynamoDB's calls are atomic; moto's, between threads, are not."""
    copies: dict[str, Table] = field(default_factory=dict)
    """What a transaction would go back to."""

    def pass_on(self, real: Callable[..., Any], client: Any, operation: str, params: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name

        def make() -> Any:
            if operation == "PutEvents":
                self.told += [json.loads(entry["Detail"]) for entry in params["Entries"]]
            with self.tables if service == "dynamodb" else nullcontext():
                self.copies.clear()
                return real(client, operation, dict(params))  # a copy, since botocore changes what it is given

        if not _ours.get():
            return make()
        self.made.append(operation)
        if service == self.down:
            raise service_error(operation)
        if self.fault and self.fault.at == len(self.made):
            return self.fault.strike(make, operation, service, self.world)
        return make()

    def copy(self, table: Table) -> Table:
        """moto copies a table, whole and deep, for each part of each transaction, which takes longer than all else.

        Once is enough, and no value in it is ever changed in its place.
        """
        if table.name not in self.copies:
            kept = self.copies[table.name] = copy.copy(table)
            rows = {key: {sort: _copied(item) for sort, item in row.items()} for key, row in table.items.items()}
            kept.items = defaultdict(dict, rows)
        return self.copies[table.name]


@dataclass(frozen=True)
class Story:
    """What somebody wants, as words that a Visit understands; what stands before `|` has been tried by others."""

    words: str
    engine: str | None = "stability"
    pictures: int = 1
    ends: frozenset[str] = frozenset({"succeeded"})
    part: Literal["all", "last", "between"] = "all"
    """Where others try the rest: only what comes with the last call of a model, or between the first and the last."""
    more: tuple[tuple[str, Any], ...] = ()
    """Other fields of the request."""

    def __str__(self) -> str:
        return " ".join([self.words, str(self.engine), str(self.pictures), *(str(value) for _, value in self.more)])

    def request(self, text: str) -> dict[str, Any]:
        config = {"width": 512, "height": 512, "seed": 7, "numberOfImages": self.pictures}
        told = {"textToImageParams": {"text": text}, "imageGenerationConfig": config}
        engine = {"engine": self.engine} if self.engine else {}
        return {"taskType": "TEXT_IMAGE", **told, **engine, **dict(self.more)}

    @property
    def jobs(self) -> int:
        """How many it makes of it."""
        return sum(word in {"post", "rerun", "drop"} for word in self.words.split())

    @property
    def payments(self) -> int:
        """How often one and the same call may be made."""
        return 1 + ("rerun" in self.words) + (("onUnknown", "retry") in self.more)


@dataclass
class Asked:
    """A request over HTTP, which is sent with the same key until it is answered."""

    method: str
    path: Callable[[], str]
    key: str
    body: dict[str, Any] | None = None
    status: int = 0
    job: str = ""

    @property
    def is_answered(self) -> bool:
        return 0 < self.status < 500


@dataclass
class Visit:
    """Somebody who wants something: a tenant, or a file, of its own."""

    world: World
    story: Story
    number: int
    fault: Fault | None = None
    asked: list[Asked] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    """S3's notification of each version of its file."""
    since: int = 0
    """How many calls had been made at the story's mark."""
    made: tuple[str, ...] = ()
    lasts: tuple[int, ...] = ()
    """Which calls were the last ones of a function."""

    def __str__(self) -> str:
        return f"visit {self.number}, {self.fault or 'undisturbed'}"

    @property
    def tenant(self) -> str:
        return f"tenant{self.number:03}"

    @property
    def key(self) -> str:
        return f"background-removal/{self.tenant}.png"

    @property
    def calls(self) -> range:
        """Those that are to go wrong, one after the other."""
        models = [n for n, operation in enumerate(self.made, 1) if operation in MODEL_CALLS]
        match self.story.part:
            case "last":
                return range(models[-1] - 1, len(self.made) + 1)
            case "between":
                return range(models[0], models[-1])
        return range(self.since + 1, len(self.made) + 1)

    @property
    def canceled(self) -> bool:
        return any(one.method == "DELETE" and one.status == 200 for one in self.asked)

    @property
    def is_answered(self) -> bool:
        return all(one.is_answered for one in self.asked)

    def ends(self) -> frozenset[str]:
        """How its jobs may end, to be true."""
        if self.canceled:
            return frozenset({"canceled"}) | (self.story.ends if "rerun" in self.story.words else set())
        fault, is_repeatable = self.fault, "drop" in self.story.words
        if fault is None or is_repeatable or fault.mode in {"retried", "overtaken"}:
            return self.story.ends
        if fault.struck in MODEL_CALLS and fault.mode in {"refused", "down"}:
            return frozenset({"failed model-failed", "partial model-failed"})
        if fault.in_flight:
            return self.story.ends | IN_FLIGHT
        return self.story.ends

    def owns(self, job: Job) -> bool:
        return job.tenant == self.tenant or (job.source.object is not None and job.source.object.key == self.key)

    def jobs(self) -> list[Job]:
        return [job for job in self.world.jobs() if self.owns(job)]

    def go(self) -> None:
        """Live through the story once."""
        for word in self.story.words.split():
            if word == "|":
                self.since = len(self.world.wire.made)
            else:
                getattr(self, word)()

    def go_on(self) -> None:
        """Ask again for what was not answered, in its order."""
        for one in self.asked:
            if not one.is_answered:
                self.world.ask(one, self.tenant)
            if not one.is_answered:
                return

    def post(self) -> None:
        text = f"a boat of {self.tenant}, number {len(self.asked)}"
        self._ask("POST", lambda: "/images", self.story.request(text))

    def delete(self) -> None:
        self._ask("DELETE", lambda: f"/jobs/{self.asked[0].job}")

    def rerun(self) -> None:
        self._ask("POST", lambda: f"/jobs/{self.asked[0].job}/rerun")

    def drop(self) -> None:
        self.dropped.append(self.world.cloud.put(self.key, photo((64 + len(self.dropped), 48))))
        self.world.announce(self.dropped[-1])

    def work(self) -> None:
        self.world.work()

    def revive(self) -> None:
        """Nobody has found out yet which models are gone."""
        self.world.cloud.client("dynamodb").delete_item(
            TableName="table", Key={"pk": {"S": "LIVES"}, "sk": {"S": "LIVES"}}
        )

    def _ask(self, method: str, path: Callable[[], str], body: dict[str, Any] | None = None) -> None:
        self.asked.append(Asked(method, path, f"{self.tenant}-{len(self.asked)}", body))
        self.go_on()


class World:
    """One deployment; time passes when the test says so."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, quotas: dict[str, Any] = FAST) -> None:
        self.cloud, self.now, self.wire = cloud, time.time(), Wire(self)
        self.visits: list[Visit] = []
        self._repeat: Callable[[], Any] = lambda: None
        self._lasts: list[int] = []
        real = BaseClient._make_api_call
        monkeypatch.setattr(BaseClient, "_make_api_call", lambda client, *args: self.wire.pass_on(real, client, *args))
        served = {name: pacing.MODELS[name] for name in ASKED}
        monkeypatch.setattr(pacing, "MODELS", served)  # or each sweep would look after dozens of lines
        monkeypatch.setattr(sqs, "unix_time_millis", lambda: self.now * 1000)
        monkeypatch.setattr(sqs, "unix_time", lambda: self.now)
        monkeypatch.setattr(Table, "__deepcopy__", lambda table, _: self.wire.copy(table), raising=False)
        _hurry(monkeypatch)
        monkeypatch.setattr(cutout, "cut_out", _cut_out)
        for painter in (fulfilment, pictures):
            monkeypatch.setattr(painter, "draw_roughly", _draw)
        # Not by `logging.disable`: a logger remembers for good that it was not to speak.
        monkeypatch.setattr(telemetry.logger.registered_handler, "emit", lambda _record: None)
        monkeypatch.setenv("QUOTAS", json.dumps(quotas))
        self._silence_the_bus()
        forget()
        self._redrive()

    @cached_property
    def sqs(self) -> Any:
        return self.cloud.client("sqs")

    @cached_property
    def lanes(self) -> dict[str, Handler]:
        """Who serves which queue."""
        own = self.cloud.settings
        return {
            own.UPLOADS_QUEUE_URL: uploads.handler,
            own.INTERACTIVE_QUEUE_URL: worker.handler,
            own.BULK_QUEUE_URL: worker.handler,
        }

    def visit(self, story: Story, fault: Fault | None = None) -> Visit:
        """Let somebody come, and let one call go wrong."""
        self.now += BETWEEN
        self.work()  # what earlier visits left, so that it does not count for this one
        visit = Visit(self, story, len(self.visits), fault)
        self.visits.append(visit)
        with self.troubled(fault):
            visit.go()
            if self.wire.down:
                self.sweep()
            visit.made, visit.lasts = tuple(self.wire.made), tuple(self._lasts)
        return visit

    @contextmanager
    def troubled(self, fault: Fault | None) -> Iterator[None]:
        """Count calls anew, and let one of them go wrong."""
        before = self.wire.down
        self.wire.made, self._lasts, self.wire.fault = [], [], fault
        yield
        self.wire.fault, self.wire.down = None, before

    @contextmanager
    def outage(self, service: str) -> Iterator[None]:
        """A service answers nothing but 500."""
        self.wire.down = service
        yield
        self.wire.down = None

    def run(self, handler: Handler, event: dict[str, Any]) -> Any:
        """Invoke a function; None when it came to no end."""
        object.__setattr__(walk_module.deployed(), "clock", lambda: self.now)
        token = _ours.set(True)
        try:
            return handler(event, Context())
        except Killed:
            forget()
        except Exception:
            if self.wire.fault is self.wire.down is None:
                raise
        finally:
            _ours.reset(token)
            self._lasts.append(len(self.wire.made))
        return None

    def ask(self, one: Asked, tenant: str) -> None:
        """Send a request, and keep the answer if one comes."""
        headers = {"Prefer": "respond-async", "Idempotency-Key": one.key}
        event = _http(one.method, one.path(), one.body, headers, tenant)
        self._repeat = partial(self.run, api.handler, event)
        reply = self.run(api.handler, event)
        if reply is not None:
            one.status, one.job = reply["statusCode"], json.loads(reply["body"]).get("id", "")

    def announce(self, *records: dict[str, Any]) -> None:
        """S3 tells of new objects."""
        body = json.dumps({"Records": records})
        self.sqs.send_message(QueueUrl=self.cloud.settings.UPLOADS_QUEUE_URL, MessageBody=body)

    def sweep(self) -> Any:
        return self.run(sweeper.handler, {})

    def work(self, faults: Iterator[Fault] | None = None) -> None:
        """Hand out what the queues hold, until they hold nothing that is due. Each fault is for one message."""
        served = 1
        while served:
            served = sum(self._serve(url, handler, faults) for url, handler in self.lanes.items())

    def repeat(self) -> None:
        """Hand out once more the message that a function is at this moment busy with."""
        again, self._repeat = self._repeat, lambda: None
        again()

    def go_on_without_it(self) -> None:
        """So much time passes that whoever works at this moment is taken for dead."""
        self.now += LEASE
        self.sweep()
        self.work()

    def rest(self) -> None:
        """Let time pass, clients ask again, the sweeper sweep and queues deliver, until nothing moves any more."""
        for pause in PAUSES:
            self.now += pause
            for visit in self.visits:
                visit.go_on()
            self.sweep()
            self.work()
            if self._is_at_rest():
                break

    def jobs(self) -> list[Job]:
        return jobs_among(self.items())

    def items(self) -> list[dict[str, Any]]:
        """The whole table; past the wire, since it is looked at often."""
        table = dynamodb_backends[ACCOUNT][REGION].tables["table"]
        return [item.to_json()["Attributes"] for item in table.all_items()]

    def waiting(self) -> dict[str, int]:
        """How many messages each queue holds, whatever their state."""
        return {url.rpartition("/")[2]: self._count(url) for url in self.sqs.list_queues()["QueueUrls"]}

    def _silence_the_bus(self) -> None:
        """Its events are seen where they are put; moto would parse its rule for each."""
        events = self.cloud.client("events")
        events.remove_targets(Rule="all", EventBusName="bus", Ids=["listener"])
        events.delete_rule(Name="all", EventBusName="bus")

    def _redrive(self) -> None:
        for url in self.lanes:
            dead = self.sqs.get_queue_attributes(QueueUrl=f"{url}-dead", AttributeNames=["QueueArn"])["Attributes"]
            redrive = json.dumps({"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": RECEIVES})
            attributes = {"VisibilityTimeout": str(HIDDEN), "RedrivePolicy": redrive}
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

    def _serve(self, url: str, handler: Handler, faults: Iterator[Fault] | None) -> int:
        if not sqs.sqs_backends[ACCOUNT][REGION].queues[url.rpartition("/")[2]].messages:
            return 0
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            event = {"Records": [{"messageId": message["MessageId"], "body": message["Body"]}]}
            self._repeat = partial(self.run, handler, event)
            fault = next(faults) if faults else None
            with self.troubled(fault) if fault else nullcontext():
                reply = self.run(handler, event)
            if reply == {"batchItemFailures": []}:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def _count(self, url: str) -> int:
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(number) for name, number in told.items() if name.startswith("ApproximateNumberOfMessages"))

    def _is_at_rest(self) -> bool:
        moving = any(not job.status.ended or job.outbox for job in self.jobs())
        waiting = any(self._count(url) for url in self.lanes)
        return not moving and not waiting and all(visit.is_answered for visit in self.visits)


def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out moto's looking again and again at the same names and expressions, which other tests let it look at."""
    monkeypatch.setattr(UserAgentString, "to_string", lambda _: "test")
    for name in ("camelcase_to_underscores", "method_names_from_class"):
        monkeypatch.setattr(responses, name, cache(getattr(responses, name)))
    for look in ("ActionCount", "OverlappingPaths", "UpdateHashRangeKey", "TypeMismatch", "EmptyStringKeyValue"):
        monkeypatch.setattr(getattr(validators, f"{look}Validator"), "traverse", lambda _, node: node)


def _http(method: str, path: str, body: Any, headers: dict[str, str], tenant: str) -> dict[str, Any]:
    caller = {"tenant": tenant, "principalId": tenant, "key": "default"}
    return {
        "httpMethod": method,
        "path": path,
        "resource": "/{proxy+}",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "r-1", "stage": "v1", "path": f"/v1{path}", "authorizer": caller},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


LONG_ACCOUNT = secrets.token_hex(3000)
"""Stands in each picture's file, which would otherwise be too short to be taken for a picture."""


def _draw(_sketch: Any, width: int, height: int) -> Any:
    """In the painter's place, at a hundredth of its time: what is larger comes as a small picture, and is fitted."""
    pixels = np.zeros((height, width, 3) if width <= 512 else (8, 8, 3), dtype=np.uint8)
    return SimpleNamespace(pixels=pixels, account=LONG_ACCOUNT)


def _cut_out(image: bytes) -> cutout.CutOut:
    """In the network's place: another picture for another file."""
    side = 8 + len(image) % 64
    return cutout.CutOut(picture((side, side), "RGBA"), side, side, 0.5, 0.0, 1, touches_border=False)


def _copied(item: Any) -> Any:
    kept = copy.copy(item)
    kept.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    dict.update(kept.attrs, item.attrs)
    return kept


def jobs_among(items: Sequence[dict[str, Any]]) -> list[Job]:
    return [Job.model_validate_json(item["doc"]["S"]) for item in items if item["sk"]["S"] == "JOB"]


def audit(world: World) -> list[str]:
    """Everything that is not as it has to be when nothing moves any more, a line for each."""
    return list(Audit(world).problems())


class Audit:
    """What is left of it all."""

    def __init__(self, world: World) -> None:
        self.world, self.items = world, world.items()
        self.jobs = jobs_among(self.items)
        self.calls = [call for call in world.cloud.bedrock.state.calls.calls() if call.status not in NO_WORK]
        self.s3 = world.cloud.client("s3")
        kept = s3_backends[ACCOUNT]["aws"].buckets["results"].keys
        self.stored = {(key, version.version_id) for key in kept for version in kept.getlist(key)}
        self.keys = {key for key, _ in self.stored}
        self.told = Counter(event["eventId"] for event in world.wire.told)

    def problems(self) -> Iterator[str]:
        for visit in self.world.visits:
            yield from (f"{visit}: {problem}" for problem in self._of_visit(visit))
        yield from self._of_money()
        yield from (f"{queue} holds {left} messages" for queue, left in self.world.waiting().items() if left)
        yield from (f"event {name} tells of no job" for name in self.told.keys() - set(map(_event, self.jobs)))

    def _of_visit(self, visit: Visit) -> Iterator[str]:
        jobs = [job for job in self.jobs if visit.owns(job)]
        if len(jobs) != visit.story.jobs:
            yield f"{len(jobs)} jobs"
        if not visit.is_answered:
            yield "no answer"
        if visit.fault and visit.fault.struck == NEVER:
            yield "did not go wrong"
        bodies = Counter(json.dumps(call.body) for call in self.calls if f"{visit.tenant}," in str(call.body))
        yield from (f"paid {n} times: {body}" for body, n in bodies.items() if n > visit.story.payments)
        for job in jobs:
            yield from (f"{job.id} {problem}" for problem in self._of_job(job, visit.ends()))

    def _of_job(self, job: Job, ends: frozenset[str]) -> Iterator[str]:
        end = f"{job.status} {job.error.slug if job.error else ''}".strip()
        if end not in ends:
            yield f"ended as {end!r}: {job.error and job.error.detail}"
        if job.outbox or job.dueAt or job.reservation or job.turn is not None:
            yield f"is not done with: {job.outbox}, due {job.dueAt}, reserved {job.reservation}, turn {job.turn}"
        if _event(job) not in self.told:
            yield "was told to nobody"
        if job.cost.charged != sum(step.charged for step in job.steps) or job.cost.charged > job.cost.bound:
            yield f"was charged {job.cost.charged}"
        yield from self._of_pictures(job)
        yield from self._of_record(job)

    def _of_pictures(self, job: Job) -> Iterator[str]:
        shown = [*job.images, *(image.original for image in job.images), *([job.mask] if job.mask else [])]
        for one in shown:
            if one.key not in self.keys or (one.version and (one.key, one.version) not in self.stored):
                yield f"shows a picture that is not there: {one.key}@{one.version}"
        own = {key for key in self.keys if f"/{job.id}/" in key and key.endswith(".png")}
        yield from (f"does not show {key}" for key in own - {one.key for one in shown})

    def _of_record(self, job: Job) -> Iterator[str]:
        key = f"t/{job.tenant}/jobs/{job.id}/job.json"
        if key not in self.keys:
            yield "has no job.json"
            return
        record = json.loads(self.s3.get_object(Bucket="results", Key=key)["Body"].read())
        other = {name: (record.get(name), told) for name, told in job.as_wire().items() if record.get(name) != told}
        if other:
            yield f"is another one in its job.json: {other}"

    def _of_money(self) -> Iterator[str]:
        for tenant in sorted({job.tenant for job in self.jobs}):
            jobs = [job for job in self.jobs if job.tenant == tenant]
            yield from self._of_accounts(f"BUDGET#tenant#{tenant}", jobs)
            used = self._sums(f"USAGE#{tenant}")
            if (used["jobs"], used["images"], used["amount"]) != (len(jobs), *_drawn(jobs)):
                yield f"the usage of {tenant} is {dict(used)}, and it has {len(jobs)} jobs, {_drawn(jobs)}"
        yield from self._of_accounts("BUDGET#deployment", self.jobs)

    def _of_accounts(self, pk: str, jobs: Sequence[Job]) -> Iterator[str]:
        for period in ("DAY", "MONTH"):
            used = self._sums(pk, period)
            if (used["images"], used["amount"]) != _drawn(jobs):
                yield f"{pk} {period} holds {dict(used)}, and there were {_drawn(jobs)}"

    def _sums(self, pk: str, prefix: str = "") -> Counter[str]:
        sums: Counter[str] = Counter()
        for item in self.items:
            if item["pk"]["S"] == pk and item["sk"]["S"].startswith(prefix):
                sums.update({name: int(item[name]["N"]) for name in ("jobs", "images", "amount") if name in item})
        return sums


def _drawn(jobs: Sequence[Job]) -> tuple[int, int]:
    return sum(len(job.images) for job in jobs), sum(job.cost.charged for job in jobs)


def _event(job: Job) -> str:
    return f"{job.id}:{job.status}"
