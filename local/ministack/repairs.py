"""The properties that ministack loses and its APIs take: how each is read back and how it is put right."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.ministack.server import Ministack


@dataclass(frozen=True, slots=True)
class Target:
    """A deployed resource: its id, and by name its other properties with references resolved."""

    emulator: Ministack
    physical_id: str
    sibling: Callable[[str], Any]


def covers(found: Any, wanted: Any) -> bool:
    """Whether everything that is wanted is found; the service may have added to it."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(covers(found.get(name), one) for name, one in wanted.items())
    if isinstance(wanted, list):
        same_length = isinstance(found, list) and len(found) == len(wanted)
        return same_length and all(any(covers(one, other) for one in found) for other in wanted)
    return bool(found == wanted)


@dataclass(frozen=True, slots=True)
class Repair:
    """One property: from the template's words to the API's, and both ways through the API."""

    translate: Callable[[Any], Any]
    read: Callable[[Target], Any]
    write: Callable[[Target, Any], None]
    holds: Callable[[Any, Any], bool] = covers
    """Found, wanted → whether that is what the template asks for."""


def _same(value: Any) -> Any:
    return value


def _read_time_to_live(table: Target) -> Any:
    reply = table.emulator.client("dynamodb").describe_time_to_live(TableName=table.physical_id)
    found = reply["TimeToLiveDescription"]
    is_on = found["TimeToLiveStatus"] in ("ENABLED", "ENABLING")
    return {"AttributeName": found.get("AttributeName"), "Enabled": is_on}


def _write_time_to_live(table: Target, wanted: Any) -> None:
    client = table.emulator.client("dynamodb")
    client.update_time_to_live(TableName=table.physical_id, TimeToLiveSpecification=wanted)


def _replica(replicas: list[dict[str, Any]]) -> dict[str, Any]:
    """The one replica of a table that lives in one Region: the table itself."""
    [replica] = replicas
    recovery = replica.get("PointInTimeRecoverySpecification", {})
    return {
        "PointInTimeRecoveryEnabled": recovery.get("PointInTimeRecoveryEnabled", False),
        "DeletionProtectionEnabled": replica.get("DeletionProtectionEnabled", False),
    }


def _read_replica(table: Target) -> Any:
    client = table.emulator.client("dynamodb")
    backups = client.describe_continuous_backups(TableName=table.physical_id)["ContinuousBackupsDescription"]
    status = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    described = client.describe_table(TableName=table.physical_id)["Table"]
    return {
        "PointInTimeRecoveryEnabled": status == "ENABLED",
        "DeletionProtectionEnabled": described.get("DeletionProtectionEnabled", False),
    }


def _write_replica(table: Target, wanted: Any) -> None:
    client = table.emulator.client("dynamodb")
    recovery = {"PointInTimeRecoveryEnabled": wanted["PointInTimeRecoveryEnabled"]}
    client.update_continuous_backups(TableName=table.physical_id, PointInTimeRecoverySpecification=recovery)
    client.update_table(TableName=table.physical_id, DeletionProtectionEnabled=wanted["DeletionProtectionEnabled"])


def _encryption(value: Any) -> Any:
    rules = value["ServerSideEncryptionConfiguration"]
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]} for rule in rules]}


def _read_encryption(bucket: Target) -> Any:
    found = _bucket_setting(bucket, "get_bucket_encryption")
    return found.get("ServerSideEncryptionConfiguration")


def _write_encryption(bucket: Target, wanted: Any) -> None:
    client = bucket.emulator.client("s3")
    client.put_bucket_encryption(Bucket=bucket.physical_id, ServerSideEncryptionConfiguration=wanted)


def _read_ownership(bucket: Target) -> Any:
    return _bucket_setting(bucket, "get_bucket_ownership_controls").get("OwnershipControls")


def _write_ownership(bucket: Target, wanted: Any) -> None:
    client = bucket.emulator.client("s3")
    client.put_bucket_ownership_controls(Bucket=bucket.physical_id, OwnershipControls=wanted)


