"""A content filter small enough to know by heart, so that callers can test their handling of refusals.

Bedrock's own filters are not published. These words are, and they are matched as whole words whatever their case.
"""

from __future__ import annotations

import re

from local.bedrock.png import png_texts

BLOCKED_WORDS = frozenset({"blood", "bloody", "gore", "gory", "nude", "naked", "corpse", "beheading", "torture"})
WITHHELD_WORDS = frozenset({"obscene", "lewd"})
"""A prompt with one of these is let in, and every picture made of it is held back."""
DOUBTFUL_WORDS = frozenset({"risque", "suggestive"})
"""A prompt with one of these is let in, and the last picture made of it is held back."""
MARK = ("Moderation", "blocked")
"""A PNG with this text chunk is refused as an input image."""
_WORD = re.compile(r"[a-z]+")


def flags(*texts: str | None) -> bool:
    """Whether any of the texts holds a blocked word. A negative prompt is not asked: it names what is *not* wanted."""
    return _holds(BLOCKED_WORDS, *texts)


def marked(image: bytes) -> bool:
    """Whether an input image carries the mark."""
    name, value = MARK
    return png_texts(image).get(name) == value


def kept(count: int, *texts: str | None) -> int:
    """How many of `count` pictures made of these texts are handed out."""
    if _holds(WITHHELD_WORDS, *texts):
        return 0
    return count - 1 if _holds(DOUBTFUL_WORDS, *texts) else count


def _holds(words: frozenset[str], *texts: str | None) -> bool:
    return any(not words.isdisjoint(_WORD.findall(text.lower())) for text in texts if text)
