"""A local cloud of the load's own: other ports, another folder, and a config with room for what is sent to it.

It lives in a process of its own (`python -m benchmarks.load.cloud`), so that whoever measures shares no interpreter
with the front, and it ends when its standard input does: by the end of the `with`, or by the death of whoever began it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from botocore.config import Config

from functions.darkroom.catalogue import MODELS
from local import claim, outputs
from local.cloud import Cloud
from local.errors import LocalRunError
from local.layout import HOST, PORT_VARIABLES, ROOT, Layout
from local.processes import ClosedError, Processes, tail
from local.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

START_SECONDS = 480
"""A first start downloads what is bundled for Lambda."""
END_SECONDS = 30
REPLY_SECONDS = 60
LOOK_SECONDS = 0.2
PLENTY_USD = 1_000_000
PLENTY_A_MINUTE = 100_000


class NoCloudError(Exception):
    """The cloud did not come up; it said why."""


@dataclass(frozen=True)
class Deployed:
    """A local cloud that is up: what its `outputs.json` says, and where its processes can be told by."""

    known: Mapping[str, Any]
    state: Path

    def http(self, **options: Any) -> httpx.Client:
        """A client of the API, with the key."""
        headers = {"authorization": f"Bearer {self.known['api_key']}"}
        return httpx.Client(
            base_url=self.known["base_url"], headers=headers, timeout=REPLY_SECONDS, trust_env=False, **options
        )

    def models(self) -> httpx.Client:
        """A client of the Bedrock emulator."""
        return httpx.Client(base_url=self.known["bedrock_endpoint_url"], timeout=REPLY_SECONDS, trust_env=False)

    def aws(self, service: str) -> Any:
        """A client of the AWS emulator that asks once: what it repeats by itself would count twice."""
        return _aws(service, self.known["aws_endpoint_url"], self.known["region"])


@contextmanager
def own_cloud() -> Iterator[Deployed]:
    """A cloud that is up inside the `with`, and gone after it. Raises NoCloudError."""
    with tempfile.TemporaryDirectory(prefix="darkroom-load-") as folder:
        environ = _environ(Path(folder) / "state")
        layout = OwnLayout.from_environ(environ)
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load.cloud"],
            env=environ,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=sys.stderr,
            start_new_session=True,
        )
        try:
            yield _when_up(child, layout)
        finally:
            _end(child, layout)


class OwnLayout(Layout):
    """Keeps its synthesised stacks apart, so that it takes nobody else's away."""

    __slots__ = ()

    @property
    def assemblies(self) -> Path:
        """Synthesised stacks, one folder for each hash of their inputs."""
        return self.tools / "load" / "cdk.out"


class RoomyCloud(Cloud):
    """The local cloud with room for a load: what it does not bound is then its own speed."""

    __slots__ = ()

    def _context(self) -> dict[str, str]:
        return {"darkroom": json.dumps(json.loads(super()._context()["darkroom"]) | roomy())}


def roomy() -> dict[str, object]:
    """Budgets and quotas that no load reaches; everything else is as a person has it."""
    paced = [model.id for model in MODELS.values() if model.requests_per_minute is not None]
    return {
        "budgets": {"deployment": {"day": {"usd": PLENTY_USD}}},
        "quotas": {"per_minute": dict.fromkeys(paced, PLENTY_A_MINUTE)},
    }


def main() -> int:
    """Be the cloud until the standard input ends; return the exit code."""
    layout, progress = OwnLayout.from_environ(os.environ), Progress(sys.stdout)
    with claim.claimed(layout, "today") as claimed:
        processes = Processes(layout.logs, note=claimed.note_groups)
        cloud = RoomyCloud(layout, "today", progress, processes)
        threading.Thread(target=lambda: _close_after_input(processes), daemon=True).start()
        try:
            with cloud.resources:
                cloud.bring_up()
                claimed.note_up()
                return _stay(processes, progress)
        except ClosedError:
            return 0
        except LocalRunError as error:
            progress.say(str(error))
            return 1
        finally:
            processes.close()


def _close_after_input(processes: Processes) -> None:
    sys.stdin.read()
    processes.close()


def _stay(processes: Processes, progress: Progress) -> int:
    while (dead := processes.ended()) is None:
        processes.rest(LOOK_SECONDS)
    progress.say(f"{dead.command.name} ended by itself{tail(dead.log)}")
    return 1


def _environ(state: Path) -> dict[str, str]:
    """The user's environment without AWS, and where this cloud is to be."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ports = {variable: str(_free_port()) for variable, _ in PORT_VARIABLES.values()}
    nobody = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return kept | ports | nobody | {"DARKROOM_STATE": str(state)}


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _when_up(child: subprocess.Popen[bytes], layout: Layout) -> Deployed:
    deadline = time.monotonic() + START_SECONDS
    while not layout.outputs.exists():
        if child.poll() is not None or time.monotonic() > deadline:
            raise NoCloudError("the local cloud did not come up; what it said is above")
        time.sleep(LOOK_SECONDS)
    return Deployed(outputs.read(layout), layout.state)


def _end(child: subprocess.Popen[bytes], layout: Layout) -> None:
    """Ask, then insist; also on what a child that died by itself left behind."""
    if child.stdin:
        child.stdin.close()
    try:
        child.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(END_SECONDS)
    claim.stop(layout, timeout=END_SECONDS)


@cache
def _aws(service: str, endpoint: str, region: str) -> Any:
    session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=region)  # noqa: S106
    config = Config(
        connect_timeout=5,
        read_timeout=REPLY_SECONDS,
        proxies={},
        retries={"total_max_attempts": 1},
        max_pool_connections=20,
    )
    return session.client(service, endpoint_url=endpoint, config=config)


if __name__ == "__main__":
    sys.exit(main())
