"""The front against a stage on the wire: what is handed on as it is, and what the edge answers by itself."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from local import front
from local.listeners import Addresses, listening
from tests.unit.local_rig import free_port

MEGABYTE = 1024 * 1024


class Stage(BaseHTTPRequestHandler):
    """Echoes what reached it, or answers with a reply of the size that the path asks for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        said = {"method": self.command, "path": self.path, "headers": self.headers.items(), "bytes": len(body)}
        kind, content = "application/json", json.dumps(said).encode()
        if path.endswith("/seven-megabytes"):
            content = json.dumps("x" * 7 * MEGABYTE).encode()
        elif path.endswith("/slow"):
            time.sleep(1)
        elif path.endswith("/picture"):
            kind, content = "image/png", bytes(5 * MEGABYTE)
        self.send_response(207)
        self.send_header("Content-Type", kind)
        self.send_header("Set-Cookie", "one=1")
        self.send_header("Set-Cookie", "two=2")
        self.send_header("WWW-Authenticate", "Bearer")
        self.send_header("Keep-Alive", "timeout=9")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_DELETE = do_OPTIONS = do_GET

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def stage():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stage)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/restapis/abc/v1/_user_request_"
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture(scope="module")
def client(stage, tmp_path_factory):
    types = ["multipart/form-data"]
    app = front.application(stage="v1", api_url=stage, binary_types=types, page="<h1>hello</h1>", patience=0.5)
    yield from serve(app, tmp_path_factory.mktemp("front"))


@pytest.fixture
def forlorn(tmp_path):
    app = front.application(stage="v1", api_url=f"http://127.0.0.1:{free_port()}/x", binary_types=[], page="")
    yield from serve(app, tmp_path)


def serve(app, folder):
    addresses = Addresses(http=free_port(), https=free_port(), authority=folder / "ca.pem")
    url = f"http://127.0.0.1:{addresses.http}"
    with listening(app, addresses, folder), httpx.Client(base_url=url, trust_env=False, timeout=10) as made:
        yield made


def seen(reply):
    return reply.json() | {"headers": {name.lower(): value for name, value in reply.json()["headers"]}}


def test_a_request_reaches_the_stage_with_its_path_as_it_was_encoded(client):
    reply = client.post("/v1/model/amazon.titan-image-generator-v2%3A0/a%2Fb/%C3%A9?x=1&x=%3A&y", content=b"{}")

    assert seen(reply)["path"] == (
        "/restapis/abc/v1/_user_request_/model/amazon.titan-image-generator-v2%3A0/a%2Fb/%C3%A9?x=1&x=%3A&y"
    )
    assert seen(reply)["method"] == "POST"
    assert seen(reply)["bytes"] == 2


def test_the_key_is_handed_on_and_headers_of_the_connection_are_not(client):
    headers = {"Authorization": "Bearer k", "Connection": "close, X-Hop", "X-Hop": "1", "TE": "trailers", "Prefer": "a"}

    found = seen(client.get("/v1/health", headers=headers))["headers"]

    assert found["authorization"] == "Bearer k"
    assert found["prefer"] == "a"
    assert found["x-forwarded-proto"] == "http"
    assert not {"x-hop", "te", "connection"} & set(found)


def test_a_reply_comes_back_with_all_its_headers_but_those_of_the_connection(client):
    reply = client.get("/v1/health")

    assert reply.status_code == 207
    assert reply.headers.get_list("set-cookie") == ["one=1", "two=2"]
    assert reply.headers["www-authenticate"] == "Bearer"
    assert "keep-alive" not in reply.headers
    assert int(reply.headers["content-length"]) == len(reply.content)


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        (11 * MEGABYTE, "application/json"),  # over the gateway's 10 MB
        (7 * MEGABYTE, "application/json"),  # over Lambda's 6 MB
        (5 * MEGABYTE, "multipart/form-data; boundary=x"),  # base64 in Lambda's event, and over 6 MB there
        (4 * MEGABYTE, 'application/json; quotes="yes"'),  # every byte a quote, escaped in the event
    ],
)
def test_a_request_over_the_gateways_or_lambdas_limit_is_413(client, size, kind):
    content = (b'"' if "quotes" in kind else b"x") * size

    reply = client.post("/v1/images", content=content, headers={"content-type": kind})

    assert reply.status_code == 413


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_a_request_within_the_limits_passes(client, kind):
    content = b"x" * 4 * MEGABYTE

    reply = client.post("/v1/images", content=content, headers={"content-type": kind})

    assert seen(reply)["bytes"] == 4 * MEGABYTE


@pytest.mark.parametrize("path", ["seven-megabytes", "picture"])
def test_a_reply_over_lambdas_limit_is_502(client, path):
    reply = client.get(f"/v1/{path}")

    assert reply.status_code == 502
    assert "6 MB" in reply.json()["detail"]


@pytest.mark.parametrize("path", ["/v2/images", "/v1x", "/favicon.ico"])
def test_outside_the_stage_there_is_nothing(client, path):
    reply = client.get(path)

    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


def test_the_front_page_is_for_people(client):
    reply = client.get("/")

    assert reply.text == "<h1>hello</h1>"
    assert reply.headers["content-type"].startswith("text/html")


def test_a_stage_that_is_gone_is_502(forlorn):
    assert forlorn.get("/v1/health").status_code == 502


def test_a_stage_that_does_not_answer_in_time_is_504(client):
    assert client.get("/v1/slow").status_code == 504
