"""The whole of AWS's API that the lean functions call: service → operations. Pure data.

The bundling keeps botocore's descriptions of these and drops the others: most of a cold start is reading them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OPERATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bedrock-runtime": ("InvokeModel",),
        "dynamodb": ("GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"),
        "events": ("PutEvents",),
        "lambda": ("Invoke",),
        "s3": ("DeleteObjects", "GetObject", "HeadObject", "ListObjectVersions", "PutObject"),
        "secretsmanager": ("GetSecretValue",),
        "sqs": (
            "ChangeMessageVisibilityBatch",
            "DeleteMessageBatch",
            "GetQueueAttributes",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        ),
    }
)
