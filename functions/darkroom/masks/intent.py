"""What a mask's owner most likely means by it, and how that is known. It looks at the mask alone.

A guess is sure only where one reading is what people draw and the other is not: a small island in an even ground, or a
hole cut into a picture. Everything else is told as likely, and `auto` then asks instead of deciding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from functions.darkroom.masks.reading import THRESHOLD, below
from functions.darkroom.masks.regions import percent, share_of
from functions.darkroom.masks.report import Likely

if TYPE_CHECKING:
    from functions.darkroom.masks.reading import Sheet
    from functions.darkroom.masks.vocabulary import MaskTask

ISLAND = 0.25
"""An area of at most this share, apart from the picture's edges, is what somebody painted; the rest is ground."""
_EVEN = 0.95
_MANY = 16
_FRAME_COPY = 32


def likely(sheet: Sheet, task: MaskTask, threshold: int = THRESHOLD) -> Likely:
    """The convention that the mask most likely follows, why, and whether that is sure."""
    if sheet.alpha is not None:
        return _from_alpha(sheet, sheet.alpha, threshold)
    black = below(sheet.grey, threshold)
    return _inpainting(black) if task == "INPAINTING" else _outpainting(black)


def seems_inverted(region: Image.Image, task: MaskTask) -> str | None:
    """Why the area that is to be changed looks like the one to be kept; None where it does not."""
    edges = frame(region)
    if 1 - _EVEN < edges < _EVEN:
        return None
    share = share_of(region)
    if task == "INPAINTING" and 1 - ISLAND <= share < 1 and edges >= _EVEN:
        return f"it changes {percent(share)} of the picture, the edges included, and keeps an island"
    if task == "OUTPAINTING" and 0 < share <= ISLAND and edges <= 1 - _EVEN:
        return f"it changes an island of {percent(share)} and keeps the surroundings, which outpainting is there for"
    return None


def frame(region: Image.Image) -> float:
    """The share of the picture's outermost pixels, a 32nd of each side wide, that are changed."""
    side = _FRAME_COPY
    cells = region.resize((side, side), Image.Resampling.BOX).tobytes()
    middle = b"".join(cells[row * side + 1 : (row + 1) * side - 1] for row in range(1, side - 1))
    return (sum(cells) - sum(middle)) / (255 * (len(cells) - len(middle)))


def _inpainting(black: Image.Image) -> Likely:
    share, edges = share_of(black), frame(black)
    if share <= ISLAND and edges <= 1 - _EVEN and share:
        why = f"black covers {percent(share)} and stays away from the edges, as what is painted does"
        return Likely(means="black-is-inside", why=why, sure=True)
    if share >= 1 - ISLAND and edges >= _EVEN and share < 1:
        why = f"white covers {percent(1 - share)} and stays away from the edges, as what is painted does"
        return Likely(means="white-is-changed", why=why, sure=True)
    if share in {0, 1}:
        return Likely(means="black-is-inside", why="it has a single tone, which says nothing", sure=False)
    means, tone = ("black-is-inside", "black") if share <= 0.5 else ("white-is-changed", "white")
    why = f"{tone} is the smaller part, but with {percent(min(share, 1 - share))} either could be meant"
    return Likely.model_validate({"means": means, "why": why, "sure": False})


def _outpainting(black: Image.Image) -> Likely:
    share, edges = share_of(black), frame(black)
    if share >= 1 - ISLAND and edges >= _EVEN:
        why = f"white is changed in every convention, but it is only {percent(1 - share)} and apart from the edges"
        return Likely(means="black-is-inside", why=why, sure=False)
    why = "for outpainting, every convention in black and white changes what is white"
    return Likely(means="black-is-inside", why=why, sure=True)


def _from_alpha(sheet: Sheet, alpha: Image.Image, threshold: int) -> Likely:
    hole = below(alpha, threshold)
    opaque = sheet.grey.histogram(hole.point([255] + [0] * 255))
    share, edges = share_of(hole), frame(hole)
    if _is_a_picture(opaque):
        why = f"its opaque part is a picture, so the {percent(share)} that are transparent were cut out of it"
        return Likely(means="transparent-is-changed", why=why, sure=0 < share < 1)
    if max(opaque) < _EVEN * sum(opaque):
        why = "it has transparent pixels, but its opaque part is painted in black and white too"
        return Likely(means="transparent-is-changed", why=why, sure=False)
    if edges <= 1 - _EVEN and share > 0:
        why = f"a hole of {percent(share)} is cut into an even layer"
        return Likely(means="transparent-is-changed", why=why, sure=True)
    return _strokes(light=sum(opaque[threshold:]) > sum(opaque[:threshold]))


def _strokes(*, light: bool) -> Likely:
    tone = "white" if light else "black"
    why = f"{tone} strokes lie on an empty layer: the strokes could be meant, or what is transparent around them"
    return Likely(means="white-is-changed" if light else "black-is-inside", why=why, sure=False)


def _is_a_picture(histogram: list[int]) -> bool:
    """Many tones, and none of them is most of it."""
    total = sum(histogram)
    return sum(count > 0 for count in histogram) > _MANY and max(histogram) < 0.5 * total
