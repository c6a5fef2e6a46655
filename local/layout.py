"""Where a local run keeps its files and which ports it takes. Knows no process and no AWS.

Two folders: `tools` belongs to the checkout and is kept (virtual environments, the synthesised stack), `state` belongs
to one run. They are the same folder unless `DARKROOM_STATE` moves the state, which lets two runs live side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local.errors import LocalRunError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
"""Everything binds the loopback only: the AWS emulator runs whatever code it is given."""

REGION = "us-west-2"
STAGE = "v1"

PORT_VARIABLES = {
    "http": ("DARKROOM_PORT", 8787),
    "https": ("DARKROOM_TLS_PORT", 8788),
    "bedrock": ("DARKROOM_BEDROCK_PORT", 4600),
    "aws": ("DARKROOM_AWS_PORT", 4566),
}
"""Listener → the variable that moves it, and where it listens otherwise."""


class LayoutError(LocalRunError):
    """A variable of the environment cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths and ports of one run."""

    state: Path
    ports: Mapping[str, int]
    root: Path = ROOT

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Layout:
        """Read `DARKROOM_STATE` and the four port variables; raise `LayoutError` on one that is no port."""
        state = Path(environ.get("DARKROOM_STATE") or ROOT / ".local").resolve()
        ports = {
            name: _port(variable, environ.get(variable), default)
            for name, (variable, default) in PORT_VARIABLES.items()
        }
        _refuse_shared(ports)
        return cls(state=state, ports=ports)

    @property
    def tools(self) -> Path:
        """What is made once per checkout and outlives every run."""
        return self.root / ".local"

    @property
    def assemblies(self) -> Path:
        """Synthesised stacks, one folder for each hash of their inputs."""
        return self.tools / "cdk.out"

    @property
    def temporary(self) -> Path:
        """TMPDIR of everything a run starts; removed when it ends."""
        return self.state / "tmp"

    @property
    def logs(self) -> Path:
        """One file for each process; the next start writes them anew."""
        return self.state / "logs"

    @property
    def function_log(self) -> Path:
        """What the functions logged, gathered when a start failed."""
        return self.logs / "functions.log"

    @property
    def pictures(self) -> Path:
        """The first picture and the first cut-outs; kept."""
        return self.state / "pictures"

    @property
    def outputs(self) -> Path:
        """What a client needs to know: addresses, key, buckets, queues. Exists while the cloud is up."""
        return self.state / "outputs.json"

    @property
    def authority(self) -> Path:
        """The certificate authority behind the https address, in PEM."""
        return self.state / "ca.pem"

    @property
    def lock(self) -> Path:
        """Held by the one process that owns this state."""
        return self.state / "lock"

    @property
    def record(self) -> Path:
        """Who holds the lock, how far it is, and which process groups it started."""
        return self.state / "run.json"

    @property
    def base_url(self) -> str:
        """The API over http."""
        return f"http://{HOST}:{self.ports['http']}/{STAGE}"

    @property
    def base_url_tls(self) -> str:
        """The same over https: some clients send a key nowhere else."""
        return f"https://{HOST}:{self.ports['https']}/{STAGE}"

    @property
    def bedrock_url(self) -> str:
        """The Bedrock emulator."""
        return f"http://{HOST}:{self.ports['bedrock']}"

    @property
    def aws_url(self) -> str:
        """The AWS emulator."""
        return f"http://{HOST}:{self.ports['aws']}"


def _port(variable: str, text: str | None, default: int) -> int:
    if not text:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise LayoutError(f"{variable} must be a port between 1 and 65535; it is {text!r}")
    return int(text)


def _refuse_shared(ports: Mapping[str, int]) -> None:
    taken: dict[int, str] = {}
    for name, port in ports.items():
        variable = PORT_VARIABLES[name][0]
        if port in taken:
            raise LayoutError(f"{taken[port]} and {variable} name the same port, {port}")
        taken[port] = variable
