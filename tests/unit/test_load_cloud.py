"""The cloud that the load starts for itself: its config, its places, and its command line."""

from __future__ import annotations

import os
import sys

import pytest

from benchmarks.load import __main__ as command
from benchmarks.load import cloud as load_cloud
from benchmarks.load.cloud import NoCloudError, OwnLayout, RoomyCloud, roomy
from benchmarks.load.sending import Size
from functions.darkroom.catalogue import CUTOUT, STABLE_IMAGE_CORE
from infra.config import DeploymentConfig
from local.layout import ROOT
from tests.unit.local_rig import layout_in


def test_its_config_is_a_local_clouds_with_room(tmp_path):
    cloud = RoomyCloud(layout_in(tmp_path), "today", None, None)

    config = DeploymentConfig.from_context(cloud._context()["darkroom"])

    assert config.name == "local"
    assert config.budgets.deployment.day.usd == load_cloud.PLENTY_USD
    assert config.quotas.per_minute[STABLE_IMAGE_CORE.id] == load_cloud.PLENTY_A_MINUTE
    assert CUTOUT.id not in config.quotas.per_minute


def test_nothing_else_is_chosen_than_budgets_and_quotas():
    assert set(roomy()) == {"budgets", "quotas"}


def test_its_stacks_are_kept_apart_from_those_of_make_run(tmp_path):
    layout = OwnLayout.from_environ({"DARKROOM_STATE": str(tmp_path)})

    assert layout.assemblies == ROOT / ".local" / "load" / "cdk.out"
    assert layout.state == tmp_path


def test_its_environment_has_nothing_of_aws_and_ports_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")

    environ = load_cloud._environ(tmp_path)

    assert "AWS_PROFILE" not in environ
    ports = OwnLayout.from_environ(environ).ports
    assert len(set(ports.values())) == len(ports)


def test_a_cloud_that_does_not_come_up_is_told_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(NoCloudError), load_cloud.own_cloud():
        raise AssertionError("it is not up")


def test_the_child_ends_with_its_input(tmp_path):
    """As when whoever measures is killed."""
    child = load_cloud.subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=load_cloud.subprocess.PIPE
    )

    load_cloud._end(child, layout_in(tmp_path))

    assert child.returncode == 0
    assert not (tmp_path / "run.json").exists()


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ([], Size(500, 200)),
        (["--quick"], Size(100, 40)),
        (["--uploads", "50"], Size(50, 200)),
        (["--quick", "--jobs", "12"], Size(100, 12)),
    ],
)
def test_the_command_line_says_how_much(words, size):
    assert command._asked(words)[0] == size


@pytest.mark.parametrize("words", [["--jobs", "1000"], ["--uploads", "9"], ["--uploads", "-5"], ["--jobs", "many"]])
def test_what_cannot_be_measured_is_refused(words, capsys):
    with pytest.raises(SystemExit) as refused:
        command._asked(words)

    assert refused.value.code == 2
    assert "--" in capsys.readouterr().err


def test_a_missing_cloud_is_one_line(monkeypatch):
    monkeypatch.setattr(command, "own_cloud", _never_up)

    with pytest.raises(SystemExit, match="does not answer"):
        command.main(["--quick"])


def _never_up():
    raise NoCloudError(os.devnull)
