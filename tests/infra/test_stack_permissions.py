"""Who may do what: each function's role holds exactly what its code calls, and nothing is allowed on everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.infra.template import Template

LEDGER = {
    ("dynamodb:GetItem", "StorageTable"),
    ("dynamodb:PutItem", "StorageTable"),
    ("dynamodb:UpdateItem", "StorageTable"),
}
TELL = {("events:PutEvents", "MessagingEvents")}
ASK_INTERACTIVE = {("sqs:SendMessage", "MessagingInteractive")}
ASK_BULK = {("sqs:SendMessage", "MessagingBulk")}


def reads(*places: str) -> set[tuple[str, str]]:
    return {(action, f"Storage{place}*") for action in ("s3:GetObject", "s3:GetObjectVersion") for place in places}


def writes(*places: str) -> set[tuple[str, str]]:
    return {("s3:PutObject", f"Storage{place}*") for place in places}


def erases(*places: str) -> set[tuple[str, str]]:
    """Any version of an object below these prefixes, and to list them by these prefixes alone."""
    buckets = {f"Storage{place.split('/', maxsplit=1)[0]}" for place in places}
    listed = {("s3:ListBucketVersions", bucket) for bucket in buckets}
    return listed | {("s3:DeleteObjectVersion", f"Storage{place}*") for place in places}


def consumes(queue: str) -> set[tuple[str, str]]:
    return {(f"sqs:{verb}", f"Messaging{queue}") for verb in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}


def looks_at(*queues: str, also: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    verbs = ("ReceiveMessage", "ChangeMessageVisibility", *also)
    return {(f"sqs:{verb}", f"Messaging{queue}DeadLetters") for verb in verbs for queue in queues}


SOURCES = ("Uploads/inputs/", "Uploads/background-removal/")
CORE = "arn:AWS::Partition:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1"

EXPECTED = {
    "Authorizer": {("secretsmanager:GetSecretValue", "ApiKey")},
    "Api": LEDGER
    | TELL
    | ASK_INTERACTIVE
    | ASK_BULK
    | {("dynamodb:Query", "StorageTable"), ("dynamodb:Query", "StorageTable/index/GSI1")}
    | {("lambda:InvokeFunction", "FunctionsCutoutFunction")}
    | reads(*SOURCES, "Results/t/", "Results/orders/", "Results/recipes/")
    | writes("Uploads/inputs/", "Results/t/", "Results/orders/")
    | erases(*SOURCES, "Results/t/", "Results/orders/", "Results/recipes/")
    | looks_at("Interactive", "Bulk", "Uploads", also=("DeleteMessage",)) | {("sqs:SendMessage", "MessagingUploads")},
    "Uploads": LEDGER | TELL | ASK_BULK | consumes("Uploads") | reads("Uploads/background-removal/")
    | writes("Results/t/", "Results/orders/"),
    "Worker": LEDGER | TELL | ASK_INTERACTIVE | ASK_BULK | consumes("Interactive") | consumes("Bulk")
    | reads(*SOURCES, "Results/t/", "Results/orders/", "Results/recipes/") | writes("Results/t/", "Results/recipes/")
    | {("bedrock:InvokeModel", CORE), ("lambda:InvokeFunction", "FunctionsCutoutFunction")},
    "Sweeper": LEDGER | TELL | ASK_INTERACTIVE | ASK_BULK | reads("Results/t/", "Results/orders/", "Results/recipes/")
    | writes("Results/t/") | {("dynamodb:Query", "StorageTable/index/GSI2")}
    | {("sqs:GetQueueAttributes", "MessagingBulk")}
    | looks_at("Interactive", "Bulk"),
    "Cutout": reads(*SOURCES, "Results/t/", "Results/recipes/") | writes("Results/t/", "Results/recipes/"),
}  # fmt: skip


@pytest.mark.parametrize("function", sorted(EXPECTED))
def test_a_function_may_do_exactly_what_it_does(default: Template, function: str) -> None:
    own_logs = {(f"logs:{verb}", f"Functions{function}Logs") for verb in ("CreateLogStream", "PutLogEvents")}

    assert default.grants(function) == EXPECTED[function] | own_logs


def test_versions_are_listed_below_the_prefixes_alone(default: Template) -> None:
    policy = default.properties("AWS::IAM::Policy", "FunctionsApiRoleDefaultPolicy")["PolicyDocument"]["Statement"]
    listing = [one for one in policy if one["Action"] == "s3:ListBucketVersions"]

    assert sorted(one["Condition"]["StringLike"]["s3:prefix"] for one in listing) == [
        ["inputs/*", "background-removal/*"],
        ["t/*", "orders/*", "recipes/*"],
    ]


def test_no_action_is_a_wildcard(default: Template, other: Template) -> None:
    for template in (default, other):
        for function in EXPECTED:
            assert not [action for action, _ in template.grants(function) if "*" in action]


def test_a_wildcard_resource_is_always_a_prefix_of_a_bucket(default: Template, other: Template) -> None:
    for template in (default, other):
        sources = ["inputs/", *template.config.watched_prefixes]
        areas = {f"StorageUploads/{prefix}*" for prefix in sources}
        areas |= {f"StorageResults/{area}/*" for area in ("t", "orders", "recipes")}
        open_ended = {resource for name in EXPECTED for _, resource in template.grants(name) if "*" in resource}

        assert open_ended == areas


def test_the_worker_may_call_every_model_of_titans_contract_where_it_is(other: Template) -> None:
    prefix = "arn:AWS::Partition:bedrock:us-east-1::foundation-model"
    may_call = {resource for action, resource in other.grants("Worker") if action == "bedrock:InvokeModel"}

    assert may_call == {
        f"{prefix}/amazon.titan-image-generator-v1",
        f"{prefix}/amazon.titan-image-generator-v2:0",
        f"{prefix}/amazon.nova-canvas-v1:0",
    }


def test_the_worker_may_not_call_a_cutout_that_no_route_names(other: Template) -> None:
    assert "lambda:InvokeFunction" not in {action for action, _ in other.grants("Worker")}


def test_every_function_has_a_role_of_its_own_without_managed_policies(default: Template) -> None:
    roles = default.of("AWS::IAM::Role")

    assert len({str(one["Role"]) for one in default.functions.values()}) == len(default.functions) == len(roles)
    assert not [name for name, role in roles.items() if role["Properties"].get("ManagedPolicyArns")]


def test_a_function_is_invoked_by_the_api_and_by_its_rule_only(default: Template) -> None:
    invited = {
        (one["Properties"]["Principal"], str(one["Properties"]["FunctionName"]["Fn::GetAtt"][0])[:-8])
        for one in default.of("AWS::Lambda::Permission").values()
    }

    assert invited == {
        ("apigateway.amazonaws.com", "FunctionsApiFunction"),
        ("apigateway.amazonaws.com", "FunctionsAuthorizerFunction"),
        ("events.amazonaws.com", "FunctionsSweeperFunction"),
    }
    assert all("SourceArn" in one["Properties"] for one in default.of("AWS::Lambda::Permission").values())
