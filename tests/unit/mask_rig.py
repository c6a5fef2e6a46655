"""Pictures for the tests of masks and of fitting, small and made on the spot."""

from __future__ import annotations

import io
import zlib

from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from functions.darkroom.masks import reading
from functions.darkroom.masks.vocabulary import CONVENTIONS

TASKS = ("INPAINTING", "OUTPAINTING")
ORIENTATION = 0x0112

tasks = st.sampled_from(TASKS)
conventions = st.sampled_from(CONVENTIONS)
sides = st.integers(8, 60)


def examples(number: int) -> settings:
    """So many examples, without a bound on each one's time: a busy machine is no failure."""
    return settings(max_examples=number, deadline=None)


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def loaded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
    return picture


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def region(size: tuple[int, int], *boxes: tuple[int, int, int, int]) -> Image.Image:
    """A region that is changed within boxes (left, top, width, height)."""
    made = Image.new("L", size)
    for left, top, width, height in boxes:
        made.paste(255, (left, top, left + width, top + height))
    return made


def grey(changed: Image.Image, means: str, task: str) -> Image.Image:
    """The region in black and white, as a convention that has no alpha draws it."""
    return ImageChops.invert(changed) if (means, task) == ("black-is-inside", "INPAINTING") else changed


def mask(changed: Image.Image, means: str = "black-is-inside", task: str = "INPAINTING") -> bytes:
    return reading.written(changed, means, task)


def understood(png: bytes, task: str) -> bytes:
    """The region that Titan reads from a mask, as bytes that can be compared. It has to be a mask for Titan."""
    picture = loaded(png)
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    black = {(0, 0, 0), (255, 255, 255)}
    assert {colour for _, colour in picture.getcolors(4)} <= black
    return grey(picture.getchannel("R"), "black-is-inside", task).tobytes()


def photo(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Every pixel another colour, smoothly, so that a turn, a shift or a lost channel shows."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    made = Image.merge("RGB", (across, down, ImageChops.difference(across, down)))
    return made if mode == "RGB" else made.convert(mode)


def png_claiming(width: int, height: int) -> bytes:
    """The head of a PNG of that size, and no pixels."""
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    pixels = b"IDAT" + zlib.compress(b"")
    chunks = (len(part[4:]).to_bytes(4) + part + zlib.crc32(part).to_bytes(4) for part in (header, pixels, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@st.composite
def regions(draw, least: int = 8, most: int = 48):
    """A region with one to three boxes, neither empty nor full."""
    size = (draw(st.integers(least, most)), draw(st.integers(least, most)))
    boxes = []
    for _ in range(draw(st.integers(1, 3))):
        left, top = draw(st.integers(0, size[0] - 2)), draw(st.integers(0, size[1] - 2))
        boxes.append((left, top, draw(st.integers(1, size[0] - 1 - left)), draw(st.integers(1, size[1] - 1 - top))))
    return region(size, *boxes)
