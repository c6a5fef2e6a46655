"""What an engine makes of each field of the contract, as data: a job's account and the docs' table come of the same.

An engine gives rules for each of its models and tasks: field → what becomes of it, and of which values. `account` reads
them for one request, `rows` lists them all, so that the two cannot tell different things. Pure; knows no engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from functions.darkroom.catalogue import by_id
from functions.darkroom.contracts import contract_of
from functions.darkroom.errors import FieldError, NotServed
from functions.darkroom.fidelity import set_fields
from functions.darkroom.job import Verdict
from functions.darkroom.tasks import PARAMS, TASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from functions.darkroom.model import Model
    from functions.darkroom.tasks import AnyTask, Task

    type Rules = Mapping[str, Sequence[Rule]]
    """Field (its last name) → what becomes of it: the first rule that holds. A value without one is exact."""

Fate = Literal["exact", "adapted", "approximated", "ignored", "refused"]
"""A verdict of the account; or `refused`, which no wish of the caller's turns into one."""
CONFIG = "imageGenerationConfig"


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a field, for all of its values or some of them."""

    fate: Fate
    reason: str = ""
    when: str = ""
    """Which values it is about, in words; empty where it is about all that no rule before it is about."""
    holds: Callable[[Task], bool] = lambda _: True
    """Whether this request's value is one of them."""
    more: Callable[[Task], str] | None = None
    """This request's numbers, told after the reason. Never the caller's own words: an account is no place for them."""
    hint: str | None = None
    """The way out of what is refused."""
    left_out: bool = False
    """It is about a request that leaves the field out."""


class Row(NamedTuple):
    """A line of the table: what a model makes of some values of a field."""

    task: str
    field: str
    """Its path: `textToImageParams.text`."""
    model: str
    verdict: Fate
    when: str
    reason: str


EXACT = Rule("exact")


def account(task: Task, model: Model, rules: Rules) -> tuple[Verdict, ...]:
    """The account of one request: each field that was set, and each that was not and had to be filled in.

    Raises NotServed for what is refused.
    """
    said = set(set_fields(task))
    found = ((field, _rule(task, field, rules, is_set=field in said)) for field in fields_of(task.taskType))
    told = tuple(_verdict(task, field, rule) for field, rule in found if rule is not None)
    return _named(task, model) + told


def rows(task_type: str, model: Model, rules: Rules) -> Iterator[Row]:
    """Every line about one task by one model, in the order of the contract's fields."""
    for field in fields_of(task_type):
        for rule in _offered(field, rules):
            when = rule.when or ("left out" if rule.left_out else "")
            yield Row(task_type, field, model.id, rule.fate, when, rule.reason)


@cache
def fields_of(task_type: str) -> tuple[str, ...]:
    """The paths of the contract's fields of a task, in the order of the models."""
    task = _tasks()[task_type]
    parts = (PARAMS[task_type], CONFIG) if task.configured else (PARAMS[task_type],)
    inside = ((part, task.model_fields[part].annotation) for part in parts)
    return tuple(f"{part}.{name}" for part, model in inside for name in getattr(model, "model_fields", ()))


@cache
def _tasks() -> Mapping[str, type[AnyTask]]:
    return MappingProxyType({get_args(task.model_fields["taskType"].annotation)[0]: task for task in TASKS})


def _rule(task: Task, field: str, rules: Rules, *, is_set: bool) -> Rule | None:
    """The rule for a field; None where it was left out and nothing was put in its place."""
    return next((rule for rule in _offered(field, rules) if rule.left_out is not is_set and rule.holds(task)), None)


def _offered(field: str, rules: Rules) -> Sequence[Rule]:
    offered = rules.get(field.rpartition(".")[2], ())
    return (*offered, EXACT) if all(rule.left_out for rule in offered) else offered


def _verdict(task: Task, field: str, rule: Rule) -> Verdict:
    if rule.fate == "refused":
        error = FieldError(field=field, detail=rule.reason, hint=rule.hint)
        raise NotServed(f"{field}: {rule.reason}", hint=rule.hint, errors=[error])
    more = rule.more(task) if rule.more else ""
    return Verdict(field=field, verdict=rule.fate, detail=": ".join(part for part in (rule.reason, more) if part))


def _named(task: Task, model: Model) -> tuple[Verdict, ...]:
    """Tells that another model serves than the one that was named."""
    if task.modelId is None or by_id(task.modelId) is model:
        return ()
    return (Verdict(field="modelId", verdict="approximated", detail=f"served by its successor here, {model.id}"),)


def _default_size(task: Task) -> str:
    """The size that was filled in, and why it is not the documented one."""
    width, height = task.config.size
    odd = contract_of(task.modelId).paired
    why = ", since the documented default of 1408x1408 is not one of the legal sizes" if odd else ""
    return f"{width}x{height}{why}"


def _has_size(task: Task) -> bool:
    return task.size is not None


DEFAULT_SIZE = Rule("adapted", "left out, and the default was used", holds=_has_size, more=_default_size, left_out=True)
"""Of a width or a height that was left out, where the task has one."""
