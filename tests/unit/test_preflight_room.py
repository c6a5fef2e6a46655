"""Room: what the config wants beside what the account allows, each case with its text and its way out."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from infra.deploy.allowances import Allowances
from infra.deploy.findings import Level
from infra.deploy.room import check_concurrency, check_paces, check_room, check_waits, demand
from tests.unit.aws_stubs import CORE, REGION, config

WEST = "us-west-2"
DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "AnyOperation")
MORE = (
    "`aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
    f"--desired-value {{}} --region {REGION}`"
)


def allows(concurrency=1000, **paces):
    return Allowances(concurrency, {WEST: {CORE: paces["core"]} if "core" in paces else {}})


# Functions at once


def parts(waits):
    return f"worker 6, cutout 6, uploads 2, sweeper 1, api {waits}, authorizer 1"


@pytest.mark.parametrize(
    ("free", "waits", "level", "text"),
    [
        (1000, 333, Level.OK, f"1000 at once; the config's maximums need 349 ({parts(333)})"),
        (22, 6, Level.OK, f"22 at once; the config's maximums need 22 ({parts(6)})"),
        (
            10,
            3,
            Level.WARNING,
            f"10 at once, and the config's maximums need 19 ({parts(3)}): at full load some are turned away.",
        ),
        (5, 1, Level.FAILURE, "5 at once, and each of the 6 functions needs one."),
    ],
)
def test_the_accounts_concurrency_is_held_against_the_configs_maximums(free, waits, level, text):
    found = check_concurrency(free, config(waits_max=waits), REGION)
    assert (found.level, found.text) == (level, text)
    if level is not Level.OK:
        assert found.fix == f"{MORE.format(1000)}; or lower `concurrency` or `waits_max` in the config."


def test_what_is_asked_of_aws_is_enough():
    found = check_concurrency(1000, config(concurrency={"interactive": 600, "bulk": 2}), REGION)
    assert MORE.format(602 + 602 + 2 + 1 + 333 + 1) in found.fix


def test_a_deployment_without_cutout_needs_no_room_for_it():
    engines = {"TEXT_IMAGE": ["stability"]}
    chosen = config(engines=engines, recipes=[], concurrency={"interactive": 3, "bulk": 2}, waits_max=7)
    assert demand(chosen) == {"worker": 5, "uploads": 2, "sweeper": 1, "api": 7, "authorizer": 1}


def test_the_maximums_are_counted_with_the_waits_that_the_account_gives():
    [concurrency, *_] = check_room(allows(60), config(), REGION)
    assert "api 20" in concurrency.text


# Requests that wait


@pytest.mark.parametrize(
    ("free", "chosen", "level", "text"),
    [
        (1000, None, Level.OK, "333 at once, a third of the account's concurrency"),
        (10, None, Level.OK, "3 at once, a third of the account's concurrency"),
        (1000, 333, Level.OK, "333 at once (the config's)"),
        (1000, 334, Level.WARNING, "334 may wait, more than a third of 1000 functions at once: others are slowed."),
        (100, 95, Level.WARNING, "95 may wait, more than a third of 100 functions at once: others are slowed."),
        (
            100,
            96,
            Level.FAILURE,
            "96 may wait, of 100 functions at once: the workers that they wait for might find no room.",
        ),
    ],
)
def test_those_who_wait_leave_room_for_the_work_that_they_wait_for(free, chosen, level, text):
    found = check_waits(free, config(waits_max=chosen), REGION)
    assert (found.level, found.text) == (level, text)
    if level is not Level.OK:
        asked = max(1000, 3 * chosen)
        assert found.fix == f"Lower `waits_max` to {free // 3}, or leave it out; or {MORE.format(asked)}."


def test_a_concurrency_that_may_not_be_read_is_a_warning_and_list_values_hold():
    concurrency, waits, _ = check_room(Allowances(DENIED, {WEST: {}}), config(), REGION)
    assert concurrency.level is Level.WARNING
    assert concurrency.fix.startswith("Allow lambda:GetAccountSettings")
    assert str(waits) == "ok       waiting requests: 333 at once (list value)"


def test_waits_that_were_chosen_are_told_as_such_where_nothing_was_read():
    _, waits, _ = check_room(Allowances(DENIED, {WEST: {}}), config(waits_max=9), REGION)
    assert waits.text == "9 at once (the config's)"


# Calls of models a minute


@pytest.mark.parametrize(
    ("theirs", "chosen", "text"),
    [
        ({"core": 120}, {}, "120 requests a minute (the account's)"),
        ({}, {}, "90 requests a minute (list value)"),
        ({"core": 120}, {CORE: 60}, "60 requests a minute (the config's)"),
        ({"core": 120}, {CORE: 120}, "120 requests a minute (the config's)"),
        ({}, {CORE: 500}, "500 requests a minute (the config's)"),
    ],
)
def test_a_model_is_told_with_its_pace_and_who_says_so(theirs, chosen, text):
    [found] = check_paces(allows(**theirs), config(quotas={"per_minute": chosen}))
    assert str(found) == f"ok       quota of {CORE}: {text}"


def test_a_pace_that_the_account_does_not_have_is_a_warning_with_the_way_out():
    [found] = check_paces(allows(core=60), config(quotas={"per_minute": {CORE: 90}}))
    assert str(found) == (
        f"warning  quota of {CORE}: 90 requests a minute (the config's), and the account has 60: Bedrock "
        "throttles the rest.\n"
        "         Fix: Lower `quotas.per_minute` to 60 for this model, or leave it out."
    )


def test_a_model_that_the_account_may_not_call_at_all_is_a_warning():
    [found] = check_paces(allows(core=0), config())
    assert found.level is Level.WARNING
    assert found.text == "0 requests a minute (the account's): every call would be throttled."


def test_quotas_that_may_not_be_read_are_one_warning_a_region_and_list_values_hold():
    warned, *told = check_paces(
        Allowances(1000, {WEST: DENIED}),
        config(engines={"TEXT_IMAGE": ["titan", "stability"]}, recipes=[]),
    )
    assert warned.subject == "Bedrock's quotas in us-west-2"
    assert warned.fix.startswith("Allow servicequotas:ListServiceQuotas; docs/deploy.md has the whole policy.")
    assert len(told) == 3
    assert all(one.level is Level.OK and one.text.endswith("(list value)") for one in told)
