"""The trouble that can be ordered, as a real client meets it."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from botocore.exceptions import ReadTimeoutError, ResponseStreamingError

from local.bedrock import running
from tests.contract.bedrock_rig import CORE, V2, calls, client, http, invoke, text_image

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

    from local.bedrock import Emulator

CORE_BODY = {"prompt": "space", "aspect_ratio": "9:21"}


def order(emulator: Emulator, **fault: Any) -> None:
    http().post(f"{emulator.url}/_emulator/faults", json=fault).raise_for_status()


def test_a_throttled_call_raises_throttling_and_the_next_one_works(
    emulator: Emulator, bedrock: BedrockRuntimeClient
) -> None:
    order(emulator, kind="throttle")

    with pytest.raises(bedrock.exceptions.ThrottlingException, match="Too many requests") as caught:
        invoke(bedrock, V2, text_image())

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert invoke(bedrock, V2, text_image())["images"]
    assert [(call["status"], call["faults"]) for call in calls(emulator)] == [(429, ["throttle"]), (200, [])]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (None, "InternalServerException"),
        (400, "ValidationException"),
        (403, "AccessDeniedException"),
        (404, "ResourceNotFoundException"),
        (408, "ModelTimeoutException"),
        (424, "ModelErrorException"),
        (429, "ThrottlingException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
    ],
)
def test_an_error_is_raised_as_its_class(
    emulator: Emulator, bedrock: BedrockRuntimeClient, status: int | None, kind: str
) -> None:
    order(emulator, kind="error", **({"status": status} if status else {}))

    with pytest.raises(getattr(bedrock.exceptions, kind)):
        invoke(bedrock, V2, text_image())


def test_a_hanging_call_times_out_and_was_sent_once(emulator: Emulator) -> None:
    order(emulator, kind="hang")

    with pytest.raises(ReadTimeoutError):
        invoke(client(emulator.url, read_timeout=0.3), V2, text_image())

    assert [(call["status"], call["faults"]) for call in calls(emulator)] == [(None, ["hang"])]


def test_a_hang_may_end_by_itself_without_a_picture(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    order(emulator, kind="hang", seconds=0.1)

    with pytest.raises(bedrock.exceptions.ModelTimeoutException):
        invoke(bedrock, V2, text_image())

    assert [(call["status"], call["faults"]) for call in calls(emulator)] == [(408, ["hang"])]


def test_a_reply_that_is_cut_breaks_while_it_is_read(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    order(emulator, kind="cut")

    reply = bedrock.invoke_model(modelId=V2, body=json.dumps(text_image()))
    with pytest.raises(ResponseStreamingError):
        reply["body"].read()

    assert [(call["status"], call["faults"]) for call in calls(emulator)] == [(200, ["cut"])]


def test_a_malformed_reply_is_whole_but_no_json(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    order(emulator, kind="malformed")

    body = bedrock.invoke_model(modelId=V2, body=json.dumps(text_image()))["body"].read()

    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


@pytest.mark.parametrize(
    ("model", "body", "left"), [(V2, text_image(), {"error"}), (CORE, CORE_BODY, {"seeds", "finish_reasons"})]
)
def test_missing_leaves_the_pictures_out_without_a_reason(
    emulator: Emulator, bedrock: BedrockRuntimeClient, model: str, body: dict[str, Any], left: set[str]
) -> None:
    order(emulator, kind="missing")

    reply = invoke(bedrock, model, body)

    assert set(reply) == left
    assert not any(reply.get(reason) for reason in ("error", "images"))
    assert invoke(bedrock, model, body)["images"]


def test_a_delay_comes_before_the_usual_reply(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    order(emulator, kind="delay", seconds=0.3)

    start = time.monotonic()
    assert invoke(bedrock, CORE, {"prompt": "naked"}) == {"finish_reasons": ["Filter reason: prompt"]}

    assert time.monotonic() - start >= 0.3


def test_blocked_is_told_in_each_models_way(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    order(emulator, kind="blocked", times=2)

    with pytest.raises(bedrock.exceptions.ValidationException, match="content filters"):
        invoke(bedrock, V2, text_image())
    assert invoke(bedrock, CORE, CORE_BODY) == {"finish_reasons": ["Filter reason: prompt"]}


def test_partial_is_told_in_each_models_way(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    order(emulator, kind="partial", times=2)

    reply = invoke(bedrock, V2, text_image(numberOfImages=2))
    assert len(reply["images"]) == 1
    assert "content filters" in reply["error"]
    assert invoke(bedrock, CORE, CORE_BODY) == {"finish_reasons": ["Filter reason: output image"]}


def test_a_fault_strikes_only_what_it_matches_and_only_so_often(
    emulator: Emulator, bedrock: BedrockRuntimeClient
) -> None:
    order(emulator, kind="throttle", times=2, match="whale")
    order(emulator, kind="blocked", match="stability.")

    assert invoke(bedrock, V2, text_image())["images"]
    for _ in range(2):
        with pytest.raises(bedrock.exceptions.ThrottlingException):
            invoke(bedrock, V2, text_image("a whale"))
    assert invoke(bedrock, V2, text_image("a whale"))["images"]
    assert invoke(bedrock, CORE, CORE_BODY)["finish_reasons"] == ["Filter reason: prompt"]


def test_ordered_faults_can_be_taken_back(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    order(emulator, kind="throttle", times=9)

    assert http().delete(f"{emulator.url}/_emulator/faults").json() == {"faults": []}
    assert invoke(bedrock, V2, text_image())["images"]


@pytest.mark.parametrize(
    "fault",
    [
        {}, {"kind": "explode"}, {"kind": "hang", "times": 0}, {"kind": "throttle", "seconds": 1},
        {"kind": "delay", "status": 500}, {"kind": "error", "status": 418}, {"kind": "hang", "seconds": 0},
        {"kind": "cut", "speed": 1}, ["cut"],
    ],
)  # fmt: skip
def test_a_fault_that_makes_no_sense_is_refused(emulator: Emulator, fault: object) -> None:
    reply = http().post(f"{emulator.url}/_emulator/faults", json=fault)

    assert reply.status_code == 400
    assert reply.json()["message"]
    assert http().get(f"{emulator.url}/_emulator/faults").json() == {"faults": []}


def test_an_emulator_ends_within_two_seconds_while_a_call_hangs() -> None:
    with running(era="titan") as emulator:
        order(emulator, kind="hang")
        hanging = threading.Thread(target=_post_quietly, args=(emulator.url,), daemon=True)
        hanging.start()
        while not emulator.state.calls.calls():
            time.sleep(0.01)
        start = time.monotonic()

    assert time.monotonic() - start < 2
    hanging.join(2)
    assert not hanging.is_alive()


def _post_quietly(url: str) -> None:
    with contextlib.suppress(httpx.HTTPError):
        httpx.post(f"{url}/model/{V2}/invoke", json=text_image(), timeout=10)
