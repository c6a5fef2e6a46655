"""The HTTP face of the emulator: InvokeModel and a page for people, beside `administration`'s and `steering`'s routes.

An ASGI application. It carries out the faults that concern the connection; what a call means is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from local.bedrock.administration import administration
from local.bedrock.errors import BODY_LIMIT, refusal
from local.bedrock.faults import LONGEST_HANG
from local.bedrock.invoke import Reply, Request, State, answer, refused
from local.bedrock.page import render
from local.bedrock.steering import Steering

if TYPE_CHECKING:
    from starlette.requests import Request as HttpRequest
    from starlette.types import Receive, Scope, Send

    from local.bedrock.faults import Fault

DRAWN_AT_ONCE = 2
"""Pictures drawn side by side; more would only share the cores, and each takes some 60 MB while it is drawn."""
MOST_READ = 4 * BODY_LIMIT
DEFAULT_DELAY = 1.0


class Wire:
    """The routes over one emulator's state."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._limiter = CapacityLimiter(DRAWN_AT_ONCE)
        self.closing = asyncio.Event()
        """Set when the emulator ends; whatever hangs or waits is let go then."""

    def application(self) -> Starlette:
        """The routes as an ASGI application."""
        return Starlette(
            routes=[
                Route("/model/{model:path}/invoke", self.invoke, methods=["POST"]),
                *administration(self._state),
                *Steering(self._state).routes(),
                Route("/", self.page, methods=["GET"]),
            ],
            exception_handlers={404: _unknown_operation, 405: _unknown_operation},
        )

    async def invoke(self, http: HttpRequest) -> Response:
        """`POST /model/{modelId}/invoke`, the model id with `:` or `%3A`."""
        request = await _read(http)
        state = self._state
        call = state.calls.note(request.model, request.body)
        fault = state.faults.take(request.model, request.body)
        if fault:
            call.faults.append(fault.kind)
            ended = await self._wait(http, fault)
            if ended:
                call.status = None if await http.is_disconnected() else ended.status
                return _response(ended)
        reply = await to_thread.run_sync(
            answer, state, request, call, fault, limiter=self._limiter, abandon_on_cancel=True
        )
        call.status = reply.status
        return _response(reply, fault)

    async def _wait(self, http: HttpRequest, fault: Fault) -> Reply | None:
        """Spend the time that the fault asks for; a hanging call ends without a picture whatever happens."""
        if fault.kind not in {"delay", "hang"}:
            return None
        longest = fault.seconds or (DEFAULT_DELAY if fault.kind == "delay" else LONGEST_HANG)
        left, closing = asyncio.ensure_future(http.receive()), asyncio.ensure_future(self.closing.wait())
        await asyncio.wait({left, closing}, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        left.cancel()
        closing.cancel()
        if self.closing.is_set():
            return refused(refusal("ServiceUnavailableException", "The emulator is ending."))
        if fault.kind == "delay":
            return None
        return refused(refusal("ModelTimeoutException", "The request took too long to process."))

    async def page(self, _http: HttpRequest) -> Response:
        """The page for people."""
        return HTMLResponse(render(self._state))


class CutResponse(Response):
    """Announces the whole body, sends half of it, and lets the server close the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send head and half, as ASGI."""
        del scope, receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


def _response(reply: Reply, fault: Fault | None = None) -> Response:
    kind = CutResponse if fault and fault.kind == "cut" else Response
    body = reply.body
    if fault and fault.kind == "malformed":
        body = body[: len(body) // 2]
    return kind(body, reply.status, dict(reply.headers))


async def _read(http: HttpRequest) -> Request:
    """The call, its body read to the end but kept only as far as needed to see that it is too large."""
    kept = bytearray()
    read = 0
    async for chunk in http.stream():
        read += len(chunk)
        kept += chunk[: BODY_LIMIT + 1 - len(kept)]
        if read > MOST_READ:
            break
    headers = http.headers
    return Request(
        model=http.path_params["model"],
        body=bytes(kept),
        authorization=headers.get("authorization"),
        content_type=headers.get("content-type", ""),
        accept=headers.get("accept", ""),
    )


async def _unknown_operation(http: HttpRequest, _error: Exception) -> Response:
    what = f"{http.method} {http.url.path} is not a route of the Darkroom Bedrock emulator."
    return _response(refused(refusal("UnknownOperationException", what)))
