"""The pages about deployment and operations, held against the code: the policy, the tables, the numbers."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from functions.darkroom.catalogue import (
    CUTOUT,
    NOVA_CANVAS,
    STABLE_IMAGE_CORE,
    TITAN_V1,
    TITAN_V2,
)
from functions.darkroom.job import LOST_AFTER, MAX_ATTEMPTS, RESEND_AFTER
from functions.darkroom.model import ENGINES, PRICES_READ
from functions.darkroom.routing import entry_of
from functions.darkroom.settings import Timeouts
from functions.darkroom.storage import LINK_SECONDS
from functions.darkroom.successors import reachable
from functions.darkroom.tasks import TASK_TYPES
from infra.account_facts import ACCOUNT_KEY, AccountFacts
from infra.config import DeploymentConfig, waits_within
from infra.deploy import preflight
from infra.deploy.log_role import STACK
from infra.deploy.model_access import price

ROOT = Path(__file__).parents[2]
DEPLOY, OPERATIONS = ((ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("deploy", "operations"))
POLICY = json.loads(re.search(r"```json\n(.*?)```", DEPLOY, re.DOTALL)[1])
ALLOWED = {
    action
    for one in POLICY["Statement"]
    for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
}
CALLED = {
    "sts:AssumeRole": "sts:AssumeRole",
    "ssm:GetParameter": "ssm:GetParameter",
    "apigateway:GetAccount": "apigateway:GET",
    "lambda:GetAccountSettings": "lambda:GetAccountSettings",
    "service-quotas:ListServiceQuotas": "servicequotas:ListServiceQuotas",
    "bedrock:GetFoundationModel": "bedrock:GetFoundationModel",
    "bedrock:GetFoundationModelAvailability": "bedrock:GetFoundationModelAvailability",
    "bedrock:ListFoundationModelAgreementOffers": "bedrock:ListFoundationModelAgreementOffers",
    "bedrock:CreateFoundationModelAgreement": "bedrock:CreateFoundationModelAgreement",
    "secretsmanager:GetSecretValue": "secretsmanager:GetSecretValue",
}
"""Every operation that is called with the deployer's own credentials → the IAM action that permits it."""
BY_ROLE_OR_FREE = {"create_stack", "get_waiter", "get_template", "list_stack_resources", "get_caller_identity"}


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in section.split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def constants(path: str) -> dict[str, Any]:
    """The plain constants of a module that is too slow to import here."""
    found = {}
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = eval(compile(ast.Expression(node.value), path, "eval"), {})
            except NameError:
                continue
    return found


# The policy


def test_the_policy_is_one_that_iam_would_take():
    assert POLICY["Version"] == "2012-10-17"
    for one in POLICY["Statement"]:
        assert set(one) == {"Sid", "Effect", "Action", "Resource"}
        assert re.fullmatch(r"[A-Za-z0-9]+", one["Sid"])
        assert one["Effect"] == "Allow"
    assert not [action for action in ALLOWED if "*" in action]


def test_the_policy_allows_what_the_code_calls_and_nothing_more():
    assert {*CALLED.values(), "aws-marketplace:Subscribe", "aws-marketplace:ViewSubscriptions"} == ALLOWED


def test_every_call_of_the_code_is_accounted_for():
    methods = {re.sub(r"(?<!^)(?=[A-Z])", "_", operation.split(":")[1]).lower() for operation in CALLED}
    called = set()
    for path in (ROOT / "infra" / "deploy").glob("*.py"):
        clients = r"(?:client\([^)]*\)|clients\([^)]*\)|bedrock|cloudformation)"
        called |= set(re.findall(rf"{clients}\.([a-z_]+)\(", path.read_text("utf-8")))
        called |= set(re.findall(r"\.get_paginator\(\"([a-z_]+)\"\)", path.read_text("utf-8")))
    assert called - {"get_paginator"} == methods | BY_ROLE_OR_FREE


def test_the_policys_roles_are_those_of_the_bootstrap():
    [roles] = [one["Resource"] for one in POLICY["Statement"] if one["Action"] == "sts:AssumeRole"]
    names = {re.search(r"cdk-hnb659fds-(.+)-role-", role)[1] for role in roles}
    assert names == {"deploy", "file-publishing", "lookup"}


# The tables


def state(model) -> str:
    return "active" if model.ends is None or model.ends > PRICES_READ else f"ended {model.ends}"


def test_the_region_table_is_the_catalogues():
    assert rows(DEPLOY, "Regions") == list(region_rows())


def region_rows():
    """Every task, and every model that an engine may bring it to, the default first."""
    default = {task: entry_of(entries[0]).engine for task, entries in DeploymentConfig().engines.items()}
    for task in TASK_TYPES:
        for engine in sorted(ENGINES, key=lambda one: one != default.get(task)):
            for model in reachable(engine, task):
                if model.contract is None or model is TITAN_V2:
                    yield [
                        task,
                        f"{engine} (default)" if default.get(task) == engine else engine,
                        f"`{model.id}`",
                        where(model),
                        price(model),
                        str(model.requests_per_minute or "no limit"),
                        state(model),
                    ]


def where(model):
    if model.answered_in:
        return f"any of {', '.join(model.regions)}"
    return ", ".join(model.regions) or "the stack's own"


def test_the_days_and_prices_in_the_text_are_the_catalogues():
    assert f"on {PRICES_READ}" in DEPLOY
    assert f"at {price(STABLE_IMAGE_CORE)} for one of Stable Image Core" in DEPLOY
    assert price(CUTOUT) == "0.00002 USD"


