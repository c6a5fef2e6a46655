"""Buckets, table, queues and bus: kept, closed, bounded, and never set going by a result.

Several of these properties are dropped by the local cloud, so only the template can show them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.infra.template import plain

if TYPE_CHECKING:
    from tests.infra.template import Template

BUCKETS = {"Uploads": {"inputs/": 7}, "Results": {"t/": 30, "orders/": 30 + 90}}
"""An order is kept for as long as a job may wait, and then as long as jobs are kept."""
LANES = ("Interactive", "Bulk", "Uploads")
PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}


def rules(bucket: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bucket["LifecycleConfiguration"]["Rules"]
    return found


def watched(bucket: dict[str, Any]) -> list[str]:
    queues = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert {plain(one["Queue"]) for one in queues} == {"MessagingUploads"}
    assert {one["Event"] for one in queues} == {"s3:ObjectCreated:*"}
    return [one["Filter"]["S3Key"]["Rules"][0]["Value"] for one in queues]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_private_encrypted_and_versioned(default: Template, bucket: str) -> None:
    properties = default.properties("AWS::S3::Bucket", f"Storage{bucket}")

    assert properties["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_lets_only_passing_things_expire(default: Template, bucket: str) -> None:
    expiring = [one for one in rules(default.properties("AWS::S3::Bucket", f"Storage{bucket}")) if "Prefix" in one]
    everywhere = [
        one for one in rules(default.properties("AWS::S3::Bucket", f"Storage{bucket}")) if "Prefix" not in one
    ]

    dated = [one for one in expiring if "ExpirationInDays" in one]
    assert {one["Prefix"]: one["ExpirationInDays"] for one in dated} == BUCKETS[bucket]
    assert {one["Prefix"]: one["NoncurrentVersionExpiration"]["NoncurrentDays"] for one in dated} == BUCKETS[bucket]
    assert {one["Prefix"] for one in expiring} == set(BUCKETS[bucket])
    assert [set(one) - {"Id", "Status"} for one in everywhere] == [{"AbortIncompleteMultipartUpload"}]


def test_retention_is_chosen_in_the_config(other: Template) -> None:
    days = {
        name: [one["ExpirationInDays"] for one in rules(other.properties("AWS::S3::Bucket", f"Storage{name}")) if
               "ExpirationInDays" in one]
        for name in BUCKETS
    }  # fmt: skip

    assert days == {"Uploads": [2], "Results": [5, 5 + 90]}


@pytest.mark.parametrize(
    ("kind", "number"), [("AWS::S3::BucketPolicy", 2), ("AWS::SQS::QueuePolicy", 6), ("AWS::SNS::TopicPolicy", 1)]
)
def test_nothing_is_reached_without_tls(other: Template, kind: str, number: int) -> None:
    policies = [one["Properties"]["PolicyDocument"]["Statement"] for one in other.of(kind).values()]

    assert len(policies) == number
    for statements in policies:
        assert [one for one in statements if one["Effect"] == "Deny" and one["Condition"] == PLAIN_HTTP]


def test_the_results_bucket_never_notifies(default: Template, local: Template, other: Template) -> None:
    for template in (default, local, other):
        assert "NotificationConfiguration" not in template.properties("AWS::S3::Bucket", "StorageResults")


def test_the_uploads_bucket_notifies_of_recipes_only(default: Template) -> None:
    assert watched(default.properties("AWS::S3::Bucket", "StorageUploads")) == ["background-removal/"]


def test_a_recipe_inside_anothers_folder_is_not_notified_twice(other: Template) -> None:
    # S3 refuses two notifications whose prefixes overlap; the recipe is chosen by the longest prefix later.
    assert watched(other.properties("AWS::S3::Bucket", "StorageUploads")) == ["archive/1999/", "shop/"]


def test_the_bucket_waits_for_the_queues_policy(default: Template) -> None:
    [bucket] = [one for name, one in default.of("AWS::S3::Bucket").items() if name.startswith("StorageUploads")]
    [policy] = [name for name in default.of("AWS::SQS::QueuePolicy") if name.startswith("MessagingUploadsPolicy")]

    assert policy in bucket["DependsOn"]


def test_only_this_accounts_buckets_may_send_to_the_uploads_queue(default: Template) -> None:
    statements = default.properties("AWS::SQS::QueuePolicy", "MessagingUploadsPolicy")["PolicyDocument"]["Statement"]
    [allowed] = [one for one in statements if one["Effect"] == "Allow"]

    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_table_is_generic_restorable_and_forgets(default: Template) -> None:
    table = default.properties("AWS::DynamoDB::GlobalTable")
    keys = {
        index["IndexName"]: ([key["AttributeName"] for key in index["KeySchema"]], index["Projection"])
        for index in table["GlobalSecondaryIndexes"]
    }

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    assert keys == {
        "GSI1": (["gsi1pk", "gsi1sk"], {"ProjectionType": "ALL"}),
        "GSI2": (["gsi2pk", "gsi2sk"], {"ProjectionType": "ALL"}),
    }
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert [one["PointInTimeRecoverySpecification"] for one in table["Replicas"]] == [
        {"PointInTimeRecoveryEnabled": True}
    ]


@pytest.mark.parametrize("lane", LANES)
def test_a_queue_gives_up_after_five_tries_and_keeps_the_dead_for_two_weeks(default: Template, lane: str) -> None:
    queue = default.properties("AWS::SQS::Queue", f"Messaging{lane}")
    dead = default.properties("AWS::SQS::Queue", f"Messaging{lane}DeadLetters")

    assert plain(queue["RedrivePolicy"]["deadLetterTargetArn"]) == f"Messaging{lane}DeadLetters"
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert dead["MessageRetentionPeriod"] == 14 * 86_400
    assert queue["SqsManagedSseEnabled"] is dead["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize(
    ("consumer", "queue", "batch", "most"),
    [("Worker", "Interactive", 1, 8), ("Worker", "Bulk", 1, 3), ("Uploads", "Uploads", 10, 3)],
)
def test_a_queue_occupies_no_more_workers_than_it_may(
    other: Template, consumer: str, queue: str, batch: int, most: int
) -> None:
    mapping = other.properties("AWS::Lambda::EventSourceMapping", f"Functions{consumer}From{queue}")

    assert plain(mapping["EventSourceArn"]) == f"Messaging{queue}"
    assert plain(mapping["FunctionName"]) == f"Functions{consumer}Function"
    assert mapping["BatchSize"] == batch
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": most}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_sweeper_runs_every_minute_and_a_failed_sweep_is_not_repeated(default: Template) -> None:
    rule = default.properties("AWS::Events::Rule")
    asynchronous = default.properties("AWS::Lambda::EventInvokeConfig")

    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert [plain(target["Arn"]) for target in rule["Targets"]] == ["FunctionsSweeperFunction"]
    assert [target["RetryPolicy"]["MaximumRetryAttempts"] for target in rule["Targets"]] == [0]
    assert plain(asynchronous["FunctionName"]) == "FunctionsSweeperFunction"
    assert asynchronous["MaximumRetryAttempts"] == 0


def test_data_outlives_the_stack_unless_the_config_says_otherwise(default: Template, local: Template) -> None:
    for kind in ("AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable"):
        assert {(one["DeletionPolicy"], one["UpdateReplacePolicy"]) for one in default.of(kind).values()} == {
            ("Retain", "Retain")
        }
        assert {one["DeletionPolicy"] for one in local.of(kind).values()} == {"Delete"}
    assert default.properties("AWS::DynamoDB::GlobalTable")["Replicas"][0]["DeletionProtectionEnabled"] is True
    assert local.properties("AWS::DynamoDB::GlobalTable")["Replicas"][0]["DeletionProtectionEnabled"] is False
