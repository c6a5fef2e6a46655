"""One address for people: `/v1` is the API, `/` says what there is.

Stands for API Gateway's edge, whose size and time limits the AWS emulator does not keep. Knows no route of the API.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from functions.darkroom.errors import PROBLEM_TYPE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

REQUEST_BYTES = 10 * 1024 * 1024
"""A REST API takes no larger request (API Gateway quotas: payload size)."""

INVOKE_BYTES = 6 * 1024 * 1024
"""Nor may Lambda's event or reply be larger, as the JSON it is carried in (Lambda quotas: synchronous invocation)."""

INTEGRATION_SECONDS = 29.0
"""How long a REST API waits for Lambda (API Gateway quotas: integration timeout)."""

_DRAIN_BYTES = 64 * 1024 * 1024
_ESCAPE_GROWTH = 6
"""What a character can grow to inside a JSON string: backslash, u, four digits."""

_HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "expect", "content-length",
    }
)  # fmt: skip
"""Headers of one connection (RFC 9110, 7.6.1). The length is counted anew."""

_CALLER = "invalid_request_error"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def application(
    *, stage: str, api_url: str, binary_types: Iterable[str], page: str, patience: float = INTEGRATION_SECONDS
) -> Starlette:
    """The front for one deployed stage.

    `api_url` is where the stage answers; `binary_types` are the API's own binary media types, which decide what a
    request weighs inside Lambda's event; `page` is the HTML of `/`; `patience` is in seconds.
    """
    edge = _Edge(stage, httpx.URL(api_url), frozenset(binary_types))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=patience, trust_env=False) as client:
            edge.client = client
            yield

    async def home(_request: Request) -> Response:
        return HTMLResponse(page)

    async def nothing(request: Request) -> Response:
        return _nothing_here(request.url.path, stage)

    routes = [
        Route("/", home, methods=["GET"]),
        Route(f"/{stage}", edge.forward, methods=_METHODS),
        Route(f"/{stage}/{{path:path}}", edge.forward, methods=_METHODS),
        Route("/{path:path}", nothing, methods=_METHODS),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class _Edge:
    """Carries requests to the stage and replies back, within the limits of the services it stands for."""

    client: httpx.AsyncClient

    def __init__(self, stage: str, api: httpx.URL, binary_types: frozenset[str]) -> None:
        self._stage = stage
        self._api = api
        self._binary_types = binary_types

    async def forward(self, request: Request) -> Response:
        """Answer one request with the stage's reply, or with the problem that the edge itself would send."""
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=499)
        if body is None or self._event_bytes(request, body) > INVOKE_BYTES:
            return _too_large()
        try:
            reply = await self.client.send(self._onward(request, body), stream=True)
            content = b"".join([chunk async for chunk in reply.aiter_raw()])
        except httpx.TimeoutException:
            return _no_answer()
        except httpx.HTTPError as error:
            return _broken(f"The local API is not there ({type(error).__name__}).")
        if _reply_bytes(reply, content) > INVOKE_BYTES:
            return _broken("The function's reply was over Lambda's 6 MB.")
        return _inward(reply, content)

    def _onward(self, request: Request, body: bytes) -> httpx.Request:
        """The same request for the stage: path as it was encoded, headers but those of this connection."""
        path: bytes = request.scope["raw_path"].split(b"?", 1)[0].removeprefix(f"/{self._stage}".encode())
        query: bytes = request.scope["query_string"]
        target = self._api.raw_path + path + (b"?" + query if query else b"")
        named = {name.strip() for name in request.headers.get("connection", "").lower().split(",")}
        headers = [
            (name, value)
            for name, value in request.headers.raw
            if name.decode("latin-1") not in _HOP_BY_HOP | named | {"host"}
        ]
        peer = request.client.host if request.client else ""
        headers += [(b"x-forwarded-for", peer.encode()), (b"x-forwarded-proto", request.url.scheme.encode())]
        url = self._api.copy_with(raw_path=target)
        return httpx.Request(request.method, url, headers=headers, content=body)

    def _event_bytes(self, request: Request, body: bytes) -> int:
        kind = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
        return _base64_bytes(body) if kind in self._binary_types else _json_bytes(body)


async def _read(request: Request) -> bytes | None:
    """The body, or None when it is over the gateway's limit.

    What is over is read and thrown away: a client that is still sending would not see an early answer.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= REQUEST_BYTES:
            chunks.append(chunk)
        else:
            chunks.clear()
        if size > _DRAIN_BYTES:
            break
    return b"".join(chunks) if size <= REQUEST_BYTES else None


def _inward(reply: httpx.Response, content: bytes) -> Response:
    response = Response(content, status_code=reply.status_code)
    headers = [(name.lower(), value) for name, value in reply.headers.raw]
    kept = [(name, value) for name, value in headers if name.decode("latin-1") not in _HOP_BY_HOP]
    response.raw_headers = [*kept, (b"content-length", str(len(content)).encode())]
    return response


def _reply_bytes(reply: httpx.Response, content: bytes) -> int:
    """What the reply weighed in Lambda's JSON: text escaped, everything else base64."""
    kind = reply.headers.get("content-type", "")
    return _json_bytes(content) if "json" in kind or kind.startswith("text/") else _base64_bytes(content)


def _base64_bytes(body: bytes) -> int:
    return (len(body) + 2) // 3 * 4


def _json_bytes(body: bytes) -> int:
    if len(body) * _ESCAPE_GROWTH <= INVOKE_BYTES:
        return len(body)
    return len(json.dumps(body.decode("utf-8", "replace"), ensure_ascii=False).encode())


def problem(status: int, slug: str, title: str, detail: str, *, kind: str = "server_error") -> Response:
    """A reply of the gateway itself, in the one body that every client can read, as infra's gateway responses have it.

    The problem's fields (RFC 9457), `message` where AWS clients look, `error` where OpenAI's do.
    """
    body = {"type": PROBLEM_TYPE + slug, "title": title, "status": status, "detail": detail, "retryable": False}
    error = {"message": detail, "type": kind, "code": slug}
    headers = {"access-control-allow-origin": "*"}
    return Response(
        json.dumps(body | {"message": detail, "error": error}),
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def _nothing_here(path: str, stage: str) -> Response:
    detail = f"There is nothing at {path}; the API is under /{stage}."
    return problem(404, "unknown-route", "No such route", detail, kind=_CALLER)


def _too_large() -> Response:
    detail = "The gateway takes bodies of up to 10 MB, and Lambda at most 6 MB of JSON."
    return problem(413, "body-too-large", "The body is too large", detail, kind=_CALLER)


def _no_answer() -> Response:
    detail = "The API did not answer in time. Look at the job before sending the request again."
    return problem(504, "no-answer", "No answer in time", detail)


def _broken(detail: str) -> Response:
    return problem(502, "internal-error", "Something went wrong on our side", detail)
