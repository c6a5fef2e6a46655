"""Serves one ASGI application over http and https in a thread, with a certificate authority made for the occasion.

Knows nothing of the application.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import trustme
import uvicorn

from local.errors import LocalRunError
from local.layout import HOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from starlette.types import ASGIApp

_START_SECONDS = 10
_STOP_SECONDS = 5


class ListenError(LocalRunError):
    """The front cannot listen, or did not begin to in time."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The two ports, and where the authority's certificate is written for clients to trust."""

    http: int
    https: int
    authority: Path


@contextmanager
def listening(app: ASGIApp, addresses: Addresses, temporary: Path) -> Iterator[None]:
    """Serve `app` on both ports while the body runs; `temporary` holds the key for the moment it is read."""
    context = _certified(addresses.authority, temporary)
    with closing(_bound(addresses.http)) as http, closing(_bound(addresses.https)) as https:
        servers = {
            uvicorn.Server(_config(app, lifespan="on")): http,
            uvicorn.Server(_config(app, lifespan="off", ssl_context_factory=lambda *_: context)): https,
        }
        thread = threading.Thread(target=lambda: asyncio.run(_serve(servers)), name="front", daemon=True)
        thread.start()
        try:
            _wait_for(servers, thread)
            yield
        finally:
            for server in servers:
                server.should_exit = True
            thread.join(_STOP_SECONDS)


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise ListenError(f"the front cannot listen on port {port}: {error.strerror}") from None
    return listener


async def _serve(servers: Mapping[uvicorn.Server, socket.socket]) -> None:
    await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in servers.items()))


def _config(app: ASGIApp, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,  # what goes wrong is in the replies, and a path may hold a signed link
        access_log=False,
        timeout_graceful_shutdown=1,
        server_header=False,
        date_header=False,  # the API's own is handed on
        **options,
    )


def _certified(authority_file: Path, temporary: Path) -> ssl.SSLContext:
    authority = trustme.CA(organization_name="Darkroom on this machine")
    certificate = authority.issue_cert(HOST, "localhost")
    authority.cert_pem.write_to_path(str(authority_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with certificate.private_key_and_cert_chain_pem.tempfile(str(temporary)) as chain:
        context.load_cert_chain(chain)
    return context


def _wait_for(servers: Iterable[uvicorn.Server], thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not all(server.started for server in servers):
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ListenError(f"the front did not start within {_START_SECONDS} seconds")
        time.sleep(0.02)
