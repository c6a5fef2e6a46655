"""What the account allows: which of AWS's quotas is which model's, and what becomes of what cannot be read."""

from __future__ import annotations

import pytest

from functions.darkroom.catalogue import NOVA_CANVAS, STABLE_IMAGE_CORE, TITAN_V1, TITAN_V2
from infra.deploy.allowances import Allowances, read_allowances
from infra.deploy.quota_names import model_of
from tests.unit.aws_stubs import CORE, REGION, Wire, account, config

WEST = "us-west-2"
ON_DEMAND = "On-demand model inference requests per minute for "
NAME = f"{ON_DEMAND}Stability.ai Stable Image Core"


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def runs_at_once(wire, unreserved=1000):
    limits = {"ConcurrentExecutions": 5000, "UnreservedConcurrentExecutions": unreserved}
    return wire.says("lambda", "get_account_settings", {"AccountLimit": limits})


def quota(name, value):
    return {"ServiceCode": "bedrock", "QuotaCode": "L-00000000", "QuotaName": name, "Value": value}


def names(wire, *quotas, after=None, token=None):
    asked = {"ServiceCode": "bedrock", "MaxResults": 100} | ({"NextToken": after} if after else {})
    reply = {"Quotas": list(quotas)} | ({"NextToken": token} if token else {})
    return wire.says("service-quotas", "list_service_quotas", reply, asked)


# Names


@pytest.mark.parametrize(
    ("name", "model"),
    [
        (f"{ON_DEMAND}Stability.ai Stable Image Core", STABLE_IMAGE_CORE),
        ("On-demand InvokeModel requests per minute for Stability.ai Stable Image Core", STABLE_IMAGE_CORE),
        ("On-Demand InvokeModel Requests per Minute for Stability AI Stable Image Core V1.1", STABLE_IMAGE_CORE),
        (f"{ON_DEMAND}Stable Image Core 1.0", STABLE_IMAGE_CORE),
        (f"{ON_DEMAND}Amazon Titan Image Generator G1", TITAN_V1),
        (f"{ON_DEMAND}Amazon Titan Image Generator G1 V1", TITAN_V1),
        (f"{ON_DEMAND}Amazon Titan Image Generator G1 V2", TITAN_V2),
        (f"{ON_DEMAND}Titan Image Generator v2", TITAN_V2),
        (f"{ON_DEMAND}Amazon Nova Canvas (doubled for cross-region calls)", NOVA_CANVAS),
    ],
)
def test_a_quota_of_requests_is_its_models_however_it_is_worded(name, model):
    assert model_of(name) == model.id


@pytest.mark.parametrize(
    "name",
    [
        "",
        "On-demand model inference tokens per minute for Amazon Titan Image Generator G1",
        "Cross-region model inference requests per minute for Amazon Nova Canvas",
        "Global cross-region model inference requests per minute for Amazon Nova Canvas",
        f"{ON_DEMAND}Stability.ai Stable Image Core Inpaint",
        f"{ON_DEMAND}Stability.ai Stable Image Ultra",
        f"{ON_DEMAND}Amazon Nova Canvas V2",
        f"{ON_DEMAND}Amazon Titan Multimodal Embeddings G1",
        "(Flows) UpdateFlow requests per second",
    ],
)
def test_every_other_quota_is_no_models(name):
    assert model_of(name) is None


# Reading


def test_every_page_is_read_in_the_models_region(wire):
    names(runs_at_once(wire), quota("InvokeAgent requests per second", 5.0), token="more")
    names(wire, quota(NAME, 120.0), after="more")
    read = read_allowances(account(wire), config())
    assert (read.concurrency, read.paces) == (1000, {WEST: {CORE: 120}})
    assert wire.asked == [("lambda", REGION, {}), ("service-quotas", WEST, {})]
    wire.all_said()


def test_the_smallest_of_two_quotas_about_one_model_holds(wire):
    names(runs_at_once(wire), quota(NAME, 120.0), quota(f"{NAME} V1.1", 30.0), quota(f"{NAME} 1.0", 60.0))
    assert read_allowances(account(wire), config()).pace(CORE, WEST) == 30


def test_a_quota_without_a_value_says_nothing(wire):
    names(runs_at_once(wire), {"QuotaName": NAME, "ErrorReason": {"ErrorCode": "DEPENDENCY_THROTTLING_ERROR"}})
    assert read_allowances(account(wire), config()).pace(CORE, WEST) is None


def test_a_deployment_of_its_own_function_alone_asks_for_no_quotas(wire):
    runs_at_once(wire)
    assert read_allowances(account(wire), config(engines={"BACKGROUND_REMOVAL": ["cutout"]})).paces == {}
    assert [service for service, *_ in wire.asked] == ["lambda"]


def test_each_region_is_asked_for_its_own_models(wire):
    chosen = config(engines={"TEXT_IMAGE": ["titan"]}, recipes=[], model_region=WEST, allow_regions=[WEST, "us-east-1"])
    names(runs_at_once(wire), quota(f"{ON_DEMAND}Amazon Titan Image Generator G1 V2", 60.0))
    names(wire, quota(f"{ON_DEMAND}Amazon Nova Canvas", 100.0))
    read = read_allowances(account(wire), chosen)
    assert read.facts(chosen).per_minute == {TITAN_V2.id: 60, NOVA_CANVAS.id: 100}
    assert sorted(region for service, region, _ in wire.asked if service == "service-quotas") == ["us-east-1", WEST]


def test_what_may_not_be_read_is_kept_as_the_reason_and_is_no_fact(wire):
    wire.refuses("lambda", "get_account_settings", "AccessDeniedException", status=403)
    wire.refuses("service-quotas", "list_service_quotas", "AccessDeniedException", status=403)
    read = read_allowances(account(wire), config())
    assert "AccessDenied" in str(read.concurrency)
    assert "AccessDenied" in str(read.paces[WEST])
    assert read.facts(config()).as_context() == '{"per_minute":{}}'


# Facts


def test_a_quota_of_nothing_is_no_pace_and_a_huge_one_is_the_largest_that_counts():
    def facts(pace):
        return Allowances(10, {WEST: {CORE: pace}}).facts(config())

    assert facts(0).per_minute == {}
    assert facts(2_000_000).per_minute == {CORE: 100_000}
    assert facts(90).as_context() == f'{{"concurrency":10,"per_minute":{{"{CORE}":90}}}}'
