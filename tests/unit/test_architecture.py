"""The arrows of docs/architecture.md, read from the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    {"functions.api", "functions.uploads", "functions.worker", "functions.sweeper", "functions.authorizer"},
    {"functions.routes.jobs", "functions.routes.masks", "functions.routes.dead_letters"},
    {"functions.routes.caller"},
    {"functions.rendering", "functions.batches"},
    {"walk"},
    {"opening", "running", "sweeping"},
    {"failover"},
    {"erasing"},
    {"desk", "orders", "pacing", "dead_letters"},
    {"steps", "results", "maskroom", "drafts", "clients", "rounds"},
    {"sidecars"},
    {"intake"},
    {"ledger", "models", "storage", "events", "keys", "queues", "paces", "waits", "lives", "failures"},
    {"letters", "table"},
    {"engines.titan", "engines.stability", "engines.cutout"},
    {"engines"},
    {"offers", "accounts"},
    {"routing"},
    {"money", "successors", "governor", "queries", "mask_requests", "fidelity", "fitting", "blocks"},
    {"promises", "uses"},
    {"letter_requests", "notifications"},
    {"pixels", "palettes", "replies"},
    {"tasks", "job"},
    {"params"},
    {"fields"},
    {"reading", "settings", "masks"},
    {"pictures"},
    {"sizing", "measures"},
    {"catalogue", "images"},
    {"model"},
    {"contracts", "colours", "recipes", "budgets", "quotas", "reviews", "errors", "telemetry", "operations", "ids"},
]
"""From the top down; a module may import from rows below its own, and only there. A package is one room here."""
PACKAGES = ("masks", "pictures", "engines.stability")
INFRA_MAY_IMPORT = {
    "settings", "catalogue", "model", "successors", "routing", "contracts", "tasks", "recipes", "operations", "budgets",
    "quotas", "reviews",
}  # fmt: skip


def rank(module: str) -> int:
    name = module.removeprefix("functions.darkroom.")
    name = next((room for room in PACKAGES if f"{name}.".startswith(f"{room}.")), name)
    return next(number for number, row in enumerate(ROWS) if name in row)


def imports(path: Path, *, at_run_time: bool = True) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    skipped = {id(inner) for node in hidden for inner in ast.walk(node)} if at_run_time else set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in skipped:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import) and id(node) not in skipped:
            found |= {alias.name for alias in node.names}
    return found


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


LEAN = [
    path for path in sorted(ROOT.glob("functions/**/*.py")) if "cutout" not in path.parts and path.stat().st_size > 200
]
KNOWN = {module_name(path) for path in LEAN}


@pytest.mark.parametrize("path", LEAN, ids=module_name)
def test_arrows_only_point_down(path):
    mine = module_name(path)
    for other in imports(path) & KNOWN - {mine}:
        own_room = any(f"darkroom.{room}" in mine and f"darkroom.{room}" in other for room in PACKAGES)
        assert own_room or rank(other) > rank(mine), f"{mine} imports {other}"


def test_only_the_doors_know_the_event_handler():
    for path in LEAN:
        if not module_name(path).startswith(("functions.api", "functions.rendering", "functions.routes")):
            assert not any("event_handler" in one for one in imports(path)), path


@pytest.mark.parametrize("package", ["functions", "client"])
def test_nothing_that_ships_imports_what_does_not(package):
    for path in ROOT.glob(f"{package}/**/*.py"):
        assert not {one.split(".")[0] for one in imports(path, at_run_time=False)} & {"local", "infra", "tests"}, path


def test_infra_reads_only_the_pure_rows():
    allowed = {f"functions.darkroom.{name}" for name in INFRA_MAY_IMPORT}
    for path in ROOT.glob("infra/**/*.py"):
        for one in imports(path):
            if one.startswith("functions."):
                module = ".".join(one.split(".")[:3])
                assert module in allowed | {"functions.darkroom"}, f"{path.name} imports {one}"


def test_nobody_asks_for_what_the_bundle_leaves_out():
    for path in LEAN:
        text = path.read_text(encoding="utf-8")
        assert "get_paginator" not in text, path
        assert "get_waiter" not in text, path


def test_only_the_settings_read_the_environment():
    for path in LEAN:
        if path.name != "settings.py":
            assert "environ" not in path.read_text(encoding="utf-8"), path


HEAVY = {"PIL", "numpy", "cv2", "boto3"}
NOT_AT_START = {
    "functions.api": HEAVY,
    "functions.uploads": HEAVY | {"aws_lambda_powertools.event_handler", "asyncio"},
    "functions.worker": HEAVY | {"aws_lambda_powertools.event_handler", "asyncio"},
    "functions.sweeper": HEAVY | {"aws_lambda_powertools.event_handler", "asyncio"},
    "functions.authorizer": HEAVY | {"aws_lambda_powertools.event_handler", "asyncio", "functions.darkroom.walk"},
}


@pytest.mark.parametrize("door", NOT_AT_START)
def test_no_door_starts_with_what_it_does_not_use(door):
    script = f"import sys, {door}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert not NOT_AT_START[door] & set(run.stdout.split())


def test_the_cutout_model_stands_alone():
    for path in ROOT.glob("functions/cutout/*.py"):
        assert not [one for one in imports(path) if one.startswith("functions") and "cutout" not in one], path
