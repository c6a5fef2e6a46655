"""Whether Bedrock will serve the configured models to this account: their life, their Region, their agreement.

A finding about a model is a failure only where a route needs that model; one that requests merely may name is a
warning. A Marketplace agreement is made with the deployer's consent alone, after its offer was shown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from functions.darkroom.budgets import MICROS
from functions.darkroom.catalogue import DEFAULT_MODELS, region_for
from functions.darkroom.routing import entry_of
from infra.deploy.findings import (
    AWS_ERRORS,
    DENIED,
    Remedy,
    RemedyError,
    code_of,
    failure,
    not_checked,
    ok,
    warning,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, datetime

    from functions.darkroom.model import Model
    from infra.config import DeploymentConfig
    from infra.deploy.account import Account
    from infra.deploy.findings import Finding

POLL_SECONDS, POLLS = 5, 12
"""A new agreement is seen within seconds as PENDING, and is AVAILABLE after some minutes."""
UNKNOWN = frozenset({"ResourceNotFoundException", "ValidationException"})
"""How Bedrock answers for a model that has ended or never was."""
PAYMENT = "The account needs a payment method that is valid for AWS Marketplace (Billing console)."
PERMISSIONS = "bedrock:GetFoundationModel and bedrock:GetFoundationModelAvailability"
RIGHTS = "aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions"
DENIAL = (
    "Look for a Deny on bedrock:InvokeModel in IAM and organization policies; without one, AWS Sales grants access. "
    "--anyway deploys nevertheless."
)


def check_models(account: Account, config: DeploymentConfig, today: date) -> Iterator[Finding]:
    """One finding for each Bedrock model that the routes may reach."""
    for model, region in config.bedrock_models.items():
        yield ModelCheck(account.client("bedrock", region), model, region, config, today).finding()


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """The questions about one model."""

    bedrock: Any
    model: Model
    region: str
    """Where it would be called."""
    config: DeploymentConfig
    today: date
    sleep: Callable[[float], None] = time.sleep

    def finding(self) -> Finding:
        """What there is to say about it, the worst first."""
        try:
            details = self.bedrock.get_foundation_model(modelIdentifier=self.model.id)["modelDetails"]
            life = details.get("modelLifecycle", {})
            ended = life.get("endOfLifeTime")
            if ended is not None and ended.date() <= self.today:
                return self._gone(ended.date())
            access = self.bedrock.get_foundation_model_availability(modelId=self.model.id)
        except AWS_ERRORS as error:
            if code_of(error) in UNKNOWN:
                return self._gone(self.model.ends)
            return not_checked(self._subject, error, PERMISSIONS)
        return self._closed(access) or self._legacy(life) or ok(self._subject, self._terms())

    @property
    def _subject(self) -> str:
        return f"model {self.model.id}"

    @property
    def _needed_for(self) -> list[str]:
        """The tasks that come to this model when a request names no other."""
        first = {task: entry_of(entries[0]).reaches(task) for task, entries in self.config.engines.items()}
        return [task for task, models in first.items() if models[:1] == (self.model,)]

    def _bad(self, text: str, fix: str, remedy: Remedy | None = None) -> Finding:
        if self._needed_for:
            return failure(self._subject, f"{text} {' and '.join(self._needed_for)} would fail.", fix, remedy)
        return warning(self._subject, f"{text} Only requests that name this model would fail.", fix)

    def _gone(self, ended: date | None) -> Finding:
        when = f"ended on {ended}" if ended is not None and ended <= self.today else "has ended or was never there"
        return self._bad(f"{when}: Bedrock in {self.region} does not know it any more.", self._otherwise())

    def _closed(self, access: dict[str, Any]) -> Finding | None:
        agreement = access["agreementAvailability"]
        if access["regionAvailability"] != "AVAILABLE":
            where = f"Set `model_region` to one of: {', '.join(self.model.regions)}."
            return self._bad(f"is not offered in {self.region}.", where)
        if agreement["status"] == "NOT_AVAILABLE":
            return self._no_agreement()
        if agreement["status"] == "ERROR":
            told = agreement.get("errorMessage", "no reason given")
            return self._bad(f"has an agreement that failed: {told}.", f"{PAYMENT} Then make the agreement again.")
        # An agreement that is not there yet may well show as a denial, too.
        if agreement["status"] == "PENDING":
            wait = "Wait up to 15 minutes for it before the first picture."
            return warning(self._subject, "has an agreement that is still being made.", wait)
        if access["authorizationStatus"] != "AUTHORIZED" or access["entitlementAvailability"] != "AVAILABLE":
            return self._bad("is denied to this account by Bedrock.", DENIAL)
        return None

    def _legacy(self, life: dict[str, Any]) -> Finding | None:
        if life.get("status") != "LEGACY":
            return None
        text = (
            f"is Legacy since {_day(life.get('legacyTime'))} and ends on {_day(life.get('endOfLifeTime'))}; an account "
            "that did not call it in the last 15 days is refused."
        )
        return warning(self._subject, text, f"Before then: {self._otherwise()}")

    def _no_agreement(self) -> Finding:
        text = "has no Marketplace agreement with this account."
        try:
            told = self.bedrock.list_foundation_model_agreement_offers(modelId=self.model.id, offerType="PUBLIC")
        except AWS_ERRORS as error:
            who = f"Somebody with {RIGHTS} makes it, once for the account."
            return self._bad(f"{text} Its offers cannot be read: {error}", who)
        offers = told["offers"]
        if len(offers) != 1:
            return self._bad(text, f"There are {len(offers)} public offers: accept one in the console, Model catalog.")
        question = f"{_offer(self.model.id, offers[0])}\nAccept this offer for the whole account?"
        token = offers[0]["offerToken"]
        remedy = Remedy(question, lambda: self._agree(token), is_contract=True)
        return self._bad(text, "Accept its offer, which is shown next (--accept-offers without questions).", remedy)

    def _agree(self, token: str) -> None:
        try:
            self.bedrock.create_foundation_model_agreement(modelId=self.model.id, offerToken=token)
            for _ in range(POLLS):
                access = self.bedrock.get_foundation_model_availability(modelId=self.model.id)
                if access["agreementAvailability"]["status"] != "NOT_AVAILABLE":
                    return
                self.sleep(POLL_SECONDS)
        except AWS_ERRORS as error:
            fix = f"These credentials need {RIGHTS}." if code_of(error) in DENIED else PAYMENT
            raise RemedyError(f"The agreement for {self.model.id} was not made: {error}\n{fix}") from error

    def _otherwise(self) -> str:
        tasks = self._needed_for or sorted(self.model.tasks & self.config.engines.keys())
        return " ".join(self._route_otherwise(task) for task in tasks)

    def _route_otherwise(self, task: str) -> str:
        others = [(engine, model) for (engine, served), model in DEFAULT_MODELS.items() if served == task]
        living = [engine for engine, model in others if model != self.model and self._serves(model)]
        if living:
            return f"Route {task} to {' or '.join(living)} (`engines` in the config)."
        here = f"Nothing else serves {task} in {self.region}"
        return f"{here}: change `model_region`, or leave the task out of `engines`."

    def _serves(self, model: Model) -> bool:
        reachable = not model.regions or region_for(model, self.config.model_regions) is not None
        return (model.ends is None or model.ends > self.today) and reachable

    def _terms(self) -> str:
        cost = price(self.model, self.config.prices)
        return f"active in {self.region}, open to this account; {cost} a picture"


def price(model: Model, own: Mapping[str, Mapping[str, float]] = MappingProxyType({})) -> str:
    """What one picture costs, in USD; a range where the price depends on the picture. The config's own go first."""
    listed = {size: one.amount for size, one in model.prices.items()}
    chosen = {size: round(one * MICROS) for size, one in own.get(model.id, {}).items()}
    amounts = (listed | chosen).values()
    least, most = min(amounts), max(amounts)
    return f"{usd(least)} USD" if least == most else f"{usd(least)} to {usd(most)} USD"


def usd(millionths: int) -> str:
    """Millionths of a USD as a decimal number, without needless zeros."""
    return f"{millionths / MICROS:.6f}".rstrip("0").rstrip(".")


def _day(moment: datetime | None) -> str:
    return "a day not yet named" if moment is None else str(moment.date())


def _offer(model_id: str, offer: dict[str, Any]) -> str:
    terms = offer["termDetails"]
    rates = [
        f"  {rate.get('price', '?')} per {rate.get('unit', 'unit')}: {rate.get('description') or rate.get('dimension')}"
        for rate in terms["usageBasedPricingTerm"]["rateCard"]
    ]
    legal = [
        f"  Terms: {terms['legalTerm'].get('url', 'none named')}",
        f"  Refunds: {terms['supportTerm'].get('refundPolicyDescription', 'none named')}",
    ]
    return "\n".join([f"AWS Marketplace's offer for {model_id}:", *rates, *legal])
