"""What is left of botocore's data, on a copy of the installed one, and what is told when too much is asked of it."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import botocore
import pytest

from infra import trimming
from infra.packages import BundlingError

INSTALLED = Path(botocore.__file__).with_name("data")


@pytest.fixture
def data(tmp_path):
    """Three services of the installed botocore, one of them in two versions."""
    copy = tmp_path / "data"
    for service in ("sqs", "lambda", "sns"):
        shutil.copytree(INSTALLED / service, copy / service)
    for path in INSTALLED.glob("*.json"):
        shutil.copy(path, copy)
    return copy


def described(data: Path, service: str) -> dict:
    (path,) = data.glob(f"{service}/*/service-2.json")
    return json.loads(path.read_text())


def test_only_the_named_services_and_operations_stay(data):
    trimming.trim_botocore(data, {"sqs": ["SendMessage"], "lambda": ["Invoke"]})

    assert {path.name for path in data.iterdir() if path.is_dir()} == {"sqs", "lambda"}
    assert list(described(data, "sqs")["operations"]) == ["SendMessage"]
    assert list(described(data, "lambda")["operations"]) == ["Invoke"]


def test_of_a_service_only_the_newest_version_stays(data):
    assert len(list((data / "lambda").iterdir())) > 1

    trimming.trim_botocore(data, {"lambda": ["Invoke"]})

    assert [path.name for path in (data / "lambda").iterdir()] == ["2015-03-31"]


def test_every_shape_that_is_referred_to_stays_as_it_was_but_for_its_text(data):
    (source,) = (INSTALLED / "sqs").glob("*/service-2.json.gz")
    before = trimming._undocumented(json.loads(gzip.decompress(source.read_bytes())))

    trimming.trim_botocore(data, {"sqs": ["SendMessage"]})

    kept = described(data, "sqs")
    assert {"SendMessageRequest", "MessageBodyAttributeMap", "QueueDoesNotExist"} <= set(kept["shapes"])
    assert len(kept["shapes"]) < len(before["shapes"]) / 2
    assert kept["shapes"] == {name: before["shapes"][name] for name in kept["shapes"]}
    assert kept["metadata"] == before["metadata"]


def test_a_member_named_documentation_is_no_text():
    shape = {"documentation": "prose", "members": {"documentation": {"shape": "String", "documentation": "prose"}}}

    assert trimming._undocumented(shape) == {"members": {"documentation": {"shape": "String"}}}


def test_endpoints_of_other_services_go_and_all_regions_stay(data):
    before = json.loads((INSTALLED / "endpoints.json").read_text())

    trimming.trim_botocore(data, {"sqs": ["SendMessage"]})

    after = json.loads((data / "endpoints.json").read_text())
    assert {name for each in after["partitions"] for name in each["services"]} == {"sqs"}
    assert [each["regions"] for each in after["partitions"]] == [each["regions"] for each in before["partitions"]]


@pytest.mark.parametrize(
    ("operations", "said"),
    [({"sqz": ["SendMessage"]}, "no service named sqz"), ({"sqs": ["SendMassage"]}, "no operation named SendMassage")],
)
def test_a_misspelt_operation_is_named(data, operations, said):
    with pytest.raises(BundlingError, match=said):
        trimming.trim_botocore(data, operations)
