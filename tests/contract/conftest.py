"""Fixtures of the contract tests: one Bedrock emulator a session, found without calls, faults and overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.bedrock import running
from tests.contract.bedrock_rig import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

    from local.bedrock import Emulator


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    with running(era="titan", fast=True) as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: Emulator) -> Emulator:
    """An emulator in which every model lives."""
    _emulator.state.calls.clear()
    _emulator.state.faults.clear()
    _emulator.state.lifecycle.reset()
    return _emulator


@pytest.fixture
def bedrock(emulator: Emulator) -> BedrockRuntimeClient:
    return client(emulator.url)


@pytest.fixture
def canvas(emulator: Emulator) -> BedrockRuntimeClient:
    """A client in a Region that has Nova Canvas."""
    return client(emulator.url, "us-east-1")
