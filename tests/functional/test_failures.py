"""Why a message was given up: noted by the door that failed on it, and shown with its dead letter."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from functions import uploads, worker
from functions.darkroom import rounds
from functions.darkroom.errors import ModelRefused
from functions.darkroom.failures import Failures
from functions.darkroom.walk import Walk
from tests.functional.letter_rig import LANES, bury, look, open_job, waiting
from tests.functional.rig import Context, photo, sqs_event


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """moto knows at once that a queue is empty."""
    monkeypatch.setattr(rounds, "WAIT_SECONDS", 0)


def fail_to_death(cloud, lane, handler, body, receives=2):
    """Let a lane's function fail on a message until SQS gives it up."""
    sqs, url = cloud.client("sqs"), cloud.queue(LANES[lane])
    dead = sqs.get_queue_attributes(QueueUrl=cloud.queue(f"{LANES[lane]}-dead"), AttributeNames=["QueueArn"])
    policy = json.dumps({"deadLetterTargetArn": dead["Attributes"]["QueueArn"], "maxReceiveCount": receives})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    waiting(cloud, lane)
    sent = sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))["MessageId"]
    for _ in range(receives + 1):
        got = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, MessageSystemAttributeNames=["All"])
        for message in got.get("Messages", []):
            record = {"messageId": sent, "body": message["Body"], "attributes": message["Attributes"]}
            assert handler({"Records": [record]}, Context()) == {"batchItemFailures": [{"itemIdentifier": sent}]}
    return sent


REFUSED = ModelRefused("the model found the body malformed")
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not for: a boat"}}, "InvokeModel")


@pytest.mark.parametrize("lane", ["interactive", "bulk"])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (REFUSED, "ModelRefused: the model found the body malformed"),
        (DENIED, "ClientError: AccessDenied"),
        (ValueError("a boat at sea"), "ValueError"),
    ],
)
def test_a_job_message_that_was_given_up_says_why_and_of_which_job(cloud, monkeypatch, lane, error, reason):
    job = open_job(cloud, lane)

    def fail(*_args):
        raise error

    monkeypatch.setattr(Walk, "run", fail)
    sent = fail_to_death(cloud, lane, worker.handler, {"job_id": job.id})

    (letter,) = look()["deadLetters"]
    assert (letter["id"], letter["queue"], letter["reason"], letter["receives"]) == (sent, lane, reason, 2)
    assert letter["job"] == {"id": job.id, "status": "queued", "error": None}
    assert letter["objects"] == []
    assert letter["sentAt"] <= letter["failedAt"]
    assert letter["failedAt"].endswith("Z")


def test_a_notification_that_was_given_up_says_why_and_of_which_objects(cloud, monkeypatch):
    def fail(*_args, **_more):
        raise REFUSED

    record = cloud.put("background-removal/a shoe.png", photo())
    monkeypatch.setattr(Walk, "open", fail)
    fail_to_death(cloud, "uploads", uploads.handler, {"Records": [record]})

    (letter,) = look()["deadLetters"]
    assert (letter["queue"], letter["reason"]) == ("uploads", "ModelRefused: the model found the body malformed")
    version = record["s3"]["object"]["versionId"]
    assert letter["objects"] == [{"bucket": "uploads", "key": "background-removal/a shoe.png", "version": version}]
    assert letter["job"] is None


def test_a_note_goes_by_itself_a_week_after_its_letter(cloud, monkeypatch):
    uploads.handler(sqs_event("no json"), Context())

    item = cloud.client("dynamodb").get_item(TableName="table", Key={"pk": {"S": "FAILURE#m0"}, "sk": {"S": "FAILURE"}})
    told = item["Item"]
    assert told["reason"] == {"S": "JSONDecodeError"}
    assert int(told["ttl"]["N"]) == int(float(told["at"]["N"])) + 21 * 86_400


def test_a_note_that_cannot_be_written_changes_nothing_for_the_batch(cloud, monkeypatch):
    tried = []

    def unreachable(*_args):
        tried.append(1)
        raise EndpointConnectionError(endpoint_url="http://nowhere")

    monkeypatch.setattr(Failures, "note", unreachable)
    good = {"Records": [cloud.put("background-removal/a.png", photo())]}

    failed = uploads.handler(sqs_event("no json", good, "nor this"), Context())

    assert failed == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m2"}]}
    assert len(waiting(cloud, "bulk")) == 1, "the good one became a job"
    assert len(tried) == 1, "a second try would cost the batch its time"


NONSENSE = ("no json", "[]", '"text"', '{"Records": [{"eventName": "ObjectCreated:Put"}]}', '{"job_id": "job_1"}')


def test_a_letter_of_which_nothing_is_known_is_shown_all_the_same(cloud):
    for lane in LANES:
        for body in NONSENSE:
            bury(cloud, lane, body)

    letters = look()["deadLetters"]
    assert len(letters) == 15
    assert all(letter["reason"] is letter["failedAt"] is letter["job"] is None for letter in letters)
    assert all(letter["objects"] == [] for letter in letters)
