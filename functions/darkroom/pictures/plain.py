"""A picture as every image model takes it: upright, RGB of 8 bits, in sRGB, without alpha. Each step is told."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

from functions.darkroom.errors import InputRefused
from functions.darkroom.pictures import files

if TYPE_CHECKING:
    from functions.darkroom.pictures.files import Traits

_SRGB = ImageCms.createProfile("sRGB")
_SPACES = {"RGB": "RGB", "CMYK": "RGB", "RGBA": "RGBA"}
"""Modes whose colours can be converted, and what they become."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KINDS = {"1": "of one bit a pixel", "L": "greyscale", "LA": "greyscale", "P": "a palette picture", "CMYK": "CMYK"}


def plain(data: bytes, background: str | None) -> tuple[Image.Image, Traits, list[str]]:
    """The picture, what its file is, and what was done to it.

    `background` is the colour ("#rrggbb") on which a transparent picture is laid; without one such a picture is refused
    (image-transparent), since its hidden colours are nobody's wish. image-background: that is no colour.
    """
    opened = files.opened(data)
    said = files.traits(data, opened)
    done = _told(said)
    picture, converted = _in_srgb(opened, opened.info.get("icc_profile"))
    picture = files.turned(files.eight_bits(picture), said.orientation)
    if said.transparent:
        picture = _laid(picture, background)
        done.append(f"Where it is transparent, it was laid on {background}.")
    return picture.convert("RGB"), said, done + converted


def _told(said: Traits) -> list[str]:
    done = []
    if said.orientation > 1:
        done.append(f"It was turned upright as EXIF's orientation {said.orientation} says.")
    kind = f"of {said.bits} bits a channel" if said.bits > 8 else _KINDS.get(said.mode)
    if kind:
        done.append(f"It was {kind} and became RGB of 8 bits.")
    if said.frames > 1:
        done.append(f"Of its {said.frames} frames, the first was taken.")
    if said.alpha and not said.transparent:
        done.append("Its alpha channel, opaque everywhere, was dropped.")
    return done


def _laid(picture: Image.Image, background: str | None) -> Image.Image:
    if background is None:
        raise InputRefused(
            "image-transparent",
            "the picture has transparent pixels, which the model does not take",
            hint="Name a background colour to lay it on, such as #ffffff.",
        )
    if not _COLOUR.fullmatch(background):
        raise InputRefused("image-background", f"{background!r} is no colour", hint="Write it as #rrggbb.")
    return files.flattened(picture, background)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    """Its colours in sRGB, which is what models were shown. A profile that says sRGB changes nothing."""
    if profile is None:
        return picture, []
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip()
        if "sRGB" in name:
            return picture, []
        if picture.mode not in _SPACES:
            return picture, [f"Its colour profile, {name}, was dropped."]
        converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode=_SPACES[picture.mode])
    except (ImageCms.PyCMSError, OSError):
        return picture, ["Its colour profile could not be read and was dropped."]
    return converted or picture, [f"Its colours were converted from {name} to sRGB."]
