"""Which deployment is meant, and the file that keeps their names and keys."""

from __future__ import annotations

import json
import os

import click
import pytest
from darkroom_client import TargetUnknown, profiles, targets
from darkroom_client.profiles import Profile

MAIN = Profile("https://main.example/v1", "main-key", "us-west-2", "darkroom", "123456789012")
OTHER = Profile("https://other.example/v1", "other-key")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config" / "profiles.json"


@pytest.fixture
def environ(file):
    """An environment whose profiles file knows `main` and `other`."""
    profiles.save("main", MAIN, file)
    profiles.save("other", OTHER, file)
    return {"DARKROOM_CONFIG": str(file)}


@pytest.fixture
def checkout(tmp_path):
    """A folder with a local run."""
    folder = tmp_path / "checkout"
    (folder / ".local").mkdir(parents=True)
    outputs = {"base_url": "http://127.0.0.1:8787/v1", "api_key": "local-key", "region": "us-west-2", "table": "t"}
    (folder / ".local" / "outputs.json").write_text(json.dumps(outputs))
    return folder


def test_a_saved_profile_is_loaded_again(file):
    assert profiles.save("main", MAIN, file) == file
    assert profiles.load(file) == {"main": MAIN}
    assert profiles.current(file) is None


def test_saving_replaces_one_profile_and_keeps_the_others_and_the_choice(environ, file):
    profiles.use("other", file)
    profiles.save("main", Profile("https://new.example/v1", "new-key"), file)

    assert profiles.load(file)["main"].base_url == "https://new.example/v1"
    assert profiles.load(file)["other"] == OTHER
    assert profiles.current(file) == "other"


def test_fields_of_a_later_version_are_kept(file):
    stored = {"current": None, "theme": "dark", "profiles": {"main": {"base_url": "u", "api_key": "k", "color": "red"}}}
    file.parent.mkdir()
    file.write_text(json.dumps(stored))

    profiles.save("main", MAIN, file)
    profiles.use("main", file)

    written = json.loads(file.read_text())
    assert (written["theme"], written["profiles"]["main"]["color"], written["current"]) == ("dark", "red", "main")


def test_the_file_is_for_its_owner_only_and_nothing_is_left_beside_it(environ, file):
    profiles.use("main", file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in file.parent.iterdir()] == ["profiles.json"]


