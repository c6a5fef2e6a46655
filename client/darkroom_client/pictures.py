"""Pictures as a caller gives them, and as a request carries them. Reads files; knows no HTTP."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom_client.errors import PictureUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PictureInput = str | bytes | PathLike[str]
"""A file's path, a file's bytes, or a reference: `upload:{id}`, `image:{job}/{n}`, `s3://bucket/key`, a `data:` URL."""

REFERENCES = ("upload:", "image:", "s3://", "data:")
INLINE_LIMIT = 3_000_000
"""Bytes of all pictures of a request together from which on they are uploaded instead.

The API takes about 6 MB of JSON, and base64 makes four bytes of three.
"""
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Content:
    """A picture's bytes, sent as they are, and what to call them in a message."""

    data: bytes
    name: str = "the picture"

    @property
    def media_type(self) -> str:
        """By the first bytes, not by the name. Raises PictureUnusable for what is neither PNG nor JPEG."""
        for signature, media_type in SIGNATURES.items():
            if self.data.startswith(signature):
                return media_type
        raise PictureUnusable(f"{self.name} is neither a PNG nor a JPEG.")


def is_reference(picture: PictureInput) -> bool:
    """Whether it names a picture that the deployment can find by itself."""
    return isinstance(picture, str) and picture.startswith(REFERENCES)


def read(picture: PictureInput) -> str | Content:
    """A reference as it is, anything else as its bytes. Raises PictureUnusable where there is no file to read."""
    if isinstance(picture, str) and is_reference(picture):
        return picture
    if isinstance(picture, bytes):
        return Content(picture)
    try:
        return Content(Path(picture).read_bytes(), fspath(picture))
    except OSError as error:
        raise PictureUnusable(f"{fspath(picture)} cannot be read: {error.strerror}.") from error


def as_inputs(pictures: Sequence[PictureInput | None], upload: Callable[[Content], str]) -> list[str | None]:
    """Each picture as a request carries it: small ones as base64; where they are large together, uploaded ones."""
    given = [None if picture is None else read(picture) for picture in pictures]
    small = sum(len(one.data) for one in given if isinstance(one, Content)) < INLINE_LIMIT
    carry = _base64 if small else upload
    return [carry(one) if isinstance(one, Content) else one for one in given]


def _base64(content: Content) -> str:
    return base64.b64encode(content.data).decode("ascii")
