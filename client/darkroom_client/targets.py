"""Decides which deployment is meant: by flag, environment, profile, or the local run of the current folder.

A key never goes to a base URL that it was not given for: a base URL of a flag or of the environment takes a key of a
flag or of the environment, never a profile's. Standard library only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom_client import profiles
from darkroom_client.errors import TargetUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from darkroom_client.profiles import Profile

OUTPUTS = Path(".local") / "outputs.json"
"""What a local run says of itself, in the folder that it was started in."""


@dataclass(frozen=True, slots=True)
class Target:
    """A deployment, and where its name comes from."""

    name: str
    base_url: str
    api_key: str = field(repr=False)
    origin: str
    region: str | None = None
    stack: str | None = None
    account: str | None = None

    def __str__(self) -> str:
        return f"{self.name}{f' ({self.region})' if self.region else ''}: {self.base_url}"


def choose(
    environ: Mapping[str, str],
    folder: Path,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    profile: str | None = None,
) -> Target:
    """The target that flags, environment, profiles and folder name, in that order. Raises TargetUnknown."""
    if base_url:
        return _bare("flags", base_url, api_key or environ.get("DARKROOM_API_KEY"))
    if profile:
        return _with_key(_named(profile, "--profile", environ, folder), api_key)
    key = api_key or environ.get("DARKROOM_API_KEY")
    if url := environ.get("DARKROOM_BASE_URL"):
        return _bare("environment", url, key)
    if name := environ.get("DARKROOM_PROFILE"):
        return _with_key(_named(name, "DARKROOM_PROFILE", environ, folder), key)
    file = profiles.path(environ)
    if name := profiles.current(file):
        return _with_key(_named(name, str(file), environ, folder), key)
    if found := local(folder):
        return _with_key(found, key)
    raise TargetUnknown(
        "No deployment is chosen. Say `darkroom use NAME` (`darkroom profiles` lists the names), set DARKROOM_BASE_URL "
        f"and DARKROOM_API_KEY, or go to a folder with a local run ({OUTPUTS})."
    )


def local(folder: Path) -> Target | None:
    """The local run that a folder belongs to: the nearest `.local/outputs.json` in it or above it."""
    for place in (folder, *folder.parents):
        file = place / OUTPUTS
        try:
            outputs = json.loads(file.read_text(encoding="utf-8"))
            return Target(profiles.LOCAL, outputs["base_url"], outputs["api_key"], str(file), outputs.get("region"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TargetUnknown(f"{file} cannot be read as a local run's outputs: {error!r}") from None
    return None


def _named(name: str, origin: str, environ: Mapping[str, str], folder: Path) -> Target:
    if name == profiles.LOCAL:
        if found := local(folder):
            return found
        raise TargetUnknown(f"The profile `local` is chosen ({origin}), and no folder from here up has {OUTPUTS}.")
    known = profiles.load(profiles.path(environ))
    if name not in known:
        raise profiles.unknown(name, known)
    return _target(name, known[name], origin)


def _target(name: str, profile: Profile, origin: str) -> Target:
    return Target(name, profile.base_url, profile.api_key, origin, profile.region, profile.stack, profile.account)


def _bare(origin: str, base_url: str, api_key: str | None) -> Target:
    if not api_key:
        raise TargetUnknown(
            f"There is a base URL ({origin}) and no key for it: give --api-key, or DARKROOM_API_KEY. "
            "A profile's key goes to the profile's base URL only."
        )
    return Target(origin, base_url, api_key, origin)


def _with_key(target: Target, api_key: str | None) -> Target:
    """The target with another key of the same deployment, where one was given."""
    return replace(target, api_key=api_key) if api_key else target
