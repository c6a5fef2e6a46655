"""Third-party code for Lambda, by pip and by hash, for another machine than this one, without Docker.

Knows pip and the platform of Lambda; must not know what the packages are for.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

type Architecture = Literal["arm64", "x86_64"]

MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
"""Lambda's name of an architecture → the wheels' name."""
GLIBC = range(17, 35)
"""The minor versions of glibc 2 that a wheel may be built for: Python 3.12 and later run on Amazon Linux 2023, 2.34."""
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The interpreter that runs this; the functions' runtime is the same."""
TIMEOUT = 600
"""Seconds for one run of pip. The larger bundle is 75 MB to download."""
LAST_LINES = 12


class BundlingError(Exception):
    """A bundle cannot be built. The message says why and what to do about it."""


def install(lock: Path, target: Path, architecture: Architecture) -> None:
    """Install exactly what `lock` lists, as wheels for Lambda on `architecture`, into the new folder `target`."""
    _pip(
        "install",
        "--no-compile",
        "--no-deps",
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={PYTHON}",
        *(f"--platform={platform}" for platform in _platforms(architecture)),
        f"--target={target}",
        f"--requirement={lock}",
    )


def download(lock: Path, target: Path, python: str) -> None:
    """Download exactly what `lock` lists, as wheels for the Python version `python`, into the folder `target`."""
    _pip(
        "download",
        "--no-deps",
        "--only-binary=:all:",
        f"--python-version={python}",
        f"--dest={target}",
        f"--requirement={lock}",
    )


def _platforms(architecture: Architecture) -> list[str]:
    machine = MACHINES[architecture]
    return [f"manylinux2014_{machine}", *(f"manylinux_2_{minor}_{machine}" for minor in GLIBC)]


def _pip(command: str, *options: str) -> None:
    options = ("--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar=off", *options)
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter and arguments)
            [sys.executable, "-m", "pip", command, *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"pip {command} did not end within {TIMEOUT} s. Is the package index reachable? Then run it again."
        raise BundlingError(message) from error
    if done.returncode:
        raise BundlingError(_explain(command, done.stdout + done.stderr))


def _explain(command: str, output: str) -> str:
    if "HASHES" in output:
        cure = "A package is not the one that was locked. If its pin was changed: make lock. If not, do not use it."
    elif "No module named pip" in output:
        cure = f"Give this environment pip: {sys.executable} -m ensurepip"
    elif "No matching distribution" in output or "Could not find a version" in output:
        cure = f"The index has no such wheel for CPython {PYTHON} on Lambda: pin one that has it, then make lock."
    else:
        cure = "Check that the package index is reachable (pip's own configuration is used), then run it again."
    last = "\n".join(f"  {line}" for line in output.strip().splitlines()[-LAST_LINES:])
    return f"pip {command} failed:\n{last}\n{cure}"
