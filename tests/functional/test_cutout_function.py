"""The cutout function with S3's own versions, refusals and failures."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws
from PIL import Image
from urllib3 import HTTPResponse

from functions import cutout
from infra.weights import fetch_weights

COFFEE = Path(__file__).parents[2] / "docs" / "samples" / "coffee.jpg"
KEY = "background-removal/été + 100%/a.b.jpg"


@pytest.fixture
def s3(monkeypatch):
    fetch_weights()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-west-2",
    }.items():
        monkeypatch.setenv(name, value)
    cutout._s3.cache_clear()
    with mock_aws():
        client = botocore.session.Session().create_client("s3")
        for bucket in ("uploads", "results"):
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        yield client
    cutout._s3.cache_clear()


def put(s3, body: bytes) -> str:
    return s3.put_object(Bucket="uploads", Key=KEY, Body=body)["VersionId"]


def ask(version: str | None = None, bucket: str = "uploads"):
    event: cutout.Request = {
        "source": {"bucket": bucket, "key": KEY, "version": version},
        "target": {"bucket": "results", "key": "recipes/out.png"},
    }
    return cutout.handler(event, None)


def results(s3) -> list[dict]:
    return s3.list_objects_v2(Bucket="results").get("Contents", [])


def test_the_cut_out_is_written_and_described(s3):
    put(s3, COFFEE.read_bytes())

    reply = ask()

    written = s3.get_object(Bucket="results", Key="recipes/out.png")
    body = written["Body"].read()
    assert reply == {
        "width": 1024,
        "height": 683,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "contentType": "image/png",
        "coverage": pytest.approx(0.474, abs=0.01),
        "edgeUncertainty": pytest.approx(0.03, abs=0.02),
        "regions": 1,
        "touchesBorder": False,
        "version": written["VersionId"],
    }
    assert written["ContentType"] == "image/png"
    assert written["Metadata"] == {
        "model": "u2netp",
        "width": "1024",
        "height": "683",
        "sha256": reply["sha256"],
        "coverage": str(reply["coverage"]),
    }
    assert Image.open(io.BytesIO(body)).mode == "RGBA"


def test_the_named_version_is_cut_and_not_a_newer_one(s3):
    version = put(s3, COFFEE.read_bytes())
    put(s3, b"something else")

    assert ask(version)["width"] == 1024
    assert ask()["error"]["slug"] == "image-format"


def test_an_object_that_is_not_there_is_answered_not_raised(s3):
    assert ask()["error"]["slug"] == "image-missing"


def test_a_version_that_is_not_there_is_answered_not_raised(s3):
    put(s3, COFFEE.read_bytes())

    assert ask("no-such-version")["error"]["slug"] == "image-missing"


def test_a_deleted_object_is_answered_not_raised(s3):
    put(s3, COFFEE.read_bytes())
    s3.delete_object(Bucket="uploads", Key=KEY)

    assert ask()["error"]["slug"] == "image-missing"


def test_a_version_that_is_a_delete_marker_is_answered_not_raised(s3):
    def answer(request, **_):  # as S3 does; moto takes the marker for an object without a version
        error = b"<Error><Code>MethodNotAllowed</Code><Message>not allowed against this resource</Message></Error>"
        return AWSResponse(request.url, 405, {}, HTTPResponse(io.BytesIO(error), preload_content=False))

    cutout._s3().meta.events.register("before-send.s3.GetObject", answer)

    assert ask("marker")["error"]["slug"] == "image-missing"


@pytest.mark.parametrize(
    ("body", "slug"),
    [(b"", "image-empty"), (b"GIF89a", "image-format"), (bytes(21 * 2**20), "image-too-large")],
)
def test_a_refused_picture_leaves_nothing_behind(s3, body, slug):
    put(s3, body)

    reply = ask()

    assert set(reply) == {"error"}
    assert set(reply["error"]) == {"slug", "detail"}
    assert reply["error"]["slug"] == slug
    assert results(s3) == []


def test_what_is_broken_on_our_side_is_raised(s3):
    with pytest.raises(ClientError, match="NoSuchBucket"):
        ask(bucket="nowhere")
