"""The role with which API Gateway writes logs: one for the whole account and Region, so no deployment may own it.

Where the account has none, it is made by a small CloudFormation stack of its own, both of whose resources stay when
the stack is deleted: other APIs may have come to rely on them. The stack is made with the CDK's roles, so that the
deployer needs no IAM permissions, and so that the account shows where the role came from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import WaiterError

from infra.deploy.findings import AWS_ERRORS, Remedy, RemedyError, code_of, failure, not_checked, ok

if TYPE_CHECKING:
    from infra.deploy.account import Account
    from infra.deploy.findings import Finding

SUBJECT = "API Gateway's log role"
STACK = "Darkroom-ApiGatewayLogs"
POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
POLL_SECONDS, POLLS = 5, 60

KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
TEMPLATE: dict[str, Any] = {
    "Description": "The role with which API Gateway writes logs in this Region. Shared by all APIs; kept on delete.",
    "Resources": {
        "Role": KEPT
        | {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "apigateway.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
                "ManagedPolicyArns": [POLICY],
            },
        },
        "Account": KEPT
        | {"Type": "AWS::ApiGateway::Account", "Properties": {"CloudWatchRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}},
    },
    "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
}


def check_log_role(account: Account) -> Finding:
    """Whether API Gateway has a role to write logs with; without it the API's stage cannot be made."""
    try:
        role = account.client("apigateway").get_account().get("cloudwatchRoleArn")
    except AWS_ERRORS as error:
        return not_checked(SUBJECT, error, "apigateway:GET on /account")
    if role:
        return ok(SUBJECT, str(role))
    question = f"Make the role (a stack {STACK} in {account.region}; the role stays when it is deleted)?"
    return failure(
        SUBJECT,
        f"account {account.number} has none in {account.region}, so the API's stage could not be made.",
        f"Let the preflight make it, as the stack {STACK}, or set one: `aws apigateway update-account`.",
        Remedy(question, lambda: make_log_role(account)),
    )


def make_log_role(account: Account) -> None:
    """Make the stack and wait for it, at most five minutes. Raises RemedyError."""
    cloudformation = account.deployer("cloudformation")
    try:
        stack = cloudformation.create_stack(
            StackName=STACK,
            TemplateBody=json.dumps(TEMPLATE),
            Capabilities=["CAPABILITY_IAM"],
            RoleARN=account.cdk_role("cfn-exec"),
            OnFailure="DELETE",
            TimeoutInMinutes=5,
        )["StackId"]
        waiter = cloudformation.get_waiter("stack_create_complete")
        waiter.wait(StackName=stack, WaiterConfig={"Delay": POLL_SECONDS, "MaxAttempts": POLLS})
    except WaiterError as error:
        raise RemedyError(_no_stack(account, stack)) from error
    except AWS_ERRORS as error:
        told = _there_already(account) if code_of(error) == "AlreadyExistsException" else str(error)
        raise RemedyError(f"The stack {STACK} could not be made: {told}") from error


def _no_stack(account: Account, stack: str) -> str:
    look = f"aws cloudformation describe-stack-events --region {account.region} --stack-name {stack}"
    return f"The stack {STACK} did not come about. Its events say why:\n{look}"


def _there_already(account: Account) -> str:
    region = f"--region {account.region}"
    role = f"aws cloudformation describe-stacks {region} --stack-name {STACK} --query Stacks[0].Outputs[0].OutputValue"
    update = f"aws apigateway update-account {region} --patch-operations"
    return (
        "there is one already, but its role was taken out of the account's settings. Set it again:\n"
        f'{update} op=replace,path=/cloudwatchRoleArn,value="$({role} --output text)"'
    )
