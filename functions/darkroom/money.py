"""Money: what a task will cost, and keeping within the budgets. Integers of a millionth of a USD.

Pure: reservations and settlements are parts of the transactions in which the ledger opens and ends a job, so that money
and job change together or not at all. The prices themselves are the catalogue's.

    pk                     sk                   what
    BUDGET#deployment      DAY#2026-11-25       amount and images reserved or spent, by all
    BUDGET#tenant#{id}     MONTH#2026-11        the same, by one tenant
    USAGE#{tenant}         2026-11-25#{task}#{model}#{key}   jobs, images and amount of ended jobs
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from functions.darkroom.budgets import MICROS
from functions.darkroom.catalogue import MODELS
from functions.darkroom.errors import NotServed, OverBudget
from functions.darkroom.job import Cost, Reservation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from functions.darkroom.budgets import Budget, Budgets, Limit
    from functions.darkroom.job import Job
    from functions.darkroom.model import Model
    from functions.darkroom.tasks import Task

    Prices = Mapping[str, Mapping[str, float]]
    """Model id → size tier → USD."""

NO_OTHERS: Prices = MappingProxyType({})
ANY_SIZE = "any"
"""The one tier of a model whose price does not depend on what is asked."""
KEPT_DAYS = 400
"""How long a period's sums are kept."""


def price_per_image(model: Model, task: Task, prices: Prices = NO_OTHERS) -> int:
    """What one picture of this task costs; `prices` are the deployment's own, in USD, which go before the catalogue's.

    Raises NotServed where the price is not known: unknown is never free.
    """
    tier = _tier(model, task)
    price = price_of(model, tier, prices)
    if price is None:
        raise NotServed(
            f"the price of {model.id} for {task.taskType} ({tier}) is not known",
            hint="Name it under `prices` in the deployment's config.",
        )
    return price


def price_of(model: Model, tier: str, prices: Prices = NO_OTHERS) -> int | None:
    """The price of one of a model's tiers, if anybody names one."""
    own, known = prices.get(model.id, {}).get(tier), model.prices.get(tier)
    if own is not None:
        return round(own * MICROS)
    return None if known is None else known.amount


def quote(model: Model, task: Task, prices: Prices = NO_OTHERS, *, is_retried: bool = False) -> Cost:
    """What the whole task costs when it succeeds; and the most it can cost, where an unknown call is made once more."""
    price = price_per_image(model, task, prices) * task.count
    return Cost(quoted=price, atMost=2 * price if is_retried and not model.repeatable else None)


def charges(planned: Job, images: int) -> dict[str, int]:
    """What a planned job would be charged without success: for each picture that came, and for a call without any."""
    price, call = planned.cost.quoted // images, planned.cost.quoted // len(planned.steps)
    counted = MODELS[planned.steps[0].model].charges
    return {"image": price, "blockedCall": call * counted.blocked, "unknownCall": call * counted.unknown}


@dataclass(frozen=True, slots=True)
class Account:
    """One budget of one period: its key in the table, and its limits."""

    scope: str
    period: str
    limit: Limit
    resets: datetime

    @property
    def key(self) -> dict[str, Any]:
        """Its place in the table."""
        return {"pk": {"S": f"BUDGET#{self.scope}"}, "sk": {"S": self.period}}

    @property
    def is_bounded(self) -> bool:
        """It has a limit at all."""
        return (self.limit.amount, self.limit.images) != (None, None)

    @property
    def words(self) -> str:
        """Whose it is, for people."""
        whose = "the deployment's" if self.scope == "deployment" else "the key's"
        return f"{whose} {'day' if self.period.startswith('DAY') else 'month'}"


def accounts(tenant: str, budgets: Budgets, now: float) -> tuple[Account, ...]:
    """Every account that a job of this tenant draws on now: the deployment's and the tenant's, by day and by month."""
    day = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    scopes = {"deployment": budgets.deployment, f"tenant#{tenant}": budgets.tenant}
    return tuple(account for scope, budget in scopes.items() for account in _periods(scope, budget, day))


def reserved(job: Job, drawn_on: tuple[Account, ...], images: int) -> Job:
    """The job with its reservation: all that it can cost."""
    amount = job.cost.bound
    keys = tuple((account.scope, account.period) for account in drawn_on)
    return job.model_copy(update={"reservation": Reservation(amount=amount, images=images, accounts=keys)})


