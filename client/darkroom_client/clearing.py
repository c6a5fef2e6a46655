"""Does away with things: redrives and purges dead letters, erases jobs and tenants.

The API does a part of it at a time and tells how much. It is asked again until it is done, or gets no further; what was
done before an error is noted in the error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from darkroom_client.erasure import Erased, TenantErased
from darkroom_client.errors import DarkroomError, RequestRefused
from darkroom_client.letters import Purged, Redriven
from darkroom_client.tasks import query
from darkroom_client.transport import json_object
from darkroom_client.waiting import job_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from darkroom_client.transport import Transport

LETTERS = "/dead-letters"
PERHAPS_REDRIVEN = "Some dead letters may be on their way again: look at what is left before you redrive it."
PERHAPS_PURGED = "Some dead letters may be gone; to purge them again does no harm."
PERHAPS_ERASED = "Some of it may be erased; to erase it again does no harm."


def redrive(transport: Transport, ids: Sequence[str] | None, queue: str | None) -> Redriven:
    """Send dead letters back. An answer that is lost is not asked for again: by then others may lie there."""
    asked = {"queue": queue, "ids": _checked(ids)}
    body = {name: value for name, value in asked.items() if value is not None}

    def ask() -> Redriven:
        answer, _ = transport.count("POST", f"{LETTERS}/redrive", PERHAPS_REDRIVEN, harmless=False, json=body)
        return Redriven.from_wire(json_object(answer, "redriven", "ended", "left"))

    return Redriven() if asked["ids"] == [] else _in_parts(ask, _clears_on)


def purge(transport: Transport, ids: Sequence[str] | None, queue: str | None) -> Purged:
    """Delete dead letters."""
    names = _checked(ids)
    params = query({"queue": queue, "ids": None if names is None else ",".join(names)})

    def ask() -> Purged:
        answer, exact = transport.count("DELETE", LETTERS, PERHAPS_PURGED, harmless=True, params=params)
        return Purged.from_wire(json_object(answer, "purged", "left"), exact=exact)

    return Purged() if names == [] else _in_parts(ask, _clears_on)


def erase(transport: Transport, job_id: str) -> Erased:
    """Erase a job. What is erased answers as it did the first time, so a lost answer can be asked for again."""
    params = {"erase": "true"}
    answer, _ = transport.count("DELETE", job_path(job_id), PERHAPS_ERASED, harmless=True, params=params)
    return Erased.from_wire(json_object(answer))


def erase_tenant(transport: Transport, tenant: str) -> TenantErased:
    """Erase all of a tenant."""

    def ask() -> TenantErased:
        path = f"/tenants/{quote(tenant, safe='')}"
        answer, exact = transport.count("DELETE", path, PERHAPS_ERASED, harmless=True)
        told = json_object(answer, "jobs", "objects", "more")
        return TenantErased(told["jobs"], told["objects"], told.get("underWay", 0), told["more"], exact)

    return _in_parts(ask, lambda _, told: told.more and told.jobs + told.objects > 0)


def _in_parts[Sums: (Redriven, Purged, TenantErased)](
    ask: Callable[[], Sums], goes_on: Callable[[Sums | None, Sums], bool]
) -> Sums:
    """The sums of all answers. Whether to ask again depends on the sums before an answer, and on the answer."""
    done: Sums | None = None
    while True:
        try:
            told = ask()
        except DarkroomError as error:
            if done is not None:
                error.add_note(f"Before that: {done.sentence}.")
            raise
        before, done = done, told if done is None else done + told
        if not goes_on(before, told):
            return done


def _clears_on(before: Redriven | Purged | None, told: Redriven | Purged) -> bool:
    """Whether to ask for dead letters once more: some were not come to, or fewer are left each time."""
    is_less = before is None or before.more or told.left < before.left
    return told.done > 0 and (told.more or (told.left > 0 and is_less))


def _checked(ids: Sequence[str] | None) -> list[str] | None:
    """The ids as they are, each of which names one message; without any, everything would be meant."""
    if ids is not None and not all(one and "," not in one for one in ids):
        raise RequestRefused("A dead letter's id is neither empty nor has a comma in it.")
    return None if ids is None else list(ids)
