"""The life of a local run: bring the cloud up, stay until a signal or a death, end everything. Nothing outlives it.

Signals only set an event here, and all work is done in another thread, so that none can strike in the middle of it.
"""

from __future__ import annotations

import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from local import function_logs
from local.claim import AlreadyUpError, Claim, claimed
from local.cloud import Cloud, Era
from local.errors import LocalRunError
from local.first_pictures import FirstPictureError, develop
from local.ministack.server import Ministack
from local.processes import Processes, tail
from local.welcome import invitation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.layout import Layout
    from local.progress import Progress

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_SECONDS = 0.3
_EXPECTED = (LocalRunError, ClientError, BotoCoreError, httpx.HTTPError)
"""Failures whose message is enough for a person; anything else is a mistake of ours and shows its traceback."""

INTERRUPTED = 130
"""The exit code of a start that was interrupted, as shells know it."""


def run(layout: Layout, era: Era, progress: Progress) -> int:
    """Be the local cloud until told to stop; return the exit code."""
    with _stopping() as stop:
        try:
            with claimed(layout, era) as claim:
                return _live(layout, era, progress, claim, stop)
        except AlreadyUpError as error:
            progress.say(f"{error}: it is up already. `make status` shows it, `make down` ends it.")
            return 1


def _live(layout: Layout, era: Era, progress: Progress, claim: Claim, stop: threading.Event) -> int:
    processes = Processes(layout.logs, note=claim.note_groups)
    cloud = Cloud(layout, era, progress, processes)
    with cloud.resources, ThreadPoolExecutor(1, thread_name_prefix="start") as pool:
        started = pool.submit(_start, cloud)
        try:
            while not (stop.is_set() or started.done()):
                stop.wait(_LOOK_SECONDS)
            if stop.is_set() or started.exception():
                return _report(started, layout, progress, stop)
            claim.note_up()
            return _stay(processes, progress, stop)
        finally:
            processes.close()


def _start(cloud: Cloud) -> None:
    outputs = cloud.bring_up()
    pictures = develop(cloud, outputs)
    cloud.progress.say(invitation(cloud.layout, cloud.era, outputs, pictures))


def _stay(processes: Processes, progress: Progress, stop: threading.Event) -> int:
    while not stop.wait(_LOOK_SECONDS):
        dead = processes.ended()
        if dead:
            progress.say(f"{dead.command.name} ended by itself{tail(dead.log)}")
            return 1
    progress.say("stopping")
    return 0


def _report(started: Future[None], layout: Layout, progress: Progress, stop: threading.Event) -> int:
    if stop.is_set():
        progress.say("interrupted; ending what was started")
        return INTERRUPTED
    error = started.exception()
    if not isinstance(error, _EXPECTED):
        started.result()
    progress.say(f"\nThe local cloud did not come up: {error}")
    if isinstance(error, FirstPictureError):
        function_logs.save(Ministack(layout), layout.function_log)
        progress.say(tail(layout.function_log))
    progress.say(f"All logs are in {layout.logs}.")
    return 1


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that the usual signals set, for as long as the body runs."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
