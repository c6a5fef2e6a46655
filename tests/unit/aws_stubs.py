"""AWS in replies: botocore's own clients, each with a Stubber that checks what is sent and says what comes back."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.stub import Stubber

from infra.config import DeploymentConfig
from infra.deploy.account import Account
from infra.deploy.cdk import Cdk
from infra.deploy.console import Console
from infra.deploy.verbs import Run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ACCOUNT, REGION, CALLER = "123456789012", "eu-central-1", "arn:aws:iam::123456789012:user/ada"
CREDENTIALS = {
    "AccessKeyId": "ASIAEXAMPLEEXAMPLE00",
    "SecretAccessKey": "s",
    "SessionToken": "t",
    "Expiration": "2026-11-22T12:00:00Z",
}
"""Of an assumed role."""
CORE = "stability.stable-image-core-v1:1"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:ApiKey-1"
OUTPUTS = {"BaseUrl": "https://api/v1", "ApiKeySecret": SECRET, "UploadsBucket": "uploads-1"}


@cache
def client(service: str) -> Any:
    make: Any = boto3.Session("key", "secret", region_name=REGION).client
    return make(service)


class Wire:
    """Gives out stubbed clients, and remembers for which Region and with which credentials they were asked for."""

    def __init__(self) -> None:
        self.stubs: dict[str, Stubber] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.sent: list[str] = []

    def __call__(self, service: str, region: str, **credentials: str) -> Any:
        self.asked.append((service, region, credentials))
        self._stub(service)
        return client(service)

    def says(self, service: str, method: str, reply: dict[str, Any], expected: dict[str, Any] | None = None) -> Wire:
        self._stub(service).add_response(method, reply, expected)
        return self

    def refuses(self, service: str, method: str, code: str, text: str = "no", status: int = 400) -> Wire:
        self._stub(service).add_client_error(method, code, text, status)
        return self

    def close(self) -> None:
        for service, stub in self.stubs.items():
            stub.deactivate()
            client(service).meta.events.unregister("before-parameter-build", unique_id=f"wire-{id(self)}")

    def all_said(self) -> None:
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()

    def _stub(self, service: str) -> Stubber:
        if service not in self.stubs:
            self.stubs[service] = Stubber(client(service))
            self.stubs[service].activate()
            client(service).meta.events.register("before-parameter-build", self._note, unique_id=f"wire-{id(self)}")
        return self.stubs[service]

    def _note(self, model: Any, **_: Any) -> None:
        self.sent.append(f"{model.service_model.service_name}:{model.name}")


def account(wire: Wire, caller: str = CALLER) -> Account:
    return Account(ACCOUNT, REGION, caller, wire)


def config(**chosen: Any) -> DeploymentConfig:
    return DeploymentConfig.from_context(chosen)


def cdk(root: Path, script: str = "", minute: float = 60, **environ: str) -> Cdk:
    """A CDK whose command line is a shell script of ours; what it was called with lands in calls.txt."""
    program = root / "node_modules" / ".bin" / "cdk"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "{root}/calls.txt"\n{script}\n')
    program.chmod(0o755)
    node = root / "bin" / "node"
    node.parent.mkdir(exist_ok=True)
    node.write_text("#!/bin/sh\n")
    node.chmod(0o755)
    return Cdk(root, {"PATH": f"{root}/bin:/usr/bin:/bin", **environ}, minute)


def writes_outputs(outputs: dict[str, Any]) -> str:
    """A script that writes the outputs of a deployment where the CDK is told to."""
    return f"""
while [ $# -gt 0 ]; do [ "$1" = --outputs-file ] && out="$2"; shift; done
[ -z "$out" ] || echo '{json.dumps(outputs)}' > "$out"
"""


def run(wire: Wire, root: Path, **chosen: Any) -> Run:
    """A run of the command in an empty project, with a CDK that does nothing well."""
    script = writes_outputs({"Darkroom-main": OUTPUTS})
    return Run(config(**chosen), "{}", account(wire), cdk(root, script), Console(), root / "pictures")


def typing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person types, in order; the prompts land in the output."""
    typed: list[str] = []

    def read(prompt: str) -> str:
        sys.stdout.write(prompt)
        return typed.pop(0)

    monkeypatch.setattr("builtins.input", read)
    return typed


def calls(root: Path) -> list[str]:
    path = root / "calls.txt"
    return path.read_text().splitlines() if path.exists() else []


def model(wire: Wire, status: str = "ACTIVE", **life: Any) -> Wire:
    """Bedrock knows Stable Image Core, in this state of its life."""
    details = {"modelArn": "arn:model", "modelId": CORE, "modelLifecycle": {"status": status, **life}}
    return wire.says("bedrock", "get_foundation_model", {"modelDetails": details}, {"modelIdentifier": CORE})


def open_to_us(wire: Wire, status: str = "AVAILABLE", **other: Any) -> Wire:
    """It is open to us, with an agreement in this state; `other` fields of the reply replace the good ones."""
    access = {
        "modelId": CORE,
        "agreementAvailability": {"status": status},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }
    return wire.says("bedrock", "get_foundation_model_availability", access | other, {"modelId": CORE})
