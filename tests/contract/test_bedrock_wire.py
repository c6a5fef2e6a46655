"""The InvokeModel wire: addresses, signatures, Regions, life dates, size of the body, headers."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local.bedrock import running
from local.bedrock.__main__ import parser
from local.bedrock.lifecycle import Lifecycle
from tests.contract.bedrock_rig import CANVAS, CORE, V1, V2, client, http, invoke, text_image

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

    from local.bedrock import Emulator

SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 Credential=key/20261122/us-west-2/bedrock/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


@pytest.mark.parametrize("spelling", [V2, V2.replace(":", "%3A")])
def test_a_model_id_is_known_in_both_spellings(emulator: Emulator, spelling: str) -> None:
    reply = http().post(f"{emulator.url}/model/{spelling}/invoke", headers=SIGNED, json=text_image())

    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-amzn-requestid"]
    assert emulator.state.calls.calls()[0].modelId == V2


def test_a_refusal_is_told_in_the_header_that_the_sdk_reads(emulator: Emulator) -> None:
    reply = http().post(f"{emulator.url}/model/nobody/invoke", headers=SIGNED, json={})

    assert reply.status_code == 400
    assert reply.headers["x-amzn-errortype"] == "ValidationException"
    assert reply.json() == {"message": "The provided model identifier is invalid."}


@pytest.mark.parametrize(
    ("authorization", "kind"),
    [
        (None, "MissingAuthenticationTokenException"),
        ("Basic eA==", "IncompleteSignatureException"),
        (SIGNED["authorization"].replace("/bedrock/", "/s3/"), "InvalidSignatureException"),
    ],
)
def test_a_call_that_is_not_signed_for_bedrock_is_forbidden(
    emulator: Emulator, authorization: str | None, kind: str
) -> None:
    headers = {"authorization": authorization} if authorization else {}

    reply = http().post(f"{emulator.url}/model/{CORE}/invoke", headers=headers, json={"prompt": "naked"})

    assert (reply.status_code, reply.headers["x-amzn-errortype"]) == (403, kind)


def test_a_bearer_key_is_taken_for_the_home_region(emulator: Emulator) -> None:
    reply = http().post(
        f"{emulator.url}/model/{CORE}/invoke", headers={"authorization": "Bearer key"}, json={"prompt": "naked"}
    )

    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("model", "region", "there"),
    [
        (V2, "us-east-1", True),
        (V2, "us-west-2", True),
        (V2, "eu-west-1", False),
        (V1, "us-east-1", True),
        (CANVAS, "us-east-1", True),
        (CANVAS, "eu-west-1", True),
        (CANVAS, "ap-northeast-1", True),
        (CANVAS, "us-west-2", False),
        (CORE, "us-west-2", True),
        (CORE, "us-east-1", False),
    ],
)
def test_a_model_answers_in_its_own_regions_only(emulator: Emulator, model: str, region: str, there: bool) -> None:
    bedrock = client(emulator.url, region)
    body = {"prompt": "naked"} if model == CORE else text_image("")  # refused by the model, if it is reached

    try:
        text = json.dumps(invoke(bedrock, model, body))
    except bedrock.exceptions.ValidationException as error:
        text = str(error)

    assert ("The provided model identifier is invalid." not in text) is there


@pytest.mark.parametrize(
    ("today", "v1", "v2", "canvas"),
    [
        (date(2025, 1, 30), "active", "active", "active"),
        (date(2025, 1, 31), "legacy", "active", "active"),
        (date(2025, 8, 15), "ended", "active", "active"),
        (date(2025, 12, 30), "ended", "legacy", "active"),
        (date(2026, 3, 29), "ended", "legacy", "active"),
        (date(2026, 3, 30), "ended", "legacy", "legacy"),
        (date(2026, 6, 29), "ended", "legacy", "legacy"),
        (date(2026, 6, 30), "ended", "ended", "legacy"),
        (date(2026, 9, 29), "ended", "ended", "legacy"),
        (date(2026, 9, 30), "ended", "ended", "ended"),
    ],
)
def test_models_live_and_end_on_their_published_dates(today: date, v1: str, v2: str, canvas: str) -> None:
    states = Lifecycle("today", lambda: today).states()
    assert {name: states.pop(name) for name in (V1, V2, CANVAS)} == {V1: v1, V2: v2, CANVAS: canvas}
    assert set(states.values()) == {"active"}, "Stability's live"


def test_the_emulator_of_today_goes_by_the_given_date() -> None:
    with running(era="today", today=lambda: date(2026, 1, 15)) as emulator:
        states = http().get(f"{emulator.url}/_emulator/lifecycle").json()

    assert {name: states[name] for name in (V1, V2, CANVAS, CORE)} == {
        V1: "ended", V2: "legacy", CANVAS: "active", CORE: "active",
    }  # fmt: skip


@pytest.mark.parametrize(("said", "era"), [([], "today"), (["--today"], "today"), (["--era", "titan"], "titan")])
def test_the_command_pretends_today_unless_told_otherwise(said: list[str], era: str) -> None:
    assert parser().parse_args(said).era == era


def test_an_ended_model_is_gone_with_the_published_text(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    http().put(f"{emulator.url}/_emulator/lifecycle", json={V2: "ended"}).raise_for_status()

    with pytest.raises(bedrock.exceptions.ResourceNotFoundException, match="has reached the end of its life") as caught:
        invoke(bedrock, V2, text_image())

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_legacy_model_refuses_an_account_that_has_not_used_it(
    emulator: Emulator, bedrock: BedrockRuntimeClient
) -> None:
    http().put(f"{emulator.url}/_emulator/lifecycle", json={CORE: "legacy"}).raise_for_status()

    with pytest.raises(bedrock.exceptions.ResourceNotFoundException, match="marked by provider as Legacy"):
        invoke(bedrock, CORE, {"prompt": "naked"})


@pytest.mark.parametrize("order", [{"nobody": "ended"}, {V2: "tired"}, ["ended"]])
def test_an_impossible_lifecycle_changes_nothing(emulator: Emulator, order: object) -> None:
    before = http().get(f"{emulator.url}/_emulator/lifecycle").json()

    assert http().put(f"{emulator.url}/_emulator/lifecycle", json=order).status_code == 400
    assert http().get(f"{emulator.url}/_emulator/lifecycle").json() == before


def test_a_body_of_25_million_bytes_is_read_and_one_more_is_refused(bedrock: BedrockRuntimeClient) -> None:
    body = json.dumps(text_image("")).encode()
    full = body + b" " * (25_000_000 - len(body))

    with pytest.raises(bedrock.exceptions.ValidationException, match="minLength"):
        invoke(bedrock, V2, full)
    with pytest.raises(bedrock.exceptions.ValidationException, match="less than or equal to 25000000"):
        invoke(bedrock, V2, full + b" ")


def test_a_reply_that_is_too_large_is_the_models_failure(
    monkeypatch: pytest.MonkeyPatch, bedrock: BedrockRuntimeClient
) -> None:
    monkeypatch.setattr("local.bedrock.invoke.BODY_LIMIT", 2000)

    with pytest.raises(bedrock.exceptions.ModelErrorException, match="more than 2000 bytes"):
        invoke(bedrock, V2, text_image())


@pytest.mark.parametrize("header", ["contentType", "accept"])
def test_only_json_is_spoken(bedrock: BedrockRuntimeClient, header: str) -> None:
    with pytest.raises(bedrock.exceptions.ValidationException, match="application/json"):
        bedrock.invoke_model(modelId=V2, body=b"{}", **{header: "image/png"})  # type: ignore[arg-type]


def test_an_unknown_operation_is_refused(emulator: Emulator, bedrock: BedrockRuntimeClient) -> None:
    with pytest.raises(ClientError, match="UnknownOperationException"):
        bedrock.converse(modelId=V2, messages=[{"role": "user", "content": [{"text": "hi"}]}])

    assert http().get(f"{emulator.url}/model/{V2}/invoke").status_code == 404


def test_health_tells_the_era_and_every_model(emulator: Emulator) -> None:
    health = http().get(f"{emulator.url}/_emulator/health").json()

    assert health["status"] == "ok"
    assert health["era"] == "titan"
    assert set(health["models"]) >= {V1, V2, CANVAS, CORE}
