"""The CDK app in the AWS emulator: synthesised when its inputs changed, bootstrapped, deployed.

Knows the CDK's command line; knows no emulator in particular.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.errors import LocalRunError
from local.layout import REGION
from local.processes import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from local.layout import Layout
    from local.processes import Processes

    Adaptation = Callable[[Mapping[str, Any]], Mapping[str, Any]]
    """A template as it was synthesised → as the emulator can take it."""

_INPUTS = ("app.py", "cdk.json", "infra", "functions", "docs/openapi.json", "requirements.txt", "package-lock.json")
"""Everything that can change the synthesised stack, beside the context and the interpreter."""

_ASSEMBLIES_KEPT = 3
_SYNTH_SECONDS = 600
"""With the download of what is bundled, the first time."""
_BOOTSTRAP_SECONDS = 60
_DEPLOY_SECONDS = 180


class DeploymentError(LocalRunError):
    """What the CDK made is not what the local run understands."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its name, its template as it was deployed, and its outputs by logical name."""

    name: str
    template: Mapping[str, Any]
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deployment:
    """Brings the CDK app into an account that is reached by `endpoint` and `credentials`."""

    layout: Layout
    processes: Processes
    endpoint: str
    account: str
    credentials: Mapping[str, str]

    def assembly(self, context: Mapping[str, str]) -> Path | None:
        """The synthesised stack for the inputs as they are now, if there is one already."""
        folder = self._folder(context)
        return folder if (folder / "manifest.json").exists() else None

    def synthesise(self, context: Mapping[str, str]) -> Path:
        """Run the CDK app; the result is kept under its inputs' hash, beside the last few."""
        folder = self._folder(context)
        fresh = self.layout.temporary / "cdk.out"
        options = [word for name, value in context.items() for word in ("--context", f"{name}={value}")]
        app = f"{sys.executable} app.py"
        synth = self._cdk("synth", "--quiet", "--app", app, "--output", str(fresh), *options)
        environment = _host_environ() | {"TMPDIR": str(self.layout.temporary)}
        self.processes.run(
            Command("synth", synth, environment, self.layout.root),
            timeout=_SYNTH_SECONDS,
        )
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(fresh, folder)
        _prune(folder)
        return folder

    def bootstrap(self) -> None:
        """What `cdk bootstrap` makes, asset bucket and roles and all. Runs beside a synthesis: it needs no app."""
        target = f"aws://{self.account}/{REGION}"
        command = self._cdk("bootstrap", target)
        self.processes.run(
            Command("bootstrap", command, self._emulated_environ(), self.layout.temporary),
            timeout=_BOOTSTRAP_SECONDS,
        )

    def deploy(self, assembly: Path, adapt: Adaptation) -> Stack:
        """Publish the assets and create the stack, from the template as `adapt` gives it back."""
        adapted = _adapted(assembly, self.layout.temporary / "adapted", adapt)
        outputs = self.layout.temporary / "stack-outputs.json"
        command = self._cdk(
            "deploy", "--all", "--app", str(adapted), "--require-approval", "never", "--method", "direct",
            "--progress", "events", "--outputs-file", str(outputs),
        )  # fmt: skip
        self.processes.run(
            Command("deploy", command, self._emulated_environ(), self.layout.temporary),
            timeout=_DEPLOY_SECONDS,
        )
        [(name, values)] = json.loads(outputs.read_text()).items()
        return Stack(name, json.loads(_template(adapted).read_text()), values)

    def _cdk(self, *words: str) -> list[str]:
        return [str(self.layout.root / "node_modules" / ".bin" / "cdk"), *words, "--no-notices", "--no-color"]

    def _emulated_environ(self) -> dict[str, str]:
        """Nothing of the user's own AWS configuration can reach the emulator, nor anything of ours a real account."""
        return _host_environ() | {
            **self.credentials,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "CDK_HOME": str(self.layout.temporary / "cdk"),  # its cache ties access keys to accounts
            "TMPDIR": str(self.layout.temporary),
        }

    def _folder(self, context: Mapping[str, str]) -> Path:
        return self.layout.assemblies / _fingerprint(self.layout.root, context)


def _host_environ() -> dict[str, str]:
    """The user's environment without AWS; pip needs its proxies and indexes while it bundles."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    loopback = "127.0.0.1,localhost"
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), loopback])),
        "no_proxy": ",".join(filter(None, [os.environ.get("no_proxy"), loopback])),
    }


def _fingerprint(root: Path, context: Mapping[str, str]) -> str:
    """A hash over every input of the synthesis."""
    digest = hashlib.sha256()
    digest.update(json.dumps([dict(context), sys.version, platform.machine()], sort_keys=True).encode())
    for path in _files(root):
        digest.update(f"\0{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(root: Path) -> Iterator[Path]:
    for name in _INPUTS:
        path = root / name
        if path.is_file():
            yield path
        for file in sorted(path.rglob("*")) if path.is_dir() else ():
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def _prune(newest: Path) -> None:
    """Keep the last few assemblies; each holds its assets and weighs some 100 MB."""
    newest.touch()
    others = sorted(newest.parent.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[_ASSEMBLIES_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def _adapted(assembly: Path, target: Path, adapt: Adaptation) -> Path:
    """The same assembly with another template; everything else is linked, since the assets weigh much."""
    target.mkdir()
    for file in assembly.iterdir():
        (target / file.name).symlink_to(file)
    template = _template(target)
    content = adapt(json.loads(template.read_text()))
    template.unlink()
    template.write_text(json.dumps(content))
    return target


def _template(assembly: Path) -> Path:
    """The file with the template of the one stack."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"].values()
    stacks = [artifact for artifact in artifacts if artifact["type"] == "aws:cloudformation:stack"]
    if len(stacks) != 1:
        raise DeploymentError(f"the local run deploys one stack; the app has {len(stacks)}")
    return assembly / str(stacks[0]["properties"]["templateFile"])
