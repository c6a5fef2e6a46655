"""Takes from an installed tree what no function uses, above all from botocore, and compiles what is left.

botocore describes 450 services in 28 MB; a client loads its whole service's description at start. What stays is what
is named, with everything that it refers to. Knows the layout of the packages; must not know where the tree comes from.
"""

from __future__ import annotations

import compileall
import gzip
import json
import shutil
from py_compile import PycInvalidationMode
from typing import TYPE_CHECKING, Any

from infra.packages import BundlingError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    type Operations = Mapping[str, Collection[str]]
    """Service, in botocore's spelling → the operations that are called, in AWS's spelling."""

LAMBDA_ROOT = "/var/task"

UNUSED = (
    "bin",  # console scripts
    "**/tests",
    "**/*.pyi",  # for type checkers
    "**/*.[ach]",  # for compilers, as the next two
    "**/*.px[di]",
    "**/*.pyx",
    "boto3/data",  # what boto3.resource() reads
    "boto3/examples",
    "PIL/_avif*",  # a codec of 5 MB that no route offers
    "pillow.libs/libavif*",
    "PIL/_imagingft*",  # fonts: nothing is written on pictures
    "pillow.libs/libfreetype*",
    "pillow.libs/libharfbuzz*",
    "PIL/_imagingtk*",
    "*.dist-info/RECORD",  # what only an installer reads; METADATA and the licences stay
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/WHEEL",
    "*.dist-info/sboms",
)

IMPLIED = {"s3": {"CreateBucket", "HeadBucket"}}
"""What botocore looks up by itself: a presigned POST is made from the first, a wrong Region found by the second."""


def trim(tree: Path, operations: Operations) -> None:
    """Remove from `tree` what `UNUSED` names, and all of botocore's data but what `operations` need."""
    for pattern in UNUSED:
        for path in list(tree.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    trim_botocore(tree / "botocore" / "data", operations)


def compile_tree(tree: Path) -> None:
    """Compile every module, so that Lambda compares no times: a zip forgets them, and times that differ recompile."""
    good = compileall.compile_dir(
        tree,
        maxlevels=20,
        quiet=1,
        force=True,
        stripdir=str(tree),
        prependdir=LAMBDA_ROOT,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not good:
        raise BundlingError("Python could not compile the bundle; the file and its error are named above.")


def trim_botocore(data: Path, operations: Operations) -> None:
    """Rewrite botocore's `data` folder for these operations, as plain JSON, which loads faster than gzipped."""
    if missing := {service for service in operations if not (data / service).is_dir()}:
        raise BundlingError(f"botocore knows no service named {', '.join(sorted(missing))}: correct the operations.")
    prefixes = set()
    for folder in [path for path in data.iterdir() if path.is_dir()]:
        if folder.name in operations:
            prefixes.add(_trim_service(folder, {*operations[folder.name], *IMPLIED.get(folder.name, ())}))
        else:
            shutil.rmtree(folder)
    _trim_endpoints(data / "endpoints.json", prefixes)


def _trim_service(folder: Path, names: Collection[str]) -> str:
    """Keep the newest version of the service's description; answer the service's name in the endpoints."""
    *old, newest = sorted(path.parent for path in folder.glob("*/service-2.json.gz"))
    versions_without_api = [path for path in folder.iterdir() if path not in {*old, newest}]
    for version in (*old, *versions_without_api):
        shutil.rmtree(version)
    model = _read(newest / "service-2.json.gz")
    rules = _read(newest / "endpoint-rule-set-1.json.gz")
    for path in newest.iterdir():
        if path.name != "service-2.sdk-extras.json":  # botocore's own corrections of the description
            path.unlink()
    _write(newest / "service-2.json", _only(model, names, folder.name))
    _write(newest / "endpoint-rule-set-1.json", rules)
    return str(model["metadata"]["endpointPrefix"])


def _only(model: dict[str, Any], names: Collection[str], service: str) -> dict[str, Any]:
    if unknown := set(names) - set(model["operations"]):
        raise BundlingError(f"{service} has no operation named {', '.join(sorted(unknown))}: correct the operations.")
    operations = {name: model["operations"][name] for name in sorted(names)}
    reachable = _reachable(model["shapes"], operations.values())
    shapes = {name: model["shapes"][name] for name in sorted(reachable)}
    # elsewhere botocore insists on its documentation
    return model | {"operations": _undocumented(operations), "shapes": _undocumented(shapes), "documentation": ""}


def _reachable(shapes: Mapping[str, Any], start: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    waiting = [name for node in start for name in _references(node)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_references(shapes[name]))
    return found


def _references(node: Any) -> Iterator[str]:
    """Every `{"shape": name}` below this node of the description."""
    if isinstance(node, dict):
        if isinstance(node.get("shape"), str):
            yield node["shape"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _references(child)


def _undocumented(node: Any) -> Any:
    if isinstance(node, dict):
        # a member of a shape may be called so too, but is no text
        kept = {name: child for name, child in node.items() if name != "documentation" or not isinstance(child, str)}
        return {name: _undocumented(child) for name, child in kept.items()}
    return [_undocumented(child) for child in node] if isinstance(node, list) else node


def _trim_endpoints(path: Path, prefixes: Collection[str]) -> None:
    endpoints = _read(path)
    for partition in endpoints["partitions"]:
        partition["services"] = {name: each for name, each in partition["services"].items() if name in prefixes}
    _write(path, endpoints)


def _read(path: Path) -> Any:
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
