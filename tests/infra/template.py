"""The stack, a synthesised template, and the questions that the tests ask of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App
from aws_cdk import aws_lambda as lambda_

from app import compose
from infra.functions import Bundles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.config import DeploymentConfig
    from infra.stack import DarkroomStack

ROOT = Path(__file__).parents[2]

HASH = re.compile(r"[0-9A-F]{8}$")
"""What CDK adds to a logical id."""


@dataclass(frozen=True)
class Template:
    """A synthesised template, with the questions that the tests ask of it."""

    body: dict[str, Any]
    config: DeploymentConfig
    findings: list[dict[str, Any]]

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id → resource, for one type."""
        return {name: one for name, one in self.body["Resources"].items() if one["Type"] == kind}

    def properties(self, kind: str, name: str | None = None) -> dict[str, Any]:
        """The properties of a type's one resource, or of the one with this name: a logical id without its hash."""
        [found] = [one for logical_id, one in self.of(kind).items() if name in {None, HASH.sub("", logical_id)}]
        properties: dict[str, Any] = found["Properties"]
        return properties

    @cached_property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Function name → properties."""
        return {
            HASH.sub("", logical_id).removeprefix("Functions").removesuffix("Function"): one["Properties"]
            for logical_id, one in self.of("AWS::Lambda::Function").items()
        }

    def grants(self, function: str) -> set[tuple[str, str]]:
        """Every (action, resource) that a function's role allows."""
        policy = self.properties("AWS::IAM::Policy", f"Functions{function}RoleDefaultPolicy")
        return {
            (action, plain(resource))
            for statement in policy["PolicyDocument"]["Statement"]
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def plain(value: Any) -> str:
    """An intrinsic as text a person reads: references by logical id, without CDK's hash."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return HASH.sub("", str(value["Ref"]))
    if "Fn::GetAtt" in value:
        return HASH.sub("", str(value["Fn::GetAtt"][0]))
    return "".join(plain(part) for part in value["Fn::Join"][1])


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf of a JSON value with its path."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if not items:
        yield path, value
        return
    for name, inner in items:
        yield from walk(inner, (*path, str(name)))


def make_stack(config: DeploymentConfig, bundle: Path, out: Path) -> tuple[App, DarkroomStack]:
    """The app as `app.py` composes it, with the flags of cdk.json and a folder in place of the bundles."""
    context = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    app = App(context=context, outdir=str(out))
    code = [lambda_.Code.from_asset(str(bundle)) for _ in range(2)]
    return app, compose(app, config, Bundles(lean=code[0], cutout=code[1]))
