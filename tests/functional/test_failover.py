"""A model that is gone: the next route serves the request, nothing is paid twice, and one call finds it out for all."""

from __future__ import annotations

import pytest

from functions import worker
from functions.darkroom import errors, money
from functions.darkroom.job import Status
from functions.darkroom.lives import REMEMBERED_SECONDS
from tests.functional.rig import Context, control, sqs_event
from tests.functional.test_api import call
from tests.functional.test_pacing import change
from tests.functional.test_sweeper import later
from tests.functional.test_walk import text_image

TITAN, CORE = "amazon.titan-image-generator-v2:0", "stability.stable-image-core-v1:1"
BY_TITAN_FIRST = {"TEXT_IMAGE": ("titan", "stability")}


def end(cloud, model=TITAN, state="ended"):
    control().put(f"{cloud.bedrock.url}/_emulator/lifecycle", json={model: state}).raise_for_status()


@pytest.fixture(autouse=True)
def titan_first(cloud):
    change(cloud, ROUTES=BY_TITAN_FIRST, MAX_PRICE_PER_IMAGE=0.1)
    yield
    for model in (TITAN, CORE):
        end(cloud, model, "active")


def post(request=None):
    status, _, job = call("POST", "/images", request or text_image(), {"Prefer": "respond-async"})
    assert status == 202, job
    return job["id"]


def run(cloud, job_id, times=2):
    for _ in range(times):
        worker.handler(sqs_event({"job_id": job_id}), Context())
    return cloud.walk.ledger.get(job_id)


def dear(cloud):
    """Let Titan cost as much as Core, so that its reservation suffices."""
    change(cloud, PRICES={TITAN: {"512": 0.05, "1024": 0.05}})


def used(cloud):
    return cloud.walk.ledger.used(money.accounts("default", cloud.settings.BUDGETS, cloud.walk.clock())[0])


@pytest.mark.parametrize("state", ["ended", "legacy"])
def test_the_next_route_serves_what_a_model_that_is_gone_cannot(cloud, state):
    dear(cloud)
    end(cloud, state=state)
    done = run(cloud, post())

    assert (done.status, done.model.served, done.cost.charged, cloud.calls()) == (Status.SUCCEEDED, CORE, 40_000, 2)
    assert {one.field: one.verdict for one in done.fidelity}["imageGenerationConfig.width"] == "adapted"
    assert used(cloud) == (40_000, 1), "what Titan would have cost is given back"


def test_what_one_job_found_out_the_next_knows_before_any_money_is_set_aside(cloud):
    dear(cloud)
    end(cloud)
    run(cloud, post())
    calls = cloud.calls()
    job = cloud.walk.ledger.get(post())

    assert (job.model.served, job.cost.quoted) == (CORE, 40_000)
    assert run(cloud, job.id).status is Status.SUCCEEDED
    assert cloud.calls() == calls + 1


def test_after_a_day_the_model_is_asked_again(cloud):
    dear(cloud)
    end(cloud)
    run(cloud, post())
    end(cloud, state="active")
    assert cloud.walk.ledger.get(post()).model.served == CORE
    later(cloud, REMEMBERED_SECONDS + 1)
    assert cloud.walk.ledger.get(post()).model.served == TITAN


def test_a_successor_that_costs_more_than_was_set_aside_is_left_to_the_caller(cloud):
    end(cloud)
    done = run(cloud, post())
    assert (done.status, done.error.slug, done.cost.charged) == (Status.FAILED, "model-ended", 0)
    assert run(cloud, post()).model.served == CORE, "asked anew, it is served"


def test_a_model_that_failed_is_not_gone(cloud):
    dear(cloud)
    cloud.fault("error")
    done = run(cloud, post())
    assert (done.status, done.model.served, cloud.calls()) == (Status.FAILED, TITAN, 1)
    assert cloud.walk.lives.gone(cloud.walk.clock()) == frozenset()


def test_nothing_is_rerouted_that_would_be_done_less_faithfully_than_was_asked(cloud):
    dear(cloud)
    end(cloud)
    exact = text_image() | {"fidelity": "exact"}
    assert run(cloud, post(exact)).error.slug == "model-ended"


def test_when_every_route_is_gone_the_refusal_says_so_before_anything_is_written(cloud):
    dear(cloud)
    end(cloud)
    end(cloud, CORE)
    run(cloud, post(), times=3)
    status, _, problem = call("POST", "/images", text_image())
    assert (status, problem["type"].rsplit(":")[-1]) == (422, "not-served")
    assert "did not answer to this account" in problem["detail"]


@pytest.mark.parametrize(("minutes", "status"), [(5, Status.QUEUED), (16, Status.FAILED)])
def test_a_subscription_that_is_not_complete_is_waited_for_a_quarter_of_an_hour(cloud, monkeypatch, minutes, status):
    def pending(*_):
        raise errors.SubscriptionPending("your AWS Marketplace subscription cannot be completed at this time")

    job_id = post()
    with monkeypatch.context() as patched:
        patched.setattr(type(cloud.walk.models), "invoke", pending)
        run(cloud, job_id, times=1)
        later(cloud, minutes * 60)
        waiting = run(cloud, job_id, times=1)
    assert waiting.status is status
    assert cloud.walk.lives.gone(cloud.walk.clock()) == frozenset(), "it is no reason to go elsewhere"
    if status is Status.QUEUED:
        assert run(cloud, job_id).status is Status.SUCCEEDED


def test_a_route_chooses_nothing_dearer_than_it_may_and_a_request_may_name_it(cloud):
    change(cloud, ROUTES={"TEXT_IMAGE": ("stability/stability.stable-image-ultra-v1:1",)})
    status, _, problem = call("POST", "/images", text_image())
    assert (status, problem["type"].rsplit(":")[-1]) == (402, "price-over-limit")
    assert "0.14 USD" in problem["detail"]
    status, _, quoted = call("POST", "/quotes", text_image() | {"modelId": "stability.stable-image-ultra-v1:1"})
    assert (status, quoted["cost"]["quoted"]) == (200, 140_000)


def test_a_model_that_the_config_does_not_name_is_refused_with_the_setting(cloud):
    status, _, problem = call("POST", "/images", text_image() | {"modelId": "stability.sd3-5-large-v1:0"})
    assert status == 422
    assert "stability/stability.sd3-5-large-v1:0" in problem["hint"]
