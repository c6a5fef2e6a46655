"""pip, run for real on a package made here, without a network."""

from __future__ import annotations

import hashlib
import zipfile

import pytest

from infra import packages
from infra.packages import BundlingError


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A wheel of one module, the only thing that pip can find."""
    path = tmp_path / "shelf" / "tiny-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny.py", "ANSWER = 42\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return path


def lock(tmp_path, pin: str, digest: str):
    path = tmp_path / "lock.txt"
    path.write_text(f"{pin} --hash=sha256:{digest}\n")
    return path


def digest_of(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_a_locked_package_is_installed_uncompiled(tmp_path, wheel, architecture):
    packages.install(lock(tmp_path, "tiny==1.0", digest_of(wheel)), tmp_path / "tree", architecture)

    assert (tmp_path / "tree" / "tiny.py").read_text() == "ANSWER = 42\n"
    assert not list((tmp_path / "tree").rglob("*.pyc"))


def test_a_package_with_another_hash_is_refused_and_the_fix_named(tmp_path, wheel):
    with pytest.raises(BundlingError, match="make lock"):
        packages.install(lock(tmp_path, "tiny==1.0", "0" * 64), tmp_path / "tree", "arm64")


def test_a_package_without_a_hash_is_refused(tmp_path, wheel):
    unhashed = tmp_path / "lock.txt"
    unhashed.write_text("tiny==1.0\n")

    with pytest.raises(BundlingError, match="pip install failed"):
        packages.install(unhashed, tmp_path / "tree", "arm64")


def test_a_missing_wheel_shows_pips_last_words(tmp_path, wheel):
    with pytest.raises(BundlingError, match=r"(?s)No matching distribution found for tiny==2.0.*pin one that has it"):
        packages.install(lock(tmp_path, "tiny==2.0", "0" * 64), tmp_path / "tree", "arm64")


def test_pip_is_not_waited_for_without_end(tmp_path, wheel, monkeypatch):
    monkeypatch.setattr(packages, "TIMEOUT", 0.01)

    with pytest.raises(BundlingError, match=r"did not end within 0\.01 s"):
        packages.download(lock(tmp_path, "tiny==1.0", digest_of(wheel)), tmp_path, packages.PYTHON)
