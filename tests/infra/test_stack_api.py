"""The API: who is let in, what the gateway says by itself, and what its log does not hold."""

from __future__ import annotations

import json
import re
import string
from typing import TYPE_CHECKING, Any

import pytest

from functions.darkroom.errors import PROBLEM_TYPE, UnknownRoute
from tests.infra.template import plain

if TYPE_CHECKING:
    from tests.infra.template import Template

OPEN = {("/health", "GET"), ("/openapi.json", "GET")}


def methods(template: Template) -> dict[tuple[str, str], dict[str, Any]]:
    """(path, verb) → method."""
    paths = {
        name: f"/{one['Properties']['PathPart']}" for name, one in template.of("AWS::ApiGateway::Resource").items()
    }
    found = [one["Properties"] for one in template.of("AWS::ApiGateway::Method").values()]
    return {(paths.get(one["ResourceId"].get("Ref"), "/"), one["HttpMethod"]): one for one in found}


def replies(template: Template) -> dict[str, dict[str, Any]]:
    """Response type → gateway response."""
    found = [one["Properties"] for one in template.of("AWS::ApiGateway::GatewayResponse").values()]
    return {one["ResponseType"]: one for one in found}


def body(reply: dict[str, Any]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(reply["ResponseTemplates"]["application/json"])
    return parsed


def test_everything_but_health_openapi_and_preflights_asks_for_the_key(default: Template) -> None:
    opened = {where for where, method in methods(default).items() if method["AuthorizationType"] == "NONE"}

    assert {where for where in opened if where[1] != "OPTIONS"} == OPEN
    for where, method in methods(default).items():
        if where not in opened:
            assert (method["AuthorizationType"], plain(method["AuthorizerId"])) == ("CUSTOM", "ApiAuthorizer")


def test_every_path_has_every_method_so_that_none_is_taken_for_a_bad_signature(default: Template) -> None:
    found = methods(default)

    assert {path for path, _ in found} == {"/", "/health", "/openapi.json", "/{proxy+}"}
    for path in ("/", "/health", "/openapi.json", "/{proxy+}"):
        assert {(path, "ANY"), (path, "OPTIONS")} <= set(found)


def test_every_request_goes_to_the_api_function_and_preflights_to_nobody(default: Template) -> None:
    for (_, verb), method in methods(default).items():
        if verb == "OPTIONS":
            assert method["Integration"]["Type"] == "MOCK"
        else:
            assert method["Integration"]["Type"] == "AWS_PROXY"
            assert "FunctionsApiFunction" in plain(method["Integration"]["Uri"])


def test_the_authorizer_sees_bearer_keys_only_and_its_answer_is_remembered(default: Template) -> None:
    authorizer = default.properties("AWS::ApiGateway::Authorizer")
    accepted = re.compile(authorizer["IdentityValidationExpression"])

    assert authorizer["Type"] == "TOKEN"
    assert authorizer["AuthorizerResultTtlInSeconds"] == 300
    assert accepted.fullmatch(f"Bearer {'aZ09' * 12}")
    assert accepted.fullmatch("bearer abc.def_-~+/=")
    assert not accepted.fullmatch("Basic YTpi")
    assert not accepted.fullmatch("Bearer ")
    assert not accepted.fullmatch(f"Bearer {'a' * 513}")


def test_the_key_is_drawn_at_deploy_time_and_safe_in_a_header(default: Template) -> None:
    generated = default.properties("AWS::SecretsManager::Secret")["GenerateSecretString"]

    assert generated["PasswordLength"] >= 40
    assert generated["ExcludePunctuation"] is True
    assert set(generated["ExcludeCharacters"]) == set(string.punctuation)


@pytest.mark.parametrize(
    ("response_type", "status"),
    [
        ("UNAUTHORIZED", 401),
        ("ACCESS_DENIED", 401),
        ("MISSING_AUTHENTICATION_TOKEN", 404),
        ("RESOURCE_NOT_FOUND", 404),
        ("REQUEST_TOO_LARGE", 413),
        ("THROTTLED", 429),
        ("DEFAULT_4XX", 400),
        ("AUTHORIZER_FAILURE", 500),
        ("AUTHORIZER_CONFIGURATION_ERROR", 500),
        ("INTEGRATION_FAILURE", 504),
        ("INTEGRATION_TIMEOUT", 504),
        ("DEFAULT_5XX", 500),
    ],
)
def test_the_gateways_own_replies_can_be_read_by_every_client(
    default: Template, response_type: str, status: int
) -> None:
    reply = replies(default)[response_type]
    said = body(reply)

    assert reply["StatusCode"] == str(said["status"]) == str(status)
    assert {"type", "title", "status", "detail", "retryable", "message", "error"} == set(said)
    assert {"message", "type", "code"} == set(said["error"])
    assert said["type"].startswith(PROBLEM_TYPE)
    assert reply["ResponseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    assert "$" not in reply["ResponseTemplates"]["application/json"]


def test_there_is_no_reply_that_was_not_looked_at(default: Template) -> None:
    assert len(replies(default)) == 12


def test_a_refused_key_is_told_how_to_come_in(default: Template) -> None:
    for response_type in ("UNAUTHORIZED", "ACCESS_DENIED"):
        headers = replies(default)[response_type]["ResponseParameters"]
        assert headers["gatewayresponse.header.WWW-Authenticate"] == "'Bearer'"


def test_a_missing_route_is_the_same_problem_as_in_the_application(default: Template) -> None:
    said = body(replies(default)["MISSING_AUTHENTICATION_TOKEN"])

    assert (said["type"], said["title"]) == (PROBLEM_TYPE + UnknownRoute.slug, UnknownRoute.title)


def test_only_what_provably_did_nothing_is_called_retryable(default: Template) -> None:
    assert {name for name, reply in replies(default).items() if body(reply)["retryable"]} == {
        "THROTTLED",
        "AUTHORIZER_FAILURE",
        "AUTHORIZER_CONFIGURATION_ERROR",
    }


def test_the_access_log_is_json_without_paths_queries_or_headers(default: Template) -> None:
    stage = default.properties("AWS::ApiGateway::Stage", "ApiRestApiDeploymentStagev1")
    logged = json.loads(stage["AccessLogSetting"]["Format"])

    assert logged["route"] == "$context.resourcePath"
    assert set(logged.values()).isdisjoint({"$context.path", "$context.identity.apiKey"})
    assert not [one for one in logged.values() if "header" in one or "query" in one.lower()]
    assert plain(stage["AccessLogSetting"]["DestinationArn"]).endswith(":log-group:ApiAccessLogs")


def test_the_stage_is_throttled_and_its_error_log_holds_no_bodies(other: Template) -> None:
    stage = other.properties("AWS::ApiGateway::Stage", "ApiRestApiDeploymentStagev1")
    [settings] = stage["MethodSettings"]

    assert stage["StageName"] == "v1"
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (7, 9)
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("ERROR", False)


def test_the_gateways_error_log_forgets_too(default: Template) -> None:
    group = default.properties("AWS::Logs::LogGroup", "ApiErrorLogs")
    [stage] = default.of("AWS::ApiGateway::Stage").values()

    assert plain(group["LogGroupName"]) == "API-Gateway-Execution-Logs_ApiRestApi/v1"
    assert [name for name in stage["DependsOn"] if name.startswith("ApiErrorLogs")]


def test_a_new_reply_or_authorizer_is_deployed_too(default: Template) -> None:
    [deployment] = default.of("AWS::ApiGateway::Deployment").values()

    assert set(default.of("AWS::ApiGateway::GatewayResponse")) <= set(deployment["DependsOn"])
    assert set(default.of("AWS::ApiGateway::Authorizer")) <= set(deployment["DependsOn"])


def test_a_preflight_allows_the_pages_of_the_config(default: Template, other: Template) -> None:
    def allowed(template: Template) -> str:
        return json.dumps(methods(template)["/{proxy+}", "OPTIONS"]["Integration"]["IntegrationResponses"])

    assert "'*'" in allowed(default)
    for origin in other.config.allowed_origins:
        assert origin in allowed(other)
    assert "'*'" not in allowed(other)


def test_the_account_is_left_as_it_is(default: Template) -> None:
    # One role for the whole account and Region: two stacks that both own it take it from each other.
    assert not default.of("AWS::ApiGateway::Account")
