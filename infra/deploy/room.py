"""Whether the config fits into what the account allows: functions at once, people who wait, calls of models a minute.

Knows no AWS client; `allowances` has read it all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.config import waits_within
from infra.deploy.findings import failure, not_checked, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.darkroom.model import Model
    from infra.config import DeploymentConfig
    from infra.deploy.allowances import Allowances
    from infra.deploy.findings import Finding

CONCURRENCY, WAITS = "Lambda concurrency", "waiting requests"
QUOTA = "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384"
"""L-B99A9384 is Lambda's quota of concurrent executions."""
USUAL_QUOTA = 1_000


def check_room(allowances: Allowances, config: DeploymentConfig, region: str) -> Iterator[Finding]:
    """Everything that the account bounds; `region` is the stack's."""
    if isinstance(allowances.concurrency, Exception):
        yield not_checked(CONCURRENCY, allowances.concurrency, "lambda:GetAccountSettings")
        yield ok(WAITS, f"{config.waits} at once (list value)" if config.waits_max is None else _chosen(config))
    else:
        complete = allowances.facts(config).complete(config)
        yield check_concurrency(allowances.concurrency, complete, region)
        yield check_waits(allowances.concurrency, config, region)
    yield from check_paces(allowances, config)


def check_concurrency(free: int, config: DeploymentConfig, region: str) -> Finding:
    """Whether Lambda runs as many functions at once here as the config's maximums add up to."""
    parts = demand(config)
    need = sum(parts.values())
    told = ", ".join(f"{name} {number}" for name, number in parts.items())
    more = f"{_more(need, region)}; or lower `concurrency` or `waits_max` in the config."
    if free < len(parts):
        return failure(CONCURRENCY, f"{free} at once, and each of the {len(parts)} functions needs one.", more)
    if free < need:
        text = f"{free} at once, and the config's maximums need {need} ({told}): at full load some are turned away."
        return warning(CONCURRENCY, text, more)
    return ok(CONCURRENCY, f"{free} at once; the config's maximums need {need} ({told})")


def demand(config: DeploymentConfig) -> dict[str, int]:
    """How many of each function run at once when every queue is full and as many people wait as may."""
    workers = config.concurrency.interactive + config.concurrency.bulk
    cutouts = {"cutout": workers} if config.uses("cutout") else {}
    people = {"api": config.waits, "authorizer": 1}
    return {"worker": workers} | cutouts | {"uploads": config.concurrency.bulk, "sweeper": 1} | people


def check_waits(free: int, config: DeploymentConfig, region: str) -> Finding:
    """Whether those who wait leave room for the work that they wait for."""
    third, chosen, others = waits_within(free), config.waits_max, len(demand(config)) - 1
    if chosen is None:
        return ok(WAITS, f"{third} at once, a third of the account's concurrency")
    if chosen <= third:
        return ok(WAITS, _chosen(config))
    fix = f"Lower `waits_max` to {third}, or leave it out; or {_more(3 * chosen, region)}."
    if free - chosen < others:
        text = f"{chosen} may wait, of {free} functions at once: the workers that they wait for might find no room."
        return failure(WAITS, text, fix)
    return warning(WAITS, f"{chosen} may wait, more than a third of {free} functions at once: others are slowed.", fix)


def _chosen(config: DeploymentConfig) -> str:
    return f"{config.waits} at once (the config's)"


def _more(need: int, region: str) -> str:
    return f"`{QUOTA} --desired-value {max(USUAL_QUOTA, need)} --region {region}`"


def check_paces(allowances: Allowances, config: DeploymentConfig) -> Iterator[Finding]:
    """One finding for each Bedrock model of the routes, and one for each Region whose quotas cannot be read."""
    for region, read in allowances.paces.items():
        if isinstance(read, Exception):
            yield not_checked(f"Bedrock's quotas in {region}", read, "servicequotas:ListServiceQuotas")
    for model, region in config.bedrock_models.items():
        yield _pace(model, allowances.pace(model.id, region), config.quotas.per_minute.get(model.id))


def _pace(model: Model, theirs: int | None, chosen: int | None) -> Finding:
    subject = f"quota of {model.id}"
    if theirs == 0:
        fix = "Ask AWS Support to open it; until then route its tasks to another engine (`engines` in the config)."
        return warning(subject, "0 requests a minute (the account's): every call would be throttled.", fix)
    if chosen is not None and theirs is not None and chosen > theirs:
        text = f"{chosen} requests a minute (the config's), and the account has {theirs}: Bedrock throttles the rest."
        return warning(subject, text, f"Lower `quotas.per_minute` to {theirs} for this model, or leave it out.")
    if chosen is not None:
        return ok(subject, f"{chosen} requests a minute (the config's)")
    if theirs is not None:
        return ok(subject, f"{theirs} requests a minute (the account's)")
    return ok(subject, f"{model.requests_per_minute} requests a minute (list value)")
