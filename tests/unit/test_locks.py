"""What is bundled for Lambda is what the tests ran on: each lock is a part of the top one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = "requirements.txt"
BUNDLED = ["functions/requirements.txt", "functions/cutout-requirements.txt"]
PIN = re.compile(r"^([a-z0-9.-]+==\S+)(?: ;[^\\]*)?((?: \\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def pins(lock: str) -> dict[str, set[str]]:
    """Each `name==version` of a lock with its hashes."""
    found = PIN.findall((ROOT / lock).read_text())
    return {pin: set(re.findall(r"[0-9a-f]{64}", hashes)) for pin, hashes in found}


@pytest.mark.parametrize("lock", BUNDLED)
def test_every_bundled_pin_and_hash_is_the_top_locks(lock):
    bundled, top = pins(lock), pins(TOP)

    assert len(bundled) > 5
    assert {pin: top.get(pin) for pin in bundled} == bundled


@pytest.mark.parametrize("lock", [TOP, *BUNDLED])
def test_a_lock_names_no_place_but_packages(lock):
    text = (ROOT / lock).read_text()

    assert "://" not in text
    assert not re.search(r"(^|\s)/", text)
    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(pins(lock)) > 5


def test_the_lean_functions_carry_no_imaging_or_inference_libraries():
    names = {pin.split("==")[0] for pin in pins("functions/requirements.txt")}

    assert names.isdisjoint({"numpy", "opencv-python-headless", "onnxruntime"})
