"""Starts ministack and speaks to it. Knows nothing of Darkroom's stack."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from botocore.config import Config

from local.layout import HOST, REGION
from local.processes import Command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.layout import Layout

ACCOUNT = "000000000000"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True, slots=True)
class Ministack:
    """One ministack, on the ports and in the folders of a layout."""

    layout: Layout

    def command(self) -> Command:
        """How it is started: ready in a second, everything in memory, nothing written outside our temporary folder."""
        program = self.layout.tools / "ministack" / "bin" / "ministack"
        return Command("ministack", [str(program)], self._environment(), self.layout.temporary)

    def _environment(self) -> Mapping[str, str]:
        """An allow-list: whatever stands here is inherited by every Lambda function.

        Above all no bearer token for Bedrock may: boto3 prefers it to keys and then refuses our http emulator.
        """
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.layout.temporary),
            "TMPDIR": str(self.layout.temporary),
            "LANG": "C.UTF-8",
            "BIND_HOST": HOST,  # its own default is every interface
            "GATEWAY_PORT": str(self.layout.ports["aws"]),
            "MINISTACK_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **CREDENTIALS,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.layout.bedrock_url,
            "NODE_PATH": str(self.layout.root / "node_modules"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",  # it would remove containers of its own from a daemon that it finds
        }

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            reply = httpx.get(f"{self.layout.aws_url}/_ministack/health", timeout=2, trust_env=False)
        except httpx.HTTPError:
            return False
        return reply.status_code == httpx.codes.OK

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator; one for each service, since making one takes a tenth of a second."""
        return _client(service, self.layout.aws_url)

    def stage_url(self, api_id: str, stage: str) -> str:
        """Where a stage of a REST API answers without a host name of its own."""
        return f"{self.layout.aws_url}/restapis/{api_id}/{stage}/_user_request_"


@cache
def _client(service: str, endpoint: str) -> Any:
    """Short waits, no proxy, nothing from the user's own AWS configuration."""
    session: Any = boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    config = Config(connect_timeout=3, read_timeout=20, proxies={}, retries={"total_max_attempts": 2})
    return session.client(service, endpoint_url=endpoint, config=config)
