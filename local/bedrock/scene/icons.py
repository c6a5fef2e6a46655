"""The nouns' pictures: Microsoft's Fluent Emoji (flat, MIT), as Iconify packs them for npm.

Found in the checkout's node_modules, or where `DARKROOM_ICONS` points. Without the file scenes are drawn without them.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GRID = 32
"""Every icon is drawn on a square of this many units."""
PACKED = "node_modules/@iconify-json/fluent-emoji-flat/icons.json"
_VARIANT = re.compile(r"-(light|medium-light|medium|medium-dark|dark)$")


def path() -> Path:
    """Where the icons are expected."""
    named = os.environ.get("DARKROOM_ICONS")
    return Path(named) if named else Path(__file__).resolve().parents[3] / PACKED


def available() -> bool:
    """Whether scenes can show nouns."""
    return bool(bodies())


@cache
def bodies() -> Mapping[str, str]:
    """Icon name → SVG body; empty when there is no file. Variants of skin tone are left out."""
    try:
        packed = json.loads(path().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return {name: icon["body"] for name, icon in packed["icons"].items() if not _VARIANT.search(name)}
