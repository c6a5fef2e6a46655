"""The ways of a job: three queues, each with its dead letters, and the bus that is told how it ended.

Must not know who sends or receives; `stack` grants that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

if TYPE_CHECKING:
    from infra.config import DeploymentConfig

RECEIVES = 5
"""How often a message is handed out before it is a dead letter."""
DEAD_LETTER_DAYS = 14
"""SQS's longest retention: time to look and to repair."""
UPLOADS_TIMEOUT = 60
"""Seconds that the uploads function may take for a batch: it looks at headers and writes to the ledger."""
VISIBILITY_FACTOR = 6
"""How many function timeouts a queue hides a message for, as AWS advises for event source mappings."""


@dataclass(frozen=True)
class Lane:
    """A queue and where its undeliverable messages end."""

    queue: sqs.Queue
    dead_letters: sqs.Queue


class Messaging(Construct):
    """The three lanes and the bus.

    `interactive` and `bulk` carry job ids to the worker, so that a person who waits never stands behind ten thousand
    files; `uploads` carries S3's notifications to the uploads function.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: DeploymentConfig) -> None:
        super().__init__(scope, construct_id)
        self.interactive = _lane(self, "Interactive", config.timeouts.visibility)
        self.bulk = _lane(self, "Bulk", config.timeouts.visibility)
        self.uploads = _lane(self, "Uploads", VISIBILITY_FACTOR * UPLOADS_TIMEOUT)
        self.bus = events.EventBus(self, "Events")
        _admit_s3(self.uploads.queue)

    @property
    def lanes(self) -> dict[str, Lane]:
        """Every lane by its name."""
        return {"Interactive": self.interactive, "Bulk": self.bulk, "Uploads": self.uploads}


def _lane(scope: Construct, name: str, visibility: int) -> Lane:
    dead_letters = sqs.Queue(
        scope,
        f"{name}DeadLetters",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(DEAD_LETTER_DAYS),
    )
    queue = sqs.Queue(
        scope,
        name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        visibility_timeout=Duration.seconds(visibility),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=RECEIVES),
    )
    return Lane(queue, dead_letters)


def _admit_s3(queue: sqs.Queue) -> None:
    """Let this account's buckets send. The bucket cannot be named: it needs this policy before it may exist."""
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            sid="NotificationsOfThisAccountsBuckets",
            principals=[iam.ServicePrincipal("s3.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
        )
    )
