"""The set-up script finds a Python that works among those that only look so, and says what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.layout import ROOT

SHELL_TOOLS = ("bash", "env", "tr", "dirname", "cat", "rm", "mkdir", "sleep", "tail", "uname")


@pytest.fixture
def checkout(tmp_path):
    """A clone in which nothing was set up, and a PATH with nothing but what a shell needs."""
    (tmp_path / "local").mkdir()
    shutil.copy(ROOT / "local" / "setup.sh", tmp_path / "local" / "setup.sh")
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in SHELL_TOOLS:
        found = shutil.which(tool)
        assert found
        (programs / tool).symlink_to(found)
    return tmp_path


def program(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def announce(checkout):
    home = {"HOME": str(checkout), "PATH": str(checkout / "bin")}
    return subprocess.run(
        [checkout / "local" / "setup.sh", "announce"], env=home, capture_output=True, text=True, timeout=30, check=False
    )


def give_node(checkout, version="v22.1.0"):
    program(checkout / "bin", "node", f"echo {version}")
    program(checkout / "bin", "npm", "exit 0")


WORKING = f'exec {sys.executable} "$@"'
SHIM_THAT_REFUSES = 'echo "pyenv: python3.13: command not found" >&2; exit 127'
TOO_OLD = "exit 1"


def test_before_a_first_start_it_says_what_will_be_downloaded(checkout):
    program(checkout / "bin", "python3", WORKING)
    give_node(checkout)

    said = announce(checkout)

    assert said.returncode == 0, said.stderr
    assert "MB are downloaded" in said.stderr


def test_when_all_is_there_it_says_nothing(checkout):
    for folder in (".venv", ".local/ministack", "node_modules"):
        (checkout / folder).mkdir(parents=True)
        (checkout / folder / ".complete").touch()

    said = announce(checkout)

    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_a_shim_that_refuses_is_passed_over_for_pyenvs_own_python(checkout):
    program(checkout / "bin", "python3.13", SHIM_THAT_REFUSES)
    program(checkout / "bin", "python3", TOO_OLD)
    program(checkout, ".pyenv/versions/3.12.1/bin/python", WORKING)
    give_node(checkout)

    assert announce(checkout).returncode == 0


def test_without_a_python_it_says_where_it_looked_and_how_to_get_one(checkout):
    program(checkout / "bin", "python3", TOO_OLD)
    give_node(checkout)

    said = announce(checkout)

    assert said.returncode == 1
    assert "No Python 3.12, 3.13 or 3.14" in said.stderr
    assert str(checkout / "bin" / "python3") in said.stderr
    assert "apt install" in said.stderr


@pytest.mark.parametrize("version", ["v18.20.0", "", "no"])
def test_without_a_node_of_today_it_says_so(checkout, version):
    program(checkout / "bin", "python3", WORKING)
    give_node(checkout, version)

    said = announce(checkout)

    assert said.returncode == 1
    assert "Node.js 20 or newer" in said.stderr


def test_a_step_that_fails_shows_the_end_of_its_log_and_leaves_no_temporary_folder(checkout):
    program(checkout / "bin", "npm", "echo 'the registry does not answer'; exit 1")
    program(checkout / "bin", "node", "echo v22.1.0")

    home = {"HOME": str(checkout), "PATH": str(checkout / "bin")}
    said = subprocess.run(
        [checkout / "local" / "setup.sh", "node"], env=home, capture_output=True, text=True, timeout=30, check=False
    )

    assert said.returncode == 1
    assert "the registry does not answer" in said.stderr
    assert not (checkout / ".local" / "setup-tmp").exists()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
def test_an_interrupted_step_leaves_neither_process_nor_folder(checkout):
    program(checkout / "bin", "npm", f"exec {shutil.which('sleep')} 61.25")
    program(checkout / "bin", "node", "echo v22.1.0")
    home = {"HOME": str(checkout), "PATH": str(checkout / "bin")}

    with subprocess.Popen([checkout / "local" / "setup.sh", "node"], env=home, start_new_session=True) as step:
        with pytest.raises(subprocess.TimeoutExpired):
            step.wait(1)
        step.terminate()
        assert step.wait(10) == 130

    assert not (checkout / ".local" / "setup-tmp").exists()
    assert not [one for one in Path("/proc").iterdir() if _runs(one, b"61.25")]


def _runs(process, argument):
    try:
        return process.name != str(os.getpid()) and argument in (process / "cmdline").read_bytes()
    except OSError:
        return False
