"""What the deployment says of a mask, as data. Fields that a later API adds are ignored here and kept in `wire`.

Boxes are (left, top, width, height) in pixels of the upright picture, shares go from 0 to 1. Knows no HTTP.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from darkroom_client.errors import DarkroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Changed:
    """The pixels that a model will change. `sentence` says it for people."""

    share: float
    boxes: tuple[Box, ...]
    """Of the separate regions, the largest first; not all of them, where there are many."""
    regions: int
    place: str
    sentence: str

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        boxes = tuple(_box(one) for one in data.get("boxes", ()))
        return cls(data["share"], boxes, data.get("regions", 0), data.get("place", ""), data.get("sentence", ""))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the mask's file is."""

    format: str
    width: int
    height: int
    orientation: int
    """EXIF's: 1 is upright. Width and height are those of the upright picture."""
    mode: str
    """1, L, P, RGB, RGBA, CMYK, I;16 …"""
    bits: int
    """Per channel."""
    bytes: int
    colours: int | None
    """How many it holds; None for more than 256."""
    sample: tuple[str, ...]
    """Its commonest colours."""
    alpha: str
    """none, opaque, uniform or informative."""
    pure: float
    """The share of its pixels that are exactly black or white."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        return cls(
            format=data["format"],
            width=data["width"],
            height=data["height"],
            orientation=data.get("orientation", 1),
            mode=data.get("mode", ""),
            bits=data.get("bits", 8),
            bytes=data.get("bytes", 0),
            colours=data.get("colours"),
            sample=tuple(data.get("sample", ())),
            alpha=data.get("alpha", "none"),
            pure=data.get("pure", 0.0),
        )


@dataclass(frozen=True, slots=True)
class Likely:
    """What the mask's owner most likely means by it."""

    means: str
    why: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a mask that its owner should know, and the way out where there is one."""

    slug: str
    detail: str
    hint: str | None
    weight: str
    """`advice` stops nobody, `fixable` needs a conversion, `refused` needs another mask."""


@dataclass(frozen=True, slots=True)
class MaskReport:
    """What a mask is, what it would do, and what is wrong with it."""

    verdict: str
    """`ok`: the model takes it as it is. `fixable`: a conversion makes it right. `refused`: none can."""
    task: str
    means: str
    """How it was read: as declared, or, for `auto`, as is likely."""
    seen: Seen
    changed: Changed | None
    """What is changed once it is converted; None when it cannot be read that way."""
    as_is: Changed | None
    """What would be changed were the file sent as it is; None for one with transparency."""
    likely: Likely
    problems: tuple[Finding, ...]
    """The heaviest first."""
    mask: bytes | None
    """The mask in Titan's way, as a PNG; None when it is refused."""
    preview: bytes | None
    """The picture with the area to be changed tinted, as a PNG; None when the mask is refused."""
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The answer exactly as the API gave it."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one. Raises DarkroomError where the data is none."""
        return _read(data, lambda: cls(**_report(data), wire=data))


@dataclass(frozen=True, slots=True)
class Mask:
    """A finished mask. `means` is how what was given was read, `into` how this one is to be read."""

    task: str
    means: str
    into: str
    done: tuple[str, ...]
    """What was done to it, a sentence for each step."""
    pure: bool
    """Only black and white; Titan takes no other."""
    png: bytes
    changed: Changed
    preview: bytes | None
    """The picture with the area to be changed tinted, as a PNG; None without a picture, and for what is not pure or
    not in Titan's way."""
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The answer exactly as the API gave it."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one. Raises DarkroomError where the data is none."""
        return _read(data, lambda: cls(**_finished(data), wire=data))


@dataclass(frozen=True, slots=True)
class Extended:
    """A picture on a larger canvas, stored by the deployment, and the mask that has the new area painted."""

    image: str
    """The reference to name it by: `upload:{id}`."""
    url: str
    """A link to it that expires."""
    width: int
    height: int
    box: Box
    """Where the picture lies on the canvas."""
    factor: float
    """By how much the picture was scaled; 1 where it was not."""
    mask: bytes
    changed: Changed
    done: tuple[str, ...]
    preview: bytes | None
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The answer exactly as the API gave it."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one. Raises DarkroomError where the data is none."""
        return _read(data, lambda: cls(**_extended(data), wire=data))


def _read[T](data: Mapping[str, Any], make: Callable[[], T]) -> T:
    try:
        return make()
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        told = f"{wrong!r} in an answer with {', '.join(data)}"
        raise DarkroomError(f"The answer is not about a mask ({told}). Is the base URL right?") from None


def _report(data: Mapping[str, Any]) -> dict[str, Any]:
    likely, as_is = data["likely"], data.get("asIs")
    return {
        "verdict": data["verdict"],
        "task": data["task"],
        "means": data["means"],
        "seen": Seen.from_wire(data["seen"]),
        "changed": Changed.from_wire(data["changed"]) if data["changed"] else None,
        "as_is": Changed.from_wire(as_is) if as_is else None,
        "likely": Likely(likely["means"], likely["why"], likely["sure"]),
        "problems": tuple(
            Finding(one["slug"], one["detail"], one.get("hint"), one["weight"]) for one in data.get("problems", ())
        ),
        "mask": _bytes(data.get("mask")),
        "preview": _bytes(data.get("preview")),
    }


def _finished(data: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: data[name] for name in ("task", "means", "into", "pure")}
    return {**said, "png": _bytes(data["mask"]), **_told(data)}


def _extended(data: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: data[name] for name in ("image", "url", "width", "height", "factor")}
    return {**said, "box": _box(data["box"]), "mask": _bytes(data["mask"]), **_told(data)}


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "changed": Changed.from_wire(data["changed"]),
        "done": tuple(data.get("done", ())),
        "preview": _bytes(data.get("preview")),
    }


def _box(values: Any) -> Box:
    left, top, width, height = values
    return left, top, width, height


def _bytes(url: str | None) -> bytes | None:
    """What a `data:` URL holds."""
    return None if url is None else base64.b64decode(url.partition(",")[2], validate=True)
