"""A content filter small enough to know by heart, so that callers can test their handling of refusals.

Bedrock's own filters are not published. These words are, and they are matched as whole words whatever their case.
"""

from __future__ import annotations

import re

BLOCKED_WORDS = frozenset({"blood", "bloody", "gore", "gory", "nude", "naked", "corpse", "beheading", "torture"})
_WORD = re.compile(r"[a-z]+")


def flags(*texts: str | None) -> bool:
    """Whether any of the texts holds a blocked word. A negative prompt is not asked: it names what is *not* wanted."""
    return any(not BLOCKED_WORDS.isdisjoint(_WORD.findall(text.lower())) for text in texts if text)
