"""The baseline's way from a request to pictures in S3."""

from __future__ import annotations

from typing import Any

from benchmarks.baseline import pictures
from benchmarks.events import UPLOADS


def handler(event: dict[str, Any], _context: object) -> None:
    """Do what `event` asks for."""
    if event["request"]["taskType"] == "TEXT_IMAGE":
        pictures.draw(event["request"], "jobs/1")
    else:
        pictures.cut_out(UPLOADS, event["key"])
