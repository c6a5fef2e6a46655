"""The command line around it all: options, answers, exit codes, and one run against a loopback AWS."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.deploy.__main__ import main
from infra.deploy.console import Console
from tests.unit.aws_stubs import ACCOUNT, CALLER, OUTPUTS, REGION, calls, cdk, typing, writes_outputs


@pytest.fixture
def person(monkeypatch):
    return typing(monkeypatch)


def test_yes_answers_everything_but_contracts(person, capsys):
    person += ["n"]
    console = Console(yes=True)
    assert console.agrees("Deploy?")
    assert not console.agrees("Accept?", is_contract=True)
    assert Console(accepts_contracts=True).agrees("Accept?", is_contract=True)
    assert capsys.readouterr().out == "Deploy? yes\nAccept? [y/N] Accept? yes\n"


@pytest.mark.parametrize(("typed", "agreed"), [("y", True), (" YES ", True), ("", False), ("ok", False), ("n", False)])
def test_only_yes_is_yes(person, typed, agreed):
    person.append(typed)
    assert Console().agrees("Deploy?") is agreed


def test_without_a_terminal_the_answer_is_no(monkeypatch, capsys):
    def nobody(_):
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert not Console().agrees("Deploy?")
    assert capsys.readouterr().out == "no (there is no terminal to ask)\n"


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine that knows no account."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    (tmp_path / "cdk.json").write_text('{"context": {"darkroom": {"name": "committed"}}}')
    return tmp_path


@pytest.mark.parametrize("verb", ["deploy", "preflight", "destroy"])
def test_without_region_or_credentials_every_verb_ends_with_one_finding(nowhere, monkeypatch, capsys, verb):
    assert main([verb], nowhere) == 1
    monkeypatch.setenv("AWS_REGION", REGION)
    assert main([verb], nowhere) == 1
    said = capsys.readouterr().out
    assert "FAILURE  Region: none is set." in said
    assert "FAILURE  identity: Unable to locate credentials" in said


def test_a_wrong_config_names_every_field_and_asks_nobody(nowhere, capsys):
    assert main(["-c", 'darkroom={"name": "No", "model_region": "moon"}'], nowhere) == 2
    said = capsys.readouterr().out
    assert "name:" in said
    assert "model_region:" in said


@pytest.mark.parametrize("wrong", [["-c", "other={}"], ["launch"], ["--no"]])
def test_a_wrong_command_line_ends_with_code_two(nowhere, wrong):
    with pytest.raises(SystemExit) as refused:
        main(wrong, nowhere)
    assert refused.value.code == 2


ANSWERS = {
    ("GET", "/account"): {"cloudwatchRoleArn": "arn:role"},
    ("GET", "/2016-08-19/account-settings"): {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}},
}
WHO = (
    f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{CALLER}</Arn><Account>{ACCOUNT}</Account>"
    "<UserId>u</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Aws(BaseHTTPRequestHandler):
    """As much of AWS as the preflight of a deployment without Bedrock asks for."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parameter = {"Parameter": {"Name": "n", "Type": "String", "Value": "33"}}
        secret = {"ARN": "arn:secret", "Name": "key", "SecretString": "k" * 48}
        asked = self.headers.get("X-Amz-Target", "")
        told = secret if asked.endswith("GetSecretValue") else parameter
        self._answer(WHO if b"GetCallerIdentity" in body else json.dumps(told))

    def do_GET(self):
        self._answer(json.dumps(ANSWERS[self.command, self.path]))

    def _answer(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def loopback():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Aws)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_the_whole_command_over_the_wire(nowhere, loopback, monkeypatch, capsys):
    cdk(nowhere, writes_outputs({"Darkroom-eu": OUTPUTS}) + f'env > "{nowhere}/env.txt"')
    monkeypatch.setenv("PATH", f"{nowhere}/bin:/usr/bin:/bin")
    for name, value in {
        "AWS_ENDPOINT_URL": loopback,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": "us-east-1",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "DARKROOM_CONFIG": str(nowhere / "profiles.json"),
    }.items():
        monkeypatch.setenv(name, value)
    chosen = 'darkroom={"name": "eu", "engines": {"BACKGROUND_REMOVAL": ["cutout"]}}'
    assert main(["--yes", "-c", chosen], nowhere) == 0
    said = capsys.readouterr().out
    assert f"warning  endpoint: AWS_ENDPOINT_URL is {loopback}, so this is not AWS." in said
    assert f"Deploy Darkroom-eu in account {ACCOUNT}, {REGION}? yes" in said
    assert "Try it    curl -sS https://api/v1/openapi.json" in said
    assert "Profile   `darkroom use eu`" in said
    compared, deployed_line = calls(nowhere)
    assert f"--context {chosen}" in compared
    assert '--context darkroom-account={"concurrency":1000,"per_minute":{}}' in compared
    assert deployed_line.startswith("deploy Darkroom-eu --app cdk.out")
    environment = (nowhere / "env.txt").read_text()
    assert f"AWS_REGION={REGION}\n" in environment
    assert f"AWS_DEFAULT_REGION={REGION}\n" in environment


def test_the_committed_config_and_the_region_are_passed_on(nowhere, loopback, monkeypatch):
    cdk(nowhere, f'env > "{nowhere}/env.txt"; exit 1')
    monkeypatch.setenv("PATH", f"{nowhere}/bin:/usr/bin:/bin")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "key")
    for name, value in {"AWS_ENDPOINT_URL": loopback, "AWS_DEFAULT_REGION": REGION, "no_proxy": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    (nowhere / "cdk.json").write_text('{"context": {"darkroom": {"engines": {"BACKGROUND_REMOVAL": ["cutout"]}}}}')
    assert main([], nowhere) == 1
    [compared] = calls(nowhere)
    assert '--context darkroom={"engines": {"BACKGROUND_REMOVAL": ["cutout"]}}' in compared
    assert f"AWS_REGION={REGION}\n" in (nowhere / "env.txt").read_text()
