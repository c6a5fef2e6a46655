"""A picture's edges continued outwards, for canvases that are larger than it.

What is new is meant to be painted over (or cut away), yet models look at it: a flat grey shows up as a frame in the
result, and a mirrored picture invites a second horizon. So each edge's mean colour runs outwards and is blurred: light
and colours go on, nothing in it looks like a thing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from functions.darkroom.sizing import Box, Size

_EDGE = 8
"""How many pixels of the edge are averaged: one alone would carry a JPEG's or a sensor's noise as a streak."""


def surrounded(picture: Image.Image, canvas: Size, box: Box) -> Image.Image:
    """The picture, in RGB, at `box` (left, top, its width, its height) of a canvas that continues it on every side."""
    left, top, width, height = box
    if (width, height) == canvas:
        return picture
    ground = Image.new("RGB", canvas)
    ground.paste(picture, (left, top))
    right, bottom = canvas[0] - left - width, canvas[1] - top - height
    _across(ground, (left, top, width, height), left, right)
    _down(ground, (top, height), top, bottom)
    soft = ground.filter(ImageFilter.GaussianBlur(max(2, max(left, right, top, bottom) / 12)))
    soft.paste(picture, (left, top))
    return soft


def _across(ground: Image.Image, box: Box, left: int, right: int) -> None:
    start, top, width, height = box
    edge = min(_EDGE, width)
    if left:
        strip = ground.crop((start, top, start + edge, top + height))
        ground.paste(_mean(strip, (1, height)).resize((left, height)), (0, top))
    if right:
        strip = ground.crop((start + width - edge, top, start + width, top + height))
        ground.paste(_mean(strip, (1, height)).resize((right, height)), (start + width, top))


def _down(ground: Image.Image, span: tuple[int, int], above: int, below: int) -> None:
    start, height = span
    edge = min(_EDGE, height)
    if above:
        strip = ground.crop((0, start, ground.width, start + edge))
        ground.paste(_mean(strip, (ground.width, 1)).resize((ground.width, above)), (0, 0))
    if below:
        strip = ground.crop((0, start + height - edge, ground.width, start + height))
        ground.paste(_mean(strip, (ground.width, 1)).resize((ground.width, below)), (0, start + height))


def _mean(strip: Image.Image, size: Size) -> Image.Image:
    return strip.resize(size, Image.Resampling.BOX)
