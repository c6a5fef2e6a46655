"""The two archives as Lambda would unpack them, made for this machine so that they can be run."""

from __future__ import annotations

import importlib.util
import json
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from functions.darkroom.operations import OPERATIONS
from infra import bundling, weights
from infra.bundling import CUTOUT_OPERATIONS, ROOT

HANDLERS = ("api", "authorizer", "uploads", "worker", "sweeper")
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
LAMBDA_LIMIT = 250 * 1024 * 1024
"""Bytes, unzipped: the quota for a function's code."""
MAGIC = importlib.util.MAGIC_NUMBER
UNCHECKED_HASH = (1).to_bytes(4, "little")

pytestmark = [
    pytest.mark.timeout(900),  # the first run installs 250 MB
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Lambda's wheels run on Linux only"),
]


@pytest.fixture(scope="session")
def lean(tmp_path_factory):
    return unpacked(bundling.bundle_lean(ARCHITECTURE), tmp_path_factory.mktemp("lean"))


@pytest.fixture(scope="session")
def cutout(tmp_path_factory):
    return unpacked(bundling.bundle_cutout(ARCHITECTURE), tmp_path_factory.mktemp("cutout"))


def unpacked(archive: Path, tree: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tree)
    return tree


def run(tree: Path, program: str, *arguments: str) -> str:
    """Run a program that can import nothing but the standard library and this tree."""
    program = f"import sys; sys.path.insert(0, {str(tree)!r})\n{program}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", program, *arguments],
        env={"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-west-2"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


CALL_EVERY_OPERATION = """
import json
from botocore.awsrequest import AWSResponse
from botocore.session import Session

class Body:
    def __init__(self, content): self.content = content
    def stream(self, **_): yield self.content
    def read(self, *_): return self.content

def least(shape):
    kind = shape.type_name
    if kind == "structure":
        return {name: least(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [least(shape.member)] * max(1, shape.metadata.get("min", 0))
    if kind == "map":
        return {"key": least(shape.value)}
    if kind == "string":
        return shape.enum[0] if shape.enum else "x" * max(3, shape.metadata.get("min", 0))
    return {"integer": 1, "long": 1, "boolean": True, "blob": b"x"}[kind]

for service, names in json.loads(sys.argv[1]).items():
    client = Session().create_client(service)
    sent = []
    def answer(request, **_):
        sent.append(request)
        return AWSResponse(request.url, 200, {}, Body(b"" if service == "s3" else b"{}"))
    client.meta.events.register("before-send", answer)
    for name in names:
        model = client.meta.service_model.operation_model(name)
        client._make_api_call(name, least(model.input_shape))
        request = sent.pop()
        assert request.headers["Authorization"] and request.url.startswith("https://"), name
        print(service, name, request.method, request.url)
    assert set(client.meta.service_model.operation_names) - {"CreateBucket", "HeadBucket"} == set(names)
"""


@pytest.mark.parametrize("name", HANDLERS)
def test_the_lean_archive_holds_the_handler(lean, name):
    program = f"import functions.{name} as door; assert callable(door.handler); print(door.__file__)"

    assert run(lean, program).strip() == str(lean / "functions" / f"{name}.py")


def test_the_cutout_archive_holds_its_handler_and_weights_and_cuts_a_photo(cutout):
    photo = ROOT / "docs" / "samples" / "coffee.jpg"

    assert weights._is_known((cutout / "functions" / "cutout" / weights.FILE).read_bytes())
    program = """
from functions import cutout
assert callable(cutout.handler)
print(cutout.cut_out(open(sys.argv[1], "rb").read()).coverage)
"""
    assert float(run(cutout, program, str(photo))) == pytest.approx(0.474, abs=0.01)


def test_the_lean_archive_holds_nothing_else_of_ours(lean):
    names = {path.name for path in lean.iterdir()}

    assert {"functions", "docs"} <= names
    assert names.isdisjoint({"local", "infra", "tests", "benchmarks", "client", "console", "app.py", ".build"})
    assert [path.name for path in (lean / "docs").iterdir()] == ["openapi.json"]
    assert not (lean / "functions" / "cutout").exists()


def test_the_lean_archive_holds_no_network_and_nothing_to_run_one(lean):
    assert not [path for name in ("numpy", "cv2", "onnxruntime") for path in lean.glob(f"{name}*")]
    assert not list(lean.rglob("*.onnx"))


def test_the_cutout_archive_holds_no_other_function(cutout):
    assert {path.name for path in (cutout / "functions").iterdir()} == {"__init__.py", "__pycache__", "cutout"}
    assert not (cutout / "docs").exists()


def test_the_licence_of_the_weights_travels_with_them(cutout):
    model = cutout / "functions" / "cutout"

    assert weights.SHA256 in (model / "u2netp.NOTICE.txt").read_text()
    assert "Apache License" in (model / "u2netp.LICENSE.txt").read_text()


@pytest.mark.parametrize("tree", ["lean", "cutout"])
def test_every_module_is_compiled_for_this_interpreter_and_never_checked_again(tree, request):
    root = request.getfixturevalue(tree)
    modules = {path for path in root.rglob("*.py") if path.stem.isidentifier()}
    compiled = {Path(importlib.util.cache_from_source(str(path))) for path in modules}

    assert modules
    assert [path for path in compiled if not path.is_file()] == []
    assert {path.read_bytes()[:8] for path in compiled} == {MAGIC + UNCHECKED_HASH}


@pytest.mark.parametrize("tree", ["lean", "cutout"])
def test_tracebacks_name_lambdas_paths_and_not_the_builders(tree, request):
    root = request.getfixturevalue(tree)
    compiled = next((root / "functions" / "__pycache__").glob("__init__.*.pyc")).read_bytes()

    assert b"/var/task/functions/__init__.py" in compiled
    assert str(ROOT).encode() not in compiled


@pytest.mark.parametrize(("tree", "limit"), [("lean", 60 * 2**20), ("cutout", LAMBDA_LIMIT - 20 * 2**20)])
def test_the_archives_fit_with_room_to_spare(tree, limit, request):
    root = request.getfixturevalue(tree)

    assert sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) < limit


