"""What the preflight finds: each thing with its level and, unless all is well, the way to mend it. Knows no AWS."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AWS_ERRORS = (BotoCoreError, ClientError)
"""Everything that a call of AWS raises."""

DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedException", "UnauthorizedOperation", "ForbiddenException"}
)
"""What the services call a missing permission."""


class Level(StrEnum):
    """How bad it is: a warning can be deployed with, a failure cannot."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "FAILURE"


class RemedyError(Exception):
    """A remedy did not help; the message says what happened and names another way."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that can be done about a failure now, once the deployer agrees."""

    question: str
    act: Callable[[], None]
    """Raises RemedyError."""
    is_contract: bool = False
    """It binds the deployer to somebody's terms, so a general yes is no consent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    subject: str
    text: str
    fix: str = ""
    remedy: Remedy | None = None

    def __post_init__(self) -> None:
        if self.level is not Level.OK and not self.fix:
            raise ValueError(f"{self.subject}: a {self.level} names its fix")

    def __str__(self) -> str:
        """The finding as lines of text, the fix on its own."""
        told = f"{self.level:<9}{self.subject}: {self.text}"
        return told if not self.fix else f"{told}\n{'':<9}Fix: {self.fix}"


def ok(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, subject, text)


def warning(subject: str, text: str, fix: str) -> Finding:
    """It can be deployed like this, but it had better be mended."""
    return Finding(Level.WARNING, subject, text, fix)


def failure(subject: str, text: str, fix: str, remedy: Remedy | None = None) -> Finding:
    """Deployed like this, it would not work."""
    return Finding(Level.FAILURE, subject, text, fix, remedy)


def not_checked(subject: str, error: Exception, permission: str) -> Finding:
    """A call of the check itself failed. That is no failure: the deployment may be well."""
    if code_of(error) in DENIED:
        fix = f"Allow {permission}; docs/deploy.md has the whole policy. Or make sure of it in another way."
        return warning(subject, f"could not be checked: these credentials may not call {permission}.", fix)
    return warning(subject, f"could not be checked: {error}", "Run it again; if it stays, look at the AWS health page.")


def code_of(error: Exception) -> str:
    """AWS's code of an error; empty when the request did not come that far."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def failures(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep the deployment from working."""
    return [finding for finding in findings if finding.level is Level.FAILURE]
