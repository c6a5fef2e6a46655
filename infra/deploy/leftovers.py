"""What stays in the account when the stack is gone, and how to delete that too.

What stays is decided by the template that was deployed, not by the config of today, so it is read from CloudFormation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.deploy.findings import code_of
from infra.deploy.log_role import STACK as LOG_ROLE_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator
TABLES = ("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A resource that the stack leaves behind."""

    kind: str
    name: str

    def deletion(self, region: str) -> list[str]:
        """The commands that delete it, for good."""
        if self.kind == "AWS::S3::Bucket":
            # Every version has to go; `aws s3 rm` would only add delete markers.
            empty = f'import boto3; boto3.resource("s3").Bucket("{self.name}").object_versions.delete()'
            return [f".venv/bin/python -c '{empty}'", f"aws s3 rb s3://{self.name} --region {region}"]
        if self.kind in TABLES:
            table = f"--table-name {self.name} --region {region}"
            return [
                f"aws dynamodb update-table {table} --no-deletion-protection-enabled",
                f"aws dynamodb delete-table {table}",
            ]
        return [f"(delete {self.name}, a {self.kind}, in the console)"]


def find_leftovers(cloudformation: Any, stack: str) -> list[Leftover] | None:
    """What the deployed stack keeps; None when there is no such stack."""
    try:
        body = cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        resources = [one for page in pages for one in page["StackResourceSummaries"]]
    except ClientError as error:
        if code_of(error) == "ValidationError":
            return None
        raise
    template: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    kept = {name for name, one in template["Resources"].items() if _is_kept(one)}
    return [
        Leftover(one["ResourceType"], one["PhysicalResourceId"])
        for one in resources
        if one["LogicalResourceId"] in kept and "PhysicalResourceId" in one
    ]


def describe(found: list[Leftover], region: str) -> Iterator[str]:
    """What stays and how it is deleted, as lines of text."""
    yield "What stays:"
    for one in found:
        yield f"  {one.kind} {one.name}; to delete it:"
        yield from (f"    {command}" for command in one.deletion(region))
    if not found:
        yield "  nothing of its data: buckets and table go too, and the buckets have to be empty for that"
    yield f"  API Gateway's log role (stack {LOG_ROLE_STACK}), if it was made here: other APIs may use it by now"
    yield "  what belongs to the account: the CDK's bootstrap (stack CDKToolkit), Marketplace agreements"


def _is_kept(resource: dict[str, Any]) -> bool:
    return str(resource.get("DeletionPolicy", "Delete")).startswith("Retain")
