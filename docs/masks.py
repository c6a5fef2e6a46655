"""Makes the pictures of masks.md from the sample photo, with the modules that look at masks, make and convert them.

`python docs/masks.py` writes them, the same ones every time. Each says in its file what it is. The shapes are those of
the page's commands; an end-to-end test types the commands and compares what they save.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, PngImagePlugin

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from functions.darkroom import masks  # noqa: E402  (the path comes first: this file is run as a script)
from functions.darkroom.masks.shapes import (  # noqa: E402
    Background,
    Border,
    ColourRange,
    Ellipse,
    Polygon,
    Rectangle,
)
from functions.darkroom.masks.vocabulary import CONVENTIONS  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.darkroom.masks.shapes import AnyShape
    from functions.darkroom.masks.vocabulary import MaskTask

PICTURES = DOCS / "pictures" / "masks"
PHOTO = DOCS / "samples" / "coffee.jpg"
CUT_OUT = DOCS / "pictures" / "coffee-cut-out.png"
WIDTH = 384
QUALITY = 82
SQUARE = 8
LIGHT, DARK = 235, 190
FRAME = (150, 150, 150)
"""Around a mask, which is white or black to its edges, as a page is."""
SOFTWARE = "Darkroom, functions/darkroom/masks, on docs/samples/coffee.jpg"

COFFEE = Ellipse(kind="ellipse", left=350, top=165, width=290, height=170)
CUP = Ellipse(kind="ellipse", op="subtract", left=290, top=25, width=405, height=325)
CORNER = Polygon(kind="polygon", op="subtract", unit="fraction", points=((0, 0), (0.28, 0), (0, 0.26)))
MADE: dict[str, tuple[MaskTask, tuple[AnyShape, ...]]] = {
    "spoon": (
        "INPAINTING",
        (Rectangle(kind="rectangle", unit="fraction", left=0.53, top=0.58, width=0.16, height=0.25),),
    ),
    "table": ("OUTPAINTING", (Background(kind="background"), CORNER)),
    "red": (
        "INPAINTING",
        (
            ColourRange(kind="colour", colour="#a6260d", tolerance=24),
            Background(kind="background", op="subtract"),
            CUP,
        ),
    ),
    "frame": ("OUTPAINTING", (Border(kind="border", unit="fraction", left=0.15, right=0.15),)),
}
"""The masks that the page makes without a paint program."""


def main() -> int:
    """Write every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, (picture, shown) in pictures().items():
        write(PICTURES / name, picture, shown)
    return 0


def pictures() -> dict[str, tuple[Image.Image, str]]:
    """File name → a picture of the page, and what it shows."""
    return dict([*_polarities(), *_made(), *_extended()])


def write(file: Path, picture: Image.Image, shown: str) -> None:
    """Save a picture small, with a label that says what it is."""
    if file.suffix == ".jpg":
        label = f"Software: {SOFTWARE}\nShown: {shown}".encode()
        picture.convert("RGB").save(file, "JPEG", quality=QUALITY, comment=label)
        return
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Software", SOFTWARE)
    chunks.add_text("Shown", shown)
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=16).save(file, "PNG", optimize=True, pnginfo=chunks)


def _polarities() -> Iterator[tuple[str, tuple[Image.Image, str]]]:
    """One wish, said in each of the three ways, and what Titan's two tasks then change."""
    photo = PHOTO.read_bytes()
    for means in CONVENTIONS:
        mask = masks.make(photo, [COFFEE], "INPAINTING", into=means).png
        framed = ImageOps.expand(_small(_on_checks(mask)), 1, FRAME)
        yield f"{means}.png", (framed, f"a mask for the coffee, {means}")
    titan = masks.make(photo, [COFFEE], "INPAINTING").png
    changed: dict[str, MaskTask] = {"inside": "INPAINTING", "outside": "OUTPAINTING"}
    for name, task in changed.items():
        shown = f"what {task} changes with the mask that is black on the coffee"
        yield f"{name}.jpg", (_small(_opened(masks.preview(photo, titan, task))), shown)


def _made() -> Iterator[tuple[str, tuple[Image.Image, str]]]:
    photo, matte = PHOTO.read_bytes(), CUT_OUT.read_bytes()
    for name, (task, shapes) in MADE.items():
        mask = masks.make(photo, shapes, task, matte=matte).png
        kinds = ", ".join(f"{'without ' if shape.op == 'subtract' else ''}{shape.kind}" for shape in shapes)
        yield f"{name}.jpg", (_small(_opened(masks.preview(photo, mask, task))), f"a mask made of {kinds}")


def _extended() -> Iterator[tuple[str, tuple[Image.Image, str]]]:
    made = masks.extend(PHOTO.read_bytes(), left=256, right=128)
    yield "extended.jpg", (_small(_opened(made.image)), "the photo on its larger canvas, before it is painted")
    preview = masks.preview(made.image, made.mask, "OUTPAINTING")
    yield "extended-preview.jpg", (_small(_opened(preview)), "what OUTPAINTING paints on the larger canvas")


def _opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def _on_checks(mask: bytes) -> Image.Image:
    """A mask as it is or, where it is transparent, on the checkerboard that stands for it."""
    picture = _opened(mask).convert("RGBA")
    cells = Image.new("L", (picture.width // (2 * SQUARE) + 1, picture.height // (2 * SQUARE) + 1))
    cells.putdata(
        [LIGHT if (n % cells.width + n // cells.width) % 2 else DARK for n in range(cells.width * cells.height)]
    )
    board = cells.resize((cells.width * 2 * SQUARE, cells.height * 2 * SQUARE), Image.Resampling.NEAREST)
    ground = board.crop((0, 0, *picture.size)).convert("RGBA")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _small(picture: Image.Image) -> Image.Image:
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    sys.exit(main())
