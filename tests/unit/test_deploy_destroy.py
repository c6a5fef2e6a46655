"""Destroying: what stays is read from the stack as it was deployed, and told before and after."""

from __future__ import annotations

import json

import pytest

from infra.deploy import verbs
from infra.deploy.verbs import DONE, NOT_DONE
from tests.unit.aws_stubs import ACCOUNT, CREDENTIALS, REGION, Wire, calls, run, typing


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


@pytest.fixture
def person(monkeypatch):
    return typing(monkeypatch)


TEMPLATE = {
    "Resources": {
        "Uploads": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
        "Table": {"Type": "AWS::DynamoDB::GlobalTable", "DeletionPolicy": "RetainExceptOnCreate"},
        "Odd": {"Type": "AWS::Odd::Thing", "DeletionPolicy": "Retain"},
        "Queue": {"Type": "AWS::SQS::Queue"},
    }
}
KINDS = {name: one["Type"] for name, one in TEMPLATE["Resources"].items()}


def standing(wire, template=TEMPLATE):
    wire.says("sts", "assume_role", {"Credentials": CREDENTIALS})
    wire.says("cloudformation", "get_template", {"TemplateBody": json.dumps(template)})
    summaries = [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": f"the-{name.lower()}",
            "ResourceType": KINDS[name],
            "LastUpdatedTimestamp": "2026-11-22",
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for name in template["Resources"]
    ]
    return wire.says("cloudformation", "list_stack_resources", {"StackResourceSummaries": summaries})


STAYS = f"""What stays:
  AWS::S3::Bucket the-uploads; to delete it:
    .venv/bin/python -c 'import boto3; boto3.resource("s3").Bucket("the-uploads").object_versions.delete()'
    aws s3 rb s3://the-uploads --region {REGION}
  AWS::DynamoDB::GlobalTable the-table; to delete it:
    aws dynamodb update-table --table-name the-table --region {REGION} --no-deletion-protection-enabled
    aws dynamodb delete-table --table-name the-table --region {REGION}
  AWS::Odd::Thing the-odd; to delete it:
    (delete the-odd, a AWS::Odd::Thing, in the console)
  API Gateway's log role (stack Darkroom-ApiGatewayLogs), if it was made here: other APIs may use it by now
  what belongs to the account: the CDK's bootstrap (stack CDKToolkit), Marketplace agreements
"""


def test_destroying_tells_what_stays_before_and_after(wire, tmp_path, person, capsys):
    person += ["y"]
    assert verbs.destroy(run(standing(wire), tmp_path)) == DONE
    assert calls(tmp_path) == ["destroy Darkroom-main --force --context darkroom={} --no-notices"]
    said = capsys.readouterr().out
    place = f"Darkroom-main in account {ACCOUNT}, {REGION}"
    assert said == (
        "What goes: the API and its key (for good), functions, queues, alarms and logs.\n"
        f"{STAYS}\nDelete {place}? [y/N] \n{place} is deleted.\n{STAYS}"
    )


def test_what_stays_is_read_from_the_template_that_was_deployed_not_from_the_config(wire, tmp_path, person, capsys):
    person += ["n"]
    assert verbs.destroy(run(standing(wire), tmp_path, on_destroy="delete")) == NOT_DONE
    assert "AWS::S3::Bucket the-uploads" in capsys.readouterr().out
    assert calls(tmp_path) == []


def test_a_stack_that_keeps_nothing_says_that_its_buckets_must_be_empty(wire, tmp_path, person, capsys):
    person += ["n"]
    verbs.destroy(run(standing(wire, {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}), tmp_path))
    assert "buckets and table go too, and the buckets have to be empty for that" in capsys.readouterr().out


def test_a_stack_that_is_not_there_is_nothing_to_destroy(wire, tmp_path, capsys):
    wire.says("sts", "assume_role", {"Credentials": CREDENTIALS})
    wire.refuses("cloudformation", "get_template", "ValidationError", "Stack with id Darkroom-main does not exist")
    assert verbs.destroy(run(wire, tmp_path)) == DONE
    assert capsys.readouterr().out == f"There is no Darkroom-main in account {ACCOUNT}, {REGION}.\n"
