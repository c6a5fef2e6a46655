"""The AWS clients, made when first used, all from one session. `walk.deployed` and the authorizer hand them out.

botocore is used without boto3, whose own layer costs a cold start time and gives nothing that is used here.
The bundle knows only what `operations` names, so a call that is new here has to be named there too.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.handlers import add_expect_header
from botocore.session import Session

CONNECT_SECONDS = 3.0


@cache
def _session() -> Session:
    return Session()


@cache
def client(service: str) -> Any:
    """A client in the function's own Region, with botocore's standard retries: all these calls are repeatable."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
        signature_version="s3v4" if service == "s3" else None,
        # Over TLS a body's hash need not be signed; the checksum beside it is.
        s3={"us_east_1_regional_endpoint": "regional", "payload_signing_enabled": False},
    )
    made = _session().create_client(service, config=config)
    # Asking S3 for leave before each body costs a round trip, and a picture is small enough to be sent twice.
    made.meta.events.unregister("before-call.s3", add_expect_header)
    return made


@cache
def model_client(service: str, region: str | None, read_seconds: float) -> Any:
    """A client for calls that cost money: it sends each request once, and waits as long as the model may take.

    botocore's default would send a hanging InvokeModel three times, and each may be charged.
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return _session().create_client(service, region_name=region, config=config)
