"""The deployment config: what it takes, and that everything wrong with it is named at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.darkroom.catalogue import MODELS
from infra.config import ConfigError, DeploymentConfig

CUT = {"taskType": "BACKGROUND_REMOVAL"}
PACED = ", ".join(model.id for model in MODELS.values() if model.requests_per_minute)
"""Every model of Bedrock."""
OWN = "it has no quota: it is our own function, bounded by `concurrency`"
CANVAS = "amazon.nova-canvas-v1:0"


def complaints(chosen: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        DeploymentConfig.from_context(chosen)
    return str(caught.value).splitlines()[1:]


def test_no_context_and_an_empty_object_are_the_defaults() -> None:
    assert DeploymentConfig.from_context(None) == DeploymentConfig.from_context({}) == DeploymentConfig()


def test_the_command_line_gives_text_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "eu.json"
    file.write_text('{"name": "eu"}', "utf-8")

    assert DeploymentConfig.from_context('{"name": "eu"}').name == "eu"
    assert DeploymentConfig.from_context(f"@{file}").name == "eu"


@pytest.mark.parametrize(
    ("context", "complaint"),
    [("name=eu", "neither a JSON object nor @file"), ("@no/such/file", "cannot be read"), ("[]", "the whole")],
)
def test_a_context_that_is_no_object_is_refused(context: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        DeploymentConfig.from_context(context)


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = {
        "nmae": "eu",
        "name": "EU",
        "model_region": "oregon",
        "architecture": "arm",
        "on_destroy": "forget",
        "engines": {"TEXT_IMAGE": ["dalle"], "BACKGROUND_REMOVAL": []},
        "retention": {"inputs": 0, "logs": 8},
        "concurrency": {"interactive": 1},
        "throttle": {"rate": 0},
        "allowed_origins": ["shop.example"],
        "alarm_email": "nobody",
        "recipes": [{"name": "a", "prefix": "no-slash", "task": CUT}],
        "timeouts": {"model_read": 100, "step": 80},
        "prices": {"stability.stable-image-core-v1:1": {"any": 0}},
        "quotas": {"share": 0, "interactive": 1, "per_minute": {"stability.stable-image-core-v1:1": 0}},
        "on_unknown": "guess",
        "waits_max": 0,
    }

    named = {line.split(":")[0].strip() for line in complaints(wrong)}

    assert named == {
        "nmae", "name", "model_region", "architecture", "on_destroy", "engines.TEXT_IMAGE.0",
        "engines.BACKGROUND_REMOVAL", "retention.inputs", "retention.logs", "concurrency.interactive",
        "throttle.rate", "allowed_origins.0", "alarm_email", "recipes.0.prefix", "timeouts",
        "prices.stability.stable-image-core-v1", "quotas.share", "quotas.interactive",
        "quotas.per_minute.stability.stable-image-core-v1", "on_unknown", "waits_max",
    }  # fmt: skip


def test_every_contradiction_is_named_at_once() -> None:
    contradictory = {
        "model_region": "eu-west-1",
        "allow_regions": ["us-east-2"],
        "engines": {"TEXT_IMAGE": ["cutout", "stability"]},
        "recipes": [
            {"name": "a", "prefix": "inputs/a/", "task": CUT},
            {"name": "a", "prefix": "b/", "task": {"taskType": "TEXT_IMAGE"}},
            {"name": "c", "prefix": "b/", "task": {"taskType": "TEXT_IMAGE"}},
        ],
        "prices": {"stability.stable-image-core-v1:1": {"any": 0.03, "1024": 0.03}, "dall-e-3": {"any": 0.04}},
        "quotas": {"per_minute": {"dall-e-3": 5, "darkroom.cutout-u2netp-v1": 60}},
        "timeouts": {"worker": 901, "visibility": 43_201},
        "allowed_origins": ["*", "https://shop.example"],
    }

    assert complaints(contradictory) == [
        "  model_region: eu-west-1 is not among allow_regions",
        "  engines.TEXT_IMAGE: cutout cannot serve TEXT_IMAGE; engines that can: titan, stability",
        "  engines.TEXT_IMAGE: stability does not serve TEXT_IMAGE in eu-west-1, us-east-2, only in us-west-2",
        "  recipes.0.task.taskType: BACKGROUND_REMOVAL has no engine under `engines`",
        "  recipes.0.prefix: inputs/ is written by Darkroom itself; choose another folder",
        "  recipes.1.name: a names another recipe too",
        "  recipes.2.prefix: b/ belongs to another recipe already",
        "  prices.stability.stable-image-core-v1:1.1024: there is no such size; this model's: any",
        f"  prices.dall-e-3: there is no such model; those that there are: {PACED}, darkroom.cutout-u2netp-v1",
        f"  quotas.per_minute.dall-e-3: there is no such model; those with a quota: {PACED}",
        f"  quotas.per_minute.darkroom.cutout-u2netp-v1: {OWN}; those with one: {PACED}",
        "  timeouts.worker: is at most 900 seconds, Lambda's limit",
        "  timeouts.visibility: is at most 43200 seconds, SQS's limit",
        "  allowed_origins: `*` stands alone: it already allows the others",
    ]


@pytest.mark.parametrize("prefix", ["inputs/", "inputs/default/", "t/", "t/default/jobs/", "recipes/", "recipes/shop/"])
def test_a_recipe_never_watches_what_darkroom_writes(prefix: str) -> None:
    chosen = {"recipes": [{"name": "loop", "prefix": prefix, "task": CUT}]}

    assert "is written by Darkroom itself" in "".join(complaints(chosen))


def test_a_folder_whose_name_only_begins_like_a_reserved_one_is_free() -> None:
    recipe = {"name": "in", "prefix": "inputs-of-shop/", "task": CUT}

    assert DeploymentConfig.from_context({"recipes": [recipe]}).watched_prefixes == ("inputs-of-shop/",)


def test_an_engine_is_named_once_per_task() -> None:
    assert (
        "engines.TEXT_IMAGE: names something twice"
        in complaints({"engines": {"TEXT_IMAGE": ["titan", "titan"], "BACKGROUND_REMOVAL": ["cutout"]}})[0]
    )


def test_a_route_that_the_model_region_does_not_serve_is_refused() -> None:
    assert complaints({"model_region": "us-east-1"}) == [
        "  engines.TEXT_IMAGE: stability does not serve TEXT_IMAGE in us-east-1, only in us-west-2"
    ]


def test_our_own_engine_serves_in_every_region() -> None:
    chosen = {"model_region": "eu-west-1", "engines": {"BACKGROUND_REMOVAL": ["cutout"]}}

    assert DeploymentConfig.from_context(chosen).bedrock_models == {}


@pytest.mark.parametrize("usd", [0, -0.01, 0.000_000_9])
def test_a_price_that_cannot_be_counted_is_refused(usd: float) -> None:
    [complaint] = complaints({"prices": {"stability.stable-image-core-v1:1": {"any": usd}}})

    assert complaint.endswith("is at least 0.000001 USD, the unit in which money is counted; no picture is free")


def test_a_price_of_no_end_is_refused() -> None:
    assert "finite" in complaints('{"prices": {"stability.stable-image-core-v1:1": {"any": 1e999}}}')[0]


def test_prices_and_quotas_of_models_that_no_route_names_are_taken() -> None:
    chosen = {"prices": {CANVAS: {"2048": 0.05}}, "quotas": {"per_minute": {CANVAS: 40}}}

    assert DeploymentConfig.from_context(chosen).prices == chosen["prices"]


@pytest.mark.parametrize(("chosen", "waits"), [({}, 333), ({"waits_max": 1}, 1), ({"waits_max": 10_000}, 10_000)])
def test_a_third_of_what_aws_gives_most_accounts_may_wait_unless_somebody_chose(chosen: Any, waits: int) -> None:
    assert DeploymentConfig.from_context(chosen).waits == waits


def test_the_committed_config_is_valid() -> None:
    committed = json.loads((Path(__file__).parents[2] / "cdk.json").read_text("utf-8"))["context"]["darkroom"]

    assert DeploymentConfig.from_context(committed) == DeploymentConfig()
