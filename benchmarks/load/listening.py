"""What the event bus says, heard through a queue of its own: which jobs have ended, and how often that was told."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.load.cloud import Deployed

PAUSE = 0.5


class Heard:
    """Every event since it began to listen."""

    def __init__(self, cloud: Deployed) -> None:
        self._sqs = cloud.aws("sqs")
        self._queue = _listener(cloud, self._sqs)
        self._events: Counter[tuple[str, str]] = Counter()
        self._last = time.monotonic()
        self._lock = threading.Lock()

    def events(self) -> Counter[tuple[str, str]]:
        """Job and kind of event (`Image Job Succeeded`) → how often it was told."""
        with self._lock:
            return Counter(self._events)

    @property
    def jobs(self) -> set[str]:
        """The jobs that have ended."""
        return {job for job, _ in self.events()}

    @property
    def quiet(self) -> float:
        """Seconds since the last event."""
        return time.monotonic() - self._last

    def take(self) -> bool:
        """Read what has come; whether there was anything."""
        received = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        messages = received.get("Messages", [])
        if messages:
            entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(messages)]
            self._sqs.delete_message_batch(QueueUrl=self._queue, Entries=entries)
        self._note(json.loads(message["Body"]) for message in messages)
        return bool(messages)

    def _note(self, events: Iterator[dict[str, Any]]) -> None:
        with self._lock:
            for event in events:
                self._events[event["detail"]["jobId"], event["detail-type"]] += 1
                self._last = time.monotonic()


@contextmanager
def listening(cloud: Deployed) -> Iterator[Heard]:
    """A listener that listens inside the `with`."""
    heard, done = Heard(cloud), threading.Event()

    def listen() -> None:
        while not done.is_set():
            try:
                if heard.take():
                    continue
            except (ClientError, BotoCoreError):
                pass  # the emulator is busy; what was sent stays in the queue
            done.wait(PAUSE)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        done.set()
        thread.join(10)


def _listener(cloud: Deployed, sqs: Any) -> str:
    name = f"load-{uuid.uuid4().hex[:8]}"
    queue: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events, bus = cloud.aws("events"), cloud.known["events_bus"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["darkroom"]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return queue
