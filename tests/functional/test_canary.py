"""Prompts, keys and references are nobody's business: sent through every path, they are in no log, metric or event."""

from __future__ import annotations

import io
import json

import pytest

from functions import authorizer, sweeper, uploads, worker
from functions.darkroom import orders, telemetry
from functions.darkroom.storage import Storage
from tests.functional.rig import Context, photo, sqs_event
from tests.functional.test_api import call
from tests.functional.test_sweeper import later
from tests.unit.request_rig import mask, picture, request, text64

CANARY = "canary-7f3a"
PROMPT = f"a {CANARY} in a cage"
METHOD = "arn:aws:execute-api:us-west-2:123456789012:api/v1/POST/images"
SYNC, ASYNC = {"Prefer": "wait=0"}, {"Prefer": "respond-async", "Idempotency-Key": f"key-{CANARY}"}


def asked(**more):
    return {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": PROMPT, "negativeText": CANARY}} | more


def run(cloud):
    for url in (cloud.settings.INTERACTIVE_QUEUE_URL, cloud.settings.BULK_QUEUE_URL):
        for message in cloud.messages(url):
            worker.handler(sqs_event(message["Body"]), Context())


@pytest.fixture
def heard(cloud, capfd):
    """All that was logged and counted, and all that the bus was told."""
    written, handler = io.StringIO(), telemetry.logger.registered_handler
    before = handler.setStream(written)
    yield lambda: "".join([written.getvalue(), *capfd.readouterr(), json.dumps(cloud.events())])
    handler.setStream(before)


def test_a_job_that_succeeds_tells_nothing(cloud, heard):
    call("POST", "/images", asked(), ASYNC)
    run(cloud)
    told = heard()
    assert CANARY not in told
    assert told.count("job_") >= 2, "a log line and an event"


@pytest.mark.parametrize("fault", ["throttle", "error", "malformed", "cut", "blocked"])
def test_a_model_that_goes_wrong_tells_nothing(cloud, heard, fault):
    cloud.fault(fault)
    call("POST", "/images", asked(), ASYNC)
    run(cloud)
    later(cloud, 200)
    sweeper.handler({}, None)
    run(cloud)
    assert CANARY not in heard()


def test_masks_pictures_and_names_tell_nothing(cloud, heard):
    painted = request("INPAINTING", text=PROMPT, image=text64(picture()), maskImage=text64(mask()))
    call("POST", "/images", painted | {"metadata": {"who": "me"}}, SYNC)
    call("POST", "/masks/check", {"task": "INPAINTING", "image": text64(picture()), "maskImage": text64(b"no mask")})
    uploads.handler(sqs_event({"Records": [cloud.put(f"background-removal/{CANARY}.png", photo())]}), None)
    run(cloud)
    logged = heard()
    assert PROMPT not in logged
    assert text64(picture())[:60] not in logged


@pytest.mark.parametrize(
    "body",
    [
        f'{{"taskType": "TEXT_IMAGE", "{CANARY}',
        json.dumps(asked(imageGenerationConfig={"width": CANARY, CANARY: 1})),
        json.dumps(asked(modelId=CANARY)),
        json.dumps({"taskType": CANARY}),
        json.dumps({"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": f"https://{CANARY}"}}),
    ],
)
def test_what_is_refused_tells_nothing(heard, body):
    call("POST", "/images", body)
    call("POST", "/quotes", body)
    assert CANARY not in heard()


def test_a_key_is_never_told(heard):
    for word in (f"Bearer {CANARY}", CANARY, f"Basic {CANARY}"):
        authorizer.handler({"authorizationToken": word, "methodArn": METHOD}, None)
    assert CANARY not in heard()


def test_a_mistake_of_ours_is_logged_with_its_place_and_without_its_text(cloud, monkeypatch, heard):
    def broken(*_):
        raise ValueError(f"cannot read {PROMPT}")

    call("POST", "/images", asked(), ASYNC)
    with monkeypatch.context() as patched:
        patched.setattr(orders, "of", broken)
        run(cloud)
        patched.setattr(orders, "keep", broken)
        status, _, problem = call("POST", "/images", asked(), SYNC)
    assert (status, CANARY in json.dumps(problem)) == (500, False)
    logged = heard()
    assert CANARY not in logged
    assert "ValueError" in logged
    assert "in broken" in logged


def test_an_order_that_cannot_be_read_tells_nothing(cloud, monkeypatch, heard):
    call("POST", "/images", asked(), ASYNC)
    kept = Storage.order
    monkeypatch.setattr(Storage, "order", lambda self, job: kept(self, job) | {"task": {"taskType": 3, "x": PROMPT}})
    run(cloud)
    assert CANARY not in heard()


def test_the_ledger_holds_no_prompt_and_no_key(cloud):
    call("POST", "/images", asked(), ASYNC)
    run(cloud)
    assert CANARY not in json.dumps(cloud.client("dynamodb").scan(TableName="table")["Items"])
