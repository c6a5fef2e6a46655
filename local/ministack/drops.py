"""What ministack's CloudFormation loses of a template: looked up, repaired through the services' APIs, and read back.

It takes any template without a word and leaves out what it does not know. So every property of every resource must
stand in a list: kept, repaired, or accepted with the reason why its loss is bearable. One that stands in none of them
fails the start, and so does one that cannot be repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.errors import LocalRunError
from local.ministack.properties import ACCEPTED, KEPT
from local.ministack.references import References
from local.ministack.repairs import REPAIRS, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.deployment import Stack
    from local.ministack.server import Ministack


class DroppedError(LocalRunError):
    """A property of the template does not hold in the emulator, and nobody said that this is all right."""


@dataclass(frozen=True, slots=True)
class Place:
    """One property of one resource of the template."""

    logical_id: str
    kind: str
    name: str

    @property
    def property(self) -> str:
        """Type and property, as the lists name them."""
        return f"{self.kind}.{self.name}"

    def __str__(self) -> str:
        return f"{self.property} ({self.logical_id})"


def repair(emulator: Ministack, stack: Stack) -> list[Place]:
    """Make the deployed stack hold what its template says; return what had to be repaired.

    Raises `DroppedError`, which names the first property that is unknown or could not be repaired.
    """
    places = list(lossy(stack.template))
    references = References(emulator, stack.name, stack.template)
    resources = stack.template["Resources"]
    return [place for place in places if _mend(emulator, references, place, resources[place.logical_id]["Properties"])]


def lossy(template: Mapping[str, Any]) -> Iterator[Place]:
    """Every property that the emulator is known to lose; raises `DroppedError` for one that nobody looked at."""
    for logical_id, resource in template["Resources"].items():
        kind = resource["Type"]
        if kind in ACCEPTED:
            continue
        if kind not in KEPT:
            raise DroppedError(_UNKNOWN.format(what=f"resources of type {kind} ({logical_id})"))
        for name in resource.get("Properties", {}):
            place = Place(logical_id, kind, name)
            if place.property in REPAIRS:
                yield place
            elif name not in KEPT[kind] and place.property not in ACCEPTED:
                raise DroppedError(_UNKNOWN.format(what=place))


_UNKNOWN = (
    "nobody has looked whether the AWS emulator keeps {what}. Find out, then list it in local/ministack/properties.py "
    "as kept, or as accepted with the reason, or add its repair to local/ministack/repairs.py."
)


def _mend(emulator: Ministack, references: References, place: Place, properties: Mapping[str, Any]) -> bool:
    """Repair one property if it does not hold. Whether it had to be."""
    fix = REPAIRS[place.property]
    target = Target(
        emulator, references.physical_id(place.logical_id), lambda name: references.resolved(properties[name])
    )
    wanted = references.resolved(fix.translate(properties[place.name]))
    if fix.holds(fix.read(target), wanted):
        return False
    fix.write(target, wanted)
    found = fix.read(target)
    if not fix.holds(found, wanted):
        raise DroppedError(
            f"the AWS emulator dropped {place} and did not take it through its API either. "
            f"The template asks for {wanted}; it says {found}"
        )
    return True
