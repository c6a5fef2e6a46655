"""Which engines and models serve which task here, first choice first. Pure.

It is given the deployment's routes, the Regions that it allows, and the models that are known to be gone. An entry of a
route is an engine (`stability`), which stands for the models that its tasks usually need, or an engine and one of its
models (`stability/stability.sd3-5-large-v1:0`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from functions.darkroom.catalogue import MODELS, by_id, region_for
from functions.darkroom.errors import NotServed
from functions.darkroom.model import ENGINES
from functions.darkroom.successors import reachable, successor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from functions.darkroom.model import Engine, Model
    from functions.darkroom.tasks import Task


@dataclass(frozen=True, slots=True)
class Route:
    """The engine and the model that serve a task, and the Region where the model is called (None: our own)."""

    engine: Engine
    model: Model
    region: str | None


class Entry(NamedTuple):
    """One entry of a task's route."""

    engine: Engine
    model: Model | None

    def reaches(self, task_type: str) -> tuple[Model, ...]:
        """The models that requests for a task may come to by this entry."""
        return reachable(self.engine, task_type) if self.model is None else (self.model,)


def entry_of(text: str) -> Entry:
    """Read an entry. Raises ValueError for an engine or a model that is not known."""
    engine, _, model_id = text.partition("/")
    model = by_id(model_id) if model_id else None
    if engine not in ENGINES:
        raise ValueError(f"{engine} is no engine; there are {', '.join(ENGINES)}")
    if model_id and (model is None or model.engine != engine):
        raise ValueError(f"{model_id} is no model of {engine}")
    return Entry(engine, model)


def choose(task: Task, routes: Mapping[str, Sequence[str]], regions: Sequence[str]) -> Route:
    """The first route that a task may take here. Raises NotServed."""
    return candidates(task, routes, regions)[0]


def candidates(
    task: Task, routes: Mapping[str, Sequence[str]], regions: Sequence[str], gone: Collection[str] = ()
) -> tuple[Route, ...]:
    """Every route that a task may take here, first choice first; at least one.

    A model that is gone, or that no allowed Region has, is passed over. Raises NotServed with the first reason when
    nothing is left.
    """
    entries = _entries(task, routes.get(task.taskType, ()))
    found, why_not = [], []
    for model, engine in _models(task, entries):
        region = region_for(model, regions)
        if model.regions and region is None:
            why_not.append(_not_here(model, regions))
        elif model.id in gone:
            why_not.append(_gone(model))
        else:
            found.append(Route(engine, model, region))
    if not found:
        raise why_not[0]
    return tuple(found)


def _entries(task: Task, offered: Sequence[str]) -> list[Entry]:
    """The entries of the engine that the caller wants, or all of them."""
    entries = [entry_of(text) for text in offered]
    if not entries:
        raise NotServed(
            f"no engine serves {task.taskType} here", hint="Name one under `engines` in the deployment's config."
        )
    wanted = [entry for entry in entries if task.engine in {None, entry.engine}]
    if not wanted:
        here = ", ".join(dict.fromkeys(entry.engine for entry in entries))
        raise NotServed(f"{task.engine} does not serve {task.taskType} here", hint=f"It is served here by: {here}.")
    return wanted


def _models(task: Task, entries: Sequence[Entry]) -> Iterator[tuple[Model, Engine]]:
    """The model of each entry. One that was asked for by name comes alone, unless it is one of Amazon's.

    Those are the language that is spoken here: whoever names one is served by whatever succeeds it.
    """
    asked = by_id(task.modelId)
    if task.modelId is not None and asked is None:
        raise NotServed(f"{task.modelId} is not a model known here", hint=f"One of: {', '.join(MODELS)}.")
    if asked is not None and asked.contract is None:
        yield _allowed(asked, task, entries), asked.engine
        return
    able = [(_serving(entry, task, asked), entry.engine) for entry in entries]
    if not any(model for model, _ in able):
        raise _unable(asked, task, entries)
    yield from ((model, engine) for model, engine in able if model is not None)


def _serving(entry: Entry, task: Task, asked: Model | None) -> Model | None:
    if entry.model is not None:
        return entry.model if task.taskType in entry.model.tasks else None
    if asked is not None and asked.engine == entry.engine:
        return asked if task.taskType in asked.tasks else None
    return successor(entry.engine, task)


def _allowed(asked: Model, task: Task, entries: Sequence[Entry]) -> Model:
    """A model that was asked for by name, where this deployment lets requests come to it."""
    if any(asked in entry.reaches(task.taskType) for entry in entries):
        return asked
    if any(asked.engine == entry.engine for entry in entries) and task.taskType in asked.tasks:
        raise NotServed(
            f"{asked.id} is not among the models that this deployment allows for {task.taskType}",
            hint=f"Name it in the deployment's config: `engines`, as {asked.engine}/{asked.id}.",
        )
    raise NotServed(f"{asked.id} does not serve {task.taskType} here")


def _unable(asked: Model | None, task: Task, entries: Sequence[Entry]) -> NotServed:
    who = asked.id if asked is not None and asked.engine == entries[0].engine else entries[0].engine
    return NotServed(f"{who} does not do {task.taskType}")


def _not_here(model: Model, regions: Sequence[str]) -> NotServed:
    here, there = ", ".join(regions), ", ".join(model.regions)
    if model.answered_in:
        return NotServed(
            f"{model.id} may be answered in any of {there}, and this deployment allows {here}",
            hint=f"Let the deployment's config say that all of them may see a picture: `allow_regions` with {there}.",
        )
    return NotServed(
        f"{model.id} is not offered in {here}",
        hint=f"It is in {there}: let the deployment's config say so, under `model_region` or `allow_regions`.",
    )


def _gone(model: Model) -> NotServed:
    return NotServed(
        f"{model.id} did not answer to this account when it was last asked",
        hint="It is asked again within a day. `darkroom doctor` tells why, and what else could serve the task.",
    )
