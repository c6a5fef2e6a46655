"""The description of the API agrees with the API."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from functions.api import app
from functions.darkroom import tasks
from functions.darkroom.tasks import TASK_TYPES

ROOT = Path(__file__).parents[2]
COMMITTED = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_documents_are_what_the_code_says():
    for name, document in generator().documents().items():
        assert json.loads((ROOT / "docs" / name).read_text(encoding="utf-8")) == document, "run `make docs`"


def test_it_is_valid_openapi():
    validate(COMMITTED)


def test_it_names_every_route_of_the_door_and_no_other():
    served = set()
    for route in app._static_routes + app._dynamic_routes:
        methods = [route.method] if isinstance(route.method, str) else route.method
        served |= {(method, re.sub(r"<(?:job_)?(\w+)>", r"{\1}", route.path)) for method in methods}
    named = {(method.upper(), path) for path, methods in COMMITTED["paths"].items() for method in methods}
    assert named == served


def test_only_the_routes_without_a_key_say_so():
    without = {
        path for path, methods in COMMITTED["paths"].items() for one in methods.values() if one.get("security") == []
    }
    assert without == {"/health", "/openapi.json"}


@pytest.mark.parametrize("name", TASK_TYPES)
def test_the_examples_are_valid_requests(name):
    body = COMMITTED["paths"]["/images"]["post"]["requestBody"]["content"]["application/json"]
    assert tasks.from_data(body["examples"][name]["value"]).taskType == name