def test_the_quota_table_has_the_catalogues_paces():
    table = {row[0]: row[1] for row in rows(DEPLOY, "Quotas")}
    assert table["Stable Image Core, requests a minute"].startswith(
        f"{STABLE_IMAGE_CORE.requests_per_minute} an account"
    )
    assert table["Titan Image Generator, requests a minute"].startswith(f"{TITAN_V2.requests_per_minute} an account")


def fields(model: BaseModel, prefix: str = "") -> dict[str, Any]:
    """Every field of the config by its dotted name, with its default as JSON data."""
    found: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        found |= (
            fields(value, f"{prefix}{name}.")
            if isinstance(value, BaseModel)
            else {prefix + name: model.model_dump(mode="json")[name]}
        )
    return found


def test_the_config_reference_names_every_field_with_its_default():
    told = {row[0].strip("`"): json.loads(row[1].strip("`")) for row in rows(DEPLOY, "The config")}
    assert told == fields(DeploymentConfig())


def section(heading: str) -> str:
    """A section of the page about deployment, on one line."""
    return re.split(r"\n## ", DEPLOY.split(f"\n## {heading}\n")[1])[0].replace("\n", " ")


def test_the_sizes_that_a_price_is_named_for_are_the_catalogues():
    told = section("Prices, paces and waits")
    for title, models in {
        "Stable Image Core and cutout have one size,": (STABLE_IMAGE_CORE, CUTOUT),
        "Titan's models have": (TITAN_V1, TITAN_V2),
        "Nova Canvas has": (NOVA_CANVAS,),
    }.items():
        named = re.findall(r"`([\w-]+)`", told.split(title)[1].split(".")[0].split(", Nova")[0])
        for model in models:
            assert named == list(model.prices)


def test_the_numbers_of_paces_and_waits_are_the_codes():
    told, quotas = section("Prices, paces and waits"), DeploymentConfig().quotas
    dealt = int(STABLE_IMAGE_CORE.requests_per_minute * quotas.share)
    assert f"With {STABLE_IMAGE_CORE.requests_per_minute} requests a minute and the defaults, {dealt} are dealt" in told
    assert f"evenly, {round(dealt * quotas.interactive)} of them only to people who wait" in told
    assert f"{waits_within(1000)} of 1,000" in told
    assert f"`{ACCOUNT_KEY}`" in told


def test_the_example_of_what_is_told_of_an_account_is_one():
    example = re.search(rf"-c {ACCOUNT_KEY}='(.+)'\n", DEPLOY)[1]
    assert AccountFacts.from_context(example) == AccountFacts(concurrency=1000, per_minute={STABLE_IMAGE_CORE.id: 90})


def test_the_table_of_checks_names_the_bootstraps_version():
    assert f"a version below {preflight.BOOTSTRAP_NEEDED}" in DEPLOY
    assert f"`{STACK}`" in DEPLOY


def test_the_timeouts_are_those_of_the_code():
    assert {row[0].strip("`"): int(row[1]) for row in rows(OPERATIONS, "Timeouts")} == Timeouts().model_dump()
    for text in (
        f"did not survive {MAX_ATTEMPTS} times",
        f"is sent again after {RESEND_AFTER:.0f} s",
        f"still waits after {LOST_AFTER:,.0f} s",
        f"works for {LINK_SECONDS} s",
    ):
        assert text in OPERATIONS.replace("\n  ", " "), text


def test_the_table_of_functions_is_infras():
    code = constants("infra/functions.py") | constants("infra/messaging.py")
    seconds = {row[0]: int(row[2].split()[0]) for row in rows(OPERATIONS, "What runs")}
    memory = dict(re.findall(r'lean\("(\w+)", [\w.]+, (\d+)\)', (ROOT / "infra" / "functions.py").read_text("utf-8")))
    assert {row[0]: row[3] for row in rows(OPERATIONS, "What runs")} == memory | {"Cutout": "2048"}
    limits = Timeouts()
    assert seconds == {
        "Api": code["API_TIMEOUT"],
        "Authorizer": code["AUTHORIZER_TIMEOUT"],
        "Uploads": code["UPLOADS_TIMEOUT"],
        "Worker": limits.worker,
        "Sweeper": code["SWEEPER_TIMEOUT"],
        "Cutout": limits.model_read,
    }


def test_the_alarms_are_infras():
    code = constants("infra/observability.py")
    table = {name: row[1] for row in rows(OPERATIONS, "Alarms") for name in row[0].split(", ")}
    for lane, seconds in code["STANDSTILL_SECONDS"].items():
        assert f"older than {seconds:,} s" in table[f"{lane}Standstill"]
        assert f"for {code['FORGOTTEN_DAYS']} days" in table[f"{lane}DeadLettersAge"]
    assert code["SERVER_ERRORS"] == 5
    assert len(table) == 12
    assert re.search(r"\| CloudWatch alarms \| 12, of 18 metrics \|", DEPLOY)


@pytest.mark.parametrize(
    "sum_", re.findall(r"((?:[\d,.]+ [x+] )+[\d,.]+) = ([\d,.]*\d)", DEPLOY), ids=lambda found: found[0]
)
def test_the_arithmetic_of_the_costs_is_right(sum_):
    terms, result = (text.replace(",", "") for text in sum_)
    assert eval(terms.replace("x", "*"), {}) == pytest.approx(float(result))
