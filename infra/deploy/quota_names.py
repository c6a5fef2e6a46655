"""Which model a quota of Bedrock is about: it has a name that AWS words as it likes, and no model id. Pure.

A name tells how the model is called, what is counted, who makes it and what it is, as in "On-demand model inference
requests per minute for Amazon Nova Canvas". Models are called here by their id in one Region, which counts as
on-demand; quotas of cross-Region calls are other quotas.
"""

from __future__ import annotations

import re

from functions.darkroom.catalogue import NOVA_CANVAS, STABLE_IMAGE_CORE, TITAN_V1, TITAN_V2

_MODELS = {
    ("titan image generator", 1): TITAN_V1.id,
    ("titan image generator", 2): TITAN_V2.id,
    ("nova canvas", 1): NOVA_CANVAS.id,
    ("stable image core", 1): STABLE_IMAGE_CORE.id,
}
"""A model's name and the first number of its version → its id."""
_REQUESTS = re.compile(
    r"on demand .*?requests per minute for (?:amazon |stability (?:ai )?)?"
    r"(?P<name>.+?)(?: g1)?(?P<version>(?: v?\d+)*)"
)
"""A name in plain words. A model without a version is its first."""


def model_of(quota_name: str) -> str | None:
    """The id of the model whose requests a minute are counted; None for every other quota."""
    remark_free = re.sub(r"\(.*?\)", " ", quota_name.lower())
    found = _REQUESTS.fullmatch(" ".join(re.findall(r"[a-z0-9]+", remark_free)))
    if found is None:
        return None
    version = re.search(r"\d+", found["version"])
    return _MODELS.get((found["name"], int(version[0]) if version else 1))
