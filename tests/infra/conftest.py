"""The stack's templates, synthesised once each, with a tiny folder in place of the bundles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.config import DeploymentConfig
from tests.infra.template import Template, make_stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOCAL = {
    "architecture": "x86_64",
    "on_destroy": "delete",
    "timeouts": {"model_read": 5, "step": 8, "lease": 10, "worker": 20, "visibility": 30},
}
"""What the local run chooses."""

OTHER = {
    "name": "other",
    "model_region": "us-east-1",
    "engines": {"TEXT_IMAGE": ["titan"], "BACKGROUND_REMOVAL": ["titan"]},
    "recipes": [
        {"name": "shop", "prefix": "shop/", "tenant": "shop", "task": {"taskType": "BACKGROUND_REMOVAL"}},
        {"name": "shoes", "prefix": "shop/shoes/", "tenant": "shop", "task": {"taskType": "BACKGROUND_REMOVAL"}},
        {"name": "old", "prefix": "archive/1999/", "task": {"taskType": "BACKGROUND_REMOVAL"}},
    ],
    "retention": {"inputs": 2, "jobs": 5, "logs": 14},
    "prices": {"amazon.titan-image-generator-v2:0": {"1024": 0.009}},
    "quotas": {"share": 0.5, "interactive": 0.1, "per_minute": {"amazon.titan-image-generator-v2:0": 30}},
    "on_unknown": "retry",
    "waits_max": 50,
    "concurrency": {"interactive": 8, "bulk": 3},
    "throttle": {"rate": 7, "burst": 9},
    "allowed_origins": ["https://shop.example", "http://localhost:8000"],
    "alarm_email": "on-call@shop.example",
}
"""A deployment in which everything that can be chosen is chosen otherwise."""


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    (folder / "functions.txt").write_text("in place of the functions", "utf-8")
    return folder


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory, bundle: Path) -> Callable[[dict[str, Any]], Template]:
    def synth(chosen: dict[str, Any]) -> Template:
        config = DeploymentConfig.from_context(chosen)
        out = tmp_path_factory.mktemp("cdk.out")
        app, stack = make_stack(config, bundle, out)
        body = app.synth().get_stack_by_name(stack.stack_name).template
        report = json.loads((out / "validation-report.json").read_text("utf-8"))
        return Template(body, config, report["pluginReports"])

    return synth


@pytest.fixture(scope="session")
def default(synthesise: Callable[[dict[str, Any]], Template]) -> Template:
    return synthesise({})


@pytest.fixture(scope="session")
def local(synthesise: Callable[[dict[str, Any]], Template]) -> Template:
    return synthesise(LOCAL)


@pytest.fixture(scope="session")
def other(synthesise: Callable[[dict[str, Any]], Template]) -> Template:
    return synthesise(OTHER)