@pytest.mark.parametrize(("tree", "operations"), [("lean", OPERATIONS), ("cutout", CUTOUT_OPERATIONS)])
def test_every_operation_that_is_called_can_be_called_with_the_trimmed_botocore(tree, operations, request):
    said = run(request.getfixturevalue(tree), CALL_EVERY_OPERATION, json.dumps(dict(operations)))

    assert len(said.splitlines()) == sum(map(len, operations.values()))


def test_links_and_forms_can_be_presigned_with_the_trimmed_botocore(lean):
    program = """
from botocore.session import Session
client = Session().create_client("s3")
print(client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"}))
print(client.generate_presigned_post("bucket", "key")["url"])
"""
    link, form = run(lean, program).split()

    assert link.startswith("https://bucket.s3.amazonaws.com/key?")
    assert form.startswith("https://bucket.s3.")


def test_modelled_errors_are_still_recognised_with_the_trimmed_botocore(lean):
    program = """
from botocore.session import Session
session = Session()
print(session.create_client("dynamodb").exceptions.TransactionCanceledException.__name__)
print(session.create_client("s3").exceptions.NoSuchKey.__name__)
print(session.create_client("bedrock-runtime").exceptions.ThrottlingException.__name__)
"""
    assert run(lean, program).split() == ["TransactionCanceledException", "NoSuchKey", "ThrottlingException"]


def test_pillow_still_reads_and_writes_the_formats_of_the_web(lean):
    program = """
import io
from PIL import Image
for form in ("PNG", "JPEG", "WEBP"):
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "red").resize((32, 24)).save(buffer, form)
    print(Image.open(buffer).size)
"""
    assert run(lean, program).splitlines() == ["(32, 24)"] * 3
