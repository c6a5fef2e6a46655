"""`outputs.json`: what a client of the local cloud needs to know. Knows the names of the stack's outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.layout import REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.layout import Layout

_LANES = {"interactive": "Interactive", "bulk": "Bulk", "uploads": "Uploads"}


def collect(layout: Layout, stack: Mapping[str, str], api_key: str) -> dict[str, Any]:
    """All of it, from the stack's outputs and the key they point at."""
    return {
        "base_url": layout.base_url,
        "base_url_tls": layout.base_url_tls,
        "ca_bundle": str(layout.authority),
        "console_url": None,
        "api_key": api_key,
        "uploads_bucket": stack["UploadsBucket"],
        "results_bucket": stack["ResultsBucket"],
        "events_bus": stack["EventsBus"],
        "table": stack["Table"],
        "queues": {
            name: {"url": stack[f"{lane}QueueUrl"], "dlq_url": stack[f"{lane}DlqUrl"]} for name, lane in _LANES.items()
        },
        "functions": {
            name.removesuffix("Function").lower(): value for name, value in stack.items() if name.endswith("Function")
        },
        "aws_endpoint_url": layout.aws_url,
        "bedrock_endpoint_url": layout.bedrock_url,
        "region": REGION,
    }


def write(layout: Layout, outputs: Mapping[str, Any]) -> None:
    """Put them where clients look, all at once, readable by nobody else: the key is among them."""
    fresh = layout.outputs.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(outputs, indent=2) + "\n")
    fresh.replace(layout.outputs)


def read(layout: Layout) -> dict[str, Any]:
    """What a running cloud wrote; raises FileNotFoundError when none is up."""
    return dict(json.loads(layout.outputs.read_text()))
