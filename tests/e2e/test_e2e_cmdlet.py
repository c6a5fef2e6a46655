"""The cmdlet's nine examples, typed as docs/from-the-cmdlet.md has them, against a local cloud of each era."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.e2e.cloud_rig import Cloud, is_cut_out

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "from-the-cmdlet.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
MASKS = 3
"""The block that makes the masks; every other one is an example."""
EXAMPLES = range(1, 10)
SERVED_TODAY = [1, 3, 9]
REFUSED = 2
"""The command's exit code for a request that cannot be done as it stands."""


@dataclass(frozen=True)
class Typed:
    """What one block came to."""

    folder: Path
    code: int
    out: str
    said: str


def type_all(cloud: Cloud, folder: Path) -> dict[int, Typed]:
    """Type every block in one shell, one after the other."""
    script = "\n".join(f"{{\n{block}}} >{n}.out 2>{n}.said; echo $? >{n}.code" for n, block in enumerate(BLOCKS))
    type_in(checkout(cloud, folder), f'{script}\necho "$STARSHIP" >starship')
    made = [Typed(folder, *_results(folder, n)) for n in range(len(BLOCKS))]
    assert made[MASKS].code == 0, made[MASKS].said
    return dict(enumerate(made[:MASKS] + made[MASKS + 1 :], 1))


def checkout(cloud: Cloud, folder: Path) -> Path:
    """A folder that looks like a checkout with this cloud's local run."""
    (folder / "docs").mkdir()
    (folder / "docs" / "samples").symlink_to(ROOT / "docs" / "samples")
    (folder / ".local").mkdir()
    (folder / ".local" / "outputs.json").symlink_to(cloud.site.state / "outputs.json")
    return folder


def type_in(folder: Path, script: str) -> str:
    """What a script prints that is typed in such a folder."""
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=_environ(folder), stdout=subprocess.PIPE, text=True, timeout=240,
        check=True,
    ).stdout  # fmt: skip


