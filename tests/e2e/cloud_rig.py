"""What the end-to-end tests share: a local cloud of their own, bounded waits, and what its clients need."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import time
import uuid
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from botocore.config import Config
from botocore.exceptions import ClientError
from PIL import Image

from local.layout import PORT_VARIABLES, ROOT
from tests.unit.local_rig import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIX = "background-removal/"
RESULTS = "recipes/background-removal/"
PHOTO = ROOT / "docs" / "samples" / "coffee.jpg"


def wait_for[T](look: Callable[[], T | None], seconds: float, what: str) -> T:
    """The first answer of `look` that is not None; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.1)
    return found


@dataclass(frozen=True)
class Site:
    """A state folder and ports for one local cloud, and the command line for it."""

    state: Path
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in PORT_VARIABLES})

    @property
    def environ(self) -> dict[str, str]:
        """The user's environment without AWS, and where this cloud is to be."""
        ours = {variable: str(self.ports[name]) for name, (variable, _) in PORT_VARIABLES.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | ours | {"DARKROOM_STATE": str(self.state)}

    def command(self, *words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run `python -m local …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "local", *words],
            env=self.environ, cwd=ROOT, timeout=timeout, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def processes(self) -> Iterator[str]:
        """Every process that was started for this cloud, told by its environment (all of them inherit the folder)."""
        marker = str(self.state).encode()
        for process in Path("/proc").iterdir():
            try:
                if process.name != str(os.getpid()) and marker in (process / "environ").read_bytes():
                    yield (process / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue

    def assert_nothing_is_left(self) -> None:
        """Neither a process nor a temporary folder has outlived it."""
        wait_for(lambda: None if list(self.processes()) else True, 5, f"the end of {list(self.processes())}")
        assert not (self.state / "tmp").exists()
        assert not (self.state / "run.json").exists()


@dataclass(frozen=True)
class Cloud:
    """A local cloud that is up."""

    site: Site
    outputs: dict[str, Any]
    said: str
    """What the command line said while it came up."""
    _clients: list[Any] = field(default_factory=list)

    @cached_property
    def api(self) -> httpx.Client:
        """A client with the key."""
        headers = {"authorization": f"Bearer {self.outputs['api_key']}"}
        client = httpx.Client(base_url=self.outputs["base_url"], headers=headers, timeout=40, trust_env=False)
        self._clients.append(client)
        return client

    def aws(self, service: str) -> Any:
        """A boto3 client of the emulated account."""
        session: Any = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=self.outputs["region"]
        )
        config = Config(connect_timeout=3, read_timeout=20, proxies={})
        client = session.client(service, endpoint_url=self.outputs["aws_endpoint_url"], config=config)
        self._clients.append(client)
        return client

    @cached_property
    def s3(self) -> Any:
        """The account's S3."""
        return self.aws("s3")

    def drop(self, key: str, content: bytes) -> str:
        """Put a file into the uploads bucket and give its key."""
        self.s3.put_object(Bucket=self.outputs["uploads_bucket"], Key=key, Body=content)
        return key

    def result(self, key: str) -> bytes | None:
        """An object of the results bucket, or None while it is not there."""
        try:
            content: bytes = self.s3.get_object(Bucket=self.outputs["results_bucket"], Key=key)["Body"].read()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchKey"
            return None
        return content

    @cached_property
    def heard(self) -> Heard:
        """Everything the event bus has said since this was first asked for."""
        return Heard(self)

    def close(self) -> None:
        """Let go of every connection."""
        for client in self._clients:
            client.close()


class Heard:
    """A listener on the event bus: a rule for all of Darkroom's events, and a queue that they go to."""

    def __init__(self, cloud: Cloud) -> None:
        self._sqs = cloud.aws("sqs")
        name = f"heard-{uuid.uuid4().hex[:8]}"
        self._queue = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        events = cloud.aws("events")
        bus = cloud.outputs["events_bus"]
        events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": ["darkroom"]}))
        events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
        self._events: list[dict[str, Any]] = []

    def of_source(self, key: str) -> dict[str, Any] | None:
        """The event of the job that was opened for an uploaded object, if it has come."""
        received = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        for message in received.get("Messages", []):
            self._events.append(json.loads(message["Body"]))
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return next((event for event in self._events if _source(event) == key), None)


def _source(event: dict[str, Any]) -> str | None:
    source = event["detail"]["source"]
    return str(source["key"]) if source else None


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def is_cut_out(content: bytes) -> bool:
    """Whether it is a PNG in which something is clear and something is not."""
    png_size(content)
    lowest, highest = Image.open(io.BytesIO(content)).getchannel("A").getextrema()
    return (lowest, highest) == (0, 255)


def plain_png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour, with a square of another in its middle, so that there is something to cut out."""
    inside = bytes(255 - part for part in colour)
    rows = b"".join(
        b"\0"
        + b"".join(inside if _is_inside(x, width) and _is_inside(y, height) else bytes(colour) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _is_inside(place: int, size: int) -> bool:
    return size // 4 <= place < size * 3 // 4
