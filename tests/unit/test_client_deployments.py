"""The verbs about deployments: which there are, which one is meant, and what it serves."""

from __future__ import annotations

import json

import pytest
from darkroom_client import profiles
from darkroom_client.cli import exits
from darkroom_client.profiles import Profile

from tests.unit.client_rig import KEY, Answer, command_line


@pytest.fixture
def config(tmp_path):
    return tmp_path / "config" / "profiles.json"


@pytest.fixture
def darkroom(rig, config, tmp_path, monkeypatch):
    """The command line, with a chosen profile for the rig."""
    monkeypatch.chdir(tmp_path)
    profiles.save("rig", Profile(rig.base_url, KEY, "us-west-2", "darkroom-rig", "123456789012"), config)
    profiles.use("rig", config)
    return command_line({"DARKROOM_CONFIG": str(config)})


def test_models_are_listed_with_what_they_serve_and_cost(darkroom):
    told = darkroom("models").stdout

    assert told == "model-of-the-rig  titan  alive  0.01 USD to 0.012 USD  TEXT_IMAGE\n"
    assert json.loads(darkroom("models", "--json").stdout)["tasks"] == ["TEXT_IMAGE", "INPAINTING"]


@pytest.mark.parametrize(("ends", "life"), [("2026-06-30", "ended 2026-06-30"), ("9999-12-31", "until 9999-12-31")])
def test_a_models_end_is_told(darkroom, rig, ends, life):
    rig.next("GET /v1/models", Answer(200, {"object": "list", "data": [{"id": "m", "ends": ends}]}))

    assert darkroom("models").stdout == f"m    {life}  price unknown  not used here\n"


def test_whoami_says_where_from_and_that_the_key_is_accepted(darkroom, rig, config):
    told = darkroom("whoami").stdout

    for part in ("rig", rig.base_url, str(config), "us-west-2", "darkroom-rig", "123456789012", "accepted"):
        assert part in told


def test_whoami_tells_a_key_that_is_not_accepted(darkroom, rig):
    result = darkroom("whoami", "--api-key", "wrong")

    assert result.exit_code == exits.NO_ACCESS
    assert "accepted" not in result.stdout


def test_profiles_are_listed_without_their_keys_and_the_chosen_one_is_marked(darkroom, rig, config, tmp_path):
    (tmp_path / ".local").mkdir()
    outputs = {"base_url": "http://127.0.0.1:1/v1", "api_key": KEY}
    (tmp_path / ".local" / "outputs.json").write_text(json.dumps(outputs))

    assert darkroom("profiles").stdout.splitlines() == [
        f"* rig  {rig.base_url}  (us-west-2, darkroom-rig, 123456789012)",
        f"  local  http://127.0.0.1:1/v1  ({tmp_path / '.local' / 'outputs.json'})",
    ]
    assert darkroom("use", "local").exit_code == 0
    assert darkroom("profiles").stdout.splitlines()[1].startswith("* local")


def test_an_unknown_name_cannot_be_used(darkroom):
    result = darkroom("use", "nobody")

    assert result.exit_code == exits.REFUSED
    assert "rig, local" in result.stderr


def test_the_look_only_verbs_do_not_announce_a_target(darkroom, rig):
    rig.job()

    for words in (["jobs"], ["get", "job_0001"], ["models"], ["whoami"], ["profiles"]):
        assert "→" not in darkroom(*words).stderr
