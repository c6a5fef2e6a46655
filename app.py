"""The CDK app: one stack, made from the deployment config in the context and reviewed by AWS's own list of rules."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aws_cdk import App, Validations
from aws_cdk import aws_lambda as lambda_
from cdk_nag import AwsSolutionsChecks

from infra.account_facts import ACCOUNT_KEY, AccountFacts
from infra.bundling import bundle_cutout, bundle_lean
from infra.config import CONFIG_KEY, ConfigError, DeploymentConfig
from infra.functions import Bundles
from infra.packages import BundlingError
from infra.stack import DarkroomStack

if TYPE_CHECKING:
    from pathlib import Path


def compose(app: App, config: DeploymentConfig, bundles: Bundles) -> DarkroomStack:
    """Add the stack of one deployment to the app; synthesis fails on every finding that has no acknowledged reason."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return DarkroomStack(app, config.stack_name, config=config, bundles=bundles)


def main() -> None:
    """Read the config and what is known of the account, make the bundles, synthesise."""
    app = App()
    config = read(app)
    lean, cutout = _asset(bundle_lean(config.architecture)), _asset(bundle_cutout(config.architecture))
    compose(app, config, Bundles(lean=lean, cutout=cutout))
    app.synth()


def read(app: App) -> DeploymentConfig:
    """The config in the app's context, with what is known of the account where it leaves something open."""
    account = AccountFacts.from_context(app.node.try_get_context(ACCOUNT_KEY))
    return account.complete(DeploymentConfig.from_context(app.node.try_get_context(CONFIG_KEY)))


def _asset(archive: Path) -> lambda_.Code:
    return lambda_.Code.from_asset(str(archive), asset_hash=archive.stem)


if __name__ == "__main__":
    try:
        main()
    except (ConfigError, BundlingError) as error:
        sys.exit(str(error))