def _environ(folder: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(("DARKROOM_", "AWS_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**others, "PATH": path, "DARKROOM_CONFIG": str(folder / "profiles.json")}


def _results(folder: Path, n: int) -> tuple[int, str, str]:
    code, out, said = (folder / f"{n}.code", folder / f"{n}.out", folder / f"{n}.said")
    return int(code.read_text()), out.read_text(), said.read_text()


@pytest.fixture(scope="module")
def titan(titan_cloud, tmp_path_factory):
    return type_all(titan_cloud, tmp_path_factory.mktemp("titan"))


@pytest.fixture(scope="module")
def today(cloud, tmp_path_factory):
    before = len(_calls(cloud))
    made = type_all(cloud, tmp_path_factory.mktemp("today"))
    return made, _calls(cloud)[before:]


def _calls(cloud: Cloud) -> list[dict[str, object]]:
    reply = httpx.get(f"{cloud.outputs['bedrock_endpoint_url']}/_emulator/calls", timeout=20, trust_env=False)
    return list(reply.raise_for_status().json()["calls"])


def test_the_page_has_the_nine_examples_and_one_block_for_the_masks():
    assert re.findall(r"^EXAMPLE (\d) ", PAGE, re.MULTILINE) == [str(number) for number in EXAMPLES]
    assert ["darkroom mask make" in block for block in BLOCKS] == [n == MASKS for n in range(10)]


@pytest.mark.parametrize("number", EXAMPLES)
def test_in_titans_days_every_example_gives_pictures(titan, number):
    typed = titan[number]

    assert typed.code == 0, typed.said
    assert "→ local (us-west-2): http://127.0.0.1:" in typed.said
    pictures = _pictures(typed, number)
    assert pictures
    for picture in pictures:
        with Image.open(picture) as image:
            assert (image.format, image.size) == ("PNG", (1024, 683) if number in {4, 9} else (1024, 1024))


def _pictures(typed: Typed, number: int) -> list[Path]:
    """Example 1 keeps its path in a variable, 6 prints JSON into a file, the others print paths."""
    lines = typed.out.splitlines()
    if number == 1:
        lines = (typed.folder / "starship").read_text().splitlines()
    if number == 6:
        full = json.loads((typed.folder / "pictures" / "variation.json").read_text())
        lines = [image["path"] for image in full["images"]]
    return [typed.folder / line for line in lines]


def test_the_full_object_holds_the_saved_pictures_bytes(titan):
    folder = titan[6].folder
    [image] = json.loads((folder / "pictures" / "variation.json").read_text())["images"]

    assert base64.b64decode(image["base64"]) == (folder / image["path"]).read_bytes()


@pytest.mark.parametrize("era", ["titan", "today"])
def test_the_subject_of_the_photo_is_cut_out(request, era):
    made = request.getfixturevalue(era)
    [picture] = _pictures((made[0] if era == "today" else made)[9], 9)

    assert is_cut_out(picture.read_bytes())


@pytest.mark.parametrize("number", SERVED_TODAY)
def test_today_what_has_an_engine_gives_pictures(today, number):
    typed = today[0][number]

    assert typed.code == 0, typed.said
    assert "succeeded: 1 picture by" in typed.said


@pytest.mark.parametrize("number", sorted(set(EXAMPLES) - set(SERVED_TODAY)))
def test_today_what_has_no_engine_is_refused_by_name(today, number):
    typed = today[0][number]

    assert (typed.code, typed.out) == (REFUSED, "")
    assert "(not-served)" in typed.said
    # Example 7 has a condition image: a living service takes it, in Regions that this deployment does not allow.
    assert ("allow_regions" in typed.said) is (number == 7)


def test_today_a_refusal_costs_no_call_of_a_model(today):
    assert [call["modelId"] for call in today[1]] == ["stability.stable-image-core-v1:1"] * 2


def test_a_file_that_was_sent_ahead_is_taken_by_its_reference(cloud, tmp_path):
    script = """
        set -euo pipefail
        darkroom remove-background "$(darkroom upload docs/samples/coffee.jpg)" --metadata order=7 --out pictures
        darkroom jobs --limit 1 --json
    """

    path, newest = type_in(checkout(cloud, tmp_path), script).splitlines()

    assert is_cut_out((tmp_path / path).read_bytes())
    assert json.loads(newest)["metadata"] == {"order": "7"}


def test_an_earlier_picture_is_varied_by_its_reference_and_the_mask_comes_back(titan_cloud, tmp_path):
    script = """
        set -euo pipefail
        job=$(darkroom generate "a red boat on a lake" --wait 0)
        darkroom get "$job" --wait 60 >/dev/null
        darkroom vary "image:$job/1" --count 2 --out pictures
        darkroom inpaint docs/samples/coffee.jpg --mask-prompt "the cup" --return-mask --out pictures
    """

    paths = type_in(checkout(titan_cloud, tmp_path), script).splitlines()

    assert [path.rpartition("-")[2] for path in paths] == ["1.png", "2.png", "1.png", "mask.png"]
    assert all((tmp_path / path).exists() for path in paths)


def test_what_was_quoted_is_drawn_and_stands_in_the_usage(cloud, tmp_path):
    script = """
        set -euo pipefail
        darkroom usage --json
        darkroom quote generate "a red boat on a lake" --count 2 --json
        job=$(darkroom generate "a red boat on a lake" --count 2 --wait 0 --idempotency-key "$PWD")
        test "$job" = "$(darkroom generate "a red boat on a lake" --count 2 --wait 0 --idempotency-key "$PWD")"
        darkroom get "$job" --wait 60 --json
        darkroom rerun "$job" --out pictures --json
        darkroom usage --json
        darkroom jobs --status succeeded --task TEXT_IMAGE --source http --limit 2 --json
    """

    before, quoted, job, again, after, *listed = map(
        json.loads, type_in(checkout(cloud, tmp_path), script).splitlines()
    )

    assert quoted["cost"]["quoted"] == job["cost"]["charged"] == again["cost"]["charged"] > 0
    assert quoted["model"] == job["model"]
    assert {name: after["total"][name] - before["total"][name] for name in before["total"]} == {
        "jobs": 2, "images": 4, "amount": 2 * quoted["cost"]["quoted"],
    }  # fmt: skip
    assert after["budgets"]
    assert [one["id"] for one in listed] == [again["id"], job["id"]]
    assert [one["seed"] for one in again["images"]] == [one["seed"] for one in job["images"]]


def test_a_job_that_has_ended_is_not_canceled_and_a_person_can_read_the_usage(cloud, tmp_path):
    script = """
        job=$(darkroom remove-background docs/samples/coffee.jpg --wait 0)
        darkroom get "$job" --wait 60 >/dev/null
        darkroom cancel "$job" 2>&1 || echo "exit $?"
        darkroom usage
        darkroom quote inpaint docs/samples/coffee.jpg --mask-prompt "the cup" 2>&1 || echo "exit $?"
    """

    told = type_in(checkout(cloud, tmp_path), script)

    for part in ("(job-ended)", "(not-served)", "BACKGROUND_REMOVAL  ", "left of the deployment's day"):
        assert part in told
    assert told.count("exit 2") == 2


def test_the_deployment_is_told_with_what_it_serves(cloud, tmp_path):
    told = type_in(checkout(cloud, tmp_path), "darkroom whoami && darkroom models && darkroom profiles")

    for part in (
        cloud.outputs["base_url"],
        "accepted",
        "BACKGROUND_REMOVAL, TEXT_IMAGE",
        "ended 2026-06-30",
        "* local",
    ):
        assert part in told
    assert cloud.outputs["api_key"] not in told
