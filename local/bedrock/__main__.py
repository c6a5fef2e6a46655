"""`python -m local.bedrock`: the emulator alone, in the foreground, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from typing import TYPE_CHECKING

from local.bedrock.lifecycle import ERAS
from local.bedrock.server import running

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PORT = 4600


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to end. Returns 0, or 1 when the port is taken."""
    options = parser().parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with running(options.era, options.port, fast=options.fast) as emulator:
            _greet(emulator.url, options.era, emulator.state.lifecycle.states())
            stop.wait()
    except OSError as error:
        sys.stderr.write(f"cannot listen on port {options.port}: {error}. Choose another with --port.\n")
        return 1
    return 0


def _greet(url: str, era: str, states: Mapping[str, str]) -> None:
    lives = "".join(f"  {model:40} {state}\n" for model, state in states.items())
    sys.stdout.write(f"Bedrock emulator at {url} (era {era}; open it in a browser to see calls and pictures)\n{lives}")
    sys.stdout.write(f"Use it: AWS_ENDPOINT_URL_BEDROCK_RUNTIME={url} AWS_ENDPOINT_URL_BEDROCK={url}\n")
    sys.stdout.flush()


def parser() -> argparse.ArgumentParser:
    """What the command can be told."""
    known = argparse.ArgumentParser(prog="python -m local.bedrock", description=__doc__)
    known.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port on 127.0.0.1, 0 for a free one (%(default)s)"
    )
    known.add_argument("--era", choices=ERAS, default="today", help="today: real life dates; titan: every model lives")
    known.add_argument("--today", dest="era", action="store_const", const="today", help="the same as --era today")
    known.add_argument(
        "--fast", action="store_true", help="draw and retouch small copies: rougher pictures, much sooner"
    )
    return known


if __name__ == "__main__":
    sys.exit(main())
