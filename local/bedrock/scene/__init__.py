"""The simulator's painter: a prompt becomes a seeded illustration of a landscape with things in it.

No model is at work here, only known nouns, places and hours. Knows nothing of Bedrock.
"""

from __future__ import annotations

from local.bedrock.scene.compose import Drawing, Sketch, draw
from local.bedrock.scene.rough import draw_roughly

__all__ = ["Drawing", "Sketch", "draw", "draw_roughly"]
