"""AWS as both sides see it: one loopback server over TLS that keeps what is put and else gives fixed replies.

It is quick and constant, and that is all: it checks no signature, no condition and no request. It runs in the process
that measures nothing, so its own work is in no number.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import trustme

from benchmarks.replies import replies

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
ITEM_KEYS = ("pk", "sk", "id")
"""Attributes that make a key in one of the tables here."""
SMALL = b'"width": 512'


@dataclass
class Store:
    """What was put."""

    objects: dict[str, bytes] = field(default_factory=dict)
    """`/bucket/key` → its bytes."""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    """The bodies of all queues' messages, in the order in which they were sent."""

    def copy(self) -> Store:
        """The store as it is now; what is put later is not in the copy."""
        return Store(dict(self.objects), dict(self.items), list(self.messages))


@dataclass
class Stub:
    """A running stub."""

    url: str
    authority: bytes
    """The certificate authority of its certificate, as PEM."""
    store: Store = field(default_factory=Store)


@contextmanager
def serving() -> Iterator[Stub]:
    """A stub that answers inside the `with`, on a free port."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    replies()
    server = _Server((HOST, 0), _Wire)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.stub = Stub(f"https://{HOST}:{server.server_address[1]}", authority.cert_pem.bytes())
    thread = threading.Thread(target=server.serve_forever, name="aws-stub", daemon=True)
    thread.start()
    try:
        yield server.stub
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stub: Stub


class _Wire(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        body = self.server.stub.store.objects.get(self._key())
        if body is None:
            self._answer(b"<Error><Code>NoSuchKey</Code></Error>", 404)
        elif wanted := re.fullmatch(r"bytes=0-(\d+)", self.headers.get("Range", "")):
            part = body[: int(wanted[1]) + 1]
            self._answer(part, 206, {"Content-Range": f"bytes 0-{len(part) - 1}/{len(body)}"})
        else:
            self._answer(body)

    def do_PUT(self) -> None:
        self.server.stub.store.objects[self._key()] = self._body()
        self._answer(b"", headers={"ETag": '"0"', "x-amz-version-id": "1"})

    def do_POST(self) -> None:
        body, path = self._body(), self.path
        if path.startswith("/model/"):
            self._answer(_drawn(body))
        elif path.startswith("/2015-03-31/functions/"):
            self._answer(replies().cutout)
        else:
            operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            reply = _json_reply(operation, json.loads(body), self.server.stub.store)
            self._answer(json.dumps(reply).encode())

    def handle_expect_100(self) -> bool:
        """Say at once that the body may come; what waits in the buffer would keep the client waiting."""
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b"".join(self._chunks())
            return b"".join(_chunks_of(body)) if self.headers.get("Content-Encoding") == "aws-chunked" else body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _answer(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _drawn(request: bytes) -> bytes:
    if SMALL in request:
        return replies().small
    number = re.search(rb'"numberOfImages": ?(\d)', request)
    return replies().titan[int(number[1]) if number else 1]


def _json_reply(operation: str, request: dict[str, Any], store: Store) -> dict[str, Any]:
    """DynamoDB, SQS and EventBridge: puts are kept, items can be read, and nothing ever fails."""
    match operation:
        case "PutItem":
            _keep(request, store)
        case "TransactWriteItems":
            for write in request["TransactItems"]:
                if "Put" in write:  # sums of money are only added to, and nobody here reads them
                    _keep(write["Put"], store)
        case "GetItem":
            item = store.items.get(_item_key(request["TableName"], request["Key"]))
            return {"Item": item} if item else {}
        case "SendMessage":
            store.messages.append(request["MessageBody"])
            return {"MessageId": "1", "MD5OfMessageBody": "0" * 32}
        case "PutEvents":
            return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}
    return {}


def _keep(put: dict[str, Any], store: Store) -> None:
    store.items[_item_key(put["TableName"], put["Item"])] = put["Item"]


def _item_key(table: str, item: dict[str, Any]) -> str:
    return json.dumps([table, [item.get(name) for name in ITEM_KEYS]])


def _chunks_of(body: bytes) -> Iterator[bytes]:
    """The parts of an `aws-chunked` body; its trailer is left out."""
    at = 0
    while at < len(body):
        end = body.index(b"\r\n", at)
        size = int(body[at:end].partition(b";")[0], 16)
        if not size:
            return
        yield body[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
