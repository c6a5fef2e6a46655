"""The commands of docs/masks.md, typed as they stand against a local cloud of each era, and what they save and say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageChops, ImageStat

from tests.e2e.cloud_rig import PHOTO, Cloud, is_cut_out
from tests.e2e.test_e2e_cmdlet import checkout, type_in

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "masks.md").read_text(encoding="utf-8")
SHOWN = ROOT / "docs" / "pictures" / "masks"
BLOCKS = re.findall(r"```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, re.DOTALL)
"""Each block, and what the page says that it prints, if it says so."""
[PYTHON] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
EDITS = [n for n, (block, _) in enumerate(BLOCKS) if re.match(r"darkroom (inpaint|outpaint)", block)]
FREE = [n for n in range(len(BLOCKS)) if n not in EDITS]
CUT_OUT = [n for n in FREE if "--background" in BLOCKS[n][0] or "--subtract-background" in BLOCKS[n][0]]
"""They ask the cut-out network, which the era `titan` has not."""
PRINTING = [n for n, (_, text) in enumerate(BLOCKS) if text]
REFUSED, BLOCKED = 2, 3
PREVIEWS = re.findall(r"--preview pictures/([\w-]+)\.png", PAGE)
COFFEE = (350, 165, 640, 335)
GROWN = 6


@dataclass(frozen=True)
class Typed:
    """What one block came to: its exit code, and what it printed on either side."""

    code: int
    said: str


@dataclass(frozen=True)
class Typescript:
    """All blocks of the page, typed in one shell."""

    folder: Path
    blocks: list[Typed]

    def saved(self, n: int) -> Image.Image:
        """The picture that a block's job drew."""
        [path] = re.findall(r"^pictures/job_\S+$", self.blocks[n].said, re.MULTILINE)
        return Image.open(self.folder / path).convert("RGB")


def type_all(cloud: Cloud, folder: Path) -> Typescript:
    script = "\n".join(f"{{\n{block}}} >{n}.said 2>&1; echo $? >{n}.code" for n, (block, _) in enumerate(BLOCKS))
    type_in(checkout(cloud, folder), script)
    made = [
        Typed(int((folder / f"{n}.code").read_text()), (folder / f"{n}.said").read_text()) for n in range(len(BLOCKS))
    ]
    return Typescript(folder, made)


@pytest.fixture(scope="module")
def today(cloud, tmp_path_factory):
    before = _calls(cloud)
    typed = type_all(cloud, tmp_path_factory.mktemp("masks-today"))
    assert _calls(cloud) == before, "a block of the page called a model"
    return typed


@pytest.fixture(scope="module")
def titan(titan_cloud, tmp_path_factory):
    return type_all(titan_cloud, tmp_path_factory.mktemp("masks-titan"))


def _calls(cloud: Cloud) -> int:
    reply = httpx.get(f"{cloud.outputs['bedrock_endpoint_url']}/_emulator/calls", timeout=20, trust_env=False)
    return len(reply.raise_for_status().json()["calls"])


def test_the_page_has_free_blocks_and_edits():
    assert len(EDITS) == 3
    assert len(FREE) >= 8
    assert len(PREVIEWS) == 5


@pytest.mark.parametrize("n", FREE)
@pytest.mark.parametrize("era", ["today", "titan"])
def test_what_costs_no_edit_works_in_both_eras(request, era, n):
    typed = request.getfixturevalue(era).blocks[n]
    lacks = era == "titan" and n in CUT_OUT

    assert typed.code == (REFUSED if lacks else 0), typed.said
    assert ("(mask-no-matte)" in typed.said) == lacks


@pytest.mark.parametrize("n", PRINTING)
def test_a_block_prints_what_the_page_says(request, n):
    typed = request.getfixturevalue("titan" if n in EDITS else "today").blocks[n]

    assert re.fullmatch(_pattern(BLOCKS[n][1]), typed.said), typed.said


def _pattern(text: str) -> str:
    """A text in which `…` stands for anything on its line."""
    return "[^\n]*".join(re.escape(part) for part in text.split("…"))


@pytest.mark.parametrize("name", PREVIEWS)
def test_a_preview_is_the_picture_on_the_page(today, name):
    shown = Image.open(SHOWN / f"{name}.jpg").convert("RGB")
    saved = Image.open(today.folder / "pictures" / f"{name}.png").convert("RGB")

    # Small enough that a JPEG's noise is gone, and a tinted area of two pixels is not.
    assert _difference(*(one.resize((48, 32), Image.Resampling.BOX) for one in (saved, shown))) < 2


def _difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures of one size are apart, as a mean of 256 steps."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("n", EDITS)
def test_today_an_edit_is_refused_by_name(today, n):
    typed = today.blocks[n]

    assert (typed.code, "(not-served)" in typed.said) == (REFUSED, True), typed.said


def test_in_titans_days_an_edit_with_a_foreign_mask_hits_the_coffee_and_nothing_else(titan):
    [n] = [n for n in EDITS if "--mask-means" in BLOCKS[n][0]]
    made, photo = titan.saved(n), Image.open(PHOTO).convert("RGB")
    left, top, right, bottom = COFFEE
    coffee = (left - GROWN, top - GROWN, right + GROWN, bottom + GROWN)

    assert "inPaintingParams.maskImage adapted" in titan.blocks[n].said
    assert _difference(made.crop(coffee), photo.crop(coffee)) > 10
    for picture in (made, photo):
        picture.paste("black", coffee)
    assert _difference(made, photo) < 1


def test_in_titans_days_a_picture_is_extended_and_its_new_area_painted(titan):
    [n] = [n for n in EDITS if "--extend" in BLOCKS[n][0]]
    made, canvas = titan.saved(n), Image.open(SHOWN / "extended.jpg").convert("RGB")

    assert "The picture was extended by 256 pixels left, 128 pixels right" in titan.blocks[n].said
    assert made.size == (1408, 683)
    new = made.resize(canvas.size, Image.Resampling.LANCZOS)
    assert _difference(new.crop((0, 0, 60, canvas.height)), canvas.crop((0, 0, 60, canvas.height))) > 3


def test_in_titans_days_a_refusal_by_the_filter_has_its_exit_code(titan):
    assert [titan.blocks[n].code for n in EDITS] == [0, 0, BLOCKED]


@pytest.mark.parametrize("era", ["today", "titan"])
def test_a_fitted_picture_comes_back_in_the_size_that_was_sent(request, era):
    typed = request.getfixturevalue(era)
    [n] = [n for n, (block, _) in enumerate(BLOCKS) if "--restore" in block]
    [path] = re.findall(r"^pictures/job_\S+$", typed.blocks[n].said, re.MULTILINE)
    content = (typed.folder / path).read_bytes()

    assert is_cut_out(content)
    with Image.open(typed.folder / path) as made:
        assert made.size == (4400, 2935)


def test_the_python_of_the_page_runs(cloud, today):
    named = {"DARKROOM_BASE_URL": cloud.outputs["base_url"], "DARKROOM_API_KEY": cloud.outputs["api_key"]}

    run = subprocess.run(
        [sys.executable, "-c", PYTHON], cwd=today.folder, env=os.environ | named, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip

    assert run.returncode == 0, run.stderr
    looked, larger = run.stdout.splitlines()
    assert looked == "fixable white-is-changed 6 % of the picture, the middle, will be changed."
    assert re.fullmatch(r"upload:\S+ 1408 683 \(256, 0, 1024, 683\)", larger)
    assert (today.folder / "pictures" / "titan-too.png").exists()
