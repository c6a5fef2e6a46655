"""The control routes under /_emulator, by which a person or a test sets the emulator up and asks what it was asked.

Reads and writes JSON; what an order means is the state's matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.bedrock.faults import Fault
from local.bedrock.retouching import filling
from local.bedrock.scene import icons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from local.bedrock.invoke import State

MEDIA_TYPES = ((b"\x89PNG", "image/png"), (b"RIFF", "image/webp"), (b"", "image/jpeg"))


class Steering:
    """The routes over one emulator's state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Every control route."""
        return [
            Route("/_emulator/calls", self.calls, methods=["GET", "DELETE"]),
            Route("/_emulator/lifecycle", self.lifecycle, methods=["GET", "PUT", "DELETE"]),
            Route("/_emulator/access", self.access, methods=["GET", "PUT", "DELETE"]),
            Route("/_emulator/quotas", self.quotas, methods=["GET", "PUT", "DELETE"]),
            Route("/_emulator/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/_emulator/pictures/{number:int}", self.picture, methods=["GET"]),
            Route("/_emulator/health", self.health, methods=["GET"]),
        ]

    async def calls(self, http: Request) -> Response:
        """What was asked so far; DELETE forgets it."""
        if http.method == "DELETE":
            self._state.calls.clear()
            return Response(status_code=204)
        return JSONResponse({"calls": [call.as_json() for call in self._state.calls.calls()]})

    async def lifecycle(self, http: Request) -> Response:
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

    async def access(self, http: Request) -> Response:
        """How the account stands with each model; PUT sets some, DELETE agrees to all."""
        access = self._state.access
        if http.method == "DELETE":
            access.reset()
        if http.method == "PUT":
            try:
                access.set(_mapping(await http.json()))
            except ValueError as error:
                return _bad_order(f"{error}")
        return JSONResponse(access.standings())

    async def quotas(self, http: Request) -> Response:
        """The limits that are set, in requests a minute; PUT sets or lifts some, DELETE lifts all."""
        quotas = self._state.quotas
        if http.method == "DELETE":
            quotas.clear()
        if http.method == "PUT":
            try:
                quotas.set(_mapping(await http.json()))
            except ValueError as error:
                return _bad_order(f"{error}")
        return JSONResponse(quotas.rates())

    async def faults(self, http: Request) -> Response:
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

    async def picture(self, http: Request) -> Response:
        """One of the last pictures, by number."""
        image = self._state.calls.picture(http.path_params["number"])
        if image is None:
            return Response("This picture has made room for newer ones.", 404, media_type="text/plain")
        return Response(image, media_type=next(kind for magic, kind in MEDIA_TYPES if image.startswith(magic)))

    async def health(self, _http: Request) -> Response:
        """That it runs, in which era, how carefully, and whether it has its icons and PatchMatch."""
        lifecycle = self._state.lifecycle
        found = {"icons": icons.available(), "patchmatch": filling.has_patchmatch(), "fast": self._state.fast}
        return JSONResponse({"status": "ok", "era": lifecycle.era, "models": lifecycle.states()} | found)


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - malformed JSON is a ValueError, too
    return value


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) + ": " if location else ""


def _bad_order(why: str) -> Response:
    return JSONResponse({"message": why}, 400)
