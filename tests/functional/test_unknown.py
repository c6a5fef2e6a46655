"""A call whose outcome nobody knows: held, or made once more where that was chosen, and never a third time."""

from __future__ import annotations

import pytest

from functions import worker
from functions.darkroom import money
from functions.darkroom.job import Status
from tests.functional.rig import Context, sqs_event
from tests.functional.test_api import call
from tests.functional.test_pacing import change
from tests.functional.test_walk import text_image

CORE = 40_000


def asked(on_unknown, **config):
    return text_image(**config) | ({"onUnknown": on_unknown} if on_unknown else {})


def post(cloud, on_unknown=None, **config):
    status, _, job = call("POST", "/images", asked(on_unknown, **config), {"Prefer": "respond-async"})
    assert status == 202
    return job["id"]


def lose_reply(cloud, monkeypatch, times=1):
    """Let the model draw, and its answer get lost."""
    invoke, lost = type(cloud.walk.models).invoke, []

    def losing(self, sent):
        from functions.darkroom.errors import OutcomeUnknown  # noqa: PLC0415

        drawn = list(invoke(self, sent))
        if len(lost) < times:
            lost.append(sent)
            raise OutcomeUnknown("the reply did not arrive")
        return iter(drawn)

    monkeypatch.setattr(type(cloud.walk.models), "invoke", losing)


def run(cloud, job_id):
    worker.handler(sqs_event({"job_id": job_id}), Context())
    return cloud.walk.ledger.get(job_id)


def used(cloud):
    account = money.accounts("default", cloud.settings.BUDGETS, cloud.walk.clock())[0]
    return cloud.walk.ledger.used(account)


def test_it_is_held_unless_somebody_chose_otherwise(cloud, monkeypatch):
    lose_reply(cloud, monkeypatch)
    done = run(cloud, post(cloud))
    assert (done.status, done.error.slug, done.cost.charged, cloud.calls()) == (
        Status.FAILED, "outcome-unknown", CORE, 1,
    )  # fmt: skip


@pytest.mark.parametrize("chosen_by", ["request", "deployment"])
def test_it_is_called_once_more_where_that_was_chosen_and_both_are_counted(cloud, monkeypatch, chosen_by):
    if chosen_by == "deployment":
        change(cloud, ON_UNKNOWN="retry")
    lose_reply(cloud, monkeypatch)
    job_id = post(cloud, "retry" if chosen_by == "request" else None)
    assert used(cloud) == (2 * CORE, 1), "the most that it can come to is set aside"
    done = run(cloud, job_id)

    assert (done.status, cloud.calls()) == (Status.SUCCEEDED, 2)
    assert [(step.n, step.replaces, step.state, step.charged) for step in done.steps] == [
        (1, None, "unknown", CORE), (2, 1, "stored", CORE),
    ]  # fmt: skip
    assert (done.cost.charged, done.cost.quoted, done.cost.atMost) == (2 * CORE, CORE, 2 * CORE)
    assert used(cloud) == (2 * CORE, 1)


def test_what_needed_no_second_call_gives_its_money_back(cloud):
    done = run(cloud, post(cloud, "retry"))
    assert (done.cost.charged, used(cloud)) == (CORE, (CORE, 1))


def test_it_is_not_called_a_third_time(cloud, monkeypatch):
    lose_reply(cloud, monkeypatch, times=2)
    done = run(cloud, post(cloud, "retry"))
    assert (done.status, done.error.slug, done.cost.charged, cloud.calls()) == (
        Status.FAILED, "outcome-unknown", 2 * CORE, 2,
    )  # fmt: skip


def test_the_request_may_hold_what_the_deployment_would_call_again(cloud, monkeypatch):
    change(cloud, ON_UNKNOWN="retry")
    lose_reply(cloud, monkeypatch)
    done = run(cloud, post(cloud, "hold"))
    assert (done.error.slug, cloud.calls()) == ("outcome-unknown", 1)


def test_pictures_keep_their_order_and_their_seeds(cloud, monkeypatch):
    lose_reply(cloud, monkeypatch)
    done = run(cloud, post(cloud, "retry", numberOfImages=3, seed=7))
    assert [image.seed for image in done.images] == [7, 8, 9]
    assert [step.place for step in done.standing_steps] == [1, 2, 3]


@pytest.mark.parametrize("dies_after", ["unknown", "replaced", "called"])
def test_a_crash_in_between_neither_calls_twice_nor_forgets_to_call(cloud, monkeypatch, dies_after):
    lose_reply(cloud, monkeypatch)
    job_id = post(cloud, "retry")
    commit, ledger = type(cloud.walk.ledger).commit, cloud.walk.ledger

    def committing(self, job):
        moved = commit(self, job)
        states = [step.state for step in moved.steps]
        reached = {"unknown": ["unknown"], "replaced": ["unknown", "planned"], "called": ["unknown", "stored"]}
        if states == reached[dies_after] and moved.status is Status.RUNNING:
            raise SystemExit("the worker's sandbox is gone")
        return moved

    with monkeypatch.context() as broken:
        broken.setattr(type(ledger), "commit", committing)
        with pytest.raises(SystemExit):
            run(cloud, job_id)
    start = cloud.walk.clock()
    object.__setattr__(cloud.walk, "clock", lambda: start + cloud.settings.TIMEOUTS.lease + 1)
    done = run(cloud, job_id)

    assert (done.status, cloud.calls(), done.cost.charged) == (Status.SUCCEEDED, 2, 2 * CORE)


def test_a_quote_tells_both_bounds_and_what_each_end_would_cost(cloud):
    _, _, held = call("POST", "/quotes", asked(None, numberOfImages=2))
    _, _, retried = call("POST", "/quotes", asked("retry", numberOfImages=2))

    assert held["cost"] == {"quoted": 2 * CORE, "charged": 0, "atMost": None, "currency": "USD"}
    assert retried["cost"]["atMost"] == 4 * CORE
    assert held["charges"] == {"image": CORE, "blockedCall": 0, "unknownCall": CORE}


def test_our_own_function_is_called_again_anyway_and_costs_no_more(cloud):
    from tests.unit.request_rig import request  # noqa: PLC0415

    _, _, quoted = call("POST", "/quotes", request("BACKGROUND_REMOVAL") | {"onUnknown": "retry"})
    assert (quoted["cost"]["atMost"], quoted["charges"]["unknownCall"]) == (None, 0)
