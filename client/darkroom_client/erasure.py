"""What was erased, as data. Knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from darkroom_client.errors import DarkroomError
from darkroom_client.job import Cost

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Erased:
    """What is kept of a job that was erased."""

    id: str
    objects: int
    """How many files were deleted."""
    cost: Cost
    erased_at: datetime
    wire: Mapping[str, Any] = field(repr=False, compare=False)
    """The answer exactly as the API gave it."""

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read one. Raises DarkroomError where the data does not say that the job is erased."""
        if data.get("erased") is not True:
            raise DarkroomError("The answer does not say that the job is erased. Does the deployment know how to?")
        try:
            erased_at = datetime.fromisoformat(data["erasedAt"])
            return cls(data["id"], data["objects"], Cost.from_wire(data["cost"]), erased_at, data)
        except (KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise DarkroomError(f"The answer is no erasure ({wrong!r}). Is the base URL right?") from None


@dataclass(frozen=True, slots=True)
class TenantErased:
    """What was erased of a tenant."""

    jobs: int = 0
    objects: int = 0
    """How many files were deleted."""
    under_way: int = 0
    """How many jobs are under way: they have to end first. Ask again then."""
    more: bool = False
    """Whether there is more that could not be erased now. Ask again later."""
    exact: bool = True
    """Whether the sums are all; where an answer was lost on the way, they are the least."""

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        sums = f"{self.jobs} job{'' if self.jobs == 1 else 's'}, {self.objects} file{'' if self.objects == 1 else 's'}"
        return f"{'' if self.exact else 'at least '}{sums} erased"

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the tenant is left."""
        return not self.more and not self.under_way

    def __add__(self, later: TenantErased) -> TenantErased:
        sums = self.jobs + later.jobs, self.objects + later.objects
        return TenantErased(*sums, later.under_way, later.more, self.exact and later.exact)
