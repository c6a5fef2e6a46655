"""An input picture brought to what a model takes, and the result brought back to where it came from. Pure; knows no S3.

Nothing is changed silently: `done` tells each step in a sentence with its numbers, for the Job's fidelity account. A
picture that is legal already stays as it is, byte for byte. Importing this module imports no imaging library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from functions.darkroom.errors import InputRefused
from functions.darkroom.sizing import How, Rule, Transform, planned, rule_of

if TYPE_CHECKING:
    from PIL import Image

    from functions.darkroom.masks.vocabulary import MaskTask
    from functions.darkroom.pictures.files import Traits
    from functions.darkroom.sizing import Box, Size

__all__ = [
    "Fitted",
    "How",
    "Objection",
    "Rule",
    "Transform",
    "examine",
    "fit",
    "follow",
    "objections",
    "restore",
    "rule_of",
]


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a model would refuse a picture: the slug of the refusal, and the detail."""

    slug: str
    detail: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """A picture that the rule takes."""

    data: bytes
    format: Literal["png", "jpeg"]
    done: tuple[str, ...]
    """A sentence for each step; empty when the picture was legal and was not touched."""
    transform: Transform


def examine(data: bytes) -> Traits:
    """Tell what a picture's file is; decodes only where there is alpha, to see whether it is used.

    Raises InputRefused: image-empty, image-format, image-unreadable, image-too-large (over 50 megapixels).
    """
    from functions.darkroom.pictures import files  # noqa: PLC0415  (imports the imaging library)

    return files.examine(data)


def objections(traits: Traits, rule: Rule) -> tuple[Objection, ...]:
    """What a model with this rule has against a picture; none when it takes the bytes as they are.

    The pixels' form counts as Titan's page has it: RGB of 8 bits, no alpha, and (since no model is known to read EXIF)
    upright as stored.
    """
    found = [
        ("image-format", traits.format not in {"png", "jpeg"}, f"{traits.format.upper()}, not PNG or JPEG"),
        ("image-turned", traits.orientation != 1, f"turned by EXIF's orientation {traits.orientation}"),
        ("image-mode", traits.mode not in {"RGB", "RGBA"} or traits.bits != 8, f"{traits.mode} of {traits.bits} bits"),
        ("image-transparent", traits.alpha, "transparent pixels" if traits.transparent else "an alpha channel, opaque"),
        ("image-size", not rule.takes(traits.size), f"{traits.size[0]}x{traits.size[1]} pixels"),
        ("image-too-large", traits.bytes > (rule.max_bytes or traits.bytes), f"{traits.bytes:,} bytes"),
    ]
    return tuple(Objection(slug, detail) for slug, holds, detail in found if holds)


def fit(data: bytes, how: How, rule: Rule, *, background: str | None = None) -> Fitted:
    """Bring a picture to the nearest legal size, form and weight, with the least loss.

    Size alone is mended by scaling. Where the shape is not legal, `how` decides: `resize` stretches (by at most 10 %),
    `pad` continues the edges on the short side, `crop` cuts the long side evenly. `background` ("#rrggbb") is what a
    transparent picture is laid on. The result is a PNG, or a JPEG where a PNG would be heavier than the rule allows.

    Raises InputRefused: image-shape (resize would distort), image-transparent (transparent and no background),
    image-too-large (not even a JPEG is light enough), and what `examine` raises.
    """
    from functions.darkroom.pictures import files, plain, writing  # noqa: PLC0415  (import the imaging library)

    said = files.examine(data)
    plan = planned(said.size, how, rule)
    if not objections(said, rule):
        return Fitted(data, "jpeg" if said.format == "jpeg" else "png", (), plan)
    picture, _, done = plain.plain(data, background)
    written, heavy = writing.within(_placed(picture, plan), rule.max_bytes)
    steps = [*done, *_told(plan)]
    if heavy or said.format != "png" or not steps:
        steps.append(heavy or f"Its {said.format.upper()} file was written anew as a PNG of {len(written):,} bytes.")
    return Fitted(written, "jpeg" if heavy else "png", tuple(steps), plan)


