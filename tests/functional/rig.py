"""A whole deployment in the test's process: AWS's services by moto, Bedrock and the cutout function on the wire."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import boto3
import httpx
from PIL import Image

from functions import authorizer
from functions.darkroom import settings as settings_module
from functions.darkroom import walk as walk_module
from functions.darkroom.recipes import BACKGROUND_REMOVAL
from functions.darkroom.settings import Settings
from functions.darkroom.tasks import TASK_TYPES

if TYPE_CHECKING:
    from functions.darkroom.walk import Walk
    from local.bedrock import Emulator

REGION = "us-west-2"
AWS = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
"""One session for all tests: it reads each service's description once. Whatever it asks stays in this process."""
KEY = "test-key-of-some-length-0123456789abcdef"


@cache  # making a client takes longer than most tests
def aws(service: str) -> Any:
    return AWS.client(service)


@cache
def control() -> httpx.Client:
    """The client for the emulator's control routes: a new one reads every certificate of the machine."""
    return httpx.Client(timeout=10, trust_env=False)


class CutoutWire(BaseHTTPRequestHandler):
    """Lambda's Invoke, answered by the real handler of the cutout function."""

    def do_POST(self) -> None:
        from functions.cutout import handler  # noqa: PLC0415  (OpenCV is slow to import, and few tests cut out)

        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(handler(event, None)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@dataclass
class Cloud:
    """One deployment's resources, and how a test looks at them."""

    settings: Settings
    bedrock: Emulator
    time_left: float = 900.0

    @property
    def walk(self) -> Walk:
        return walk_module.deployed()

    def client(self, service: str) -> Any:
        return aws(service)

    def messages(self, url: str) -> list[dict[str, Any]]:
        return self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])

    def events(self) -> list[dict[str, Any]]:
        """The bus's events, as a rule forwards them to a queue."""
        return [json.loads(message["Body"]) for message in self.messages(self.queue("listener"))]

    def queue(self, name: str) -> str:
        return self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]

    def calls(self) -> int:
        """How many model calls the emulator has seen in this test."""
        return len(control().get(f"{self.bedrock.url}/_emulator/calls").json()["calls"])

    def fault(self, kind: str, **more: Any) -> None:
        """Let the emulator's next call go wrong."""
        fault = {"kind": kind, "times": 1, **more}
        control().post(f"{self.bedrock.url}/_emulator/faults", json=fault).raise_for_status()

    def put(self, key: str, data: bytes) -> dict[str, Any]:
        """Drop a file into the uploads bucket; gives S3's notification record for it."""
        put = self.client("s3").put_object(Bucket=self.settings.UPLOADS_BUCKET, Key=key, Body=data)
        return notification(self.settings.UPLOADS_BUCKET, key, put["VersionId"])


def notification(bucket: str, key: str, version: str | None) -> dict[str, Any]:
    thing = {"key": quote_plus(key)} | ({"versionId": version} if version else {})
    return {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": thing}}


def make_atomic(cloud: Cloud) -> None:
    """Let conditional writes come one after the other, as DynamoDB's do and moto's, between threads, do not."""
    client, lock = cloud.walk.ledger._table.dynamodb, threading.Lock()

    def alone(write: Any) -> Any:
        def write_alone(**request: Any) -> Any:
            with lock:
                return write(**request)

        return write_alone

    for name in ("transact_write_items", "put_item", "update_item"):
        setattr(client, name, alone(getattr(client, name)))


def photo(size: tuple[int, int] = (320, 240), kind: str = "PNG") -> bytes:
    """A red thing on white."""
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 30, 30), (size[0] // 3, size[1] // 4, size[0] * 2 // 3, size[1] * 3 // 4))
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def sqs_event(*bodies: Any) -> dict[str, Any]:
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [{"messageId": f"m{number}", "body": text} for number, text in enumerate(texts)]}


@dataclass
class Context:
    """What Lambda hands to a handler."""

    seconds: float = 900.0
    aws_request_id: str = "request-1"
    function_name: str = "darkroom"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-west-2:123456789012:function:darkroom"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def forget() -> None:
    """Drop what functions cached of a deployment; each test has its own. Their clients can stay: they know none."""
    made = (settings_module.settings, walk_module.deployed, authorizer._keys)
    for cached in made:
        cached.cache_clear()


def deploy() -> Settings:
    s3, sqs = aws("s3"), aws("sqs")
    for bucket in ("uploads", "results"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    names = [f"{name}{kind}" for name in ("one", "two", "three") for kind in ("", "-dead")]
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
    make_table()
    _make_bus(sqs)
    secret = aws("secretsmanager").create_secret(Name="key", SecretString=KEY)
    return Settings(
        TABLE_NAME="table",
        UPLOADS_BUCKET="uploads",
        RESULTS_BUCKET="results",
        EVENT_BUS="bus",
        INTERACTIVE_QUEUE_URL=urls["one"],
        INTERACTIVE_DLQ_URL=urls["one-dead"],
        BULK_QUEUE_URL=urls["two"],
        BULK_DLQ_URL=urls["two-dead"],
        UPLOADS_QUEUE_URL=urls["three"],
        UPLOADS_DLQ_URL=urls["three-dead"],
        CUTOUT_FUNCTION="cutout",
        API_KEY_SECRET=secret["ARN"],
        ROUTES=dict.fromkeys(TASK_TYPES, ("titan",))
        | {"TEXT_IMAGE": ("stability", "titan"), "BACKGROUND_REMOVAL": ("cutout", "titan")},
        ALLOW_REGIONS=("us-west-2", "us-east-1"),
        RECIPES=(BACKGROUND_REMOVAL,),
    )


def make_table() -> None:
    names = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")
    keys = {
        index: [
            {"AttributeName": f"{prefix}{kind}", "KeyType": role} for kind, role in (("pk", "HASH"), ("sk", "RANGE"))
        ]
        for index, prefix in (("", ""), ("GSI1", "gsi1"), ("GSI2", "gsi2"))
    }
    aws("dynamodb").create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=keys[""],
        GlobalSecondaryIndexes=[
            {"IndexName": index, "KeySchema": keys[index], "Projection": {"ProjectionType": "ALL"}}
            for index in ("GSI1", "GSI2")
        ],
    )


def _make_bus(sqs: Any) -> None:
    events = aws("events")
    events.create_event_bus(Name="bus")
    listener = sqs.create_queue(QueueName="listener")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=listener, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="bus", EventPattern=json.dumps({"source": ["darkroom"]}))
    events.put_targets(Rule="all", EventBusName="bus", Targets=[{"Id": "listener", "Arn": arn}])
