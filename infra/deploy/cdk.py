"""The CDK's command line, the one that package.json pins: run with its output shown, and ended when its time is over.

Knows no AWS client and nothing of the stack but its name.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.deploy.findings import RemedyError, failure, ok

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.deploy.findings import Finding

MINUTES = {"bootstrap": 10, "diff": 15, "deploy": 40, "destroy": 40}
"""How long each verb may take. `diff` and `destroy` synthesise, which bundles the functions."""
GRACE_SECONDS = 10
ASSEMBLY = "cdk.out"


class CdkError(Exception):
    """The CDK failed, or took too long; what it said itself was shown."""


@dataclass(frozen=True, slots=True)
class Cdk:
    """The CDK for one project folder, with the environment that leads to the account."""

    root: Path
    environ: Mapping[str, str]
    minute: float = 60
    """A minute in seconds."""

    def findings(self) -> list[Finding]:
        """Whether it can be run at all."""
        if not self._program.exists():
            return [failure("CDK", f"{self._program} is not there.", "`make setup`")]
        if shutil.which("node", path=self.environ.get("PATH")) is None:
            return [failure("CDK", "there is no `node` on the PATH.", "Install Node.js 20 or newer, from nodejs.org.")]
        return [ok("CDK", "its command line is installed")]

    def bootstrap(self, target: str) -> None:
        """Make the CDK's bucket and roles in `aws://account/Region`. Raises RemedyError."""
        try:
            # Far from cdk.json: a named environment is bootstrapped without an app, and ours would be bundled for it.
            with tempfile.TemporaryDirectory(prefix="darkroom-") as folder:
                self._run("bootstrap", target, folder=Path(folder))
        except CdkError as error:
            raise RemedyError(str(error)) from error

    def compare(self, stack: str, context: Mapping[str, str]) -> None:
        """Synthesise into the assembly, and show which permissions the deployment would widen. Raises CdkError."""
        self._run("diff", stack, "--security-only", "--method", "template", *_options(context))

    def deploy(self, stack: str) -> dict[str, str]:
        """Deploy the assembly that was compared; the stack's outputs. Raises CdkError."""
        with tempfile.TemporaryDirectory(prefix="darkroom-") as folder:
            outputs = Path(folder) / "outputs.json"
            self._run(
                "deploy", stack, "--app", ASSEMBLY, "--require-approval", "never", "--progress", "events",
                "--outputs-file", str(outputs),
            )  # fmt: skip
            made: dict[str, str] = json.loads(outputs.read_text("utf-8"))[stack]
            return made

    def destroy(self, stack: str, context: Mapping[str, str]) -> None:
        """Delete the stack, unasked. Raises CdkError."""
        self._run("destroy", stack, "--force", *_options(context))

    @property
    def _program(self) -> Path:
        return self.root / "node_modules" / ".bin" / "cdk"

    def _run(self, verb: str, *words: str, folder: Path | None = None) -> None:
        """Run to the end, in a process group of its own: the CDK starts the app, which starts pip and node."""
        if not self._program.exists():
            raise CdkError(f"{self._program} is not there. `make setup` installs it.")
        process = subprocess.Popen(  # noqa: S603  (our own program, no shell)
            [str(self._program), verb, *words, "--no-notices"],
            cwd=folder or self.root,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(MINUTES[verb] * self.minute)
        except subprocess.TimeoutExpired:
            raise CdkError(
                f"`cdk {verb}` did not end within {MINUTES[verb]} minutes and was stopped. CloudFormation goes on with "
                "what it was told; look at the stack's events before you try again."
            ) from None
        finally:
            _end(process)
        if code:
            raise CdkError(f"`cdk {verb}` failed with code {code}. Look up what it said in docs/troubleshooting.md.")


def _options(context: Mapping[str, str]) -> list[str]:
    return [word for key, value in context.items() for word in ("--context", f"{key}={value}")]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group, whoever is left in it: politely, then for certain."""
    gone = (ProcessLookupError, PermissionError)
    with suppress(*gone):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)
    with suppress(*gone):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
