"""Ids of jobs and uploads: told apart at a glance, and sorted by age."""

from __future__ import annotations

import os
import time

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet, which the ULID specification names."""


def new_id(kind: str = "job") -> str:
    """A new id: its kind (`job`, `upl`), an underscore and a ULID.

    That is 48 bits of milliseconds and 80 of chance, so ids sort by age.

    Written out, since the library for it costs a cold start more than the rest of this module.
    """
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return f"{kind}_" + "".join(_BASE32[number >> shift & 31] for shift in range(125, -1, -5))
