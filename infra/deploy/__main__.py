"""`python -m infra.deploy [deploy | preflight | destroy]`: what `make deploy` and `make destroy` run.

Exit codes: 0 done; 1 not done, and it was said why; 2 the command line or the config is wrong; 3 deployed, but the
first picture failed; 130 and 143 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.config import ConfigError, DeploymentConfig
from infra.deploy import verbs
from infra.deploy.account import Account, aws_clients, identify, region_of
from infra.deploy.cdk import Cdk, CdkError
from infra.deploy.console import Console
from infra.deploy.findings import AWS_ERRORS, RemedyError, warning
from infra.deploy.verbs import NOT_DONE, Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
WRONG_USE, INTERRUPTED, TERMINATED = 2, 130, 143


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Parse the command line and do it; the exit code."""
    options = _parser().parse_args(argv)
    console = Console(yes=options.yes, accepts_contracts=options.accept_offers)
    try:
        return _do(options, console, root)
    except ConfigError as error:
        console.say(str(error))
        return WRONG_USE
    except (RemedyError, CdkError, *AWS_ERRORS) as error:
        console.say(f"\n{error}")
        return NOT_DONE
    except KeyboardInterrupt:
        console.say("\nStopped. CloudFormation goes on with what it was told already.")
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploy", description="Darkroom in your own AWS account.", allow_abbrev=False
    )
    parser.add_argument("verb", nargs="?", choices=("deploy", "preflight", "destroy"), default="deploy")
    context = "the deployment's config, as JSON or @file, in place of the one in cdk.json"
    parser.add_argument("-c", "--context", type=_darkroom, metavar="darkroom=CONFIG", help=context)
    flags = {
        "--yes": "answer every question with yes, but not the offers of AWS Marketplace",
        "--accept-offers": "accept the offers of AWS Marketplace, too",
        "--anyway": "deploy in spite of the preflight's failures",
        "--no-picture": "do not make a first picture, which costs money",
    }
    for flag, text in flags.items():
        parser.add_argument(flag, action="store_true", help=text)
    return parser


def _darkroom(text: str) -> str:
    name, separator, value = text.partition("=")
    if name != "darkroom" or not separator:
        raise argparse.ArgumentTypeError("only the context `darkroom` is taken: -c darkroom=@eu.json")
    return value


def _do(options: argparse.Namespace, console: Console, root: Path) -> int:
    context = options.context if options.context is not None else _committed(root)
    config = DeploymentConfig.from_context(context)
    account = identify(aws_clients(), region_of(os.environ))
    if not isinstance(account, Account):
        console.say(f"{account}\nThe rest is looked at once this is mended.")
        return NOT_DONE
    _warn_of_elsewhere(console)
    cdk = Cdk(root, _environ(os.environ, account.region))
    run = Run(config, context, account, cdk, console, root / ".local" / "pictures")
    match options.verb:
        case "preflight":
            return verbs.look(run)
        case "destroy":
            return verbs.destroy(run)
    return verbs.deploy(run, anyway=options.anyway, with_picture=not options.no_picture)


def _committed(root: Path) -> str:
    """What cdk.json says. A config of the same name in ~/.cdk.json has no say."""
    settings = json.loads((root / "cdk.json").read_text("utf-8"))
    return json.dumps(settings.get("context", {}).get("darkroom", {}))


def _environ(environ: Mapping[str, str], region: str) -> dict[str, str]:
    """The CDK's environment: ours, with the Region that was checked under both of its names."""
    return dict(environ) | {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }


def _warn_of_elsewhere(console: Console) -> None:
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        fix = "`unset AWS_ENDPOINT_URL`, unless that is what you mean."
        console.say(str(warning("endpoint", f"AWS_ENDPOINT_URL is {endpoint}, so this is not AWS.", fix)))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    sys.exit(main())
