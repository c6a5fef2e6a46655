"""The job queues: a message says which job is to be run, and nothing else. Knows no job's inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from functions.darkroom.letters import Letter

MAX_DELAY_SECONDS = 900
"""The longest delay that SQS takes for one message."""

PEEK_SECONDS = 55
"""How long the sweeper hides dead letters at most: it shows them again when it has looked, unless it dies meanwhile."""
MOST_PEEKED = 100

LONGEST_ID = 100
"""Ours have 30 characters. DynamoDB would refuse to look for a very long one, and the sweep would end there."""


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

    def depth(self, queue: str) -> int:
        """How many messages wait in a queue, those that are not due yet included; SQS counts them about right."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        got = self.sqs.get_queue_attributes(QueueUrl=self.urls[queue], AttributeNames=names)["Attributes"]
        return sum(int(got.get(name, 0)) for name in names)

    def dead(self) -> Iterator[str]:
        """The jobs whose messages were given up, up to a hundred a queue. The messages stay: a person decides."""
        from functions.darkroom.letters import DeadLetterQueue  # noqa: PLC0415  (only the sweeper looks at them)

        for url in self.dead_letters:
            queue = DeadLetterQueue(self.sqs, url)
            seen: list[Letter] = []
            try:
                while len(seen) < MOST_PEEKED and (letters := queue.take(PEEK_SECONDS)):
                    seen += letters
                    yield from filter(None, (job_id_of(letter.body) for letter in letters))
            finally:
                queue.give_back(seen)


def job_id_of(body: str) -> str | None:
    """The job that a message names; None when it is no message of ours."""
    try:
        job_id = json.loads(body)["job_id"]
    except (ValueError, TypeError, KeyError):
        return None
    return job_id if isinstance(job_id, str) and 0 < len(job_id) <= LONGEST_ID else None
