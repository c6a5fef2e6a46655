"""The log of calls that tells what was sent, and the page that shows it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.contract.bedrock_rig import CORE, V2, bare_png, calls, http, invoke, text_image

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

    from local.bedrock import Emulator


def test_a_call_is_logged_with_its_pictures_as_hash_and_size(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    image = bare_png(8, 1409)
    body = {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": base64.b64encode(image).decode()}}
    with pytest.raises(bedrock.exceptions.ValidationException):
        invoke(bedrock, V2, body)

    (call,) = calls(emulator)
    assert set(call) == {"at", "modelId", "body", "status", "faults"}
    assert (call["modelId"], call["status"], call["faults"]) == (V2, 400, [])
    assert call["body"]["backgroundRemovalParams"]["image"] == {
        "sha256": hashlib.sha256(image).hexdigest(),
        "bytes": len(image),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"",
        b'{"prompt": "naked \\ud800", "aspect_ratio": "9:21"}',
        b'{"\\ud800": 1e999}',
        b'{"seed": NaN}',
        b'{"prompt": "a hill", "seed": 1' + b"0" * 400 + b"}",
        b"[" * 2_000 + b"]" * 2_000,
    ],
)
def test_whatever_was_sent_can_be_logged_and_shown(
    emulator: Emulator, bedrock: BedrockRuntimeClient, body: bytes
) -> None:
    with contextlib.suppress(bedrock.exceptions.ValidationException):
        invoke(bedrock, CORE, body)

    assert calls(emulator)[0]["status"] in {200, 400}
    assert http().get(emulator.url).status_code == 200


def test_the_log_can_be_emptied(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    invoke(bedrock, CORE, {"prompt": "naked"})

    assert http().delete(f"{emulator.url}/_emulator/calls").status_code == 204
    assert calls(emulator) == []


def test_the_page_shows_the_last_pictures_and_escapes_what_was_asked(
    emulator: Emulator, bedrock: BedrockRuntimeClient
) -> None:
    invoke(bedrock, V2, text_image("a <script>hill</script>"))

    page = http().get(emulator.url).text
    (number,) = emulator.state.calls.calls()[0].pictures
    picture = http().get(f"{emulator.url}/_emulator/pictures/{number}")

    assert f"/_emulator/pictures/{number}" in page
    assert "<script>" not in page
    assert picture.headers["content-type"] == "image/png"
    assert http().get(f"{emulator.url}/_emulator/pictures/{number + 1}").status_code == 404
