"""The profiles file: which deployments there are, with their keys, and which one is chosen. Standard library only.

    {"current": "main", "profiles": {"main": {"base_url": "https://…/v1", "api_key": "…", "region": "us-west-2",
                                              "stack": "darkroom", "account": "123456789012"}}}

It is for its owner only (mode 0600) and replaced whole, never written in place. Fields that this version does not know
are kept. The name `local` is not stored: it stands for the local run that the current folder belongs to.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom_client.errors import TargetUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Profile:
    """One deployment. `account` is the AWS account's number; the last three are for people to read."""

    base_url: str
    api_key: str = field(repr=False)
    region: str | None = None
    stack: str | None = None
    account: str | None = None


def path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the file lies: `DARKROOM_CONFIG`, or the user's configuration folder."""
    if chosen := environ.get("DARKROOM_CONFIG"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or Path.home()) / "darkroom" / "profiles.json"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "darkroom" / "profiles.json"
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "darkroom" / "profiles.json"


def load(file: Path | None = None) -> dict[str, Profile]:
    """Every profile by its name. Raises TargetUnknown where the file cannot be read."""
    known = {one.name for one in fields(Profile)}
    try:
        return {
            name: Profile(**{key: value for key, value in profile.items() if key in known})
            for name, profile in _read(file)["profiles"].items()
        }
    except (TypeError, AttributeError):
        raise TargetUnknown(
            f"{file or path()} is not a profiles file: a profile has a base_url and an api_key."
        ) from None


def current(file: Path | None = None) -> str | None:
    """The name of the chosen profile, which may be `local`."""
    chosen = _read(file)["current"]
    return None if chosen is None else str(chosen)


def save(name: str, profile: Profile, file: Path | None = None) -> Path:
    """Add a profile, or replace the one of that name, and give the file's path. Choosing it is `use`'s part.

    Raises TargetUnknown for a name that cannot be given and for a file that cannot be read.
    """
    if not name or name == LOCAL:
        raise TargetUnknown(f"A profile cannot be called {name!r}.")
    stored = _read(file)
    kept = stored["profiles"].get(name, {})
    stored["profiles"][name] = kept | {key: value for key, value in asdict(profile).items() if value is not None}
    return _write(stored, file)


def use(name: str, file: Path | None = None) -> Path:
    """Choose a profile for what follows, `local` included. Raises TargetUnknown where there is none of that name."""
    stored = _read(file)
    if name != LOCAL and name not in stored["profiles"]:
        raise unknown(name, stored["profiles"])
    return _write(stored | {"current": name}, file)


def unknown(name: str, names: Mapping[str, object]) -> TargetUnknown:
    """The error of a name that is not there."""
    return TargetUnknown(f"There is no profile {name!r}. There are: {', '.join([*sorted(names), LOCAL])}.")


def _read(file: Path | None) -> dict[str, Any]:
    where = file or path()
    try:
        stored = json.loads(where.read_text(encoding="utf-8"))
        return {"current": None, **stored, "profiles": {**stored.get("profiles", {})}}
    except FileNotFoundError:
        return {"current": None, "profiles": {}}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise TargetUnknown(f"{where} cannot be read as a profiles file: {error}") from None


def _write(stored: Mapping[str, Any], file: Path | None) -> Path:
    where = (file or path()).resolve()
    where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=where.parent, prefix=".profiles-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(stored, out, indent=2)
        Path(draft).replace(where)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return where
