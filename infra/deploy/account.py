"""Whose AWS account it is: the deployer's identity and Region, and the clients that go there.

Must not know what is deployed. Every call is bounded: five seconds to connect, twenty for an answer, three attempts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ConnectionError as NoConnection,
)
from botocore.exceptions import (
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from infra.deploy.findings import AWS_ERRORS, RemedyError, code_of, failure, ok, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.deploy.findings import Finding

    Clients = Callable[..., Any]
    """(service, Region, credentials by boto3's names) → a botocore client."""

QUALIFIER = "hnb659fds"
"""What the CDK puts into the names of a bootstrap that was not given a name of its own."""
LIMITS = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
SESSION_SECONDS = 900

SIGN_IN = "Sign in (`aws sso login`, `aws login`), or name a profile: `export AWS_PROFILE=<name>`."
NO_SUCH_PROFILE = "`aws configure list-profiles` shows those that there are; then `export AWS_PROFILE=<name>`."
NO_WAY = "Check the network, HTTPS_PROXY and AWS_ENDPOINT_URL, and that AWS_REGION is the name of a Region."
WRONG_KEYS = "Sign in again or correct the keys; a Region that has to be opted into also answers like this."
NO_REGION = "`export AWS_REGION=us-west-2`, or any other: the stack's Region and `model_region` are two things."


@dataclass(frozen=True, slots=True)
class Account:
    """An account and Region, and who is there."""

    number: str
    region: str
    caller: str
    clients: Clients

    def client(self, service: str, region: str | None = None) -> Any:
        """A client with the deployer's own permissions."""
        return self.clients(service, region or self.region)

    def cdk_role(self, name: str) -> str:
        """The ARN of one of the roles that `cdk bootstrap` made: deploy, cfn-exec, lookup, file-publishing."""
        return f"arn:aws:iam::{self.number}:role/cdk-{QUALIFIER}-{name}-role-{self.number}-{self.region}"

    def deployer(self, service: str) -> Any:
        """A client with the permissions of the CDK's deploy role. Raises RemedyError."""
        role = self.cdk_role("deploy")
        try:
            made = self.client("sts").assume_role(
                RoleArn=role, RoleSessionName="darkroom", DurationSeconds=SESSION_SECONDS
            )["Credentials"]
        except AWS_ERRORS as error:
            raise RemedyError(f"{role} could not be assumed: {error}\nAllow sts:AssumeRole on it.") from error
        return self.clients(
            service,
            self.region,
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            aws_session_token=made["SessionToken"],
        )

    def finding(self) -> Finding:
        """Who deploys where."""
        where = f"{self.caller} in account {self.number}, Region {self.region}"
        if not self.caller.endswith(":root"):
            return ok("identity", where)
        return warning("identity", f"{where}: root may assume no roles.", "Sign in as an IAM role or user.")


def aws_clients() -> Clients:
    """Real clients, from whatever credentials the environment names; nothing is read before the first client."""

    @cache
    def session() -> boto3.Session:
        return boto3.Session()

    def client(service: str, region: str, **credentials: str) -> Any:
        # The stubs have one overload for each service by name; here the name is an argument.
        make: Any = session().client
        return make(service, region_name=region, config=LIMITS, **credentials)

    return client


def region_of(environ: Mapping[str, str]) -> str | None:
    """The Region as the CDK finds it, but without its last resort: it would take us-east-1 in silence."""
    named = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    if named:
        return named
    try:
        return boto3.Session().region_name
    except ProfileNotFound:
        return None


def identify(clients: Clients, region: str | None) -> Account | Finding:
    """The account, or why there is none to be found."""
    if region is None:
        return failure("Region", "none is set.", NO_REGION)
    try:
        caller = clients("sts", region).get_caller_identity()
    except AWS_ERRORS as error:
        return failure("identity", str(error), _fix(error))
    return Account(caller["Account"], region, caller["Arn"], clients)


def _fix(error: Exception) -> str:
    match error:
        case ProfileNotFound():
            return NO_SUCH_PROFILE
        case NoConnection() | HTTPClientError():
            return NO_WAY
        case NoCredentialsError() | PartialCredentialsError() | CredentialRetrievalError():
            return SIGN_IN
        case SSOError() | LoginError() | TokenRetrievalError():
            return SIGN_IN
    return SIGN_IN if code_of(error).startswith("Expired") else WRONG_KEYS
