"""API Gateway's log role: left alone where there is one, made by a stack of its own where there is none."""

from __future__ import annotations

import json

import pytest

from infra.deploy import log_role
from infra.deploy.findings import RemedyError, ok
from tests.unit.aws_stubs import ACCOUNT, CREDENTIALS, REGION, Wire, account

DEPLOY_ROLE = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-deploy-role-{ACCOUNT}-{REGION}"


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def test_a_log_role_that_is_there_is_left_alone(wire):
    wire.says("apigateway", "get_account", {"cloudwatchRoleArn": "arn:aws:iam::123456789012:role/logs"})
    assert log_role.check_log_role(account(wire)) == ok("API Gateway's log role", "arn:aws:iam::123456789012:role/logs")


def test_a_missing_log_role_is_a_failure_that_can_be_mended(wire):
    wire.says("apigateway", "get_account", {})
    found = log_role.check_log_role(account(wire))
    assert str(found) == (
        f"FAILURE  API Gateway's log role: account {ACCOUNT} has none in {REGION}, "
        "so the API's stage could not be made.\n"
        "         Fix: Let the preflight make it, as the stack Darkroom-ApiGatewayLogs, or set one: "
        "`aws apigateway update-account`."
    )
    assert found.remedy.question == (
        f"Make the role (a stack Darkroom-ApiGatewayLogs in {REGION}; the role stays when it is deleted)?"
    )


def allow_the_deploy_role(wire):
    expected = {"RoleArn": DEPLOY_ROLE, "RoleSessionName": "darkroom", "DurationSeconds": 900}
    return wire.says("sts", "assume_role", {"Credentials": CREDENTIALS}, expected)


def created(wire):
    return allow_the_deploy_role(wire).says("cloudformation", "create_stack", {"StackId": "arn:stack/1"})


def stack(status):
    made = {"StackName": log_role.STACK, "CreationTime": "2026-11-22T12:00:00Z", "StackStatus": status}
    return {"Stacks": [made]}


def test_the_log_role_is_made_by_a_stack_of_its_own_with_the_cdks_roles(wire):
    allow_the_deploy_role(wire)
    expected = {
        "StackName": "Darkroom-ApiGatewayLogs",
        "TemplateBody": json.dumps(log_role.TEMPLATE),
        "Capabilities": ["CAPABILITY_IAM"],
        "RoleARN": DEPLOY_ROLE.replace("deploy-role", "cfn-exec-role"),
        "OnFailure": "DELETE",
        "TimeoutInMinutes": 5,
    }
    wire.says("cloudformation", "create_stack", {"StackId": "arn:stack/1"}, expected)
    wire.says("cloudformation", "describe_stacks", stack("CREATE_COMPLETE"), {"StackName": "arn:stack/1"})
    log_role.make_log_role(account(wire))
    wire.all_said()
    assert wire.asked[-1] == (
        "cloudformation",
        REGION,
        {"aws_access_key_id": "ASIAEXAMPLEEXAMPLE00", "aws_secret_access_key": "s", "aws_session_token": "t"},
    )


def test_deleting_that_stack_keeps_the_role_and_the_setting():
    kept = {(one["DeletionPolicy"], one["UpdateReplacePolicy"]) for one in log_role.TEMPLATE["Resources"].values()}
    assert kept == {("Retain", "Retain")}


def test_a_stack_that_does_not_come_about_names_its_events(wire):
    created(wire).says("cloudformation", "describe_stacks", stack("ROLLBACK_COMPLETE"))
    with pytest.raises(RemedyError, match=r"describe-stack-events --region eu-central-1 --stack-name arn:stack/1"):
        log_role.make_log_role(account(wire))


def test_a_stack_that_is_there_already_tells_how_to_set_its_role_again(wire):
    allow_the_deploy_role(wire).refuses("cloudformation", "create_stack", "AlreadyExistsException")
    with pytest.raises(RemedyError, match=r"op=replace,path=/cloudwatchRoleArn"):
        log_role.make_log_role(account(wire))


def test_without_the_deploy_role_nothing_is_made(wire):
    wire.refuses("sts", "assume_role", "AccessDenied", "not authorized to perform: sts:AssumeRole", 403)
    with pytest.raises(RemedyError, match=r"Allow sts:AssumeRole on it"):
        log_role.make_log_role(account(wire))
