"""Deploying, from the preflight to the exit code: what is asked, what is run, and what is said at the end."""

from __future__ import annotations

import json

import pytest

from infra.deploy import verbs
from infra.deploy.first_picture import Developed, PictureError
from infra.deploy.verbs import DONE, NO_PICTURE, NOT_DONE
from tests.unit.aws_stubs import ACCOUNT, REGION, SECRET, Wire, calls, run, typing

SHOW_KEY = (
    f"aws secretsmanager get-secret-value --region {REGION} --secret-id {SECRET} --query SecretString --output text"
)

CORE_QUOTA = {
    "QuotaName": "On-demand model inference requests per minute for Stability.ai Stable Image Core",
    "Value": 45.0,
}


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def profile_file(monkeypatch, tmp_path):
    file = tmp_path / "config" / "profiles.json"
    monkeypatch.setenv("DARKROOM_CONFIG", str(file))
    return file


@pytest.fixture
def person(monkeypatch):
    return typing(monkeypatch)


def healthy(wire, life="ACTIVE"):
    """Everything that the preflight of a default deployment asks, answered well."""
    wire.says("ssm", "get_parameter", {"Parameter": {"Value": "33"}})
    wire.says("apigateway", "get_account", {"cloudwatchRoleArn": "arn:aws:iam::123456789012:role/logs"})
    limits = {"AccountLimit": {"UnreservedConcurrentExecutions": 600}}
    wire.says("lambda", "get_account_settings", limits)
    model = {"modelArn": "arn:model", "modelId": "m", "modelLifecycle": {"status": life}}
    wire.says("bedrock", "get_foundation_model", {"modelDetails": model})
    access = {
        "modelId": "stability.stable-image-core-v1:1",
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }
    wire.says("service-quotas", "list_service_quotas", {"Quotas": [CORE_QUOTA]})
    return wire.says("bedrock", "get_foundation_model_availability", access)


def broken(wire):
    wire.says("ssm", "get_parameter", {"Parameter": {"Value": "33"}})
    wire.says("apigateway", "get_account", {"cloudwatchRoleArn": "arn:aws:iam::123456789012:role/logs"})
    wire.says("lambda", "get_account_settings", {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}})
    wire.says("service-quotas", "list_service_quotas", {"Quotas": []})
    return wire.refuses("bedrock", "get_foundation_model", "ResourceNotFoundException", status=404)


def test_a_look_changes_nothing(wire, tmp_path, capsys):
    assert verbs.look(run(healthy(wire), tmp_path)) == DONE
    assert calls(tmp_path) == []
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines() if line] == ["ok"] * 8


def test_a_look_that_finds_a_failure_says_so_by_its_exit_code(wire, tmp_path):
    assert verbs.look(run(broken(wire), tmp_path)) == NOT_DONE


def test_a_deployment_ends_with_what_one_needs_to_go_on(wire, tmp_path, person, capsys, profile_file):
    person += ["y"]
    wire.says("secretsmanager", "get_secret_value", {"SecretString": "k" * 48}, {"SecretId": SECRET})
    assert verbs.deploy(run(healthy(wire), tmp_path), anyway=False, with_picture=False) == DONE
    assert [line.split()[0] for line in calls(tmp_path)] == ["diff", "deploy"]
    said = capsys.readouterr().out
    assert f"Deploy Darkroom-main in account {ACCOUNT}, {REGION}? [y/N] " in said
    assert said.endswith(
        f"""
Darkroom-main in account {ACCOUNT}, {REGION} is up.
  Base URL  https://api/v1
  Show key  {SHOW_KEY}
  Try it    curl -sS https://api/v1/images -H "Authorization: Bearer $({SHOW_KEY})" \
-H 'Content-Type: application/json' -d '{json.dumps(verbs.first_picture.REQUEST)}'
  Drop in   s3://uploads-1/background-removal/
  Profile   `darkroom use main` ({profile_file}, which holds the key and is for you only)
"""
    )


def test_a_deployment_becomes_a_profile_of_the_command_line(wire, tmp_path, person, capsys, profile_file):
    person += ["y"]
    wire.says("secretsmanager", "get_secret_value", {"SecretString": "k" * 48}, {"SecretId": SECRET})
    verbs.deploy(run(healthy(wire), tmp_path), anyway=False, with_picture=False)

    stored = json.loads(profile_file.read_text())["profiles"]["main"]
    assert stored == {
        "base_url": "https://api/v1",
        "api_key": "k" * 48,
        "region": REGION,
        "stack": "Darkroom-main",
        "account": ACCOUNT,
    }
    assert profile_file.stat().st_mode & 0o077 == 0
    assert "k" * 48 not in capsys.readouterr().out


