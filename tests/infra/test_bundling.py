"""When an archive is made anew, and what is left when that fails."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from infra import bundling, weights
from infra.bundling import CUTOUT, LEAN, ROOT, bundle_key, dependencies_key

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the archives are made of, to be changed."""
    for folder in ("functions", "docs", "LICENSES"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").mkdir()
    weights.fetch_weights()
    return tmp_path


def test_a_change_of_the_code_changes_the_key_and_a_change_elsewhere_does_not(checkout):
    def keys() -> tuple[str, str]:
        return bundle_key(LEAN, "arm64", checkout), bundle_key(CUTOUT, "arm64", checkout)

    lean, cutout = keys()

    (checkout / "tests" / "test_new.py").touch()
    (checkout / "docs" / "new.md").touch()
    (checkout / "functions" / "__pycache__").mkdir()
    (checkout / "functions" / "__pycache__" / "api.pyc").touch()
    assert keys() == (lean, cutout)

    (checkout / "functions" / "worker.py").write_text("# changed\n")
    assert keys()[0] != lean
    assert keys()[1] == cutout

    lean, cutout = keys()
    (checkout / "functions" / "cutout" / "picture.py").write_text("# changed\n")
    assert keys()[0] == lean
    assert keys()[1] != cutout


def test_a_renamed_module_changes_the_key(checkout):
    before = bundle_key(LEAN, "arm64", checkout)
    (checkout / "functions" / "worker.py").rename(checkout / "functions" / "workers.py")

    assert bundle_key(LEAN, "arm64", checkout) != before


@pytest.mark.parametrize("bundle", [LEAN, CUTOUT], ids=lambda bundle: bundle.name)
def test_a_change_of_a_pin_or_of_the_target_changes_the_dependencies(checkout, bundle):
    before = dependencies_key(bundle, "arm64", checkout)
    assert dependencies_key(bundle, "x86_64", checkout) != before

    with (checkout / bundle.lock).open("a") as lock:
        lock.write("more==1.0\n")
    assert dependencies_key(bundle, "arm64", checkout) != before


def test_a_change_of_the_code_keeps_the_dependencies(checkout):
    before = dependencies_key(LEAN, "arm64", checkout)
    (checkout / "functions" / "worker.py").write_text("# changed\n")

    assert dependencies_key(LEAN, "arm64", checkout) == before


def test_the_same_files_make_the_same_archive(tmp_path):
    for tree in ("one", "two"):
        (tmp_path / tree / "package").mkdir(parents=True)
        (tmp_path / tree / "package" / f"{tree}.txt").touch()
        (tmp_path / tree / "package" / f"{tree}.txt").rename(tmp_path / tree / "package" / "module.py")
        (tmp_path / tree / "other.py").write_text("x = 1\n")

    archives = [bundling._pack(tmp_path / tree, tmp_path / f"{tree}.zip").read_bytes() for tree in ("one", "two")]

    assert archives[0] == archives[1]


def test_a_new_archive_takes_the_place_of_its_predecessor_only(tmp_path):
    def make(scratch: Path) -> Path:
        (scratch / "made").write_text("made")
        return scratch / "made"

    others = [tmp_path / "lean-arm64-old.zip", tmp_path / "lean-x86_64-old.zip", tmp_path / "cutout-arm64-old.zip"]
    for other in others:
        other.touch()

    archive = bundling._made_once(tmp_path, "lean-arm64", "new", make)

    assert archive.read_text() == "made"
    assert sorted(tmp_path.iterdir()) == sorted([archive, *others[1:]])


def test_a_failed_build_leaves_the_predecessor_and_nothing_half_built(tmp_path):
    def fail(scratch: Path) -> Path:
        (scratch / "half").touch()
        raise bundling.BundlingError("no network")

    old = tmp_path / "lean-arm64-old.zip"
    old.touch()

    with pytest.raises(bundling.BundlingError):
        bundling._made_once(tmp_path, "lean-arm64", "new", fail)

    assert list(tmp_path.iterdir()) == [old]
