"""What Lambda hands to the functions of both sides: requests, messages and notifications, as the services send them."""

from __future__ import annotations

import json
from typing import Any

REGION = "us-west-2"
UPLOADS = "uploads-bucket"
RESULTS = "results-bucket"
TENANT = "default"


def text_image(number_of_images: int, side: int = 1024) -> dict[str, Any]:
    """A request for pictures of Titan."""
    config = {"numberOfImages": number_of_images, "width": side, "height": side, "cfgScale": 8.0, "seed": 7}
    return {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a lighthouse on a cliff at dusk, heavy seas"},
        "imageGenerationConfig": config,
    }


def background_removal(key: str) -> dict[str, Any]:
    """A request to cut out an uploaded photo."""
    return {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": f"s3://{UPLOADS}/{key}"}}


def post_images(request: dict[str, Any]) -> dict[str, Any]:
    """API Gateway's event for `POST /images`, from a caller who does not wait for the pictures."""
    headers = {"Content-Type": "application/json", "Prefer": "respond-async", "Authorization": "Bearer key"}
    return {
        "resource": "/{proxy+}",
        "path": "/images",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": "images"},
        "stageVariables": None,
        "requestContext": {
            "requestId": "request-1",
            "stage": "v1",
            "path": "/v1/images",
            "httpMethod": "POST",
            "resourcePath": "/{proxy+}",
            "authorizer": {"tenant": TENANT, "principalId": TENANT},
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": json.dumps(request),
        "isBase64Encoded": False,
    }


def message(body: str, queue: str = "interactive") -> dict[str, Any]:
    """SQS's event: one message."""
    record = {
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "handle",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1763856000000",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1763856000001",
        },
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{queue}",
        "awsRegion": REGION,
    }
    return {"Records": [record]}


def uploaded(key: str, size: int) -> dict[str, Any]:
    """SQS's event with S3's notification of one new object."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": "2026-11-22T12:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AIDAIENQZJOLO23YVJ4VO"},
        "requestParameters": {"sourceIPAddress": "192.0.2.1"},
        "responseElements": {"x-amz-request-id": "EXAMPLE123456789", "x-amz-id-2": "EXAMPLE123/abcdefghijklm"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {
                "name": UPLOADS,
                "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                "arn": f"arn:aws:s3:::{UPLOADS}",
            },
            "object": {"key": key, "size": size, "eTag": "0" * 32, "versionId": "1", "sequencer": "0066A8D0E77DE42BC5"},
        },
    }
    return message(json.dumps({"Records": [record]}), "uploads")
