"""Who deploys where: every way in which credentials lead nowhere, and the way out that is named for it."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)

from infra.deploy.account import identify, region_of
from infra.deploy.findings import Level
from tests.unit.aws_stubs import ACCOUNT, CALLER, REGION, Wire, account


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def test_the_identity_is_told_with_account_and_region(wire):
    wire.says("sts", "get_caller_identity", {"Account": ACCOUNT, "Arn": CALLER})
    found = identify(wire, REGION)
    assert str(found.finding()) == f"ok       identity: {CALLER} in account {ACCOUNT}, Region {REGION}"


def test_the_root_user_is_warned_since_root_may_assume_no_role(wire):
    root = f"arn:aws:iam::{ACCOUNT}:root"
    found = account(wire, root).finding()
    assert found.level is Level.WARNING
    assert found.fix == "Sign in as an IAM role or user."


def test_without_a_region_nothing_is_asked(wire):
    assert str(identify(wire, None)) == (
        "FAILURE  Region: none is set.\n"
        "         Fix: `export AWS_REGION=us-west-2`, or any other: the stack's Region and `model_region` are two "
        "things."
    )
    assert wire.asked == []


@pytest.mark.parametrize(
    ("error", "text", "fix"),
    [
        (NoCredentialsError(), "Unable to locate credentials", "aws sso login"),
        (UnauthorizedSSOTokenError(), "The SSO session associated with this profile has expired", "aws sso login"),
        (ProfileNotFound(profile="ada"), "The config profile (ada) could not be found", "aws configure list-profiles"),
        (
            EndpointConnectionError(endpoint_url="https://sts.us-north-9.amazonaws.com/"),
            'Could not connect to the endpoint URL: "https://sts.us-north-9.amazonaws.com/"',
            "HTTPS_PROXY",
        ),
    ],
)
def test_credentials_that_do_not_lead_to_aws_name_their_way_out(error, text, fix):
    def clients(*_):
        raise error

    found = identify(clients, REGION)
    assert (found.level, found.subject) == (Level.FAILURE, "identity")
    assert text in found.text
    assert fix in found.fix


@pytest.mark.parametrize(
    ("code", "fix"),
    [("ExpiredToken", "aws sso login"), ("InvalidClientTokenId", "opted into"), ("SignatureDoesNotMatch", "keys")],
)
def test_credentials_that_aws_refuses_name_their_way_out(wire, code, fix):
    found = identify(wire.refuses("sts", "get_caller_identity", code, "The security token is no good", 403), REGION)
    assert "The security token is no good" in found.text
    assert fix in found.fix


def test_the_region_is_found_as_the_cdk_finds_it(monkeypatch, tmp_path):
    profiles = tmp_path / "config"
    profiles.write_text("[profile ada]\nregion = ap-south-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profiles))
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert region_of({"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "eu-west-1"}) == "us-west-2"
    assert region_of({"AWS_DEFAULT_REGION": "eu-west-1"}) == "eu-west-1"
    monkeypatch.setenv("AWS_PROFILE", "ada")
    assert region_of({}) == "ap-south-1"
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert region_of({}) is None
