"""`python -m local run | up | down | status`: Darkroom on this machine, without an AWS account."""

from __future__ import annotations

import argparse
import os
import sys

from local import background
from local.layout import Layout, LayoutError
from local.progress import Progress

EPILOG = """
run      in the foreground, until Ctrl-C
up       the same in the background
down     end it
status   say whether it is up

DARKROOM_PORT, DARKROOM_TLS_PORT, DARKROOM_BEDROCK_PORT and DARKROOM_AWS_PORT choose the ports,
DARKROOM_STATE the folder for what a run writes.
"""


def main(argv: list[str] | None = None) -> int:
    """Parse the command line and do it; return the exit code."""
    arguments = _parser().parse_args(argv)
    progress = Progress(sys.stdout)
    if sys.platform == "win32":
        progress.say("The local run needs Linux; on Windows use WSL2 (not tried yet).")
        return 1
    try:
        return _do(arguments.verb, Layout.from_environ(os.environ), arguments.era, progress)
    except LayoutError as error:
        progress.say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


def _do(verb: str, layout: Layout, era: str, progress: Progress) -> int:
    match verb:
        case "up":
            return background.up(layout, era, progress)
        case "down":
            return background.down(layout, progress)
        case "status":
            return background.status(layout, progress)
    return _run(layout, era, progress)


def _run(layout: Layout, era: str, progress: Progress) -> int:
    """In the foreground. Its imports take a second, so only this verb pays for them."""
    from local.cloud import ERAS  # noqa: PLC0415
    from local.supervisor import run  # noqa: PLC0415

    _forget_aws()
    return run(layout, next(known for known in ERAS if known == era), progress)


def _forget_aws() -> None:
    """Nothing of the user's own AWS configuration takes part: no profile, no account, no endpoint."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=("run", "up", "down", "status"))
    parser.add_argument("--era", choices=("today", "titan"), default="today", help="which models are alive (today)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
