"""Runs an emulator in this process: one socket on the loopback address, one thread, a bounded end."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from local.bedrock.invoke import State
from local.bedrock.lifecycle import Lifecycle, utc_today
from local.bedrock.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from local.bedrock.lifecycle import Era

HOST = "127.0.0.1"
LONGEST_END = 5.0
"""Seconds that ending may take before it is reported as a failure. It takes well under two."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: where it answers, and what it remembers."""

    url: str
    state: State


class _Server(uvicorn.Server):
    """Lets go of what hangs before it waits for open requests."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(
            uvicorn.Config(
                wire.application(),
                lifespan="off",
                # A cut reply is an error in uvicorn's eyes; what truly fails is logged where it happens.
                log_level="critical",
                timeout_graceful_shutdown=1,
            )
        )
        self._closing = wire.closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.set()
        await super().shutdown(sockets)


@contextmanager
def running(
    era: Era = "today", port: int = 0, *, today: Callable[[], date] = utc_today, fast: bool = False
) -> Iterator[Emulator]:
    """An emulator that answers inside the `with`; port 0 takes a free one, `fast` works on small copies.

    Raises:
        OSError: when the port is taken.
    """
    listening = socket.create_server((HOST, port), backlog=128)
    # asyncio leaves Nagle's algorithm on for a socket that it did not make, which costs every reply 40 ms
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    state = State(lifecycle=Lifecycle(era, today), fast=fast)
    server = _Server(Wire(state))
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listening])), name="bedrock-emulator", daemon=True
    )
    thread.start()
    try:
        yield Emulator(f"http://{HOST}:{listening.getsockname()[1]}", state)
    finally:
        server.should_exit = True
        thread.join(LONGEST_END)
        listening.close()
    if thread.is_alive():
        raise RuntimeError(f"the Bedrock emulator did not end within {LONGEST_END} s")
