"""What the client's tests begin with: the API played on a loopback port, a client of it, and the command line.

A module that needs another one of these defines its own.
"""

from __future__ import annotations

import pytest
from darkroom_client import Darkroom, Retries

from tests.unit.client_rig import KEY, Rig, command_line, serving


@pytest.fixture
def rig():
    with serving(Rig()) as rig:
        yield rig


@pytest.fixture
def pauses():
    """How long the client waited before each repetition, in seconds; it never really waits."""
    return []


@pytest.fixture
def client(rig, pauses):
    with Darkroom(rig.base_url, KEY, timeout=2, retries=Retries(sleep=pauses.append)) as client:
        yield client


@pytest.fixture
def environ(rig, tmp_path):
    named = {"DARKROOM_BASE_URL": rig.base_url, "DARKROOM_API_KEY": KEY}
    return named | {"DARKROOM_CONFIG": str(tmp_path / "profiles.json")}


@pytest.fixture
def darkroom(environ, monkeypatch):
    monkeypatch.setattr("darkroom_client.darkroom.Retries", lambda: Retries(first_pause=0))
    return command_line(environ)
