"""The Marketplace agreement of a model: shown, consented to on its own, made once, and waited for."""

from __future__ import annotations

from datetime import date

import pytest

from functions.darkroom.catalogue import STABLE_IMAGE_CORE
from infra.deploy.findings import Level, RemedyError
from infra.deploy.model_access import ModelCheck
from tests.unit.aws_stubs import CORE, Wire, client, config, model, open_to_us

OFFER = {
    "offerToken": "token-1",
    "termDetails": {
        "usageBasedPricingTerm": {
            "rateCard": [{"price": "0.04", "unit": "Units", "dimension": "img", "description": "One image"}]
        },
        "legalTerm": {"url": "https://stability.example/eula"},
        "supportTerm": {"refundPolicyDescription": "None are given."},
    },
}


@pytest.fixture
def wire():
    made = Wire()
    made("bedrock", "us-west-2")
    yield made
    made.close()


def check(sleep=lambda _: None):
    return ModelCheck(client("bedrock"), STABLE_IMAGE_CORE, "us-west-2", config(), date(2026, 11, 22), sleep)


@pytest.mark.parametrize("entitled", ["AVAILABLE", "NOT_AVAILABLE"])
def test_an_agreement_that_is_still_being_made_does_not_stop_a_deployment(wire, entitled):
    open_to_us(model(wire), "PENDING", entitlementAvailability=entitled)
    found = check().finding()
    assert (found.level, found.text) == (Level.WARNING, "has an agreement that is still being made.")


def test_an_agreement_that_failed_is_told_with_its_reason(wire):
    open_to_us(model(wire), agreementAvailability={"status": "ERROR", "errorMessage": "INVALID_PAYMENT_INSTRUMENT"})
    found = check().finding()
    assert found.text == "has an agreement that failed: INVALID_PAYMENT_INSTRUMENT. TEXT_IMAGE would fail."
    assert "payment method" in found.fix


def offered(wire, *offers):
    open_to_us(model(wire), "NOT_AVAILABLE", authorizationStatus="NOT_AUTHORIZED")
    reply = {"modelId": CORE, "offers": list(offers)}
    expected = {"modelId": CORE, "offerType": "PUBLIC"}
    return wire.says("bedrock", "list_foundation_model_agreement_offers", reply, expected)


def test_a_missing_agreement_shows_the_offer_and_asks_for_a_consent_of_its_own(wire):
    offered(wire, OFFER)
    found = check().finding()
    assert (found.level, found.text) == (
        Level.FAILURE,
        "has no Marketplace agreement with this account. TEXT_IMAGE would fail.",
    )
    assert found.remedy.is_contract
    assert found.remedy.question == (
        f"AWS Marketplace's offer for {CORE}:\n"
        "  0.04 per Units: One image\n"
        "  Terms: https://stability.example/eula\n"
        "  Refunds: None are given.\n"
        "Accept this offer for the whole account?"
    )


def test_the_agreement_is_made_once_and_waited_for_until_it_is_seen(wire):
    offered(wire, OFFER)
    remedy = check(sleep=(slept := []).append).finding().remedy
    expected = {"modelId": CORE, "offerToken": "token-1"}
    wire.says("bedrock", "create_foundation_model_agreement", {"modelId": CORE}, expected)
    open_to_us(open_to_us(wire, "NOT_AVAILABLE"), "PENDING")
    remedy.act()
    wire.all_said()
    assert slept == [5]


def test_the_wait_for_an_agreement_is_bounded(wire):
    offered(wire, OFFER)
    remedy = check(sleep=(slept := []).append).finding().remedy
    wire.says("bedrock", "create_foundation_model_agreement", {"modelId": CORE})
    for _ in range(12):
        open_to_us(wire, "NOT_AVAILABLE")
    remedy.act()
    wire.all_said()
    assert sum(slept) == 60


@pytest.mark.parametrize(
    ("code", "fix"),
    [("AccessDeniedException", "aws-marketplace:Subscribe"), ("ValidationException", "a payment method")],
)
def test_an_agreement_that_is_refused_names_its_fix(wire, code, fix):
    offered(wire, OFFER)
    remedy = check().finding().remedy
    wire.refuses("bedrock", "create_foundation_model_agreement", code)
    with pytest.raises(RemedyError, match=fix):
        remedy.act()


def test_between_several_offers_a_person_chooses_in_the_console(wire):
    offered(wire, OFFER, OFFER)
    found = check().finding()
    assert found.remedy is None
    assert found.fix == "There are 2 public offers: accept one in the console, Model catalog."


def test_offers_that_may_not_be_read_name_the_rights(wire):
    open_to_us(model(wire), "NOT_AVAILABLE")
    wire.refuses("bedrock", "list_foundation_model_agreement_offers", "AccessDeniedException", status=403)
    found = check().finding()
    assert found.remedy is None
    assert found.fix == (
        "Somebody with aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions makes it, once for the account."
    )
