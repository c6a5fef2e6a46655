"""Saves pictures as files that replace no file, unless that was asked for. Knows no HTTP: it is told how to fetch."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, BinaryIO

from darkroom_client.errors import DarkroomError, PictureUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from darkroom_client.job import Job, Picture

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


def save_pictures(job: Job, folder: Path, fetch: Callable[[Picture], bytes]) -> Iterator[Path]:
    """Save the job's pictures and its mask, and give each path once its file is complete.

    The files are `{job id}-{n}.png` and `{job id}-mask.png`, the suffix by content type; where that name is taken,
    `-2`, `-3`, … is added. Raises PictureUnavailable or ConnectionFailed, with the job in it.
    """
    for name, picture in _named(job):
        try:
            yield save(fetch(picture), folder, name, SUFFIXES.get(picture.content_type, ".bin"))
        except OSError as error:
            raise PictureUnavailable(f"{folder / name} could not be written: {error.strerror}.", job=job) from error
        except DarkroomError as error:
            error.job = job
            raise


def save(content: bytes, folder: Path, name: str, suffix: str) -> Path:
    """Write a new file and give its path; what cannot be written whole is not left behind. Raises OSError."""
    return _filled(*_claim(folder, name, suffix), content)


def save_as(content: bytes, path: Path, *, replace: bool = False) -> None:
    """Write a file of this very name; one that is there is left alone, or replaced whole. Raises PictureUnavailable."""
    try:
        if replace:
            save(content, path.parent, f".{path.name}", ".draft").replace(path)
        else:
            _filled(path, path.open("xb"), content)
    except OSError as error:
        raise PictureUnavailable(f"{path} could not be written: {error.strerror}.") from error


def _filled(path: Path, file: BinaryIO, content: bytes) -> Path:
    try:
        with file:
            file.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return path


def _claim(folder: Path, name: str, suffix: str) -> tuple[Path, BinaryIO]:
    """A file that nobody had: looking and making are one step, so two writers never share a name."""
    for attempt in count(1):
        path = folder / (f"{name}{suffix}" if attempt == 1 else f"{name}-{attempt}{suffix}")
        try:
            return path, path.open("xb")
        except FileExistsError:
            continue
    raise AssertionError("count has no end")


def _named(job: Job) -> Iterator[tuple[str, Picture]]:
    stem = re.sub(r"[^\w-]", "_", job.id)  # a name from elsewhere must not lead to another folder
    for image in job.images:
        yield f"{stem}-{image.id}", image
    if job.mask is not None:
        yield f"{stem}-mask", job.mask
