"""The models of the routes: alive, ended, Legacy, denied, without agreement; each is told differently."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from functions.darkroom.catalogue import STABLE_IMAGE_CORE, TITAN_V1, TITAN_V2
from infra.deploy.findings import Level
from infra.deploy.model_access import ModelCheck, check_models, price, usd
from tests.unit.aws_stubs import CORE, Wire, account, client, config, model, open_to_us

TODAY = date(2026, 11, 22)
TITAN = {"TEXT_IMAGE": ["titan"], "BACKGROUND_REMOVAL": ["titan"]}


@pytest.fixture
def wire():
    made = Wire()
    made("bedrock", "us-west-2")
    yield made
    made.close()


def check(about=STABLE_IMAGE_CORE, **chosen):
    return ModelCheck(client("bedrock"), about, "us-west-2", config(**chosen), TODAY)


def test_a_living_model_is_told_with_its_price_and_pace(wire):
    open_to_us(model(wire))
    assert str(check().finding()) == (
        f"ok       model {CORE}: active in us-west-2, open to this account; 0.04 USD a picture"
    )


def test_a_living_model_is_told_with_the_configs_own_price(wire):
    open_to_us(model(wire))
    assert check(prices={CORE: {"any": 0.03}}).finding().text.endswith("; 0.03 USD a picture")


def test_the_models_are_asked_about_in_the_model_region_not_in_the_stacks(wire):
    reachable = config().bedrock_models
    for _ in reachable:
        open_to_us(model(wire))
    assert [one.level for one in check_models(account(wire), config(), TODAY)] == [Level.OK] * len(reachable)
    assert wire.asked[-1] == ("bedrock", "us-west-2", {})


def test_a_deployment_of_its_own_function_alone_asks_bedrock_nothing():
    wire = Wire()
    assert list(check_models(account(wire), config(engines={"BACKGROUND_REMOVAL": ["cutout"]}), TODAY)) == []
    assert wire.asked == []


def test_an_ended_model_is_told_with_its_day_and_its_successor(wire):
    wire.refuses("bedrock", "get_foundation_model", "ResourceNotFoundException", status=404)
    assert str(check(TITAN_V2, engines=TITAN).finding()) == (
        "FAILURE  model amazon.titan-image-generator-v2:0: ended on 2026-06-30: Bedrock in us-west-2 does not know it "
        "any more. TEXT_IMAGE and BACKGROUND_REMOVAL would fail.\n"
        "         Fix: Route TEXT_IMAGE to stability (`engines` in the config). "
        "Route BACKGROUND_REMOVAL to cutout (`engines` in the config)."
    )


def test_an_end_that_only_bedrock_knows_is_told_with_its_day(wire):
    found = check_with(model(wire, endOfLifeTime=datetime(2026, 11, 20, tzinfo=UTC)))
    assert found.text.startswith("ended on 2026-11-20: Bedrock in us-west-2")
    assert found.fix == (
        "Nothing else serves TEXT_IMAGE in us-west-2: change `model_region`, or leave the task out of `engines`."
    )


def check_with(_wire, **chosen):
    return check(**chosen).finding()


def test_a_model_that_was_never_there_is_not_said_to_have_ended_on_a_day(wire):
    wire.refuses("bedrock", "get_foundation_model", "ValidationException", "The provided model identifier is invalid.")
    assert check().finding().text.startswith("has ended or was never there: Bedrock in us-west-2")


def test_a_model_that_no_route_needs_is_a_warning(wire):
    wire.refuses("bedrock", "get_foundation_model", "ResourceNotFoundException", status=404)
    found = check(TITAN_V1, engines=TITAN).finding()
    assert found.level is Level.WARNING
    assert found.text.endswith("Only requests that name this model would fail.")
    assert found.fix == "Route TEXT_IMAGE to stability (`engines` in the config)."


def test_a_model_of_the_second_choice_is_a_warning(wire):
    wire.refuses("bedrock", "get_foundation_model", "ResourceNotFoundException", status=404)
    found = check(TITAN_V2, engines={"TEXT_IMAGE": ["stability", "titan"]}, recipes=[]).finding()
    assert found.level is Level.WARNING


def test_a_legacy_model_is_a_warning_with_its_days(wire):
    days = {"legacyTime": datetime(2026, 9, 1, tzinfo=UTC), "endOfLifeTime": datetime(2027, 3, 1, tzinfo=UTC)}
    open_to_us(model(wire, "LEGACY", **days))
    found = check().finding()
    assert found.level is Level.WARNING
    assert found.text == (
        "is Legacy since 2026-09-01 and ends on 2027-03-01; "
        "an account that did not call it in the last 15 days is refused."
    )
    assert found.fix.startswith("Before then: Nothing else serves TEXT_IMAGE in us-west-2")


def test_a_legacy_model_without_days_says_so(wire):
    open_to_us(model(wire, "LEGACY"))
    assert "since a day not yet named and ends on a day not yet named" in check().finding().text


def test_a_model_that_is_not_offered_there_names_its_regions(wire):
    open_to_us(model(wire), regionAvailability="NOT_AVAILABLE")
    found = check().finding()
    assert (found.text, found.fix) == (
        "is not offered in us-west-2. TEXT_IMAGE would fail.",
        "Set `model_region` to one of: us-west-2.",
    )


@pytest.mark.parametrize(
    "closed", [{"authorizationStatus": "NOT_AUTHORIZED"}, {"entitlementAvailability": "NOT_AVAILABLE"}]
)
def test_a_denied_model_is_a_failure_that_names_policies_and_sales(wire, closed):
    open_to_us(model(wire), **closed)
    found = check().finding()
    assert (found.level, found.text) == (
        Level.FAILURE,
        "is denied to this account by Bedrock. TEXT_IMAGE would fail.",
    )
    assert found.fix == (
        "Look for a Deny on bedrock:InvokeModel in IAM and organization policies; without one, AWS Sales grants access."
        " --anyway deploys nevertheless."
    )


def test_a_look_that_is_not_permitted_is_a_warning_and_not_a_denied_model(wire):
    wire.refuses("bedrock", "get_foundation_model", "AccessDeniedException", status=403)
    found = check().finding()
    assert found.level is Level.WARNING
    assert "bedrock:GetFoundationModel and bedrock:GetFoundationModelAvailability" in found.fix


def test_prices_are_told_in_usd():
    assert price(STABLE_IMAGE_CORE) == "0.04 USD"
    assert price(TITAN_V2) == "0.008 to 0.012 USD"
    assert price(TITAN_V2, {TITAN_V2.id: {"512": 0.002, "1024": 0.009}}) == "0.002 to 0.012 USD"
    assert price(STABLE_IMAGE_CORE, {TITAN_V2.id: {"512": 0.002}}) == "0.04 USD"
    assert [usd(20), usd(1_000_000), usd(0)] == ["0.00002", "1", "0"]
