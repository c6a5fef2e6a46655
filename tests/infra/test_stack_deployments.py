"""Whole deployments side by side: AWS and local, two in one account, and what is told about one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_s3 as s3

from infra.config import DeploymentConfig
from tests.infra.template import ROOT, make_stack, plain, walk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import Template

DAY = 86_400
LANES = ("Interactive", "Bulk", "Uploads")
LOCAL_MAY_DIFFER = re.compile(
    r"[^ ]+ (Properties Architectures 0"
    r"|DeletionPolicy|UpdateReplacePolicy|Properties Replicas 0 DeletionProtectionEnabled"
    r"|Properties Timeout|Properties VisibilityTimeout|Properties Environment Variables TIMEOUTS)"
)
"""Logical id and path of what the local run chooses: the machine, what is kept, and the time limits."""

NAMES = {
    "AWS::ApiGateway::RestApi": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::SecretsManager::Secret": "Name",
}
"""Where each type's name in the account stands."""


def names(template: Template) -> dict[str, set[str]]:
    """Type → the names that the template itself gives."""
    given: dict[str, set[str]] = {}
    for one in template.body["Resources"].values():
        name: Any = one["Properties"].get(NAMES.get(one["Type"], "-"))
        if name is not None:
            given.setdefault(one["Type"], set()).add(plain(name))
    return given


def test_the_local_template_is_the_one_for_aws_but_for_what_was_chosen(default: Template, local: Template) -> None:
    ours, theirs = dict(walk(default.body["Resources"])), dict(walk(local.body["Resources"]))
    differing = {" ".join(path) for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)}

    assert default.body["Resources"].keys() == local.body["Resources"].keys()
    assert {one for one in differing if not LOCAL_MAY_DIFFER.fullmatch(one)} == set()
    assert differing


def test_resources_are_named_by_cloudformation(default: Template) -> None:
    given = names(default)

    assert given.pop("AWS::SSM::Parameter") == {
        f"/darkroom/main/{name}" for name in ("base-url", "uploads-bucket", "results-bucket", "events-bus", "table")
    }
    assert given == {
        "AWS::ApiGateway::RestApi": {"darkroom-main"},  # a label: two APIs may share it
        "AWS::Events::EventBus": {"DarkroommainMessagingEvents797F7106"},  # CloudFormation gives a bus no name
        "AWS::Logs::LogGroup": {"API-Gateway-Execution-Logs_ApiRestApi/v1"},  # the gateway writes to no other
    }


def test_two_deployments_fit_into_one_account(default: Template, other: Template) -> None:
    mine, theirs = names(default), names(other)
    for kind in mine.keys() - {"AWS::Logs::LogGroup"}:
        assert mine[kind].isdisjoint(theirs[kind])


def test_the_outputs_are_what_scripts_read(default: Template) -> None:
    lanes, functions = LANES, default.functions

    assert set(default.body["Outputs"]) == {
        "RestApiId", "BaseUrl", "ApiKeySecret", "UploadsBucket", "ResultsBucket", "EventsBus", "Table",
        *(f"{lane}{kind}Url" for lane in lanes for kind in ("Queue", "Dlq")),
        *(f"{name}Function" for name in functions),
    }  # fmt: skip
    assert plain(default.body["Outputs"]["BaseUrl"]["Value"]) == (
        "https://ApiRestApi.execute-api.AWS::Region.AWS::URLSuffix/v1"
    )


def test_the_parameters_say_what_the_outputs_say(default: Template) -> None:
    told = {
        one["Properties"]["Name"].rpartition("/")[2]: plain(one["Properties"]["Value"])
        for one in default.of("AWS::SSM::Parameter").values()
    }

    assert told == {
        name: plain(default.body["Outputs"][output]["Value"])
        for name, output in {
            "base-url": "BaseUrl",
            "uploads-bucket": "UploadsBucket",
            "results-bucket": "ResultsBucket",
            "events-bus": "EventsBus",
            "table": "Table",
        }.items()
    }


