"""Dead letters as SQS has them: a queue of messages that were given up, and what can be done to one of them.

Must not know what a message says, nor which queue gave it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BATCH = 10
"""The most messages that SQS hands out, sends, hides or deletes at once."""

ATTRIBUTES = ["SentTimestamp", "ApproximateReceiveCount"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was given up, as one look found it."""

    id: str
    """SQS's, which a message keeps when it becomes a dead letter."""
    body: str
    receipt: str
    """By which this look may show, move or delete it."""
    sent_at: float
    """Seconds since the epoch."""
    receives: int
    """How often it was handed out, looks at it as a dead letter included."""


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """Where one queue's dead letters lie."""

    sqs: Any
    url: str

    def take(self, hidden: int, wait: int = 0) -> list[Letter]:
        """Up to ten letters, hidden from everybody else for so many seconds.

        None means that there are no others only after a wait of a second or more: without one, SQS asks some of its
        servers and not all.
        """
        got = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=hidden,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=ATTRIBUTES,
        )
        return [_letter(message) for message in got.get("Messages", [])]

    def give_back(self, letters: Iterable[Letter]) -> None:
        """Show letters again that this look has hidden. One that was deleted meanwhile stays so."""
        for some in batched(letters, BATCH):
            entries = [{**entry, "VisibilityTimeout": 0} for entry in _receipts(some)]
            self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def resend(self, letters: Sequence[Letter], url: str) -> list[Letter]:
        """Send up to ten letters' messages, as new ones, to another queue; gives those that it took."""
        if not letters:
            return []
        entries = [{"Id": str(n), "MessageBody": letter.body} for n, letter in enumerate(letters)]
        return _successful(self.sqs.send_message_batch(QueueUrl=url, Entries=entries), letters)

    def delete(self, letters: Sequence[Letter]) -> list[Letter]:
        """Delete up to ten letters; gives those that are gone, whoever deleted them."""
        if not letters:
            return []
        return _successful(self.sqs.delete_message_batch(QueueUrl=self.url, Entries=_receipts(letters)), letters)


def _letter(message: dict[str, Any]) -> Letter:
    told = message["Attributes"]
    return Letter(
        id=message["MessageId"],
        body=message["Body"],
        receipt=message["ReceiptHandle"],
        sent_at=int(told["SentTimestamp"]) / 1000,
        receives=int(told["ApproximateReceiveCount"]),
    )


def _receipts(letters: Sequence[Letter]) -> list[dict[str, Any]]:
    return [{"Id": str(n), "ReceiptHandle": letter.receipt} for n, letter in enumerate(letters)]


def _successful(reply: dict[str, Any], letters: Sequence[Letter]) -> list[Letter]:
    return [letters[int(one["Id"])] for one in reply.get("Successful", [])]