def test_a_write_that_fails_leaves_the_old_file(environ, file, monkeypatch):
    before = file.read_bytes()
    monkeypatch.setattr("darkroom_client.profiles.json.dump", lambda *_args, **_more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        profiles.use("main", file)

    assert file.read_bytes() == before
    assert [one.name for one in file.parent.iterdir()] == ["profiles.json"]


def test_a_link_to_the_file_stays_a_link(environ, file, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(file)

    profiles.use("main", link)

    assert link.is_symlink()
    assert profiles.current(file) == "main"


@pytest.mark.parametrize("name", ["", "local"])
def test_some_names_cannot_be_given(file, name):
    with pytest.raises(TargetUnknown, match="cannot be called"):
        profiles.save(name, MAIN, file)


def test_a_name_that_is_not_there_cannot_be_chosen(environ, file):
    with pytest.raises(TargetUnknown, match="main, other, local"):
        profiles.use("mian", file)


@pytest.mark.parametrize("content", ["{", "[]", '{"profiles": []}', '{"profiles": {"main": {"base_url": "u"}}}'])
def test_a_file_that_is_no_profiles_file_is_named(file, content):
    file.parent.mkdir()
    file.write_text(content)

    with pytest.raises(TargetUnknown, match=str(file)):
        profiles.load(file)


def test_the_file_lies_where_command_lines_keep_their_configuration(monkeypatch):
    for environ in ({}, {"XDG_CONFIG_HOME": "/somewhere"}):
        monkeypatch.setattr(os, "environ", {"HOME": "/home/me", **environ})
        assert str(profiles.path(os.environ)) == f"{click.get_app_dir('darkroom')}/profiles.json"


def test_no_representation_holds_a_key(environ, checkout):
    assert "main-key" not in repr(MAIN)
    assert "local-key" not in repr(targets.local(checkout)) + str(targets.local(checkout))


def chosen(environ, folder, **flags):
    target = targets.choose(environ, folder, **flags)
    return target.name, target.base_url, target.api_key


FLAG, ENVIRONMENT = "https://flag.example/v1", "https://env.example/v1"
IN_ENVIRONMENT = {"DARKROOM_BASE_URL": ENVIRONMENT, "DARKROOM_API_KEY": "env-key"}


def test_flags_come_before_everything(environ, checkout):
    profiles.use("main", profiles.path(environ))
    everything = {**environ, **IN_ENVIRONMENT, "DARKROOM_PROFILE": "other"}

    assert chosen(everything, checkout, base_url=FLAG, api_key="k") == ("flags", FLAG, "k")
    assert chosen(everything, checkout, base_url=FLAG) == ("flags", FLAG, "env-key")
    assert chosen(everything, checkout, profile="main") == ("main", MAIN.base_url, "main-key")
    assert chosen(everything, checkout, profile="main", api_key="k") == ("main", MAIN.base_url, "k")


def test_the_environment_comes_before_the_chosen_profile(environ, checkout):
    profiles.use("main", profiles.path(environ))

    assert chosen(environ | IN_ENVIRONMENT, checkout) == ("environment", ENVIRONMENT, "env-key")
    assert chosen(environ | {"DARKROOM_PROFILE": "other"}, checkout) == ("other", OTHER.base_url, "other-key")
    assert chosen(environ | {"DARKROOM_PROFILE": ""}, checkout) == ("main", MAIN.base_url, "main-key")


def test_the_chosen_profile_comes_before_the_local_run(environ, checkout):
    assert chosen(environ, checkout) == ("local", "http://127.0.0.1:8787/v1", "local-key")

    profiles.use("main", profiles.path(environ))
    assert chosen(environ, checkout) == ("main", MAIN.base_url, "main-key")

    profiles.use("local", profiles.path(environ))
    assert chosen(environ, checkout)[0] == "local"


def test_the_local_run_of_a_parent_folder_is_found(environ, checkout):
    inside = checkout / "docs" / "samples"
    inside.mkdir(parents=True)

    assert chosen(environ, inside)[0] == "local"
    assert chosen(environ, inside, profile="local")[0] == "local"


@pytest.mark.parametrize("given", [{"base_url": FLAG}, {}], ids=["flag", "environment"])
def test_a_profiles_key_never_goes_to_another_base_url(environ, checkout, given):
    profiles.use("main", profiles.path(environ))
    at = environ if given else environ | {"DARKROOM_BASE_URL": ENVIRONMENT}

    with pytest.raises(TargetUnknown, match="no key for it"):
        chosen(at, checkout, **given)


def test_without_any_target_the_ways_to_name_one_are_told(environ, tmp_path):
    with pytest.raises(TargetUnknown, match="darkroom use NAME"):
        chosen(environ, tmp_path)
    with pytest.raises(TargetUnknown, match="no folder from here up"):
        chosen(environ | {"DARKROOM_PROFILE": "local"}, tmp_path)
    with pytest.raises(TargetUnknown, match="There is no profile 'mian'"):
        chosen(environ, tmp_path, profile="mian")


@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_outputs_that_cannot_be_read_are_named(environ, checkout, content):
    (checkout / ".local" / "outputs.json").write_text(content)

    with pytest.raises(TargetUnknown, match=r"outputs\.json"):
        chosen(environ, checkout)


def test_a_target_says_where_it_is(environ, tmp_path):
    assert str(targets.choose(environ, tmp_path, profile="main")) == "main (us-west-2): https://main.example/v1"
    assert str(targets.choose(environ, tmp_path, profile="other")) == "other: https://other.example/v1"
