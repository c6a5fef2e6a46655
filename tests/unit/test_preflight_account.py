"""What the account has to have: the CDK's bootstrap; each reply with its text."""

from __future__ import annotations

import pytest

from infra.deploy import preflight
from infra.deploy.findings import Level, RemedyError, failure, ok
from tests.unit.aws_stubs import ACCOUNT, REGION, Wire, account, calls, cdk

BOOTSTRAP = {"Name": "/cdk-bootstrap/hnb659fds/version"}
TARGET = f"aws://{ACCOUNT}/{REGION}"


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def version(value):
    return {"Parameter": {"Value": str(value)}}


def test_a_new_enough_bootstrap_is_fine(wire, tmp_path):
    wire.says("ssm", "get_parameter", version(33), BOOTSTRAP)
    assert preflight.check_bootstrap(account(wire), cdk(tmp_path)) == ok("CDK bootstrap", "version 33")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (None, f"{REGION} of account {ACCOUNT} has none."),
        (5, f"{REGION} of account {ACCOUNT} has version 5; at least 8 is needed."),
    ],
)
def test_a_missing_or_old_bootstrap_is_offered_on_the_spot(wire, tmp_path, answer, text):
    if answer is None:
        wire.refuses("ssm", "get_parameter", "ParameterNotFound")
    else:
        wire.says("ssm", "get_parameter", version(answer))
    found = preflight.check_bootstrap(account(wire), cdk(tmp_path))
    assert (found.level, found.text) == (Level.FAILURE, text)
    assert found.fix == f"Let the preflight run it, or an administrator: `npx cdk bootstrap {TARGET}`."
    found.remedy.act()
    assert calls(tmp_path) == [f"bootstrap {TARGET} --no-notices"]


def test_the_bootstrap_runs_far_from_the_app(tmp_path):
    made = cdk(tmp_path, 'pwd > "$OUT"', OUT=str(tmp_path / "where.txt"))
    (tmp_path / "cdk.json").write_text("{}")
    made.bootstrap(TARGET)
    assert (tmp_path / "where.txt").read_text().strip() != str(tmp_path)


def test_a_failed_bootstrap_is_told(tmp_path):
    with pytest.raises(RemedyError, match=r"`cdk bootstrap` failed with code 7"):
        cdk(tmp_path, "exit 7").bootstrap(TARGET)


def test_what_may_not_be_looked_at_is_a_warning_that_names_the_permission(wire, tmp_path):
    wire.refuses("ssm", "get_parameter", "AccessDeniedException", status=403)
    assert str(preflight.check_bootstrap(account(wire), cdk(tmp_path))) == (
        "warning  CDK bootstrap: could not be checked: these credentials may not call "
        "ssm:GetParameter on /cdk-bootstrap/hnb659fds/version.\n"
        "         Fix: Allow ssm:GetParameter on /cdk-bootstrap/hnb659fds/version; docs/deploy.md has the whole policy."
        " Or make sure of it in another way."
    )


def test_a_check_that_aws_could_not_answer_is_a_warning(wire, tmp_path):
    wire.refuses("ssm", "get_parameter", "InternalServerError", "later", 500)
    found = preflight.check_bootstrap(account(wire), cdk(tmp_path))
    assert found.level is Level.WARNING
    assert "later" in found.text


def test_a_missing_command_line_or_node_is_found_beforehand(tmp_path):
    made = cdk(tmp_path)
    assert [one.level for one in made.findings()] == [Level.OK]
    (tmp_path / "bin" / "node").unlink()
    with_node_elsewhere = {"PATH": str(tmp_path / "bin")}
    [no_node] = type(made)(tmp_path, with_node_elsewhere).findings()
    assert no_node == failure("CDK", "there is no `node` on the PATH.", "Install Node.js 20 or newer, from nodejs.org.")
    (tmp_path / "node_modules" / ".bin" / "cdk").unlink()
    [no_cdk] = made.findings()
    assert (no_cdk.level, no_cdk.fix) == (Level.FAILURE, "`make setup`")
