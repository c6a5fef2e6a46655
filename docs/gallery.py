"""Makes the gallery of `gallery.toml`: a picture for each task, drawn by the local Bedrock emulator, and the page.

`python docs/gallery.py` draws everything anew, byte for byte the same, and ends the emulator that it started.
`--check` draws nothing: it tells whether the page is what the requests and the pictures' own labels give. What is real
and what is simulated is read from the files that the emulator answers, never written here.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from PIL import Image, ImageDraw, PngImagePlugin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient

DOCS = Path(__file__).parent
PAGE = DOCS / "gallery.md"
PICTURES = DOCS / "pictures" / "gallery"
LONGEST_SIDE = 512
QUALITY = 86
LABELS = ("Software", "Real", "Simulated")
SHOWN = "Shown"
"""The label that says what became of a picture on its way to the page."""
REGION = "us-east-1"
"""The one that had both models."""
PLACEHOLDER = re.compile(r"<base64 of ([\w.-]+)>")
HEAD = """# Gallery

What the local Bedrock emulator answers to a request, task by task. None of Amazon's models is at work: drawn scenes,
image processing and one small network stand in for them, so that everything around a model can be seen working without
an account. Each picture says in its own file what in it is real work on the photo and what is simulated; the lines
below the pictures are read from there. The requests are whole, but for the pictures in them.

Titan's bodies have a seed for text and colours only, Nova Canvas's have one for every task. Where Titan would throw
dice, Canvas is asked, so that the same request gives the same picture again. `make gallery` makes all of them anew. The
photo is [a cup of espresso by Rachel Michetti](third-party.md), given to the public domain.
"""


class Exhibit(TypedDict, total=False):
    """One request and the picture that is shown of its reply."""

    file: str
    label: str
    alt: str
    model: str
    request: str
    shows: str
    """`images`, of which the first is shown, or `maskImage`."""


class Section(TypedDict, total=False):
    """A row of pictures: what was sent, then what was made."""

    title: str
    text: str
    inputs: dict[str, str]
    """Label → file."""
    pictures: list[Exhibit]


def main() -> int:
    """Make the gallery, or with `--check` compare the page."""
    plan = tomllib.loads((DOCS / "gallery.toml").read_text(encoding="utf-8"))
    if "--check" in sys.argv:
        return check(plan["sections"])
    PICTURES.mkdir(parents=True, exist_ok=True)
    make_inputs(plan)
    make_pictures(plan["sections"])
    PAGE.write_text(page(plan["sections"]), encoding="utf-8")
    return 0


def check(sections: list[Section]) -> int:
    """0 when the page and its pictures are there and agree, else 1 and a word on what to do."""
    try:
        fresh = PAGE.read_text(encoding="utf-8") == page(sections)
    except FileNotFoundError as missing:
        print(f"{missing.filename} is not there")  # noqa: T201
        fresh = False
    if not fresh:
        print("docs/gallery.md is out of date, run `make gallery`")  # noqa: T201
    return 0 if fresh else 1


def make_inputs(plan: Mapping[str, Any]) -> None:
    """The small photo, and the masks for it."""
    size = tuple(plan["size"])
    with Image.open(DOCS / "samples" / plan["photo"]) as photo:
        small = photo.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    small.save(PICTURES / plan["photo"], "JPEG", quality=QUALITY, subsampling=0)
    for name, shapes in plan["masks"].items():
        mask = Image.new("RGB", size, "white")
        draw = ImageDraw.Draw(mask)
        for ellipse in shapes.get("ellipses", ()):
            draw.ellipse(ellipse, fill="black")
        for polygon in shapes.get("polygons", ()):
            draw.polygon(polygon, fill="black")
        mask.save(PICTURES / name, "PNG", optimize=True)


def make_pictures(sections: list[Section]) -> None:
    """Ask the emulator for every picture, and keep each small."""
    sys.path.insert(0, str(DOCS.parent))
    from local.bedrock import running  # noqa: PLC0415  (--check starts without it)

    with running(era="titan") as emulator:
        bedrock = _client(emulator.url)
        for exhibit in (one for section in sections for one in section["pictures"]):
            _save(PICTURES / exhibit["file"], ask(bedrock, exhibit))


def _client(url: str) -> BedrockRuntimeClient:
    import boto3  # noqa: PLC0415  (the same)
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(
        "bedrock-runtime",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="gallery",
        aws_secret_access_key="gallery",  # noqa: S106  (the emulator looks at the Region alone)
        config=Config(retries={"total_max_attempts": 1}, read_timeout=120),
    )


def ask(bedrock: BedrockRuntimeClient, exhibit: Exhibit) -> bytes:
    """The picture that the emulator answers to an exhibit's request."""
    body = PLACEHOLDER.sub(lambda found: _base64(PICTURES / found[1]), exhibit["request"])
    reply = json.loads(bedrock.invoke_model(modelId=exhibit["model"], body=body)["body"].read())
    if reply.get("error"):
        raise RuntimeError(f"{exhibit['file']}: {reply['error']}")
    shown = reply[exhibit.get("shows", "images")]
    return base64.b64decode(shown if isinstance(shown, str) else shown[0])


