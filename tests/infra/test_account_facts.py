"""What is known of the account: read from the context, and filled in where the config leaves something open."""

from __future__ import annotations

import pytest
from aws_cdk import App

from app import read
from functions.darkroom.quotas import Quotas
from functions.darkroom.settings import Settings
from infra.account_facts import AccountFacts
from infra.config import ConfigError, DeploymentConfig

CORE, TITAN = "stability.stable-image-core-v1:1", "amazon.titan-image-generator-v2:0"


def config(**chosen: object) -> DeploymentConfig:
    return DeploymentConfig.from_context(chosen)


def test_nothing_is_known_without_the_context_and_list_values_hold() -> None:
    complete = AccountFacts.from_context(None).complete(config())

    assert complete == config()
    assert complete.waits == 333 == Settings.model_fields["WAITS_MAX"].default
    assert complete.quotas == Quotas()


def test_what_was_read_comes_back_from_its_own_text() -> None:
    facts = AccountFacts(concurrency=400, per_minute={CORE: 60})

    assert facts.as_context() == f'{{"concurrency":400,"per_minute":{{"{CORE}":60}}}}'
    assert AccountFacts.from_context(facts.as_context()) == facts
    assert AccountFacts.from_context({"concurrency": 400, "per_minute": {CORE: 60}}) == facts


@pytest.mark.parametrize(("concurrency", "waits"), [(1000, 333), (10, 3), (2, 1), (0, 1), (60_000, 20_000)])
def test_a_third_of_the_accounts_concurrency_may_wait(concurrency: int, waits: int) -> None:
    assert AccountFacts(concurrency=concurrency).complete(config()).waits == waits


def test_what_somebody_chose_stays_as_it_is() -> None:
    chosen = config(waits_max=7, quotas={"share": 0.5, "per_minute": {CORE: 30}})
    complete = AccountFacts(concurrency=1000, per_minute={CORE: 90, TITAN: 60}).complete(chosen)

    assert complete.waits == 7
    assert complete.quotas == Quotas(share=0.5, per_minute={CORE: 30, TITAN: 60})


def test_nothing_else_of_the_config_is_touched() -> None:
    complete = AccountFacts(concurrency=1000, per_minute={CORE: 90}).complete(config(name="eu"))
    open_again = {"waits_max": None, "quotas": Quotas()}

    assert complete.model_copy(update=open_again) == config(name="eu")


@pytest.mark.parametrize(
    ("context", "complaint"),
    [
        ("concurrency=9", "context `darkroom-account` is neither a JSON object nor @file"),
        ({"concurrency": -1}, "  concurrency: "),
        ({"per_minute": {CORE: 0}}, f"  per_minute.{CORE}: "),
        ({"region": "eu-west-1"}, "  region: "),
    ],
)
def test_a_context_that_tells_nothing_of_an_account_is_refused(context: object, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        AccountFacts.from_context(context)


def test_the_app_reads_both_contexts_as_the_command_line_gives_them() -> None:
    given = {"darkroom": '{"name": "eu"}', "darkroom-account": f'{{"concurrency":30,"per_minute":{{"{CORE}":45}}}}'}
    found = read(App(context=given))

    assert (found.name, found.waits, found.quotas.per_minute) == ("eu", 10, {CORE: 45})


def test_the_app_needs_neither() -> None:
    assert read(App()) == DeploymentConfig()
