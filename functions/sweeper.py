"""Every minute: sends what an outbox still holds, wakes what rested, recovers what a dead worker left behind."""

from __future__ import annotations

from typing import Any

from functions.darkroom.walk import deployed


def handler(_event: dict[str, Any], _context: object) -> None:
    """Look after every job whose time has come."""
    deployed().sweeping.tend()
