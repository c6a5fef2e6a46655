"""A region made into a finished mask: grown, perhaps feathered, written in a convention, measured, told about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.darkroom.masks import growing, judging, reading
from functions.darkroom.masks.regions import measured
from functions.darkroom.masks.vocabulary import MAX_FEATHER, MAX_GROW

if TYPE_CHECKING:
    from PIL import Image

    from functions.darkroom.masks.report import Changed
    from functions.darkroom.masks.vocabulary import Convention, MaskTask


@dataclass(frozen=True, slots=True)
class Mask:
    """A finished mask. `means` is how its input was read, `into` how this one is to be read."""

    png: bytes
    task: MaskTask
    means: Convention
    into: Convention
    changed: Changed
    done: tuple[str, ...]
    """What was done to it, a sentence for each step; empty when it was right already."""
    pure: bool
    """Only 0 and 255. False after feathering: for engines that take grey, never for Titan."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How a mask is finished. Raises InputRefused where a number is out of its bounds."""

    task: MaskTask
    into: Convention = "black-is-inside"
    grow: int = 0
    feather: int = 0

    def __post_init__(self) -> None:
        judging.held("grow", self.grow, -MAX_GROW, MAX_GROW)
        judging.held("feather", self.feather, 0, MAX_FEATHER)


def finished(region: Image.Image, finish: Finish, means: Convention, done: list[str]) -> Mask:
    """The region as a mask, its edge moved as asked. Raises InputRefused where that leaves nothing, or everything."""
    changed = growing.grown(region, finish.grow)
    for fault in judging.of_region(changed):
        raise _after(fault, finish.grow).refusal()
    return Mask(
        png=reading.written(growing.feathered(changed, finish.feather), finish.into, finish.task),
        task=finish.task,
        means=means,
        into=finish.into,
        changed=measured(changed),
        done=(*done, *_edges(finish.grow, finish.feather)),
        pure=finish.feather == 0,
    )


def _after(fault: judging.Fault, grow: int) -> judging.Fault:
    if grow == 0:
        return fault
    verb = "growing" if grow > 0 else "shrinking"
    return judging.Fault(
        fault.slug, f"after {verb} it by {abs(grow)} pixels, {fault.detail}", f"Ask for less {verb}.", "refused"
    )


def _edges(grow: int, feather: int) -> list[str]:
    moved = [f"The area was {'grown' if grow > 0 else 'shrunk'} by {abs(grow)} pixels."] if grow else []
    soft = [f"Its edge fades over {feather} pixels: grey, which Titan does not take."] if feather else []
    return moved + soft