def hold(account: Account, amount: int, images: int, used: tuple[int, int]) -> None:
    """Raise OverBudget where an account has less left than this, given what of it is used: amount and images."""
    used_amount, used_images = used
    over = _exceeds(used_amount + amount, account.limit.amount) or _exceeds(used_images + images, account.limit.images)
    if over:
        raise over_budget(account, amount, images, used_amount=used_amount, used_images=used_images)


def reserving(table: str, account: Account, amount: int, images: int) -> dict[str, Any]:
    """The part of a transaction that reserves so much; it fails where that would exceed the account's limit."""
    conditions, values = [], {":amount": _number(amount), ":images": _number(images)}
    for name, limit, wanted in (("amount", account.limit.amount, amount), ("images", account.limit.images, images)):
        if limit is not None:
            fresh = f"attribute_not_exists({name}) OR " if wanted <= limit else ""
            conditions.append(f"({fresh}{name} <= :{name}Room)")
            values[f":{name}Room"] = _number(limit - wanted)
    expires = int((account.resets + timedelta(days=KEPT_DAYS)).timestamp())
    update = {
        "TableName": table,
        "Key": account.key,
        "UpdateExpression": "ADD amount :amount, images :images SET #ttl = :ttl",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
        "ExpressionAttributeValues": values | {":ttl": _number(expires)},
    }
    return {"Update": update | ({"ConditionExpression": " AND ".join(conditions)} if conditions else {})}


def settling(table: str, job: Job) -> Iterator[dict[str, Any]]:
    """The parts of a transaction that give back what an ended job did not use, and count what it did."""
    held = job.reservation
    if held is None:
        return
    spent, drawn = job.cost.charged, len(job.images)
    for scope, period in held.accounts:
        key = {"pk": {"S": f"BUDGET#{scope}"}, "sk": {"S": period}}
        yield _adding(table, key, amount=spent - held.amount, images=min(drawn - held.images, 0))
    model = job.model.served if job.model else "none"
    day = job.createdAt.astimezone(UTC).date().isoformat()
    asked_with = job.source.key or (f"recipe:{job.source.recipe}" if job.source.recipe else "none")
    key = {"pk": {"S": f"USAGE#{job.tenant}"}, "sk": {"S": f"{day}#{job.taskType}#{model}#{asked_with}"}}
    yield _adding(table, key, jobs=1, images=drawn, amount=spent)


def over_budget(account: Account, amount: int, images: int, *, used_amount: int, used_images: int) -> OverBudget:
    """The refusal, with what is left and when it begins anew."""
    left = []
    if account.limit.amount is not None:
        left.append(f"{usd(max(account.limit.amount - used_amount, 0))} of {usd(account.limit.amount)} USD")
    if account.limit.images is not None:
        left.append(f"{max(account.limit.images - used_images, 0)} of {account.limit.images} pictures")
    resets = account.resets.strftime("%Y-%m-%dT%H:%M:%SZ")
    return OverBudget(
        f"this may cost {usd(amount)} USD for {images} picture{'s' if images > 1 else ''}; "
        f"{account.words} has {' and '.join(left)} left",
        hint=f"It begins anew at {resets}. The limits are `budgets` in the deployment's config.",
    )


def usd(amount: int) -> str:
    """Millionths of a USD as USD, without needless zeros."""
    text = f"{amount / 1_000_000:.6f}".rstrip("0")
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents.ljust(2, '0')}"


def _tier(model: Model, task: Task) -> str:
    """The price tier of a task. Where the size follows from a picture, the highest is taken."""
    if model.contract is None:
        return ANY_SIZE
    tier = model.contract.tier(*task.size) if task.size else model.contract.top_tier
    return f"{tier}-premium" if task.config.quality == "premium" else tier


def _periods(scope: str, budget: Budget, day: datetime) -> Iterator[Account]:
    yield Account(scope, f"DAY#{day:%Y-%m-%d}", budget.day, day + timedelta(days=1))
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    yield Account(scope, f"MONTH#{day:%Y-%m}", budget.month, next_month)


def _exceeds(wanted: int, limit: int | None) -> bool:
    return limit is not None and wanted > limit


def _adding(table: str, key: dict[str, Any], **amounts: int) -> dict[str, Any]:
    names = ", ".join(f"{name} :{name}" for name in amounts)
    values = {f":{name}": _number(amount) for name, amount in amounts.items()}
    update = {"TableName": table, "Key": key, "UpdateExpression": f"ADD {names}", "ExpressionAttributeValues": values}
    return {"Update": update}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}
