"""The functions, their queues and their clock: what runs, with which settings, in which order of time limits."""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING

import pytest

from functions.darkroom.quotas import Quotas
from functions.darkroom.settings import Settings
from tests.infra.template import plain

if TYPE_CHECKING:
    from tests.infra.template import Template

LEAN = ("Api", "Authorizer", "Uploads", "Worker", "Sweeper")


def settings_of(template: Template, function: str) -> Settings:
    variables = template.functions[function]["Environment"]["Variables"]
    return Settings.from_env({name: value if isinstance(value, str) else "made" for name, value in variables.items()})


@pytest.mark.parametrize("function", LEAN)
def test_a_lean_function_is_given_every_setting_and_nothing_unknown(default: Template, function: str) -> None:
    variables = set(default.functions[function]["Environment"]["Variables"])

    assert {name for name in variables if not name.startswith("POWERTOOLS_")} == set(Settings.model_fields)


@pytest.mark.parametrize("function", LEAN)
def test_the_settings_are_those_of_the_config(other: Template, function: str) -> None:
    settings, config = settings_of(other, function), other.config

    assert config.model_region == settings.MODEL_REGION
    assert config.engines == settings.ROUTES
    assert config.recipes == settings.RECIPES
    assert config.budgets == settings.BUDGETS
    assert config.prices == settings.PRICES
    assert config.quotas == settings.QUOTAS
    assert config.on_unknown == settings.ON_UNKNOWN
    assert config.waits == settings.WAITS_MAX
    assert config.concurrency.bulk == settings.BULK_WORKERS
    assert config.timeouts == settings.TIMEOUTS
    assert config.allowed_origins == settings.ALLOWED_ORIGINS
    assert config.retention.jobs == settings.JOB_DAYS
    assert config.retention.inputs == settings.INPUT_DAYS


def test_without_a_choice_the_functions_have_list_values(default: Template) -> None:
    settings = settings_of(default, "Worker")

    assert settings.PRICES == {}
    assert Quotas() == settings.QUOTAS
    assert settings.ON_UNKNOWN == "hold"
    assert settings.WAITS_MAX == 333


def test_the_settings_name_resources_and_not_strings(default: Template) -> None:
    variables = default.functions["Api"]["Environment"]["Variables"]
    made = {name: plain(value) for name, value in variables.items() if isinstance(value, dict)}

    assert made == {
        "TABLE_NAME": "StorageTable",
        "UPLOADS_BUCKET": "StorageUploads",
        "RESULTS_BUCKET": "StorageResults",
        "EVENT_BUS": "MessagingEvents",
        "INTERACTIVE_QUEUE_URL": "MessagingInteractive",
        "INTERACTIVE_DLQ_URL": "MessagingInteractiveDeadLetters",
        "BULK_QUEUE_URL": "MessagingBulk",
        "BULK_DLQ_URL": "MessagingBulkDeadLetters",
        "UPLOADS_QUEUE_URL": "MessagingUploads",
        "UPLOADS_DLQ_URL": "MessagingUploadsDeadLetters",
        "CUTOUT_FUNCTION": "FunctionsCutoutFunction",
        "API_KEY_SECRET": "ApiKey",
    }


def test_the_cutout_function_reads_no_settings(default: Template) -> None:
    assert "Environment" not in default.functions["Cutout"]


def test_every_handler_is_a_function_that_exists(default: Template) -> None:
    handlers = {name: one["Handler"] for name, one in default.functions.items()}

    assert handlers == {name: f"functions.{name.lower()}.handler" for name in (*LEAN, "Cutout")}
    for handler in handlers.values():
        module, _, name = handler.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_the_lean_functions_share_one_asset_and_cutout_has_its_own_memory(default: Template) -> None:
    assert len({json.dumps(default.functions[name]["Code"]) for name in LEAN}) == 1
    assert default.functions["Cutout"]["MemorySize"] == 2048


def test_functions_run_on_the_interpreter_that_built_them(default: Template, local: Template) -> None:
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"

    assert {one["Runtime"] for one in default.functions.values()} == {runtime}
    assert {tuple(one["Architectures"]) for one in default.functions.values()} == {("arm64",)}
    assert {tuple(one["Architectures"]) for one in local.functions.values()} == {("x86_64",)}


@pytest.mark.parametrize("which", ["default", "local"])
def test_time_limits_come_from_the_one_table_and_fit_into_each_other(
    which: str, request: pytest.FixtureRequest
) -> None:
    template: Template = request.getfixturevalue(which)
    times = template.config.timeouts
    limit = {name: one["Timeout"] for name, one in template.functions.items()}
    hidden = {
        lane: template.properties("AWS::SQS::Queue", f"Messaging{lane}")["VisibilityTimeout"]
        for lane in ("Interactive", "Bulk", "Uploads")
    }

    assert (limit["Cutout"], limit["Worker"]) == (times.model_read, times.worker)
    assert limit["Cutout"] < times.step < times.lease < limit["Worker"] <= hidden["Interactive"] == times.visibility
    assert hidden["Bulk"] == hidden["Interactive"]
    assert hidden["Uploads"] == 6 * limit["Uploads"]
    assert limit["Api"] <= 29
    assert limit["Sweeper"] < 60


def test_no_function_reserves_concurrency_or_traces(default: Template) -> None:
    for properties in default.functions.values():
        assert "ReservedConcurrentExecutions" not in properties
        assert "TracingConfig" not in properties


def test_every_function_logs_to_a_group_of_its_own_that_forgets(default: Template, other: Template) -> None:
    groups = [one["LoggingConfig"]["LogGroup"]["Ref"] for one in default.functions.values()]

    assert len(set(groups)) == len(default.functions)
    assert {one["Properties"]["RetentionInDays"] for one in default.of("AWS::Logs::LogGroup").values()} == {30}
    assert {one["Properties"]["RetentionInDays"] for one in other.of("AWS::Logs::LogGroup").values()} == {14}