def test_every_lane_both_spenders_and_the_api_have_an_alarm(default: Template) -> None:
    alarms = {name[:-8].removeprefix("Observability") for name in default.of("AWS::CloudWatch::Alarm")}

    assert alarms == {
        *(f"{lane}{what}" for lane in LANES for what in ("DeadLetters", "DeadLettersAge", "Standstill")),
        "WorkerErrors",
        "SweeperErrors",
        "ServerErrors",
    }


def test_dead_letters_count_while_the_sweeper_looks_at_them_too(default: Template) -> None:
    for name in (f"{lane}{what}" for lane in LANES for what in ("DeadLetters", "DeadLettersAge")):
        metrics = default.properties("AWS::CloudWatch::Alarm", f"Observability{name}")["Metrics"]
        assert metrics[0]["Expression"] == "visible + hidden"
        assert {one["MetricStat"]["Metric"]["MetricName"] for one in metrics[1:]} == {
            "ApproximateNumberOfMessagesVisible",
            "ApproximateNumberOfMessagesNotVisible",
        }


def test_dead_letters_call_again_long_before_sqs_deletes_them(default: Template) -> None:
    for lane in LANES:
        alarm = default.properties("AWS::CloudWatch::Alarm", f"Observability{lane}DeadLettersAge")
        kept = default.properties("AWS::SQS::Queue", f"Messaging{lane}DeadLetters")["MessageRetentionPeriod"]
        in_its_lane = default.properties("AWS::SQS::Queue", f"Messaging{lane}").get("MessageRetentionPeriod", 4 * DAY)
        seconds = {one["MetricStat"]["Period"] * alarm["EvaluationPeriods"] for one in alarm["Metrics"][1:]}

        assert seconds == {7 * DAY}  # CloudWatch looks back no further
        assert kept - in_its_lane > 7 * DAY  # SQS counts from when a message was sent, not from when it was given up
        assert (alarm["Threshold"], alarm["TreatMissingData"]) == (1, "notBreaching")


def test_the_alarms_cost_what_the_page_says(default: Template) -> None:
    alarms = [one["Properties"] for one in default.of("AWS::CloudWatch::Alarm").values()]
    metrics = sum(len([one for one in alarm.get("Metrics", ()) if "MetricStat" in one]) or 1 for alarm in alarms)
    page = (ROOT / "docs" / "deploy.md").read_text("utf-8")

    assert f"| CloudWatch alarms | {len(alarms)}, of {metrics} metrics |" in page
    assert f"| 0.10 | {metrics * 0.10:.2f} |" in page


def test_without_an_address_alarms_are_there_to_be_seen_only(default: Template) -> None:
    assert not default.of("AWS::SNS::Topic")
    assert not [one for one in default.of("AWS::CloudWatch::Alarm").values() if "AlarmActions" in one["Properties"]]


def test_an_address_gets_every_alarm_through_a_topic_that_alarms_may_use(other: Template) -> None:
    subscription = other.properties("AWS::SNS::Subscription")
    topic = other.properties("AWS::SNS::Topic")
    [topic_policy] = [one["Properties"] for one in other.of("AWS::SNS::TopicPolicy").values()]
    key = other.properties("AWS::KMS::Key")
    alarms = {"Service": "cloudwatch.amazonaws.com"}

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "on-call@shop.example")
    assert plain(topic["KmsMasterKeyId"]) == "ObservabilityAlarmKey"
    assert [one for one in topic_policy["PolicyDocument"]["Statement"] if one["Principal"] == alarms]
    assert [one for one in key["KeyPolicy"]["Statement"] if one["Principal"] == alarms]
    for alarm in other.of("AWS::CloudWatch::Alarm").values():
        assert [plain(one) for one in alarm["Properties"]["AlarmActions"]] == ["ObservabilityAlarms"]


def test_aws_own_review_finds_nothing_without_a_reason(default: Template, local: Template, other: Template) -> None:
    assert [template.findings for template in (default, local, other)] == [[], [], []]


def test_a_finding_without_a_reason_fails_the_synthesis(bundle: Path, tmp_path: Path) -> None:
    app, stack = make_stack(DeploymentConfig(), bundle, tmp_path)
    s3.Bucket(stack, "Careless")

    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        app.synth()
