"""A round through dead letters: it hides what it sees, so that it sees each once, and shows again what it leaves.

Knows lanes and letters; must not know what becomes of a letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from botocore.exceptions import BotoCoreError, ClientError

from functions.darkroom.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from functions.darkroom.letters import DeadLetterQueue, Letter

ROUND_SECONDS = 20.0
"""How long a round looks for letters: the api door has 29 seconds, and what is left goes back within them."""

HIDDEN_SECONDS = 30
"""Longer than a round takes. A letter whose round died before it could show it again comes back after this."""

WAIT_SECONDS = 1
"""How long SQS looks before it says that a queue has no more: without a wait it asks some of its servers only."""

MOST_HELD = 2000
"""Letters that a round leaves before it ends: to show so many again takes it two to five seconds."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A queue, and where its dead letters lie."""

    name: str
    url: str
    dead: DeadLetterQueue


@dataclass(slots=True)
class Round:
    """One round through lanes, for some letters or for all. To be used once, as a context."""

    lanes: Sequence[Lane]
    wanted: frozenset[str] | None
    """The letters' ids; None for all."""
    clock: Callable[[], float]
    may_miss: bool = False
    """Whether it ended before it had seen everything."""
    _held: dict[str, tuple[Lane, Letter]] = field(init=False, default_factory=dict)
    _seen: set[str] = field(init=False, default_factory=set)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Show again what is left. Should that fail, it comes back by itself."""
        try:
            for lane in self.lanes:
                lane.dead.give_back([letter for of, letter in self._held.values() if of is lane])
        except (ClientError, BotoCoreError) as error:
            logger.warning("dead letters stay hidden for a while", reason=type(error).__name__)

    def letters(self) -> Iterator[tuple[Lane, list[Letter]]]:
        """The letters that are wanted, up to ten of one lane at once."""
        until = self.clock() + ROUND_SECONDS
        for lane in self.lanes:
            while not self._has_all():
                if self.clock() >= until or len(self._held) >= MOST_HELD:
                    self.may_miss = True
                    return
                taken = lane.dead.take(HIDDEN_SECONDS, WAIT_SECONDS)
                if not taken:
                    break
                yield lane, self._new(lane, taken)

    def delete(self, lane: Lane, letters: Sequence[Letter]) -> list[Letter]:
        """Delete up to ten letters of a lane; gives those that are gone."""
        gone = lane.dead.delete(letters)
        for letter in gone:
            self._held.pop(letter.id, None)
        return gone

    def _has_all(self) -> bool:
        return self.wanted is not None and self.wanted <= self._seen

    def _new(self, lane: Lane, taken: Sequence[Letter]) -> list[Letter]:
        """Those that are wanted and were not seen before: SQS may hand out a letter twice."""
        new = [letter for letter in taken if letter.id not in self._seen]
        self._seen |= {letter.id for letter in new}
        self._held |= {letter.id: (lane, letter) for letter in new}
        return [letter for letter in new if self.wanted is None or letter.id in self.wanted]
