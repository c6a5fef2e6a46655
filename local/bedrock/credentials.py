"""The Region that a call is meant for, read from how it was signed. Signatures themselves are not verified.

An endpoint in AWS knows its Region by its address; one address here stands for all, so the credential scope tells.
"""

from __future__ import annotations

import re

from local.bedrock.errors import BedrockError

_SCOPE = re.compile(
    r"Credential=(?P<key>[^/\s]+)/(?P<day>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request"
)
FORBIDDEN = 403


def region_of(authorization: str | None, home: str) -> str:
    """The Region of this Authorization header; a bearer key names none and means `home`.

    Raises:
        BedrockError: 403, as AWS answers a call that is not signed, or signed for another service.
    """
    if not authorization:
        raise BedrockError("MissingAuthenticationTokenException", "Missing Authentication Token", FORBIDDEN)
    if authorization.startswith("Bearer "):
        return home
    scope = _SCOPE.search(authorization)
    if not authorization.startswith("AWS4-HMAC-SHA256 ") or scope is None:
        text = "Authorization header requires 'Credential' parameter with a scope of AWS4-HMAC-SHA256."
        raise BedrockError("IncompleteSignatureException", text, FORBIDDEN)
    if scope["service"] != "bedrock":
        text = "Credential should be scoped to correct service: 'bedrock'."
        raise BedrockError("InvalidSignatureException", text, FORBIDDEN)
    return scope["region"]
