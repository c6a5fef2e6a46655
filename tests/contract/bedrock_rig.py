"""What the Bedrock emulator's contract tests share: a real boto3 client, request bodies, and a way to read PNGs."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import cv2
import httpx
import numpy as np
from botocore.config import Config
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient
    from numpy.typing import NDArray

    from local.bedrock import Emulator

    type Pixels = NDArray[np.uint8]

COFFEE = Path(__file__).parents[2] / "docs" / "samples" / "coffee.jpg"
SIDE = 320
"""The smallest that every model takes."""
V1 = "amazon.titan-image-generator-v1"
V2 = "amazon.titan-image-generator-v2:0"
CANVAS = "amazon.nova-canvas-v1:0"
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


@cache
def http() -> httpx.Client:
    """The client for the control routes: making one reads every certificate, which takes longer than a call."""
    return httpx.Client(timeout=10)


def calls(emulator: Emulator) -> list[dict[str, Any]]:
    """What the emulator says that it was asked."""
    logged: list[dict[str, Any]] = http().get(f"{emulator.url}/_emulator/calls").json()["calls"]
    return logged


def text_image(text: str = "space", *, size: tuple[int, int] = (320, 704), **config: Any) -> dict[str, Any]:
    """Titan's TEXT_IMAGE body; small and soon drawn, so that the tests are fast."""
    pixels = {"width": size[0], "height": size[1]}
    return {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": text}, "imageGenerationConfig": pixels | config}


PROBE = "naked"
"""A prompt that the filter stops: a body that is refused only for it has passed every check, and nothing is drawn."""
CONFIG = frozenset({"numberOfImages", "quality", "cfgScale", "seed", "width", "height"})
PARAMS = {
    "TEXT_IMAGE": "textToImageParams",
    "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams",
    "IMAGE_VARIATION": "imageVariationParams",
    "INPAINTING": "inPaintingParams",
    "OUTPAINTING": "outPaintingParams",
    "BACKGROUND_REMOVAL": "backgroundRemovalParams",
}


def task(name: str, **fields: Any) -> dict[str, Any]:
    """A body with these fields in the object where each belongs; None leaves one away."""
    said = {key: value for key, value in fields.items() if value is not None}
    body: dict[str, Any] = {"taskType": name, PARAMS[name]: {k: v for k, v in said.items() if k not in CONFIG}}
    config = {key: value for key, value in said.items() if key in CONFIG}
    return body | {"imageGenerationConfig": config} if config else body


def text64(file: bytes) -> str:
    """A file as JSON carries it."""
    return base64.b64encode(file).decode()


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


def bare_png(width: int, height: int, padding: int = 0, *, texts: dict[str, str] | None = None) -> bytes:
    """A grey PNG of this size, with text chunks, made longer by `padding` bytes of one."""
    notes = (texts or {}) | ({"Comment": "x" * padding} if padding else {})
    return stored_png(b"\0" + b"\x80" * (3 * width), (width, height), notes)


def stored_png(row: bytes, size: tuple[int, int], notes: dict[str, str], *, depth: int = 8, kind: int = 2) -> bytes:
    """A PNG that repeats one row of bytes (its filter's byte first)."""
    header = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, 0)
    texts = [(b"tEXt", f"{name}\0{note}".encode("latin-1")) for name, note in notes.items()]
    chunks = [(b"IHDR", header), *texts, (b"IDAT", zlib.compress(row * size[1], 1)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@cache
def photo() -> Pixels:
    """A cup of coffee, small and square."""
    return np.asarray(ImageOps.fit(Image.open(COFFEE).convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS))


def file_of(pixels: Pixels) -> str:
    """Pixels as JSON carries them: a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return text64(file.getvalue())


def pictures(reply: dict[str, Any]) -> list[Pixels]:
    """The pixels of a reply."""
    return [pixels_of(image) for image in reply["images"]]


def pixels_of(image: str) -> Pixels:
    """RGB of a file as JSON carries it."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(image))).convert("RGB"))


def notes(reply: dict[str, Any]) -> dict[str, str]:
    """What the first picture of a reply says about itself."""
    return png_texts(base64.b64decode(reply["images"][0]))


def change(one: Pixels, other: Pixels) -> NDArray[np.int64]:
    """How far each pixel moved, by its most changed channel."""
    return np.asarray(np.abs(one.astype(int) - other).max(2))


def lab(pixels: Pixels) -> NDArray[np.float32]:
    """CIE Lab, L from 0 to 100."""
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB))
