"""Stability's services and models that make a whole picture anew from another: by its edges, its regions, its style.

From an edit to pixels and their account. Knows no request fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from local.bedrock.pictures import Made
from local.bedrock.retouching import enlarging
from local.bedrock.retouching.conditioning import condition
from local.bedrock.retouching.mixing import mixed, start_size
from local.bedrock.retouching.presets import preset
from local.bedrock.retouching.regions import blended
from local.bedrock.retouching.strengths import transparency
from local.bedrock.retouching.subject import find_opacity
from local.bedrock.retouching.transfer import in_colours_of, restyled
from local.bedrock.scene import Sketch, draw, draw_roughly

if TYPE_CHECKING:
    from local.bedrock.orders import Edit
    from local.bedrock.scene import Drawing

GUIDANCE = 7.0
"""How vividly scenes are drawn: none of these models has a cfgScale."""
PAPER = 255
"""What shows through a cut-out in a file without transparency."""


def start_from(edit: Edit, fast: bool) -> Made:
    """Image to image: the prompt's scene, as far as the strength lets go of the photo."""
    photo, strength = edit.pixels, edit.amounts["strength"]
    drawing = _scene(edit, start_size(photo), fast=fast)
    real = f"the photo's regions and colours give way to the scene at strength {strength:g}"
    return Made(mixed(photo, drawing.pixels, strength), drawing.account, real)


def remove_background(edit: Edit, _fast: bool) -> Made:
    """The subject alone. What was transparent stays so."""
    pixels = edit.pixels
    opacity, finder = find_opacity(pixels)
    opacity = np.asarray(np.minimum(opacity, 1 - transparency(edit.alpha, pixels)), np.float32)
    if edit.suffix == "jpeg":
        paper = np.full_like(pixels, PAPER)
        return Made(blended(paper, pixels, opacity), f"cut out by {finder}", "background removed, white instead")
    alpha = np.rint(opacity * 255).astype(np.uint8)
    seen = np.where(alpha[..., None] > 0, pixels, np.uint8(0))
    cut = np.ascontiguousarray(np.dstack([seen, alpha]), np.uint8)
    return Made(cut, f"cut out by {finder} instead of the model itself", "background removed")


def follow(edit: Edit, fast: bool) -> Made:
    """Control sketch by the picture's edges, control structure by its regions."""
    control, strength = edit.pixels, edit.amounts["control_strength"]
    drawing = _scene(edit, control.shape[1::-1], fast=fast)
    mode = "CANNY_EDGE" if edit.service == "control-sketch" else "SEGMENTATION"
    found = "edges (Canny)" if mode == "CANNY_EDGE" else "regions (k-means in Lab)"
    pixels = preset(condition(drawing.pixels, control, mode, strength), edit.preset)
    return Made(pixels, edit.told(drawing.account), f"{found} of the image at strength {strength:g}")


def draw_in_style(edit: Edit, fast: bool) -> Made:
    """Style Guide: the prompt's scene in the picture's colours."""
    drawing, fidelity = _scene(edit, edit.size, fast=fast), edit.amounts["fidelity"]
    pixels = in_colours_of(edit.pixels, drawing.pixels, 0.3 + 0.7 * fidelity, edit.seed)
    real = f"the image's main colours (k-means in Lab) at fidelity {fidelity:g}"
    return Made(preset(pixels, edit.preset), edit.told(drawing.account), real)


def restyle(edit: Edit, _fast: bool) -> Made:
    """Style Transfer: the picture in the style of another."""
    names = ("composition_fidelity", "style_strength", "change_strength")
    amounts = (edit.amounts[names[0]], edit.amounts[names[1]], edit.amounts[names[2]])
    style = edit.style.pixels if edit.style else edit.pixels
    told = ", ".join(f"{name} {amount:g}" for name, amount in zip(names, amounts, strict=True))
    real = f"colours and grain of style_image by {told}"
    return Made(restyled(edit.pixels, style, amounts, edit.seed), "nothing is generated from the prompt", real)


def enlarge(edit: Edit, _fast: bool) -> Made:
    """Conservative and Creative Upscale: to about 4K."""
    pixels = enlarging.to_four_k(edit.pixels, edit.amounts["creativity"])
    return Made(preset(pixels, edit.preset), edit.told("no detail is invented"), "resampled and sharpened")


def enlarge_fast(edit: Edit, _fast: bool) -> Made:
    """Fast Upscale: four times as wide and as high."""
    return Made(enlarging.four_times(edit.pixels), "no detail is invented", "resampled and sharpened")


def _scene(edit: Edit, size: tuple[int, int], *, fast: bool) -> Drawing:
    sketch = Sketch(edit.prompt, edit.negative, edit.seed, 0, GUIDANCE)
    return (draw_roughly if fast else draw)(sketch, *size)