_LIFECYCLE_NAMES = {
    "Id": ("ID",),
    "Status": ("Status",),
    "Prefix": ("Filter", "Prefix"),
    "ExpirationInDays": ("Expiration", "Days"),
    "ExpiredObjectDeleteMarker": ("Expiration", "ExpiredObjectDeleteMarker"),
    "NoncurrentVersionExpiration": ("NoncurrentVersionExpiration",),
    "AbortIncompleteMultipartUpload": ("AbortIncompleteMultipartUpload",),
}
"""A lifecycle rule's property in the template → its path in S3's API."""


def _lifecycle(value: Any) -> Any:
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    translated: dict[str, Any] = {"Filter": {"Prefix": ""}}
    for name, value in rule.items():
        *outer, last = _LIFECYCLE_NAMES[name]
        place = translated
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    return translated


def _read_lifecycle(bucket: Target) -> Any:
    return {"Rules": _bucket_setting(bucket, "get_bucket_lifecycle_configuration").get("Rules")}


def _write_lifecycle(bucket: Target, wanted: Any) -> None:
    client = bucket.emulator.client("s3")
    client.put_bucket_lifecycle_configuration(Bucket=bucket.physical_id, LifecycleConfiguration=wanted)


def _bucket_setting(bucket: Target, verb: str) -> dict[str, Any]:
    """A setting of a bucket; S3 answers with an error where there is none."""
    try:
        return dict(getattr(bucket.emulator.client("s3"), verb)(Bucket=bucket.physical_id))
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return {}
        raise


def _access_log(value: Any) -> Any:
    return {"destinationArn": value["DestinationArn"], "format": value["Format"]}


def _read_access_log(stage: Target) -> Any:
    client = stage.emulator.client("apigateway")
    return client.get_stage(restApiId=stage.sibling("RestApiId"), stageName=stage.physical_id).get("accessLogSettings")


def _write_access_log(stage: Target, wanted: Any) -> None:
    operations = [
        {"op": "replace", "path": f"/accessLogSettings/{name}", "value": value} for name, value in wanted.items()
    ]
    client = stage.emulator.client("apigateway")
    client.update_stage(restApiId=stage.sibling("RestApiId"), stageName=stage.physical_id, patchOperations=operations)


def _read_secret(secret: Target) -> Any:
    return secret.emulator.client("secretsmanager").get_secret_value(SecretId=secret.physical_id)["SecretString"]


def _write_secret(secret: Target, wanted: Any) -> None:
    """Draw it anew by the service's own generator, which knows all the options."""
    client = secret.emulator.client("secretsmanager")
    drawn = client.get_random_password(**wanted)["RandomPassword"]
    client.put_secret_value(SecretId=secret.physical_id, SecretString=drawn)


def _is_drawn_as_asked(found: str, wanted: Mapping[str, Any]) -> bool:
    unwanted = set(wanted.get("ExcludeCharacters", ""))
    if wanted.get("ExcludePunctuation"):
        unwanted |= set(string.punctuation)
    return len(found) == wanted.get("PasswordLength", 32) and not unwanted & set(found)


REPAIRS: Mapping[str, Repair] = {
    "AWS::DynamoDB::GlobalTable.TimeToLiveSpecification": Repair(_same, _read_time_to_live, _write_time_to_live),
    "AWS::DynamoDB::GlobalTable.Replicas": Repair(_replica, _read_replica, _write_replica),
    "AWS::S3::Bucket.BucketEncryption": Repair(_encryption, _read_encryption, _write_encryption),
    "AWS::S3::Bucket.OwnershipControls": Repair(_same, _read_ownership, _write_ownership),
    "AWS::S3::Bucket.LifecycleConfiguration": Repair(_lifecycle, _read_lifecycle, _write_lifecycle),
    "AWS::ApiGateway::Stage.AccessLogSetting": Repair(_access_log, _read_access_log, _write_access_log),
    "AWS::SecretsManager::Secret.GenerateSecretString": Repair(_same, _read_secret, _write_secret, _is_drawn_as_asked),
}
"""Type and property → its repair."""
