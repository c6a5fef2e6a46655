"""Two local clouds for all end-to-end tests, one of each era, in state folders and on ports of their own."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.cloud_rig import Cloud, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
START_SECONDS = 420
"""A first start downloads what is bundled for Lambda."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.cloud)
            item.add_marker(pytest.mark.timeout(START_SECONDS + 60))


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud of the era `today`, as `make up` makes it and `make down` ends it."""
    with _up(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture(scope="session")
def titan_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud of the days when Titan answered."""
    with _up(tmp_path_factory.mktemp("titan-cloud"), "--era", "titan") as made:
        yield made


@contextmanager
def _up(folder: Path, *words: str) -> Iterator[Cloud]:
    site = Site(folder)
    try:
        up = site.command("up", *words, timeout=START_SECONDS)
        assert up.returncode == 0, up.stdout + up.stderr
        made = Cloud(site, json.loads((site.state / "outputs.json").read_text()), up.stdout)
        yield made
        made.close()
    finally:
        down = site.command("down", timeout=60)
        assert down.returncode == 0, down.stdout + down.stderr
        site.assert_nothing_is_left()
