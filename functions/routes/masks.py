"""Routes: look at a mask, convert one, make one. Nothing here is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from functions import rendering
from functions.darkroom.walk import deployed
from functions.routes.caller import tenant_of

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

    from functions.darkroom.maskroom import Maskroom

router = APIGatewayRouter()  # type: ignore[no-untyped-call]


@router.post("/masks/check")
def check() -> Response[str]:
    """What a mask would change and what is wrong with it, before anything is spent."""
    return rendering.json_response(200, _masks().check(_asked("MaskCheck")))


@router.post("/masks/convert")
def convert() -> Response[str]:
    """The mask in another form."""
    return rendering.json_response(200, _masks().convert(_asked("MaskConversion")))


@router.post("/masks")
def make() -> Response[str]:
    """A mask made from shapes, or a picture extended, with its mask."""
    return rendering.json_response(200, _masks().make(_asked("MaskMaking")))


def _masks() -> Maskroom:
    return deployed().desk(tenant_of(router)).masks()


def _asked(kind: str) -> Any:
    from functions.darkroom import mask_requests  # noqa: PLC0415  (many models, which few requests need)

    return mask_requests.mask_request(getattr(mask_requests, kind), router.current_event.decoded_body or "")
