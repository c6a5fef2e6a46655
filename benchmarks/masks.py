"""`python -m benchmarks.masks`: what looking at masks costs, in CPU milliseconds, for pictures of 1024x1024.

The imaging library is imported before anything is timed. `decode` is what reading the mask's file alone takes, so that
the rest of a row is ours.
"""

from __future__ import annotations

import statistics
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from functions.darkroom import masks
from functions.darkroom.masks import growing, reading

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parents[1] / "docs" / "samples" / "coffee.jpg"
SIDE = 1024
ROUNDS = 15


def main() -> None:
    """Measure and print."""
    photo = _photo()
    picture = _saved(photo)
    for name, mask in _masks(photo).items():
        decode, see = _cpu(lambda: reading.sheet(mask)), _cpu(lambda: masks.see(mask, picture, "INPAINTING"))  # noqa: B023
        _tell(f"see      {name:<24} {see:6.1f} ms   decode {decode:5.1f} ms")
    island = _island()
    mask = reading.written(island, "black-is-inside", "INPAINTING")
    _tell(f"preview  {'a PNG photograph':<24} {_cpu(lambda: masks.preview(picture, mask, 'INPAINTING')):6.1f} ms")
    for grow in (0, 8, 512):
        _tell(f"grow     {f'by {grow} pixels':<24} {_cpu(lambda: growing.grown(island, grow)):6.1f} ms")  # noqa: B023
    _tell(f"convert  {'black and white':<24} {_cpu(lambda: masks.convert(mask, None, 'INPAINTING')):6.1f} ms")
    _tell(f"extend   {'256 pixels left':<24} {_cpu(lambda: masks.extend(picture, left=256)):6.1f} ms")


def _photo() -> Image.Image:
    with Image.open(SAMPLE) as picture:
        return ImageOps.fit(picture, (SIDE, SIDE))


def _island() -> Image.Image:
    region = Image.new("L", (SIDE, SIDE))
    draw = ImageDraw.Draw(region)
    draw.ellipse((100, 100, 400, 500), fill=255)
    draw.rectangle((700, 800, 760, 860), fill=255)
    return region


def _masks(photo: Image.Image) -> dict[str, bytes]:
    island = _island()
    black = ImageOps.invert(island)
    cut = photo.convert("RGBA")
    cut.putalpha(black)
    noise = Image.effect_noise((SIDE, SIDE), 120).point([0] * 90 + [255] * 166)
    return {
        "black is inside": _saved(black.convert("RGB")),
        "white is changed": _saved(island.convert("RGB")),
        "soft grey": _saved(black.filter(ImageFilter.GaussianBlur(8)).convert("RGB")),
        "a JPEG": _saved(black.convert("RGB"), "JPEG", quality=85),
        "one bit": _saved(black.convert("1")),
        "noise": _saved(noise.convert("RGB")),
        "a hole in a photograph": _saved(cut),
        "the photograph itself": _saved(photo),
    }


def _saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _cpu(work: Callable[[], object]) -> float:
    """The median CPU time of a call, in milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return 1000 * statistics.median(taken)


def _tell(line: str) -> None:
    print(line)  # noqa: T201


if __name__ == "__main__":
    main()