def test_what_was_read_of_the_account_is_what_is_compared_and_deployed(wire, tmp_path, person):
    person += ["n"]
    verbs.deploy(run(healthy(wire), tmp_path), anyway=False, with_picture=False)
    facts = '{"concurrency":600,"per_minute":{"stability.stable-image-core-v1:1":45}}'
    assert f"--context darkroom={{}} --context darkroom-account={facts}" in calls(tmp_path)[0]


def test_the_account_is_read_once_a_run(wire, tmp_path):
    once = run(healthy(wire), tmp_path)
    once.examine()
    once.chosen_and_read  # noqa: B018  (looking is what is tried)
    assert [one for one in wire.sent if "ListServiceQuotas" in one or "GetAccountSettings" in one] == [
        "lambda:GetAccountSettings",
        "service-quotas:ListServiceQuotas",
    ]


def test_a_no_deploys_nothing(wire, tmp_path, person, capsys):
    person += ["n"]
    assert verbs.deploy(run(healthy(wire), tmp_path), anyway=False, with_picture=True) == NOT_DONE
    assert [line.split()[0] for line in calls(tmp_path)] == ["diff"]
    assert capsys.readouterr().out.endswith("Nothing was deployed.\n")


def test_a_failure_of_the_preflight_stops_it_before_the_cdk_runs(wire, tmp_path):
    assert verbs.deploy(run(broken(wire), tmp_path), anyway=False, with_picture=True) == NOT_DONE
    assert calls(tmp_path) == []


def test_anyway_deploys_in_spite_of_it(wire, tmp_path, person):
    person += ["yes"]
    assert verbs.deploy(run(broken(wire), tmp_path), anyway=True, with_picture=False) == DONE
    assert [line.split()[0] for line in calls(tmp_path)] == ["diff", "deploy"]


def deployed(wire, tmp_path, **chosen):
    wire.says("secretsmanager", "get_secret_value", {"SecretString": "k" * 48}, {"SecretId": SECRET})
    return verbs.deploy(run(healthy(wire), tmp_path, **chosen), anyway=False, with_picture=True)


def test_the_first_picture_is_made_after_its_price_was_named(wire, tmp_path, person, capsys, monkeypatch):
    def develop(base_url, key, path):
        assert (base_url, key) == ("https://api/v1", "k" * 48)
        return Developed(path, 1024, 1024, 40_000, 7.4)

    monkeypatch.setattr("infra.deploy.first_picture.develop", develop)
    person += ["y", "y"]
    assert deployed(wire, tmp_path) == DONE
    said = capsys.readouterr().out
    assert "\nMake one real picture now, for 0.04 USD (stability.stable-image-core-v1:1)? [y/N] " in said
    assert said.endswith(f"  Picture   {tmp_path}/pictures/Darkroom-main.png (1024x1024, 7 s, 0.04 USD)\n")


def test_the_first_picture_costs_what_the_config_says(wire, tmp_path, person, capsys):
    person += ["y", "n"]
    assert deployed(wire, tmp_path, prices={"stability.stable-image-core-v1:1": {"any": 0.03}}) == DONE
    assert "\nMake one real picture now, for 0.03 USD (" in capsys.readouterr().out


def test_a_picture_that_fails_has_an_exit_code_of_its_own(wire, tmp_path, person, capsys, monkeypatch):
    def develop(*_):
        raise PictureError("502 model-access-denied")

    monkeypatch.setattr("infra.deploy.first_picture.develop", develop)
    person += ["y", "y"]
    assert deployed(wire, tmp_path) == NO_PICTURE
    assert capsys.readouterr().out.endswith(
        "It is deployed, but the picture failed: 502 model-access-denied\nLook it up in docs/troubleshooting.md.\n"
    )


def test_a_key_that_may_not_be_read_does_not_undo_the_deployment(wire, tmp_path, person, capsys):
    person += ["y", "y"]
    wire.refuses("secretsmanager", "get_secret_value", "AccessDeniedException", "not authorized", 403)
    assert verbs.deploy(run(healthy(wire), tmp_path), anyway=False, with_picture=True) == NO_PICTURE
    assert "  Profile   not written, since the key cannot be read: " in capsys.readouterr().out


def test_the_stack_is_called_as_the_app_calls_it(wire, tmp_path):
    assert run(wire, tmp_path, name="eu").stack == "Darkroom-eu"
