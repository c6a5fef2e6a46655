"""What a deployment says of a model: what it serves here, where, until when and at what price. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Model:
    """A model. `tasks` is what it can do, `serves` what this deployment uses it for; dates are ISO 8601."""

    id: str
    engine: str
    tasks: tuple[str, ...]
    serves: tuple[str, ...]
    regions: tuple[str, ...]
    launched: str | None
    legacy: str | None
    ends: str | None
    prices: Mapping[str, int]
    """Price tier → millionths of a USD for a picture."""
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The model exactly as the API gave it."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one."""
        return cls(
            id=data["id"],
            engine=data.get("engine", ""),
            tasks=tuple(data.get("tasks", ())),
            serves=tuple(data.get("serves", ())),
            regions=tuple(data.get("regions", ())),
            launched=data.get("launched"),
            legacy=data.get("legacy"),
            ends=data.get("ends"),
            prices=data.get("prices") or {},
            wire=data,
        )
