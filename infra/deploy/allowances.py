"""What the account allows, as far as these credentials can read it: functions at once, and calls of models a minute.

Read once a run, so that what was checked is what is deployed. Judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.account_facts import FASTEST, AccountFacts
from infra.deploy.findings import AWS_ERRORS
from infra.deploy.quota_names import model_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.config import DeploymentConfig
    from infra.deploy.account import Account

    Paces = Mapping[str, int]
    """Model id → requests a minute; a model that no quota names is missing."""

PAGE = {"PageSize": 100}
"""The most that Service Quotas gives at once; Bedrock has several hundred quotas."""


@dataclass(frozen=True, slots=True)
class Allowances:
    """What was read, or why it was not."""

    concurrency: int | Exception
    """How many functions run at once in the stack's Region, without those that are reserved for others."""
    paces: Mapping[str, Paces | Exception]
    """Region → how fast its models may be called."""

    def pace(self, model_id: str, region: str) -> int | None:
        """Requests a minute of a model in a Region; None where that is not known."""
        read = self.paces.get(region)
        return None if read is None or isinstance(read, Exception) else read.get(model_id)

    def facts(self, config: DeploymentConfig) -> AccountFacts:
        """What is handed to the CDK app. A quota of nothing is left out: it says no pace."""
        read = {model.id: self.pace(model.id, region) for model, region in config.bedrock_models.items()}
        return AccountFacts(
            concurrency=None if isinstance(self.concurrency, Exception) else self.concurrency,
            per_minute={name: min(pace, FASTEST) for name, pace in read.items() if pace},
        )


def read_allowances(account: Account, config: DeploymentConfig) -> Allowances:
    """Ask Lambda in the stack's Region, and Service Quotas in every Region where the routes' models are called."""
    regions = dict.fromkeys(config.bedrock_models.values())
    return Allowances(_concurrency(account), {region: _paces(account, region) for region in regions})


def _concurrency(account: Account) -> int | Exception:
    try:
        limits: dict[str, int] = account.client("lambda").get_account_settings()["AccountLimit"]
    except AWS_ERRORS as error:
        return error
    return limits["UnreservedConcurrentExecutions"]


def _paces(account: Account, region: str) -> Paces | Exception:
    try:
        pages = account.client("service-quotas", region).get_paginator("list_service_quotas")
        quotas = [
            quota for page in pages.paginate(ServiceCode="bedrock", PaginationConfig=PAGE) for quota in page["Quotas"]
        ]
    except AWS_ERRORS as error:
        return error
    return _by_model(quotas)


def _by_model(quotas: list[dict[str, Any]]) -> Paces:
    """The smallest where several names are about one model: it is the one that is reached first."""
    found: dict[str, int] = {}
    for quota in quotas:
        model_id = model_of(quota.get("QuotaName", ""))
        if model_id is not None and "Value" in quota:
            found[model_id] = min(int(quota["Value"]), found.get(model_id, FASTEST))
    return found
