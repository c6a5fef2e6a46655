"""Engines: Task → a model's request body; the model's reply → pictures and what became of each field. All pure.

Each engine is a module, or a package, with the functions of `Engine`. This module holds what they share with the walk.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from pydantic import Field

from functions.darkroom.fitting import Transform
from functions.darkroom.job import Frozen, Picture, Quality
from functions.darkroom.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.darkroom.accounts import Row
    from functions.darkroom.job import Verdict
    from functions.darkroom.model import Model


class Restoration(Frozen):
    """How the pictures of a fitted input come back to what was sent."""

    transform: Transform
    original: Picture
    """What was sent, pinned."""


class Order(Frozen):
    """A task made definite: its seed drawn, its input pictures pinned. Kept in S3 beside the job, never in the ledger.

    Where the task names a picture, it says `input:{index into inputs}`.
    """

    task: Task = Field(discriminator="taskType")
    inputs: tuple[Picture, ...] = ()
    restoration: Restoration | None = None

    @property
    def pinned(self) -> tuple[Picture, ...]:
        """Every stored picture that it needs: its inputs, and what was sent where one was fitted."""
        return self.inputs if self.restoration is None else (*self.inputs, self.restoration.original)


class Drawn(Frozen):
    """One picture that a model gave, as it lies in S3, and the seed it was drawn with."""

    picture: Picture
    seed: int | None = None
    quality: Quality | None = None


class Outcome(Frozen):
    """What one step brought: its pictures, and what the model said about those that are missing."""

    drawn: tuple[Drawn, ...] = ()
    mask: Picture | None = None
    """The mask that the model used, where it was asked to return it."""
    complaint: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in S3 a model that writes by itself puts its picture."""

    bucket: str
    key: str


class Engine(Protocol):
    """What the walk asks of an engine. No function here knows AWS."""

    def steps(self, task: Task) -> int:
        """How many calls the task needs."""

    def verdicts(self, task: Task, model: Model) -> tuple[Verdict, ...]:
        """What this engine makes of each field, in the order of the contract. Raises NotServed where it cannot."""

    def fidelity_rows(self) -> Iterator[Row]:
        """The same as a table: what each of its models makes of each field of its tasks."""

    def body(self, order: Order, model: Model, n: int, read: Callable[[Picture], bytes], place: Place) -> bytes:
        """The n-th call's request (n counts from 1). `read` fetches an input; `place` is where a result may go.

        Raises InputRefused where only an input's pixels show that it cannot be sent. In a dry run `read` gives no
        bytes, and what would be made of them stays empty.
        """

    def outcome(self, reply: Any, order: Order, place: Place) -> Outcome:
        """What the reply (picture data replaced by the stored Picture) brought. Raises ModelError or InputRefused."""

    def derived(self, order: Order, original: Picture, read: Callable[[Picture], bytes]) -> bytes | None:
        """A picture made of the one that the model returned, to stand in its place; None where that one is meant.

        It has the original's shape: sizes are fitted afterwards. `read` fetches the original, too.
        """


def engine(name: str) -> Engine:
    """The engine of that name; imported when it is needed, so that no function loads one that it does not use."""
    return cast("Engine", import_module(f"functions.darkroom.engines.{name}"))
