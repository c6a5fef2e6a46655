"""Door: a bearer key → who it is, or no. Runs before any other function, and its answer is cached by the gateway."""

from __future__ import annotations

from functools import cache
from typing import Any

from functions.darkroom.clients import client
from functions.darkroom.keys import KEY_NAME, Keys
from functions.darkroom.settings import settings


@cache
def _keys() -> Keys:
    return Keys(client("secretsmanager"), settings().API_KEY_SECRET)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Allow or deny the whole stage. The gateway caches the answer per key, so it must not name a single route."""
    tenant = _keys().tenant(event.get("authorizationToken", ""))
    stage = "/".join(event["methodArn"].split("/")[:2])
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Allow" if tenant else "Deny",
        "Resource": f"{stage}/*",
    }
    return {
        "principalId": tenant or "nobody",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"tenant": tenant, "key": KEY_NAME} if tenant else {},
    }
