"""The verbs about deployments: models, profiles, use, whoami. None of them prints a key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from darkroom_client import profiles as store
from darkroom_client import targets
from darkroom_client.cli import printing
from darkroom_client.cli.options import aimed, command

if TYPE_CHECKING:
    from darkroom_client.cli.options import Aim
    from darkroom_client.model import Model
    from darkroom_client.profiles import Profile


@command("List the models, and what each of them serves.", "darkroom models")
@click.option("--json", "as_json", is_flag=True, help="Print the models as JSON, one a line.")
@aimed
def models(aim: Aim, *, as_json: bool) -> None:
    """List the models that the deployment knows, what each of them serves there, and until when it lives."""
    with aim.client() as client:
        for model in client.models():
            click.echo(json.dumps(dict(model.wire)) if as_json else _line(model))


@command("List the deployments that have a name.", "darkroom profiles")
def profiles() -> None:
    """List the deployments that have a name; `*` marks the chosen one."""
    chosen, found = store.current(), targets.local(Path.cwd())
    known = store.load()
    for name, profile in sorted(known.items()):
        click.echo(f"{'*' if name == chosen else ' '} {name}  {_place(profile)}")
    if found:
        mark = "*" if chosen in {store.LOCAL, None} else " "
        click.echo(f"{mark} {store.LOCAL}  {found.base_url}  ({found.origin})")
    if not known and not found:
        printing.note(f"None yet. `make deploy` adds one to {store.path()}, and a local run is one by itself.")


@command("Choose a deployment for what follows.", "darkroom use main")
@click.argument("name")
def use(name: str) -> None:
    """Choose the deployment NAME for what follows; `local` is the local run of whatever folder you are in."""
    store.use(name)
    printing.note(f"From now on: {name}")


@command("Show which deployment is meant, and whether it answers.", "darkroom whoami")
@aimed
def whoami(aim: Aim) -> None:
    """Show which deployment is meant, from where that is known, and whether it accepts the key."""
    target = aim.target()
    about = {
        "deployment": target.name,
        "base URL": target.base_url,
        "known from": target.origin,
        "Region": target.region,
        "stack": target.stack,
        "account": target.account,
    }
    for name, value in about.items():
        if value is not None:
            click.echo(f"{name:<11} {value}")
    with aim.client() as client:
        served = sorted({task for model in client.models() for task in model.serves})
    click.echo(f"{'key':<11} accepted")
    click.echo(f"{'serves':<11} {', '.join(served) or 'nothing'}")


def _line(model: Model) -> str:
    prices = [printing.usd(price) for price in sorted(set(model.prices.values()))]
    price = " to ".join(prices[:: max(len(prices) - 1, 1)]) or "price unknown"
    return f"{model.id}  {model.engine}  {_life(model)}  {price}  {', '.join(model.serves) or 'not used here'}"


def _life(model: Model) -> str:
    if model.ends is None:
        return "alive"
    return f"{'until' if model.ends > datetime.now(UTC).date().isoformat() else 'ended'} {model.ends}"


def _place(profile: Profile) -> str:
    of = [part for part in (profile.region, profile.stack, profile.account) if part]
    return f"{profile.base_url}{f'  ({", ".join(of)})' if of else ''}"
