"""Everything that is looked at before a deployment, and what can be done about it on the spot.

All findings are shown at once. Nothing is changed without a yes, and an agreement not without a yes of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.deploy.findings import AWS_ERRORS, Remedy, code_of, failure, failures, not_checked, ok
from infra.deploy.log_role import check_log_role
from infra.deploy.model_access import check_models
from infra.deploy.room import check_room

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from infra.config import DeploymentConfig
    from infra.deploy.account import Account
    from infra.deploy.allowances import Allowances
    from infra.deploy.cdk import Cdk
    from infra.deploy.console import Console
    from infra.deploy.findings import Finding

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
"""The SSM parameter in which `cdk bootstrap` leaves its version."""
BOOTSTRAP_NEEDED = 8
"""Deploying asks for version 6, comparing through the lookup role for 8 (aws-cdk-lib's default synthesizer)."""


def examine(account: Account, config: DeploymentConfig, cdk: Cdk, allowances: Allowances, today: date) -> list[Finding]:
    """Look at everything; changes nothing."""
    return [
        account.finding(),
        *cdk.findings(),
        check_bootstrap(account, cdk),
        check_log_role(account),
        *check_models(account, config, today),
        *check_room(allowances, config, account.region),
    ]


def settle(look: Callable[[], list[Finding]], console: Console, *, anyway: bool = False) -> bool:
    """Show the findings, apply the remedies that are agreed to, look again; whether to go on.

    Raises RemedyError. Nothing is asked while there is a failure that has no remedy here, unless it is to go on anyway.
    """
    bad = show(look(), console)
    remedies = [finding.remedy for finding in bad if finding.remedy]
    if not remedies or (len(remedies) < len(bad) and not anyway):
        return anyway or not bad
    for remedy in remedies:
        # A remedy may need the one before it, so the first no is the last question.
        if not console.agrees(remedy.question, is_contract=remedy.is_contract):
            return anyway
        remedy.act()
    return not show(look(), console) or anyway


def show(findings: list[Finding], console: Console) -> list[Finding]:
    """Show them all; give back the failures."""
    for finding in findings:
        console.say(str(finding))
    console.say()
    return failures(findings)


def check_bootstrap(account: Account, cdk: Cdk) -> Finding:
    """Whether the CDK's own bucket and roles are in this account and Region, and new enough."""
    where = f"{account.region} of account {account.number}"
    try:
        version = int(account.client("ssm").get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"])
    except AWS_ERRORS as error:
        if code_of(error) != "ParameterNotFound":
            return not_checked("CDK bootstrap", error, f"ssm:GetParameter on {BOOTSTRAP}")
        return _bootstrap(account, cdk, f"{where} has none.")
    if version < BOOTSTRAP_NEEDED:
        return _bootstrap(account, cdk, f"{where} has version {version}; at least {BOOTSTRAP_NEEDED} is needed.")
    return ok("CDK bootstrap", f"version {version}")


def _bootstrap(account: Account, cdk: Cdk, text: str) -> Finding:
    target = f"aws://{account.number}/{account.region}"
    question = f"Run `cdk bootstrap {target}` (a bucket, a repository and five roles named cdk-*, once a Region)?"
    fix = f"Let the preflight run it, or an administrator: `npx cdk bootstrap {target}`."
    return failure("CDK bootstrap", text, fix, Remedy(question, lambda: cdk.bootstrap(target)))
