"""Fixtures: the emulators once a session, a fresh deployment for each test."""

from __future__ import annotations

import threading
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from local.bedrock import running
from tests.functional.rig import REGION, Cloud, CutoutWire, control, deploy, forget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.bedrock import Emulator


@pytest.fixture(scope="session")
def bedrock() -> Iterator[Emulator]:
    with running(era="titan", fast=True) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def cutout_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), CutoutWire)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, bedrock: Emulator, cutout_url: str) -> Iterator[Cloud]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url,
        "AWS_ENDPOINT_URL_LAMBDA": cutout_url,
    }.items():
        monkeypatch.setenv(name, value)
    for what in ("calls", "faults"):
        control().delete(f"{bedrock.url}/_emulator/{what}").raise_for_status()
    with mock_aws(config={"core": {"passthrough": {"urls": [r"http://127\.0\.0\.1.*"]}}}):
        made = deploy()
        for name, value in made.as_env().items():
            monkeypatch.setenv(name, value)
        forget()
        yield Cloud(made, bedrock)
    forget()
