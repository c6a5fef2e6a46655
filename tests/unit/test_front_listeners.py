"""The front's two listeners: http, and https under an authority that is made at start."""

from __future__ import annotations

import ssl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from local.listeners import Addresses, ListenError, listening
from tests.unit.local_rig import free_port, taken_port


def _hello(request):
    return PlainTextResponse(request.url.scheme)


@pytest.fixture
def addresses(tmp_path):
    return Addresses(http=free_port(), https=free_port(), authority=tmp_path / "ca.pem")


def test_the_same_application_answers_over_http_and_https(addresses, tmp_path):
    app = Starlette(routes=[Route("/", _hello)])

    with listening(app, addresses, tmp_path):
        trusting = ssl.create_default_context(cafile=addresses.authority)
        plain = httpx.get(f"http://127.0.0.1:{addresses.http}/", trust_env=False)
        secure = httpx.get(f"https://127.0.0.1:{addresses.https}/", verify=trusting, trust_env=False)

    assert (plain.text, secure.text) == ("http", "https")


def test_only_the_authority_stays_on_disk(addresses, tmp_path):
    with listening(Starlette(), addresses, tmp_path):
        left = [path.name for path in tmp_path.iterdir()]

    assert left == ["ca.pem"]
    assert "PRIVATE KEY" not in addresses.authority.read_text()


def test_nothing_listens_afterwards(addresses, tmp_path):
    with listening(Starlette(), addresses, tmp_path):
        pass

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{addresses.http}/", trust_env=False)


def test_a_taken_port_is_told_at_once(tmp_path):
    with taken_port() as port:
        addresses = Addresses(http=port, https=free_port(), authority=tmp_path / "ca.pem")

        with pytest.raises(ListenError), listening(Starlette(), addresses, tmp_path):
            pass
