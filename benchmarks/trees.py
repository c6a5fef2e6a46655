"""Where the measured code runs from: folders as a Lambda function has them, each with its packages and no others.

`baseline` has its packages as pip installs them, which is how a sample ships; `plain` is Darkroom in the same manner;
`lean` is Darkroom as it is deployed: its archive, unpacked.
"""

from __future__ import annotations

import compileall
import hashlib
import platform
import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.events import REGION, RESULTS, UPLOADS
from functions.darkroom.recipes import BACKGROUND_REMOVAL
from functions.darkroom.settings import Settings
from infra.bundling import bundle_lean
from infra.packages import install

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.packages import Architecture

ROOT = Path(__file__).parents[1]
HERE: Architecture = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/123456789012/"

AWS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_LAMBDA_FUNCTION_NAME": "measured",
    "PYTHONHASHSEED": "0",
}
BASELINE_SETTINGS = {
    "TABLE_NAME": "table",
    "IDEMPOTENCY_TABLE": "idempotency",
    "RESULTS_BUCKET": RESULTS,
    "QUEUE_URL": QUEUE_URL + "interactive",
    "EVENT_BUS": "bus",
    "MODEL_ID": "amazon.titan-image-generator-v2:0",
}
DARKROOM_SETTINGS = Settings(
    TABLE_NAME="table",
    UPLOADS_BUCKET=UPLOADS,
    RESULTS_BUCKET=RESULTS,
    EVENT_BUS="bus",
    INTERACTIVE_QUEUE_URL=QUEUE_URL + "interactive",
    INTERACTIVE_DLQ_URL=QUEUE_URL + "interactive-dlq",
    BULK_QUEUE_URL=QUEUE_URL + "bulk",
    BULK_DLQ_URL=QUEUE_URL + "bulk-dlq",
    UPLOADS_QUEUE_URL=QUEUE_URL + "uploads",
    UPLOADS_DLQ_URL=QUEUE_URL + "uploads-dlq",
    CUTOUT_FUNCTION="cutout",
    API_KEY_SECRET="key",  # noqa: S106  (a name)
    ROUTES={"TEXT_IMAGE": ("titan",), "BACKGROUND_REMOVAL": ("cutout", "titan")},
    RECIPES=(BACKGROUND_REMOVAL,),
)


@dataclass(frozen=True)
class Tree:
    """A folder to run from, and the environment that the function would have."""

    folder: Path
    environment: Mapping[str, str]
    authorities: Path
    """Whom it trusts over TLS: all whom its botocore trusts, so that reading them costs what it costs, and the stub."""

    def environ(self, endpoint: str) -> dict[str, str]:
        """The whole environment of a process that runs from here and finds AWS at `endpoint`."""
        where = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_CA_BUNDLE": str(self.authorities),
            "PYTHONPATH": f"{self.folder}:{ROOT}",
            "HOME": str(self.folder),
        }
        return {**AWS, **self.environment, **where}


def make_trees(scratch: Path, authority: bytes) -> dict[str, Tree]:
    """Make, or find, all three; `authority` is the stub's certificate authority as PEM. Raises BundlingError."""
    darkroom = {**DARKROOM_SETTINGS.as_env(), "POWERTOOLS_SERVICE_NAME": "darkroom"}
    folders = {
        "baseline": (_installed(ROOT / "benchmarks" / "baseline" / "requirements.txt"), BASELINE_SETTINGS),
        "plain": (_installed(ROOT / "functions" / "requirements.txt"), darkroom),
        "lean": (_unpacked(bundle_lean(HERE), scratch / "lean"), darkroom),
    }
    trees = {}
    for name, (folder, environment) in folders.items():
        authorities = scratch / f"{name}.pem"
        authorities.write_bytes((folder / "botocore" / "cacert.pem").read_bytes() + authority)
        trees[name] = Tree(folder, environment, authorities)
    return trees


def _installed(lock: Path) -> Path:
    """The packages of a lock as pip leaves them, compiled; kept for the next run."""
    key = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:16]
    tree = ROOT / ".build" / "benchmarks" / f"{lock.parent.name}-{key}"
    if not tree.is_dir():
        half = tree.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        install(lock, half, HERE)
        compileall.compile_dir(half, maxlevels=20, quiet=2)
        half.rename(tree)
    return tree


def _unpacked(archive: Path, tree: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tree)
    return tree
