"""What is kept: two buckets, so that a result can never trigger anything, and the job ledger's table.

Must not know the functions; `stack` grants them their prefixes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Validations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from functions.darkroom.quotas import LONGEST_WAIT_DAYS
from infra.prefixes import INPUTS_PREFIX, JOBS_PREFIX, ORDERS_PREFIX

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

    from infra.config import DeploymentConfig

INDEXES = ("GSI1", "GSI2")
NO_ACCESS_LOGS = (
    "The job ledger says which object became which, and CloudTrail's data events, which an account turns on for all of "
    "its buckets at once, say who read them. Server access logs would be a third bucket, filled hours late, for nobody."
)


class Storage(Construct):
    """`uploads` takes originals and inputs and notifies; `results` takes what was made and never notifies."""

    def __init__(self, scope: Construct, construct_id: str, *, config: DeploymentConfig, notified: sqs.Queue) -> None:
        super().__init__(scope, construct_id)
        self._removal = RemovalPolicy.RETAIN if config.is_kept else RemovalPolicy.DESTROY
        jobs = config.retention.jobs
        self.uploads = self._bucket("Uploads", {INPUTS_PREFIX: config.retention.inputs})
        self.results = self._bucket("Results", {JOBS_PREFIX: jobs, ORDERS_PREFIX: jobs + LONGEST_WAIT_DAYS})
        self.table = self._table(is_kept=config.is_kept)
        _notify(self.uploads, notified, config.watched_prefixes)

    def index_arn(self, index: str) -> str:
        """The ARN of one of the table's INDEXES."""
        return f"{self.table.table_arn}/index/{index}"

    def _bucket(self, name: str, passing: dict[str, int]) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            removal_policy=self._removal,
            lifecycle_rules=_lifecycle(passing),
        )
        Validations.of(bucket).acknowledge(Acknowledgment(id="AwsSolutions-S1", reason=NO_ACCESS_LOGS))
        return bucket

    def _table(self, *, is_kept: bool) -> dynamodb.TableV2:
        return dynamodb.TableV2(
            self,
            "Table",
            partition_key=_key("pk"),
            sort_key=_key("sk"),
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=index, partition_key=_key(f"{index.lower()}pk"), sort_key=_key(f"{index.lower()}sk")
                )
                for index in INDEXES
            ],
            billing=dynamodb.Billing.on_demand(),
            time_to_live_attribute="ttl",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=is_kept,
            removal_policy=self._removal,
        )


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _lifecycle(passing: dict[str, int]) -> list[s3.LifecycleRule]:
    """Expire what is under each prefix after so many days.

    An overwritten version stays as long again: a waiting job may have pinned it.
    """
    drop = s3.LifecycleRule(id="drop-unfinished-uploads", abort_incomplete_multipart_upload_after=Duration.days(1))
    return [rule for prefix, days in passing.items() for rule in _expiring(prefix, days)] + [drop]


def _expiring(prefix: str, days: int) -> list[s3.LifecycleRule]:
    name = prefix.rstrip("/")
    return [
        s3.LifecycleRule(
            id=f"expire-{name}",
            prefix=prefix,
            expiration=Duration.days(days),
            noncurrent_version_expiration=Duration.days(days),
        ),
        s3.LifecycleRule(id=f"clear-delete-markers-of-{name}", prefix=prefix, expired_object_delete_marker=True),
    ]


def _notify(bucket: s3.Bucket, queue: sqs.Queue, prefixes: tuple[str, ...]) -> None:
    """Tell the queue of every object created under a recipe's folder.

    Set on the resource itself: the L2 way deploys a function with a managed policy that may change every bucket.
    """
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError("a bucket's default child is its CfnBucket")
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        queue_configurations=[_created_under(prefix, queue) for prefix in prefixes]
    )
    # S3 tries to send a test message at once, so the queue's policy has to be there first.
    resource.node.add_dependency(queue)


def _created_under(prefix: str, queue: sqs.Queue) -> s3.CfnBucket.QueueConfigurationProperty:
    rule = s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)
    return s3.CfnBucket.QueueConfigurationProperty(
        event="s3:ObjectCreated:*",
        queue=queue.queue_arn,
        filter=s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[rule])),
    )
