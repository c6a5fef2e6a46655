"""Reads a model's JSON reply as it arrives: each picture is handed on as soon as its last byte is here.

A reply of five pictures is ten megabytes, nearly all of it base64. Read in one piece it costs that memory several
times over; read as a stream it costs one picture, and a reply that is cut off has lost only what had not arrived.
Pure: knows neither Bedrock nor S3.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pybase64

from functions.darkroom.errors import ReplyUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BLOB_LENGTH = 4096
"""Strings longer than this many characters are taken for picture data; error texts are shorter."""

QUOTE, BACKSLASH, COLON = b'"', b"\\", b":"


class Unreadable(ReplyUnreadable):
    """Carries what was read, so that it can be kept: the JSON text without its picture data."""

    def __init__(self, detail: str, text: bytes) -> None:
        super().__init__(detail)
        self.text = text


def read(chunks: Iterable[bytes], keep: Callable[[str, int, bytes], Any]) -> Any:
    """Parse a JSON reply; every picture in it is replaced by what `keep(field, index in it, its bytes)` gave.

    `keep` is called during the reading, in the order of arrival, so what it stored is safe even when the rest
    never comes. Raises Unreadable when the reply is not JSON or a picture is not base64.
    """
    text, kept, last, field = bytearray(), list[Any](), b"", b""
    counts = Counter[bytes]()
    for string, between in _strings(chunks):
        if between.lstrip().startswith(COLON):
            field = last
        text += between
        if string is None:
            continue
        if len(string) > BLOB_LENGTH:
            text += b'{"$picture":%d}' % len(kept)
            kept.append(keep(field.decode("utf-8", "replace"), counts[field], _decode(string, text)))
            counts[field] += 1
            last = b""
            del string  # or it would be held while the next one, as large, comes in
        else:
            text += QUOTE + string + QUOTE
            last = bytes(string)
    return _parse(bytes(text), kept)


def _strings(chunks: Iterable[bytes]) -> Iterator[tuple[bytearray | None, bytes]]:
    """The text's JSON strings, each (raw, quotes left out) with what stands before it; last, what stands behind."""
    string: bytearray | None = None
    between = bytearray()
    for chunk in chunks:
        at, view = 0, memoryview(chunk)
        while at < len(chunk):
            end = chunk.find(QUOTE, at)
            piece = view[at:] if end < 0 else view[at:end]
            at = len(chunk) if end < 0 else end + 1
            if string is None:
                between += piece
                string = None if end < 0 else bytearray()
                continue
            string += piece
            if end < 0:
                continue
            if _ends_in_escape(string):
                string += QUOTE
                continue
            yield string, bytes(between)
            string, between = None, bytearray()
    yield None, bytes(between) if string is None else bytes(between + QUOTE + string)


def _ends_in_escape(string: bytearray) -> bool:
    # A string seldom ends in a backslash, and stripping copies all two megabytes of a picture.
    return string.endswith(BACKSLASH) and (len(string) - len(string.rstrip(BACKSLASH))) % 2 == 1


def _decode(string: bytearray, text: bytearray) -> bytes:
    raw = json.loads(QUOTE + string + QUOTE).encode() if BACKSLASH in string else string
    try:
        return pybase64.b64decode(raw, validate=True)
    except ValueError:
        raise Unreadable("a picture in the reply is not base64", bytes(text)) from None


def _parse(text: bytes, kept: list[Any]) -> Any:
    try:
        return json.loads(text, object_hook=lambda found: kept[found["$picture"]] if "$picture" in found else found)
    except ValueError:
        raise Unreadable("the reply is not JSON", text) from None
