"""Where a run keeps its files and which ports it takes."""

from __future__ import annotations

import pytest

from local.cloud import PortTakenError, refuse_taken_ports
from local.layout import ROOT, Layout, LayoutError
from tests.unit.local_rig import free_port, taken_port


def test_without_variables_everything_is_where_the_readme_says():
    layout = Layout.from_environ({})

    assert layout.outputs == ROOT / ".local" / "outputs.json"
    assert layout.base_url == "http://127.0.0.1:8787/v1"
    assert layout.base_url_tls == "https://127.0.0.1:8788/v1"
    assert layout.bedrock_url == "http://127.0.0.1:4600"
    assert layout.aws_url == "http://127.0.0.1:4566"


def test_the_state_can_be_moved_while_the_tools_stay(tmp_path):
    layout = Layout.from_environ({"DARKROOM_STATE": str(tmp_path), "DARKROOM_PORT": "9000"})

    assert layout.outputs == tmp_path / "outputs.json"
    assert layout.assemblies == ROOT / ".local" / "cdk.out"
    assert layout.base_url == "http://127.0.0.1:9000/v1"


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "1.5"])
def test_a_variable_that_is_no_port_is_named(text):
    with pytest.raises(LayoutError, match="DARKROOM_AWS_PORT"):
        Layout.from_environ({"DARKROOM_AWS_PORT": text})


def test_two_listeners_cannot_share_a_port():
    with pytest.raises(LayoutError, match="DARKROOM_PORT and DARKROOM_TLS_PORT"):
        Layout.from_environ({"DARKROOM_TLS_PORT": "8787"})


def test_a_port_that_is_in_use_is_named_with_its_variable(tmp_path):
    ports = {"http": free_port(), "https": free_port(), "aws": free_port()}

    with taken_port() as port, pytest.raises(PortTakenError, match=rf"{port}(.|\n)*DARKROOM_BEDROCK_PORT"):
        refuse_taken_ports(Layout(state=tmp_path, ports=ports | {"bedrock": port}))


def test_free_ports_are_no_obstacle(tmp_path):
    refuse_taken_ports(Layout(state=tmp_path, ports={"http": free_port(), "aws": free_port()}))
