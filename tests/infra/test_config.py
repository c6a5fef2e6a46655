"""The deployment config: what it takes, and that everything wrong with it is named at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.config import ConfigError, DeploymentConfig

CUT = {"taskType": "BACKGROUND_REMOVAL"}


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
    }

    named = {line.split(":")[0].strip() for line in complaints(wrong)}

    assert named == {
        "nmae", "name", "model_region", "architecture", "on_destroy", "engines.TEXT_IMAGE.0",
        "engines.BACKGROUND_REMOVAL", "retention.inputs", "retention.logs", "concurrency.interactive",
        "throttle.rate", "allowed_origins.0", "alarm_email", "recipes.0.prefix", "timeouts",
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


def test_the_committed_config_is_valid() -> None:
    committed = json.loads((Path(__file__).parents[2] / "cdk.json").read_text("utf-8"))["context"]["darkroom"]

    assert DeploymentConfig.from_context(committed) == DeploymentConfig()