def _base64(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()


def _save(file: Path, reply: bytes) -> None:
    """Write a reply's picture, small, with the labels that it came with and a word on what was done to it."""
    with Image.open(BytesIO(reply)) as picture:
        notes = {name: str(picture.info[name]) for name in LABELS if name in picture.info}
        notes[SHOWN] = f"from a reply of {picture.width}x{picture.height} pixels"
        small = picture.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if file.suffix == ".jpg":
        comment = "\n".join(f"{name}: {note}" for name, note in notes.items()).encode()
        small.save(file, "JPEG", quality=QUALITY, subsampling=0, comment=comment)
        return
    chunks = PngImagePlugin.PngInfo()
    for name, note in notes.items():
        chunks.add_text(name, note)
    small.save(file, "PNG", optimize=True, pnginfo=chunks)


def labels(file: Path) -> dict[str, str]:
    """What a picture of the page says about itself."""
    with Image.open(file) as picture:
        comment = picture.info.get("comment", b"")
        said = dict(line.split(": ", 1) for line in comment.decode().splitlines())
        return said | {name: str(picture.info[name]) for name in (*LABELS, SHOWN) if name in picture.info}


def page(sections: list[Section]) -> str:
    """The whole page, from the requests and the pictures that lie there."""
    return HEAD + "".join(_section(section) for section in sections)


def _section(section: Section) -> str:
    inputs = [(label, label, file) for label, file in section.get("inputs", {}).items()]
    made = [(one["label"], one["alt"], one["file"]) for one in section["pictures"]]
    shown = inputs + made
    table = [
        [label for label, _, _ in shown],
        ["---"] * len(shown),
        [f"![{alt}]({PICTURES.relative_to(DOCS)}/{file})" for _, alt, file in shown],
    ]
    rows = "\n".join(f"| {' | '.join(cells)} |" for cells in table)
    return f"\n## {section['title']}\n\n{section['text'].strip()}\n\n{rows}\n" + "".join(
        _account(one) for one in section["pictures"]
    )


def _account(exhibit: Exhibit) -> str:
    """What is real in a picture and what is not, and its request, folded."""
    said = labels(PICTURES / exhibit["file"])
    told = "".join(f" {name}: *{said[name]}*." for name in ("Real", "Simulated") if name in said)
    request = f"```json\n{exhibit['request'].strip()}\n```"
    return (
        f"\n**{exhibit['label']}**: made by the {said['Software']}, {said[SHOWN]}.{told}\n\n"
        f"<details><summary>The request to <code>{exhibit['model']}</code></summary>\n\n{request}\n\n</details>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
