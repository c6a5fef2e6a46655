"""The first picture: from a loopback API that answers as ours does, slowly, badly, or not at all."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from functions.darkroom import tasks
from infra.deploy import first_picture
from infra.deploy.first_picture import PictureError, develop, model_of
from tests.unit.aws_stubs import config

PNG = b"\x89PNG of a lighthouse"


class Api(BaseHTTPRequestHandler):
    """Answers from the server's list of replies, one a request, and remembers who asked for what."""

    def do_POST(self):
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self):
        self._answer(b"")

    def _answer(self, body):
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        status, reply = self.server.replies.pop(0)
        data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def api(monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr(first_picture, "PAUSE_SECONDS", 0.01)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.seen, server.url = [], f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(5)
    server.server_close()


def job(status, **more):
    return {"id": "job_1", "status": status, "cost": {"charged": 40_000}, **more}


def done(api):
    return job("succeeded", images=[{"url": f"{api.url}/picture.png?signed", "width": 1024, "height": 1024}])


def test_a_picture_is_made_waited_for_and_saved(api, tmp_path):
    api.replies = [(202, job("queued")), (200, job("running")), (200, done(api)), (200, PNG)]
    made = develop(f"{api.url}/v1", "the-key", tmp_path / "new" / "aws-main.png")
    assert made.path.read_bytes() == PNG
    assert (made.width, made.height, made.charged) == (1024, 1024, 40_000)
    asked = [(method, path) for method, path, _, _ in api.seen]
    assert asked == [
        ("POST", "/v1/images"),
        ("GET", "/v1/jobs/job_1"),
        ("GET", "/v1/jobs/job_1"),
        ("GET", "/picture.png?signed"),
    ]


def test_the_key_goes_to_the_api_and_not_to_the_link(api, tmp_path):
    api.replies = [(201, done(api)), (200, PNG)]
    develop(f"{api.url}/v1", "the-key", tmp_path / "picture.png")
    (_, _, first, body), (_, _, link, _) = api.seen
    assert (first["Authorization"], first["Prefer"]) == ("Bearer the-key", "wait=20")
    assert "Authorization" not in link
    assert tasks.parse(body).taskType == "TEXT_IMAGE"


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ((401, b'{"title": "The key is missing or wrong"}'), '401 {"title": "The key is missing or wrong"}'),
        ((502, b'{"type": "urn:darkroom:problem:model-access-denied"}'), "model-access-denied"),
        ((200, job("failed", error={"detail": "gone"})), 'the job ended as failed: {"detail": "gone"}'),
    ],
)
def test_an_answer_without_a_picture_is_told_as_it_came(api, tmp_path, reply, text):
    api.replies = [reply]
    with pytest.raises(PictureError) as failed:
        develop(f"{api.url}/v1", "the-key", tmp_path / "picture.png")
    assert text in str(failed.value)
    assert not (tmp_path / "picture.png").exists()


def test_a_job_that_never_ends_is_given_up(api, tmp_path, monkeypatch):
    monkeypatch.setattr(first_picture, "DEADLINE_SECONDS", 0.05)
    api.replies = [(202, job("queued"))] * 40
    with pytest.raises(PictureError, match="job_1 is still queued after"):
        develop(f"{api.url}/v1", "the-key", tmp_path / "picture.png")


def test_an_api_that_cannot_be_reached_is_told(tmp_path, monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    with pytest.raises(PictureError, match="ConnectError"):
        develop("http://127.0.0.1:9/v1", "the-key", tmp_path / "picture.png")


def test_the_model_that_draws_it_is_the_routes_first():
    assert model_of(config()).id == "stability.stable-image-core-v1:1"
    assert model_of(config(engines={"TEXT_IMAGE": ["titan", "stability"]}, recipes=[])).engine == "titan"
    assert model_of(config(engines={"BACKGROUND_REMOVAL": ["cutout"]})) is None
