"""The HTTP side of the client's rig: requests as they arrive, answers, and a server on a loopback port."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. A dict is sent as JSON."""

    status: int
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: no delayed acknowledgement
    server: _Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.reply(Seen(self.command, url.path, query, headers, body))
        if answer is None:
            self.close_connection = True
            return
        content = json.dumps(answer.body).encode() if isinstance(answer.body, dict) else answer.body
        self.send_response(answer.status)
        for name, value in {"Retry-After": "0", **answer.headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_DELETE = do_GET

    def log_message(self, *_args: object) -> None:
        """Tests are silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    reply: Callable[[Seen], Answer | None]


@contextmanager
def listening(reply: Callable[[Seen], Answer | None], port: int = 0) -> Iterator[str]:
    """The base of a server that answers with what `reply` gives; with None it closes the connection."""
    with _Server(("127.0.0.1", port), _Handler) as server:
        server.reply = reply
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
