"""The three things that can be asked for: look, deploy, destroy. Each gives its exit code and says why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from darkroom_client import TargetUnknown, profiles
from darkroom_client.profiles import Profile

from infra.account_facts import ACCOUNT_KEY
from infra.config import CONFIG_KEY
from infra.deploy import first_picture, preflight
from infra.deploy.allowances import Allowances, read_allowances
from infra.deploy.findings import AWS_ERRORS
from infra.deploy.leftovers import describe, find_leftovers
from infra.deploy.model_access import price, usd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infra.config import DeploymentConfig
    from infra.deploy.account import Account
    from infra.deploy.cdk import Cdk
    from infra.deploy.console import Console
    from infra.deploy.findings import Finding

JSON = "-H 'Content-Type: application/json'"
DONE, NOT_DONE, NO_PICTURE = 0, 1, 3
"""Exit codes: done; not done, and it was said why; deployed, but the first picture failed."""


@dataclass(frozen=True)
class Run:
    """One run of the command: what is deployed where, and whom to ask."""

    config: DeploymentConfig
    context: str
    """The config as text, as the CDK app takes it: what was checked is what is deployed."""
    account: Account
    cdk: Cdk
    console: Console
    pictures: Path
    """The folder for the first picture."""

    @property
    def stack(self) -> str:
        """The stack's name, which app.py gives it."""
        return self.config.stack_name

    @property
    def place(self) -> str:
        """The stack and where it is, in words."""
        return f"{self.stack} in account {self.account.number}, {self.account.region}"

    @cached_property
    def allowances(self) -> Allowances:
        """What the account allows, read once: what was checked is what is deployed."""
        return read_allowances(self.account, self.config)

    @property
    def chosen(self) -> dict[str, str]:
        """The CDK's context with the config alone."""
        return {CONFIG_KEY: self.context}

    @property
    def chosen_and_read(self) -> dict[str, str]:
        """The CDK's context with the config and what was read of the account."""
        return self.chosen | {ACCOUNT_KEY: self.allowances.facts(self.config).as_context()}

    def examine(self) -> list[Finding]:
        """The preflight's findings as of now."""
        return preflight.examine(self.account, self.config, self.cdk, self.allowances, datetime.now(UTC).date())


def look(run: Run) -> int:
    """Show the preflight's findings and change nothing."""
    return NOT_DONE if preflight.show(run.examine(), run.console) else DONE


def deploy(run: Run, *, anyway: bool, with_picture: bool) -> int:
    """Preflight, ask, deploy, and tell how to go on. Raises CdkError and RemedyError."""
    if not preflight.settle(run.examine, run.console, anyway=anyway):
        return NOT_DONE
    run.cdk.compare(run.stack, run.chosen_and_read)
    if not run.console.agrees(f"Deploy {run.place}?"):
        run.console.say("Nothing was deployed.")
        return NOT_DONE
    outputs = run.cdk.deploy(run.stack)
    run.console.say(f"\n{run.place} is up.")
    for name, text in _next(run, outputs):
        run.console.say(f"  {name:<9} {text}")
    try:
        key = _read_key(run, outputs)
    except AWS_ERRORS as error:
        run.console.say(f"  Profile   not written, since the key cannot be read: {error}")
        return NO_PICTURE if with_picture else DONE
    run.console.say(f"  Profile   {_remember(run, outputs, key)}")
    return _develop(run, outputs, key) if with_picture else DONE


def destroy(run: Run) -> int:
    """Tell what stays, ask, and delete the stack. Raises CdkError and RemedyError."""
    found = find_leftovers(run.account.deployer("cloudformation"), run.stack)
    if found is None:
        run.console.say(f"There is no {run.place}.")
        return DONE
    told = "\n".join(describe(found, run.account.region))
    run.console.say(f"What goes: the API and its key (for good), functions, queues, alarms and logs.\n{told}")
    if not run.console.agrees(f"\nDelete {run.place}?"):
        run.console.say("Nothing was deleted.")
        return NOT_DONE
    run.cdk.destroy(run.stack, run.chosen)
    run.console.say(f"\n{run.place} is deleted.\n{told}")
    return DONE


def _next(run: Run, outputs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What one wants to know of a deployment that is up."""
    base, secret = outputs["BaseUrl"], outputs["ApiKeySecret"]
    region = f"--region {run.account.region}"
    show_key = f"aws secretsmanager get-secret-value {region} --secret-id {secret} --query SecretString --output text"
    yield "Base URL", base
    yield "Show key", show_key
    if first_picture.model_of(run.config):
        request = json.dumps(first_picture.REQUEST)
        yield "Try it", f"""curl -sS {base}/images -H "Authorization: Bearer $({show_key})" {JSON} -d '{request}'"""
    else:
        yield "Try it", f"curl -sS {base}/openapi.json"
    for prefix in run.config.watched_prefixes:
        yield "Drop in", f"s3://{outputs['UploadsBucket']}/{prefix}"


def _remember(run: Run, outputs: Mapping[str, str], key: str) -> str:
    """Make the deployment a profile of the command line; what became of that, in words."""
    profile = Profile(outputs["BaseUrl"], key, run.account.region, run.stack, account=run.account.number)
    try:
        file = profiles.save(run.config.name, profile)
    except (TargetUnknown, OSError) as error:
        return f"not written: {error}"
    return f"`darkroom use {run.config.name}` ({file}, which holds the key and is for you only)"


def _read_key(run: Run, outputs: Mapping[str, str]) -> str:
    secret = run.account.client("secretsmanager").get_secret_value(SecretId=outputs["ApiKeySecret"])
    return str(secret["SecretString"])


def _develop(run: Run, outputs: Mapping[str, str], key: str) -> int:
    model = first_picture.model_of(run.config)
    if model is None:
        return DONE
    cost = price(model, run.config.prices)
    if not run.console.agrees(f"\nMake one real picture now, for {cost} ({model.id})?"):
        return DONE
    try:
        made = first_picture.develop(outputs["BaseUrl"], key, run.pictures / f"{run.stack}.png")
    except first_picture.PictureError as error:
        run.console.say(f"It is deployed, but the picture failed: {error}\nLook it up in docs/troubleshooting.md.")
        return NO_PICTURE
    size = f"{made.width}x{made.height}, {made.seconds:.0f} s, {usd(made.charged)} USD"
    run.console.say(f"  Picture   {made.path} ({size})")
    return DONE