def restore(result: bytes, transform: Transform, original: bytes | None = None) -> bytes:
    """Bring a model's result back to the size and place of the upright original; gives a PNG, or the very bytes.

    What was padded is cut away and scaled back, what was scaled is scaled back, and what was cut out is put back into
    `original`, which only then is needed. The result may have another size than the fitted picture, of its shape.
    A scaled-back picture has the original's size, not its detail. Raises InputRefused where a file is no picture.
    """
    from functions.darkroom.pictures import files, writing  # noqa: PLC0415  (import the imaging library)

    picture, said = files.upright(result)
    if transform.moves_nothing and said.size == transform.source:
        return result
    part = _scaled(picture.crop(_rescaled(transform, picture.size)), transform.part[2:])
    if transform.part == (0, 0, *transform.source):
        return writing.png(part)
    if original is None:
        raise InputRefused("image-missing", "the result is a part of the original, which was not given")
    whole, _ = files.upright(original)
    mode = "RGBA" if "A" in whole.mode + part.mode else "RGB"
    whole = whole.convert(mode)
    whole.paste(part.convert(mode), transform.part[:2])
    return writing.png(whole)


def follow(mask: bytes, transform: Transform, task: MaskTask) -> bytes:
    """Move a mask as its picture was moved; takes and gives Titan's black and white. What was padded is kept.

    `mask` has the size of the upright original. Nearest neighbour, so that it stays pure.
    """
    from functions.darkroom.masks import reading  # noqa: PLC0415  (imports the imaging library)

    region = reading.as_titan_reads(reading.sheet(mask), task)
    if region.size != transform.source:
        sizes = f"the mask is {region.width}x{region.height}, the picture {transform.source[0]}x{transform.source[1]}"
        raise InputRefused("mask-size", sizes)
    moved = reading.resized(region.crop(_edges(transform.part)), transform.box[2:])
    left, top, _, _ = transform.box
    whole = moved.crop((-left, -top, transform.canvas[0] - left, transform.canvas[1] - top))
    return reading.written(whole, "black-is-inside", task)


def _placed(picture: Image.Image, plan: Transform) -> Image.Image:
    from functions.darkroom.pictures import surrounding  # noqa: PLC0415  (imports the imaging library)

    part = picture if plan.part[2:] == plan.source else picture.crop(_edges(plan.part))
    return surrounding.surrounded(_scaled(part, plan.box[2:]), plan.canvas, plan.box)


def _scaled(picture: Image.Image, size: Size) -> Image.Image:
    from PIL.Image import Resampling  # noqa: PLC0415  (imports the imaging library)

    return picture if picture.size == size else picture.resize(size, Resampling.LANCZOS)


def _edges(box: Box) -> Box:
    """Left, top, right, bottom of a box given by its width and height."""
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


def _rescaled(transform: Transform, size: Size) -> Box:
    """The edges of the transform's box in a result of another size."""
    across, down = size[0] / transform.canvas[0], size[1] / transform.canvas[1]
    left, top, right, bottom = _edges(transform.box)
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def _told(plan: Transform) -> list[str]:
    done = []
    (width, height), (across, down) = plan.part[2:], plan.box[2:]
    if (width, height) != plan.source:
        cut = 1 - width * height / (plan.source[0] * plan.source[1])
        where = f"{width}x{height} at {plan.part[0]},{plan.part[1]}"
        done.append(f"It was cut from {plan.source[0]}x{plan.source[1]} to {where}: {100 * cut:.1f} % is left out.")
    if (across, down) != (width, height):
        verb = "stretched" if plan.stretch > 0 else "squeezed"
        distorted = f", {verb} by {abs(100 * plan.stretch):.1f} % across" if abs(plan.stretch) > 0.005 else ""
        done.append(f"It was scaled from {width}x{height} to {across}x{down}{distorted}.")
    if (across, down) != plan.canvas:
        size = f"{plan.canvas[0]}x{plan.canvas[1]}"
        done.append(f"It was padded to {size}, its edges continued; it lies at {plan.box[0]},{plan.box[1]}.")
    return done
