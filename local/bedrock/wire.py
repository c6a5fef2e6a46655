"""The HTTP face of the emulator: InvokeModel, the control routes under /_emulator, and a page for people.

An ASGI application. It carries out the faults that concern the connection; what a call means is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.bedrock.errors import BODY_LIMIT, refusal
from local.bedrock.faults import LONGEST_HANG, Fault
from local.bedrock.invoke import Reply, Request, State, answer, refused
from local.bedrock.page import render
from local.bedrock.retouching import filling
from local.bedrock.scene import icons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request as HttpRequest
    from starlette.types import Receive, Scope, Send

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
                Route("/_emulator/calls", self.calls, methods=["GET", "DELETE"]),
                Route("/_emulator/lifecycle", self.lifecycle, methods=["GET", "PUT", "DELETE"]),
                Route("/_emulator/faults", self.faults, methods=["GET", "POST", "DELETE"]),
                Route("/_emulator/pictures/{number:int}", self.picture, methods=["GET"]),
                Route("/_emulator/health", self.health, methods=["GET"]),
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

    async def calls(self, http: HttpRequest) -> Response:
        """What was asked so far; DELETE forgets it."""
        if http.method == "DELETE":
            self._state.calls.clear()
            return Response(status_code=204)
        return JSONResponse({"calls": [call.as_json() for call in self._state.calls.calls()]})

    async def lifecycle(self, http: HttpRequest) -> Response:
        """The models' states; PUT overrides some, DELETE goes back to the era's."""
        lifecycle = self._state.lifecycle
        if http.method == "DELETE":
            lifecycle.reset()
        if http.method == "PUT":
            try:
                lifecycle.override(_mapping(await http.json()))
            except ValueError as error:
                return _bad_order(f"{error}")
        return JSONResponse(lifecycle.states())

    async def faults(self, http: HttpRequest) -> Response:
        """What is ordered; POST orders a fault, DELETE takes all back."""
        faults = self._state.faults
        if http.method == "DELETE":
            faults.clear()
        if http.method == "POST":
            try:
                faults.order(Fault.model_validate(_mapping(await http.json())))
            except ValidationError as error:
                return _bad_order("; ".join(f"{_place(e['loc'])}{e['msg']}" for e in error.errors()))
            except ValueError as error:
                return _bad_order(f"{error}")
        pending = [fault.model_dump(exclude_defaults=True) for fault in faults.pending()]
        return JSONResponse({"faults": pending}, 201 if http.method == "POST" else 200)

    async def picture(self, http: HttpRequest) -> Response:
        """One of the last pictures, by number."""
        image = self._state.calls.picture(http.path_params["number"])
        if image is None:
            return Response("This picture has made room for newer ones.", 404, media_type="text/plain")
        return Response(image, media_type="image/png" if image.startswith(b"\x89PNG") else "image/jpeg")

    async def health(self, _http: HttpRequest) -> Response:
        """That it runs, in which era, how carefully, and whether it has its icons and PatchMatch."""
        lifecycle = self._state.lifecycle
        found = {"icons": icons.available(), "patchmatch": filling.has_patchmatch(), "fast": self._state.fast}
        return JSONResponse({"status": "ok", "era": lifecycle.era, "models": lifecycle.states()} | found)

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


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - malformed JSON is a ValueError, too
    return value


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) + ": " if location else ""


def _bad_order(why: str) -> Response:
    return JSONResponse({"message": why}, 400)
