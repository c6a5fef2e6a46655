"""Budgets: reserved with the job, settled with its end, never overspent, whatever comes in between."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from functions.darkroom import settings as settings_module
from functions.darkroom import walk as walk_module
from functions.darkroom.budgets import Budget, Budgets, Limit
from functions.darkroom.errors import OverBudget
from tests.functional.rig import make_atomic, photo
from tests.functional.test_api import call
from tests.functional.test_ledger import NOW, slug_of
from tests.functional.test_walk import open_job, run_queue, text_image
from tests.unit.request_rig import request, text64

CORE = 40_000


@pytest.fixture
def budget(cloud, monkeypatch):
    """Sets what may be spent."""

    def choose(**budgets: Budget) -> None:
        monkeypatch.setenv("BUDGETS", Budgets(**budgets).model_dump_json())
        settings_module.settings.cache_clear()
        walk_module.deployed.cache_clear()

    return choose


def day(usd: float | None = None, images: int | None = None) -> Budget:
    return Budget(day=Limit(usd=usd, images=images))


def used(cloud, scope: str = "deployment", period: str | None = None) -> tuple[int, int]:
    key = period or f"DAY#{datetime.now(UTC):%Y-%m-%d}"
    item = (
        cloud.client("dynamodb")
        .get_item(TableName="table", Key={"pk": {"S": f"BUDGET#{scope}"}, "sk": {"S": key}})
        .get("Item")
    )
    return (int(item["amount"]["N"]), int(item["images"]["N"])) if item else (0, 0)


def test_what_a_job_may_cost_is_reserved_when_it_opens_and_stands_when_it_succeeds(cloud):
    open_job(cloud, text_image(numberOfImages=2))
    assert used(cloud) == used(cloud, "tenant#default") == (2 * CORE, 2)
    assert used(cloud, period=f"MONTH#{datetime.now(UTC):%Y-%m}") == (2 * CORE, 2)

    run_queue(cloud)

    assert used(cloud) == used(cloud, "tenant#default") == (2 * CORE, 2)


def test_over_budget_is_402_and_nothing_is_written(cloud, budget):
    budget(deployment=day(usd=0.1))
    before = [open_job(cloud, text_image()) for _ in range(2)]

    status, _, problem = call("POST", "/images", request("BACKGROUND_REMOVAL", engine="titan") | {}, NOW)
    assert status == 202, "0.01 USD still fits"
    inputs = cloud.client("s3").list_objects_v2(Bucket="uploads")["KeyCount"]
    status, _, problem = call("POST", "/images", text_image(), NOW)

    assert (status, slug_of(problem)) == (402, "over-budget")
    assert "0.01 of 0.10 USD" in problem["detail"]
    assert "begins anew at" in problem["hint"]
    assert used(cloud) == (2 * CORE + 10_000, 3)
    assert cloud.client("s3").list_objects_v2(Bucket="uploads")["KeyCount"] == inputs
    records = cloud.client("s3").list_objects_v2(Bucket="results")["Contents"]
    assert len([one for one in records if one["Key"].startswith("orders/")]) == len(before) + 1


@pytest.mark.parametrize("scope", ["deployment", "tenant"])
@pytest.mark.parametrize("period", ["day", "month"])
@pytest.mark.parametrize("limit", [{"usd": 0.05}, {"images": 1}])
def test_every_kind_of_budget_is_held(cloud, budget, scope, period, limit):
    budget(**{"deployment": Budget(), scope: Budget(**{period: Limit(**limit)})})
    open_job(cloud, text_image())
    with pytest.raises(OverBudget, match=f"{'the key' if scope == 'tenant' else 'the deployment'}'s {period}"):
        open_job(cloud, text_image())


def test_a_job_that_no_budget_could_hold_is_refused_at_once(cloud, budget):
    budget(deployment=day(usd=0.03))
    with pytest.raises(OverBudget):
        open_job(cloud, text_image())
    assert used(cloud) == (0, 0)


def test_a_fresh_deployment_may_spend_ten_dollars_a_day(cloud):
    assert Budgets().deployment.day.amount == 10_000_000
    assert Budgets() == cloud.walk.settings.BUDGETS


def test_canceling_gives_everything_back(cloud):
    job = open_job(cloud, text_image())
    call("DELETE", f"/jobs/{job.id}")
    assert used(cloud) == used(cloud, "tenant#default") == (0, 0)


def test_a_block_gives_back_what_it_did_not_cost(cloud):
    open_job(cloud, text_image() | {"textToImageParams": {"text": "a naked corpse"}})
    run_queue(cloud)
    assert used(cloud) == (0, 0)


def test_a_partial_job_gives_back_the_rest(cloud):
    open_job(cloud, request("TEXT_IMAGE", text="a suggestive cup", numberOfImages=3, engine="titan"))
    run_queue(cloud)
    assert used(cloud) == (20_000, 2)


def test_what_nobody_knows_counts_as_spent(cloud):
    cloud.fault("cut")
    open_job(cloud, request("TEXT_IMAGE", engine="titan"))
    run_queue(cloud)
    amount, _ = used(cloud)
    assert amount == 10_000


def test_many_at_once_never_overspend(cloud, budget):
    budget(deployment=day(usd=0.2))
    opened, refused = [], []
    make_atomic(cloud)

    def ask() -> None:
        try:
            opened.append(open_job(cloud, text_image()))
        except OverBudget as error:
            refused.append(error)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(opened), len(refused)) == (5, 7)
    assert used(cloud) == (200_000, 5)


def test_usage_is_told_by_day_task_and_model_with_what_is_left(cloud, budget):
    budget(deployment=day(usd=1, images=10))
    open_job(cloud, text_image(numberOfImages=2))
    open_job(cloud, request("IMAGE_VARIATION", images=[text64(photo())], width=768, height=768))
    open_job(cloud, text_image() | {"textToImageParams": {"text": "a naked corpse"}})
    run_queue(cloud)
    open_job(cloud, text_image())

    status, _, told = call("GET", "/usage")

    assert status == 200
    assert told["total"] == {"jobs": 3, "images": 3, "amount": 2 * CORE + 8_000}
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert {"day": today, "task": "TEXT_IMAGE", "model": "stability.stable-image-core-v1:1", "key": "none"} | {
        "jobs": 2, "images": 2, "amount": 2 * CORE,
    } in told["rows"]  # fmt: skip
    [left] = told["budgets"]
    assert (left["scope"], left["day"], left["used"]) == ("deployment", today, {"amount": 128_000, "images": 4})
    assert call("GET", "/usage", tenant="other")[2]["total"]["jobs"] == 0
    assert call("GET", "/usage", query={"since": "2020-01-01", "until": "2020-02-01"})[2]["rows"] == []
    assert call("GET", "/usage", query={"since": "yesterday"})[0] == 400
