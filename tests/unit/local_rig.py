"""What the tests of the local run share: ports, and a layout of their own."""

from __future__ import annotations

import socket
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from local.layout import PORT_VARIABLES, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def taken_port() -> Iterator[int]:
    """A port that is listened on while the body runs."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def layout_in(folder: Path) -> Layout:
    """A layout whose state lies in `folder`, on free ports."""
    return Layout(state=folder, ports={name: free_port() for name in PORT_VARIABLES})
