"""Reading a reply as a stream: the same as reading it whole, however it is cut into chunks."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import replies

PICTURES = [bytes([n]) * 5000 for n in range(3)]


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def chunked(text: bytes, size: int):
    return [text[at : at + size] for at in range(0, len(text), size)]


def read(text: bytes, size: int = 997):
    kept = []

    def keep(field: str, index: int, data: bytes) -> str:
        kept.append(data)
        return f"{field} {index}"

    return replies.read(chunked(text, size), keep), kept


@given(st.integers(1, 9000), st.booleans())
def test_pictures_are_taken_out_wherever_the_chunks_are_cut(size, spaced):
    reply = {"images": [encode(one) for one in PICTURES], "error": 'a "quoted" \\ text', "seeds": [1, 2.5, None, True]}
    text = json.dumps(reply, indent=2 if spaced else None).encode()

    found, kept = read(text, size)

    assert kept == PICTURES
    assert found == {**reply, "images": ["images 0", "images 1", "images 2"]}


json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10).filter(lambda key: key != "$picture"), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json_data, st.integers(1, 40), st.booleans())
def test_a_reply_without_pictures_reads_as_json_does(data, size, ascii_only):
    text = json.dumps(data, ensure_ascii=ascii_only).encode()

    assert read(text, size) == (data, [])


@given(st.integers(1, 9000), st.permutations(["images", "maskImage", "error"]), st.booleans())
def test_each_picture_is_told_by_its_field_whatever_comes_first(size, order, spaced):
    reply = {"images": [encode(one) for one in PICTURES[:2]], "maskImage": encode(PICTURES[2]), "error": "maskImage"}
    text = json.dumps({name: reply[name] for name in order}, indent=1 if spaced else None).encode()

    found, _ = read(text, size)

    assert found == {"images": ["images 0", "images 1"], "maskImage": "maskImage 0", "error": "maskImage"}


def test_escaped_slashes_in_base64_are_understood():
    picture = b"\xff\xff\xff" * 2000
    text = json.dumps({"images": [encode(picture)]}).replace("/", "\\/").encode()

    assert read(text)[1] == [picture]


def test_pictures_are_handed_on_before_the_reply_ends():
    text = json.dumps({"images": [encode(one) for one in PICTURES]}).encode()
    kept = []

    def cut_off():
        yield text[: len(text) * 2 // 3]
        raise TimeoutError

    with pytest.raises(TimeoutError):
        replies.read(cut_off(), lambda _, __, data: kept.append(data))
    assert kept == PICTURES[: len(kept)]
    assert len(kept) >= 1


@pytest.mark.parametrize(
    "text", [b"", b"<html>", b'{"images": [', b'{"images": ["abc', b'{"a": 1} tail', b"\xff\xfe{}"]
)
def test_what_is_no_json_is_kept_for_whoever_looks_into_it(text):
    with pytest.raises(replies.Unreadable) as caught:
        read(text)
    assert caught.value.text == text


@pytest.mark.parametrize("broken", ["!" * 5000, "QQ=Q" * 2000, "A" * 4999])
def test_a_picture_that_is_not_strict_base64_is_unreadable(broken):
    with pytest.raises(replies.Unreadable, match="base64"):
        read(json.dumps({"images": [broken]}).encode())
