"""The pages about the command line: nothing of the cmdlet is left out, and nothing is promised that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from darkroom_client.cli import main
from darkroom_client.cli.masks import mask
from darkroom_client.cli.tasks import quote
from darkroom_client.tasks import BESIDE, CONFIG, PARAMS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "from-the-cmdlet.md").read_text(encoding="utf-8")
MASKS = (ROOT / "docs" / "masks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`-.*?|`Common.*?|\*\*.*?) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
PARAMETERS = re.findall(
    r"\w+",
    """
    ImagesSavePath ImagePrompt Seed InPaintImagePath InPaintTextPrompt InPaintMaskPrompt InPaintMaskImagePath
    OutPaintImagePath OutPaintTextPrompt OutPaintMaskPrompt OutPaintMaskImagePath OutPaintMode VariationImagePath
    VariationTextPrompt SimilarityStrength ConditionImagePath ConditionTextPrompt ControlMode ControlStrength
    ColorGuidedImagePath ColorGuidedTextPrompt Colors BackgroundRemovalImagePath NegativeText NumberOfImages Width
    Height CfgScale ModelID ReturnFullObject AccessKey Credential EndpointUrl NetworkCredential ProfileLocation
    ProfileName Region SecretKey SessionToken
    """,
)
"""Every parameter of Invoke-AmazonImageModel, as its own page lists them."""


def flags(command: click.Command) -> set[str]:
    """Every flag of a command and of the verbs below it."""
    own = {flag for option in command.params for flag in option.opts}
    return own.union(*map(flags, command.commands.values())) if isinstance(command, click.Group) else own


@pytest.mark.parametrize("name", [*(f"`-{name}`" for name in PARAMETERS), "`CommonParameters`"])
def test_every_parameter_of_the_cmdlet_has_its_row(name):
    assert [first for first, _, _ in ROWS if name in first.split(", ")], name


def test_no_row_is_about_a_parameter_that_the_cmdlet_does_not_have():
    named = {name for first, _, _ in ROWS for name in re.findall(r"`-(\w+)`", first)}

    assert named == set(PARAMETERS)


@pytest.mark.parametrize("page", [PAGE, MASKS], ids=["from-the-cmdlet", "masks"])
def test_every_flag_and_verb_on_a_page_exists(page):
    for flag in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page)) - {"--help"}:
        assert flag in flags(main), flag
    for verb in set(re.findall(r"darkroom ([a-z][a-z-]+)", page)):
        assert verb in main.commands, verb
    for verb in set(re.findall(r"darkroom mask ([a-z][a-z-]+)", page)):
        assert verb in mask.commands, verb


def commands(group: click.Group = main, name: str = "darkroom") -> dict[str, click.Command]:
    """Every verb by its full name."""
    below = {f"{name} {own}": command for own, command in group.commands.items()}
    groups = {path: command for path, command in below.items() if isinstance(command, click.Group)}
    return below | {path: verb for own, command in groups.items() for path, verb in commands(command, own).items()}


@pytest.mark.parametrize("name", commands())
def test_an_example_has_no_flag_that_its_verb_does_not_have(name):
    verb = commands()[name]
    for example in (line.strip() for line in (verb.epilog or "").splitlines() if "darkroom " in line):
        assert f"{name} " in f"{example} ", example
        typed = commands()[name if example.startswith(name) else " ".join(example.split()[:2])]
        assert set(re.findall(r" (--[a-z-]+)", example)) <= flags(typed), example


def test_every_task_is_a_verb_of_quote_with_its_own_options():
    for name, verb in quote.commands.items():
        beside = {"--wait", "--idempotency-key", "--out", "-o", "--full", "--open"}
        assert flags(main.commands[name]) - flags(verb) == beside
    assert len(quote.commands) == 7


def test_the_fields_are_the_wires():
    wire = {field for _, _, third in ROWS for field in re.findall(r"`config\.(\w+)`|`(\w+Params|modelId)`", third)}

    assert {config for config, _ in wire if config} == set(CONFIG.values()) - {"quality"}
    assert {field for _, field in wire if field} == {*PARAMS.values(), BESIDE["model"]}


def test_the_reference_is_made_from_the_help():
    command = [sys.executable, "client/reference.py", "--check"]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)

    assert run.returncode == 0, run.stdout
