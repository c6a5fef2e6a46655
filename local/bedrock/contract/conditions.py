"""What holds for one call besides its body: the fault that was ordered, and how the emulator was started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.bedrock.faults import Spoil


@dataclass(frozen=True, slots=True)
class Conditions:
    """The same for every family of models."""

    spoil: Spoil | None = None
    """Everything filtered, or a part of it, or a model that could not finish."""
    fast: bool = False
    """Work on small pictures: the same kinds of results, in a fraction of the time."""
