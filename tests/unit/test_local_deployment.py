"""When the stack is synthesised anew, and what of the user's environment reaches the tools."""

from __future__ import annotations

import os

import pytest

from local import deployment
from local.deployment import Deployment
from local.layout import Layout
from local.processes import Processes


@pytest.fixture
def checkout(tmp_path):
    for name in ("app.py", "infra/stack.py", "functions/api.py", "docs/openapi.json", "docs/deploy.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path


@pytest.fixture
def made(checkout):
    """A deployment for which a stack was synthesised from what the checkout holds now."""
    layout = Layout(state=checkout / "state", ports={}, root=checkout)
    deployed = Deployment(layout, Processes(checkout), "http://127.0.0.1:1", "000000000000", {})
    folder = deployed._folder({"darkroom": "{}"})
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    return deployed


def test_a_stack_is_used_again_while_its_inputs_stand(made, checkout):
    cache = checkout / "functions" / "__pycache__"
    cache.mkdir()
    (cache / "api.pyc").write_text("compiled")
    (checkout / "docs" / "deploy.md").write_text("other words")

    assert made.assembly({"darkroom": "{}"}) is not None


@pytest.mark.parametrize(
    "name", ["app.py", "infra/stack.py", "functions/api.py", "functions/new.py", "docs/openapi.json"]
)
def test_a_stack_is_made_anew_when_an_input_changed(made, checkout, name):
    (checkout / name).write_text("something else")

    assert made.assembly({"darkroom": "{}"}) is None


def test_a_stack_is_made_anew_for_another_context(made):
    assert made.assembly({"darkroom": '{"name": "other"}'}) is None


def test_a_synthesis_that_was_cut_off_is_no_stack(made):
    (made._folder({"darkroom": "{}"}) / "manifest.json").unlink()

    assert made.assembly({"darkroom": "{}"}) is None


def test_only_the_last_few_stacks_are_kept(tmp_path):
    for number in range(5):
        folder = tmp_path / str(number)
        folder.mkdir()
        os.utime(folder, (number, number))

    deployment._prune(tmp_path / "0")

    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["0", "3", "4"]


def test_nothing_of_a_real_account_reaches_the_tools(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK", "CDK_DEFAULT_ACCOUNT"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")

    environ = deployment._host_environ()

    assert "mine" not in environ.values()
    assert environ["PIP_INDEX_URL"] == "kept"
    assert "127.0.0.1" in environ["NO_PROXY"]
