"""The job queues: a message says which job is to be run, and nothing else. Knows no job's inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_DELAY_SECONDS = 900
"""The longest delay that SQS takes for one message."""

PEEK_SECONDS = 55
"""How long a dead letter that was looked at stays hidden. It stays in its queue: a person decides about it."""


@dataclass(frozen=True, slots=True)
class Queues:
    """Where a job waits for a worker: one queue for people, one for uploads and batches."""

    sqs: Any
    urls: Mapping[str, str]
    """`interactive` and `bulk` → queue URL."""
    dead_letters: tuple[str, ...] = ()

    def send(self, queue: str, job_id: str, delay: float = 0.0) -> None:
        """Ask for a job to be run, after a delay in seconds."""
        self.sqs.send_message(
            QueueUrl=self.urls[queue],
            MessageBody=json.dumps({"job_id": job_id}),
            DelaySeconds=min(MAX_DELAY_SECONDS, max(0, round(delay))),
        )

    def dead(self) -> Iterator[str]:
        """The jobs whose messages were given up, up to a hundred a queue."""
        for url in self.dead_letters:
            for _ in range(10):
                got = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=PEEK_SECONDS)
                messages = got.get("Messages", [])
                yield from filter(None, (job_id_of(message["Body"]) for message in messages))
                if not messages:
                    break


def job_id_of(body: str) -> str | None:
    """The job that a message names; None when it is no message of ours."""
    try:
        job_id = json.loads(body)["job_id"]
    except (ValueError, TypeError, KeyError):
        return None
    return job_id if isinstance(job_id, str) else None
