"""The README's commands, run as they stand against a local cloud."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
MAKE = [block.strip() for block in BLOCKS if block.startswith("make ")]
USE = [block for block in BLOCKS if not block.startswith("make ")]


def test_the_two_commands_and_the_verbs_exist():
    assert MAKE[:2] == ["make run", "make test"]
    for verb in {*MAKE, *(f"make {name}" for name in re.findall(r"`make ([a-z-]+)", README))}:
        subprocess.run(["make", "--dry-run", verb.split()[1]], cwd=ROOT, check=True, capture_output=True, timeout=20)


@pytest.fixture(scope="module")
def transcript(cloud):
    """What each block prints when they are typed one after the other."""
    script = "\n".join(f"{block}\necho; echo '--- end of block'" for block in USE)
    script = script.replace(".local/outputs.json", str(cloud.site.state / "outputs.json"))
    script = script.replace("/tmp/removal.json", str(cloud.site.state / "removal.json"))
    script = script.replace(".local/pictures", str(cloud.site.state / "saved"))
    target = {"DARKROOM_BASE_URL": cloud.outputs["base_url"], "DARKROOM_API_KEY": cloud.outputs["api_key"]}
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=os.environ | target, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return [part.strip() for part in run.stdout.split("--- end of block")]


def test_the_first_request_gives_a_picture_of_its_size(transcript):
    job = json.loads(transcript[0])
    assert (job["status"], job["images"][0]["width"], job["images"][0]["height"]) == ("succeeded", 1152, 768)


def test_a_job_that_was_not_waited_for_is_found_again(transcript):
    assert json.loads(transcript[1])["status"] == "succeeded"


def test_the_sample_is_cut_out(transcript):
    job = json.loads(transcript[2])
    assert (job["status"], job["model"]["engine"]) == ("succeeded", "cutout")


def test_the_command_line_saves_its_pictures_and_lists_its_jobs(transcript, cloud):
    lines = transcript[4].splitlines()
    assert all(Path(line).is_relative_to(cloud.site.state / "saved") and Path(line).exists() for line in lines[:2])
    assert sum("job_" in line for line in lines) >= 2


def test_every_wrong_field_is_named(transcript):
    assert [one["field"] for one in json.loads(transcript[3])["errors"]] == [
        "textToImageParams.style",
        "imageGenerationConfig.cfgScale",
        "imageGenerationConfig.height",
    ]
