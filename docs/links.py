"""Finds dead links: every relative link and picture in the project's Markdown must lead to a file, or to a heading.

`python docs/links.py` prints the dead ones and fails when there are any. Links to the outside are not followed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def main() -> int:
    """Print every dead link as `file: link`."""
    dead = [f"{page.relative_to(ROOT)}: {link}" for page in pages() for link in links(page) if not leads(page, link)]
    print("\n".join(dead) or "no dead links")  # noqa: T201
    return 1 if dead else 0


def pages() -> list[Path]:
    """The Markdown files that git knows or would add."""
    names = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(names, cwd=ROOT, check=True, capture_output=True, text=True, timeout=30)  # noqa: S603
    return [ROOT / name for name in listed.stdout.split("\n") if name]


def links(page: Path) -> list[str]:
    """The page's links that stay inside the project."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def leads(page: Path, link: str) -> bool:
    """Whether the link's file is there, and its heading in it."""
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return False
    return not anchor or anchor in {slug(found) for found in HEADING.findall(target.read_text(encoding="utf-8"))}


def slug(heading: str) -> str:
    """A heading's anchor, as the common renderers make it."""
    kept = re.sub(r"[^\w\- ]", "", re.sub(r"`", "", heading).strip().lower())
    return kept.replace(" ", "-")


if __name__ == "__main__":
    sys.exit(main())
