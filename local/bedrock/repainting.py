"""Stability's services that change a part of a picture: what a mask says, what is searched for, what is added around.

From an edit to pixels and their account. Everything outside of the part keeps its value. Knows no request fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.errors import invalid
from local.bedrock.pictures import Made
from local.bedrock.retouching.extending import canvas, extended, subject_of
from local.bedrock.retouching.painting import Brief, inpaint
from local.bedrock.retouching.presets import preset
from local.bedrock.retouching.regions import blended, grown
from local.bedrock.retouching.selection import select
from local.bedrock.retouching.strengths import fitted, touched, transparency, widened
from local.bedrock.retouching.subject import find_subject
from local.bedrock.retouching.tinting import colours_in, tinted

if TYPE_CHECKING:
    from local.bedrock.orders import Edit, Pixels, Region, Shares

MARGIN = 1 / 90
"""How far what is looked for in a picture reaches beyond what was found, of the longer side, so that no rim is left."""
MOST_DRAWN = 24_000_000
"""Pixels of a canvas that is extended: the emulator's own bound, for its memory."""
GUIDANCE = 7.0
"""How vividly scenes are drawn: none of these services has a cfgScale."""


def repaint(edit: Edit, fast: bool) -> Made:
    """Inpaint and erase: what is white in the mask, or transparent in the picture, is made anew."""
    pixels = edit.pixels
    if edit.mask:
        shares = fitted(edit.mask.shares, pixels.shape[1], pixels.shape[0])
    else:
        shares = transparency(edit.alpha, pixels)
    return _repainted(edit, pixels, widened(shares, edit.grow), find_subject(pixels, fast=fast).region, fast=fast)


def _repainted(edit: Edit, pixels: Pixels, shares: Shares, subject: Region, *, fast: bool) -> Made:
    if not touched(shares).any():
        return Made(pixels, "nothing", "nothing: no pixel of the mask calls for a change")
    done = inpaint(pixels, touched(shares), _brief(edit, subject, fast=fast))
    real = f"{done.real}, as far as the mask says"
    return Made(blended(pixels, preset(done.pixels, edit.preset), shares), edit.told(done.simulated), real)


def replace(edit: Edit, fast: bool) -> Made:
    """Search and Replace: what is found is made anew by the prompt."""
    pixels = edit.pixels
    subject = find_subject(pixels, fast=fast)
    found = select(pixels, edit.search, subject)
    if found is None:
        return _nothing_found(pixels)
    made = _repainted(edit, pixels, _around(found.region, edit.grow), subject.region, fast=fast)
    return Made(made.pixels, f"{made.simulated}; {_as_search(found.account)}", made.real)


def recolour(edit: Edit, fast: bool) -> Made:
    """Search and Recolor: what is found takes on the prompt's colours."""
    pixels = edit.pixels
    found = select(pixels, edit.search, find_subject(pixels, fast=fast))
    if found is None:
        return _nothing_found(pixels)
    colours = colours_in(edit.prompt)
    shares = widened(found.region.astype(np.float32), edit.grow)
    dyed = preset(tinted(pixels, shares, colours, edit.seed), edit.preset)
    how = "in the prompt's colours" if colours else "in a colour by the seed, since the prompt names none that is known"
    return Made(
        blended(pixels, dyed, shares), edit.told(_as_search(found.account)), f"dyed {how}, light and shade kept"
    )


def extend(edit: Edit, fast: bool) -> Made:
    """Outpaint: room is added at the sides and filled.

    Raises:
        BedrockError: for a canvas that is too large for the emulator.
    """
    pixels = edit.pixels
    _bound(pixels, edit.margins)
    large, new = canvas(pixels, edit.margins)
    done = extended(large, new, _brief(edit, subject_of(large, new, fast=fast), fast=fast))
    styled = blended(done.pixels, preset(done.pixels, edit.preset), new.astype(np.float32))
    return Made(styled, edit.told(done.simulated), done.real)


def _bound(pixels: Pixels, margins: tuple[int, int, int, int]) -> None:
    left, right, up, down = margins
    count = (pixels.shape[1] + left + right) * (pixels.shape[0] + up + down)
    if count > MOST_DRAWN:
        raise invalid(f"The Darkroom Bedrock emulator draws at most {MOST_DRAWN} pixels, not {count}.")


def _around(region: Region, pixels: int) -> Shares:
    return widened(grown(region, max(region.shape) * MARGIN).astype(np.float32), pixels)


def _nothing_found(pixels: Pixels) -> Made:
    return Made(pixels, "nothing", "nothing: the picture holds nothing that was searched for")


def _as_search(account: str) -> str:
    """What was found, in Stability's words instead of Titan's."""
    return account.replace("maskPrompt", "the search")


def _brief(edit: Edit, subject: Region, *, fast: bool) -> Brief:
    creativity = edit.amounts.get("creativity")
    # the more creative, the more vivid a scene; another fill of the same surroundings in any case
    guidance = GUIDANCE if creativity is None else 4 + 6 * creativity
    index = 0 if creativity is None else round(100 * creativity)
    return Brief(edit.prompt, edit.negative, subject, edit.seed % 2**31, index, guidance, fast)
