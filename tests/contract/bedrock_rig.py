"""What the Bedrock emulator's contract tests share: a real boto3 client, request bodies, and a way to read PNGs."""

from __future__ import annotations

import json
import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

V1 = "amazon.titan-image-generator-v1"
V2 = "amazon.titan-image-generator-v2:0"
CORE = "stability.stable-image-core-v1:1"


@cache  # making a client takes longer than most calls
def client(url: str, region: str = "us-west-2", read_timeout: float = 20) -> BedrockRuntimeClient:
    """A Bedrock client that sends every call once."""
    return boto3.client(
        "bedrock-runtime",
        endpoint_url=url,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=read_timeout, retries={"total_max_attempts": 1}),
    )


def text_image(text: str = "a hill", *, size: tuple[int, int] = (320, 704), **config: Any) -> dict[str, Any]:
    """Titan's TEXT_IMAGE body; small, so that the tests are fast."""
    pixels = {"width": size[0], "height": size[1]}
    return {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": text}, "imageGenerationConfig": pixels | config}


def invoke(bedrock: BedrockRuntimeClient, model: str, body: Any) -> dict[str, Any]:
    """The reply's JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply: dict[str, Any] = json.loads(bedrock.invoke_model(modelId=model, body=data)["body"].read())
    return reply


def png_size(image: bytes) -> tuple[int, int]:
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack_from(">II", image, 16)
    return width, height


def png_texts(image: bytes) -> dict[str, str]:
    """The text chunks, with every chunk's checksum checked on the way."""
    texts, position = {}, 8
    while position < len(image):
        (length,) = struct.unpack_from(">I", image, position)
        kind, data = image[position + 4 : position + 8], image[position + 8 : position + 8 + length]
        assert zlib.crc32(kind + data) == struct.unpack_from(">I", image, position + 8 + length)[0]
        if kind == b"tEXt":
            name, _, text = data.partition(b"\0")
            texts[name.decode("latin-1")] = text.decode("latin-1")
        position += 12 + length
    return texts


def bare_png(width: int, height: int, padding: int = 0) -> bytes:
    """A grey PNG of this size, made longer by `padding` bytes of text."""
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * (3 * width) for _ in range(height)), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    if padding:
        chunks.insert(1, (b"tEXt", b"Comment\0" + b"x" * padding))
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body
