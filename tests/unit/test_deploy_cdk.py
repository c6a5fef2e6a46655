"""Running the CDK: what it is told, what comes of its output, and that it is always ended."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from infra.deploy.cdk import CdkError
from tests.unit.aws_stubs import calls, cdk, writes_outputs

CONTEXT = {"darkroom": '{"name": "eu"}', "darkroom-account": '{"concurrency":50}'}
OPTIONS = """--context darkroom={"name": "eu"} --context darkroom-account={"concurrency":50}"""


def test_what_is_compared_is_synthesised_from_the_config_and_what_is_deployed_is_what_was_compared(tmp_path):
    made = cdk(tmp_path, writes_outputs({"Darkroom-eu": {"BaseUrl": "https://api/v1"}}))
    made.compare("Darkroom-eu", CONTEXT)
    assert made.deploy("Darkroom-eu") == {"BaseUrl": "https://api/v1"}
    compared, deployed = calls(tmp_path)
    assert compared == f"diff Darkroom-eu --security-only --method template {OPTIONS} --no-notices"
    assert deployed.startswith(
        "deploy Darkroom-eu --app cdk.out --require-approval never --progress events --outputs-file "
    )


def test_destroying_is_told_the_config_and_not_to_ask(tmp_path):
    cdk(tmp_path).destroy("Darkroom-eu", CONTEXT)
    assert calls(tmp_path) == [f"destroy Darkroom-eu --force {OPTIONS} --no-notices"]


def test_the_cdk_runs_in_the_project_with_the_environment_it_was_given_and_no_terminal(tmp_path):
    script = '{ pwd; echo "$AWS_REGION"; cat; } > "$OUT"'
    cdk(tmp_path, script, AWS_REGION="eu-west-1", OUT=str(tmp_path / "seen.txt")).destroy("Darkroom-eu", CONTEXT)
    assert (tmp_path / "seen.txt").read_text().splitlines() == [str(tmp_path), "eu-west-1"]


def test_a_failure_says_which_verb_and_where_to_look(tmp_path):
    with pytest.raises(CdkError) as failed:
        cdk(tmp_path, "exit 3").compare("Darkroom-eu", CONTEXT)
    assert str(failed.value) == "`cdk diff` failed with code 3. Look up what it said in docs/troubleshooting.md."


def test_a_command_line_that_is_not_installed_says_how_to_install_it(tmp_path):
    made = cdk(tmp_path)
    (tmp_path / "node_modules" / ".bin" / "cdk").unlink()
    with pytest.raises(CdkError, match="`make setup` installs it"):
        made.destroy("Darkroom-eu", CONTEXT)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


@pytest.mark.parametrize("polite", ["", "trap '' TERM;"])
def test_a_run_that_takes_too_long_is_ended_with_all_its_children(tmp_path, monkeypatch, polite):
    monkeypatch.setattr("infra.deploy.cdk.GRACE_SECONDS", 0.2)
    script = f'{polite} sh -c "{polite} sleep 30" & echo $! > "$OUT"; sleep 30'
    made = cdk(tmp_path, script, minute=0.01, OUT=str(tmp_path / "child"))
    began = time.monotonic()
    with pytest.raises(CdkError) as stopped:
        made.destroy("Darkroom-eu", CONTEXT)
    assert time.monotonic() - began < 5
    assert str(stopped.value) == (
        "`cdk destroy` did not end within 40 minutes and was stopped. CloudFormation goes on with what it was told; "
        "look at the stack's events before you try again."
    )
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 2
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(child)


def test_an_interrupt_ends_the_run(tmp_path):
    made = cdk(tmp_path, 'echo $$ > "$OUT"; sleep 30', OUT=str(tmp_path / "pid"))
    started = tmp_path / "pid"

    def interrupt():
        while not (started.exists() and started.read_text()):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        made.destroy("Darkroom-eu", CONTEXT)
    thread.join(5)
    assert not is_alive(int(started.read_text()))
