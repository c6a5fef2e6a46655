"""Makes the two archives that Lambda runs, without Docker: `lean` for five functions, `cutout` for the one with OpenCV.

An archive is named by a hash of everything that goes into it and is made once. Third-party code, which takes long and
seldom changes, is an archive of its own to which the code is added. Must not import CDK: `app.py` joins the two.
Run as a program it makes both: `python -m infra.bundling arm64`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from functions.darkroom.operations import OPERATIONS
from infra import packages, trimming, weights
from infra.packages import Architecture, BundlingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infra.trimming import Operations

ROOT = Path(__file__).parents[1]
CUTOUT_OPERATIONS = {"s3": ("GetObject", "PutObject")}
HALF_BUILT = ".building-"
ABANDONED = 3600
"""Seconds after which a half-built archive belongs to a build that was killed: no build may take as long."""


@dataclass(frozen=True)
class Bundle:
    """What goes into an archive."""

    name: str
    lock: str
    """The pinned third-party packages; a path in the checkout, as all others."""
    operations: Operations
    """All that is asked of AWS."""
    code: Callable[[Path], dict[str, Path]]
    """Checkout → our own files, by their paths in the archive."""


def bundle_lean(architecture: Architecture) -> Path:
    """Make, or find, the archive of the lean functions. Raises BundlingError, whose message says what to do.

    The file's name changes exactly when its content does, so it serves as CDK's `asset_hash`.
    """
    return _bundle(LEAN, architecture)


def bundle_cutout(architecture: Architecture) -> Path:
    """Make, or find, the archive of the cutout function, with the network's weights; else as `bundle_lean`."""
    weights.fetch_weights()
    return _bundle(CUTOUT, architecture)


def lean_code(root: Path) -> dict[str, Path]:
    """All of `functions` but the cutout model, and the API's description, which the api door serves."""
    model = root / "functions" / "cutout"
    found = [path for path in _files(root / "functions") if not path.is_relative_to(model)]
    description = root / "docs" / "openapi.json"
    return _by_name(root, [*found, description] if description.is_file() else found)


def cutout_code(root: Path) -> dict[str, Path]:
    """The cutout model, with its weights, their origin and their licence."""
    code = _by_name(root, [root / "functions" / "__init__.py", *_files(root / "functions" / "cutout")])
    return code | {
        f"functions/cutout/{weights.FILE}": weights.FOLDER / weights.FILE,
        "functions/cutout/u2netp.NOTICE.txt": weights.FOLDER / "u2netp.NOTICE.txt",
        "functions/cutout/u2netp.LICENSE.txt": root / "LICENSES" / "Apache-2.0.txt",
    }


LEAN = Bundle("lean", "functions/requirements.txt", OPERATIONS, lean_code)
CUTOUT = Bundle("cutout", "functions/cutout-requirements.txt", CUTOUT_OPERATIONS, cutout_code)


def dependencies_key(bundle: Bundle, architecture: Architecture, root: Path = ROOT) -> str:
    """Hash what the archive of third-party code depends on: pins, target, interpreter, and the code that makes it."""
    makers = [Path(str(module.__file__)).read_bytes() for module in (packages, trimming, sys.modules[__name__])]
    wanted = json.dumps({service: sorted(names) for service, names in sorted(bundle.operations.items())})
    target = f"{architecture} {sys.implementation.cache_tag}"
    return _hash([(root / bundle.lock).read_bytes(), wanted.encode(), target.encode(), *makers])


def bundle_key(bundle: Bundle, architecture: Architecture, root: Path = ROOT) -> str:
    """Hash what the whole archive depends on."""
    parts = [dependencies_key(bundle, architecture, root).encode()]
    for name, path in sorted(bundle.code(root).items()):
        parts += [name.encode(), path.read_bytes()]
    return _hash(parts)


def _bundle(bundle: Bundle, architecture: Architecture) -> Path:
    def add_code(scratch: Path) -> Path:
        archive = scratch / "bundle.zip"
        shutil.copyfile(_dependencies(bundle, architecture), archive)
        tree = scratch / "code"
        for name, path in bundle.code(ROOT).items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, tree / name)
        trimming.compile_tree(tree)
        return _pack(tree, archive)

    name = f"{bundle.name}-{architecture}"
    return _made_once(ROOT / ".build" / "assets", name, bundle_key(bundle, architecture), add_code)


def _dependencies(bundle: Bundle, architecture: Architecture) -> Path:
    def install(scratch: Path) -> Path:
        tree = scratch / "installed"
        packages.install(ROOT / bundle.lock, tree, architecture)
        trimming.trim(tree, bundle.operations)
        trimming.compile_tree(tree)
        return _pack(tree, scratch / "installed.zip")

    name = f"{bundle.name}-{architecture}"
    return _made_once(ROOT / ".build" / "dependencies", name, dependencies_key(bundle, architecture), install)


def _made_once(folder: Path, name: str, key: str, make: Callable[[Path], Path]) -> Path:
    """Find `folder/name-key.zip`, or make it in a scratch folder, move it there whole, and drop its predecessors."""
    archive = folder / f"{name}-{key}.zip"
    if not archive.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=HALF_BUILT) as scratch:
            make(Path(scratch)).replace(archive)
        for old in set(folder.glob(f"{name}-*.zip")) - {archive}:
            old.unlink(missing_ok=True)
        for left in folder.glob(f"{HALF_BUILT}*"):
            if time.time() - left.stat().st_mtime > ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    return archive


def _pack(tree: Path, archive: Path) -> Path:
    """Add every file of `tree` to the archive. The same files give the same bytes: no times, no owners, one order."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix())
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16  # readable by the user that Lambda runs as
            packed.writestr(entry, path.read_bytes())
    return archive


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("[!.]*") if path.is_file() and _is_code(path)]


def _is_code(path: Path) -> bool:
    return "__pycache__" not in path.parts and not path.name.endswith("requirements.txt")


def _by_name(root: Path, paths: Iterable[Path]) -> dict[str, Path]:
    return {path.relative_to(root).as_posix(): path for path in paths}


def _hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()[:20]


def main() -> None:
    """Make both archives and say where they lie."""
    arguments = argparse.ArgumentParser(description="Make the archives that Lambda runs.")
    arguments.add_argument("architecture", choices=get_args(Architecture.__value__))
    architecture = arguments.parse_args().architecture
    for bundle in (bundle_lean, bundle_cutout):
        began = time.monotonic()
        archive = bundle(architecture)
        size = archive.stat().st_size / 1e6
        print(f"{archive.relative_to(ROOT)}  {size:.1f} MB  {time.monotonic() - began:.1f} s")  # noqa: T201


if __name__ == "__main__":
    try:
        main()
    except BundlingError as error:
        sys.exit(str(error))
