"""What the local cloud consists of, and the order in which it comes up.

Ends nothing itself: whoever owns the processes and the resources does.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import sys
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import httpx

from functions.darkroom.tasks import TASK_TYPES
from local import front, outputs
from local.deployment import Deployment
from local.errors import LocalRunError
from local.layout import HOST, PORT_VARIABLES, REGION, STAGE, Layout
from local.listeners import Addresses, listening
from local.ministack import drops, refusals
from local.ministack.server import ACCOUNT, CREDENTIALS, Ministack
from local.processes import Command, Processes
from local.welcome import home_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from local.deployment import Stack
    from local.progress import Progress

Era = Literal["today", "titan"]
ERAS: tuple[Era, ...] = ("today", "titan")
"""`today` has Titan and Canvas ended and Stability alive; `titan` is the time before."""

_ERA_CONFIG: Mapping[Era, Mapping[str, object]] = {
    "today": {},
    "titan": {
        "engines": {task: ["titan"] for task in TASK_TYPES},
        "allow_regions": [REGION, "us-east-1"],  # Nova Canvas never came to us-west-2
    },
}
_TIMEOUTS = {"model_read": 30, "step": 40, "lease": 50, "worker": 90, "visibility": 90}
"""Shorter than in AWS, so that what a killed worker leaves behind is taken up while somebody watches."""

_EMULATOR_SECONDS = 30


class PortTakenError(LocalRunError):
    """A port is in use; the message names it and the variable that chooses another."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A local cloud that is coming up. `processes` and `resources` hold all that has to be ended again."""

    layout: Layout
    era: Era
    progress: Progress
    processes: Processes
    resources: ExitStack = field(default_factory=ExitStack)

    def bring_up(self) -> dict[str, Any]:
        """Start everything, write `outputs.json` and return what stands there."""
        refuse_taken_ports(self.layout)
        emulator = Ministack(self.layout)
        deployment = Deployment(self.layout, self.processes, self.layout.aws_url, ACCOUNT, CREDENTIALS)
        _, assembly = self._beside(lambda: self._emulators(emulator, deployment), lambda: self._assembly(deployment))
        with self.progress.step("deploy the stack into the AWS emulator"):
            stack = deployment.deploy(assembly, refusals.acceptable)
        with self.progress.step("repair what the AWS emulator dropped of it"):
            drops.repair(emulator, stack)
        self._open_front(emulator, stack)
        key = emulator.client("secretsmanager").get_secret_value(SecretId=stack.outputs["ApiKeySecret"])
        known = outputs.collect(self.layout, stack.outputs, key["SecretString"])
        outputs.write(self.layout, known)
        return known

    def _emulators(self, emulator: Ministack, deployment: Deployment) -> None:
        with self.progress.step("start the AWS emulator and the Bedrock emulator"):
            bedrock = self.processes.start(self._bedrock())
            aws = self.processes.start(emulator.command())
            self.processes.wait_until_serving(aws, emulator.ready, timeout=_EMULATOR_SECONDS)
            self.processes.wait_until_serving(bedrock, self._bedrock_ready, timeout=_EMULATOR_SECONDS)
        with self.progress.step("bootstrap the CDK in it"):
            deployment.bootstrap()

    def _assembly(self, deployment: Deployment) -> Path:
        context = self._context()
        known = deployment.assembly(context)
        if known:
            return known
        with self.progress.step("synthesise the stack and bundle the functions"):
            return deployment.synthesise(context)

    def _open_front(self, emulator: Ministack, stack: Stack) -> None:
        api_id = stack.outputs["RestApiId"]
        api = emulator.client("apigateway").get_rest_api(restApiId=api_id)
        app = front.application(
            stage=STAGE,
            api_url=emulator.stage_url(api_id, STAGE),
            binary_types=api.get("binaryMediaTypes", ()),
            page=home_page(self.layout, self.era),
        )
        addresses = Addresses(self.layout.ports["http"], self.layout.ports["https"], self.layout.authority)
        self.resources.enter_context(listening(app, addresses, self.layout.temporary))

    def _beside[A, B](self, one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
        """Both at the same time; the failure of one ends the other."""
        with ThreadPoolExecutor(2, thread_name_prefix="bring-up") as pool:
            first, second = pool.submit(one), pool.submit(other)
            futures: tuple[Future[Any], ...] = (first, second)
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            failed = next((future for future in done if future.exception()), None)
            if failed:
                self.processes.close()
                failed.result()
            return first.result(), second.result()

    def _context(self) -> dict[str, str]:
        """What differs from a deployment to AWS, laid over what cdk.json says."""
        committed = json.loads((self.layout.root / "cdk.json").read_text()).get("context", {}).get("darkroom", {})
        machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
        ours = {"name": "local", "architecture": machine, "on_destroy": "delete", "timeouts": _TIMEOUTS}
        return {"darkroom": json.dumps(committed | ours | _ERA_CONFIG[self.era])}

    def _bedrock(self) -> Command:
        port = str(self.layout.ports["bedrock"])
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return Command(
            "bedrock",
            [sys.executable, "-m", "local.bedrock", "--port", port, "--era", self.era],
            environment | {"TMPDIR": str(self.layout.temporary)},
            self.layout.root,
        )

    def _bedrock_ready(self) -> bool:
        try:
            reply = httpx.get(f"{self.layout.bedrock_url}/_emulator/calls", timeout=2, trust_env=False)
        except httpx.HTTPError:
            return False
        return reply.status_code == httpx.codes.OK


def refuse_taken_ports(layout: Layout) -> None:
    """Raise `PortTakenError` for the first port that another program listens on."""
    for name, port in layout.ports.items():
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                variable = PORT_VARIABLES[name][0]
                raise PortTakenError(
                    f"port {port} on {HOST} cannot be used ({error.strerror}): another program has it. "
                    f"End that program, or choose another port with {variable}=<port>"
                ) from None
