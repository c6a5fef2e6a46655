"""From a prompt to what shall be painted: place, hour, weather, and things with their counts and colours.

A plain reader of English nouns, no language model: longest known phrase first, everything else is remembered as unread.
Knows words; no pixels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from local.bedrock.scene import icons
from local.bedrock.scene import vocabulary as known

MOST_THINGS = 24
"""Things drawn of one prompt, all counted together."""
MOST_OF_A_KIND = 12
SEVERAL = 3
"""What a plural without a number means."""
LONGEST_PHRASE = 3
LARGEST_HELD = 0.13
_TOKEN = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*|[,.;]")


@dataclass(frozen=True, slots=True)
class Thing:
    """A noun of the prompt: how many, in which colour, how large beside its usual size."""

    name: str
    count: int = 1
    colour: str | None = None
    scale: float = 1.0
    held: str | None = None
    """What it has in its hands."""
    mount: str | None = None
    """What it rides on."""


@dataclass(slots=True)
class Reading:
    """Everything understood from one prompt."""

    places: list[str] = field(default_factory=list)
    time: str | None = None
    weather: str | None = None
    features: set[str] = field(default_factory=set)
    things: list[Thing] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Said:
    """What has been said about the noun that is still to come."""

    count: int | None = None
    colour: str | None = None
    scale: float = 1.0
    link: str | None = None


def read(prompt: str) -> Reading:
    """Read a prompt from left to right."""
    tokens = _TOKEN.findall(prompt.lower())
    reading, said, place = Reading(), _Said(), 0
    while place < len(tokens):
        longest = min(LONGEST_PHRASE, len(tokens) - place)
        for length in range(longest, 0, -1):
            after = _understand(reading, said, tokens[place : place + length])
            if after is not None:
                said = after
                break
        else:
            length = 1
            _note_unread(reading, tokens[place])
        place += length
    return reading


def without(reading: Reading, negative: Reading) -> Reading:
    """The same scene with everything taken away that the negative prompt names."""
    gone = {thing.name for thing in negative.things}
    things = (thing for thing in reading.things if thing.name not in gone)
    return Reading(
        places=[place for place in reading.places if place not in negative.places],
        time=None if negative.time == reading.time else reading.time,
        weather=None if negative.weather == reading.weather else reading.weather,
        features=reading.features - negative.features,
        things=[_bereft(thing, gone) for thing in things],
        unread=reading.unread,
    )


def _bereft(thing: Thing, gone: set[str]) -> Thing:
    held = None if thing.held in gone else thing.held
    return replace(thing, held=held, mount=None if thing.mount in gone else thing.mount)


def _understand(reading: Reading, said: _Said, words: list[str]) -> _Said | None:
    """Take one phrase in; answers what is now said about the next noun, or None for a phrase that means nothing."""
    phrase = " ".join(words)
    if len(words) == 1 and (after := _modify(said, phrase)):
        return after
    noun = None if _is_setting(phrase) else _noun(words)
    if noun and not (phrase in known.FEATURES and not _is_counted(said)):
        _add(reading, said, noun, plural=_exact_noun(phrase) is None)
        return _Said()
    if _set(reading, phrase):
        return _Said()
    return said if phrase in {",", ".", ";"} else None


def _is_setting(phrase: str) -> bool:
    return phrase in known.TIMES or phrase in known.WEATHERS or phrase in known.PLACES


def _is_counted(said: _Said) -> bool:
    """Plain trees belong to the landscape; two trees are two things."""
    return said.count is not None and said.count > 1


def _modify(said: _Said, word: str) -> _Said | None:
    """A word that says something about the next noun."""
    if word.isdigit():
        return replace(said, count=max(1, min(MOST_OF_A_KIND, int(word[:4]))))
    if word in known.COUNTS:
        return replace(said, count=max(int(known.COUNTS[word]), said.count or 0))
    if word in known.SCALES:
        return replace(said, scale=known.SCALES[word])
    if word in known.COLOURS:
        return replace(said, colour=word)
    if word in known.RIDING:
        return replace(said, link="mount")
    return replace(said, link="held") if word in known.CARRYING else None


def _set(reading: Reading, phrase: str) -> bool:
    """A phrase about place, hour, weather or landscape; one phrase may tell of several."""
    reading.time = known.TIMES.get(phrase, reading.time)
    reading.weather = known.WEATHERS.get(phrase, reading.weather)
    if phrase in known.PLACES:
        reading.places.append(known.PLACES[phrase])
    if phrase in known.FEATURES:
        reading.features.add(known.FEATURES[phrase])
    return _is_setting(phrase) or phrase in known.FEATURES


def _add(reading: Reading, said: _Said, noun: str, *, plural: bool) -> None:
    """A noun completes what was said before it; after "riding" or "drinking" it belongs to the noun before."""
    last = reading.things[-1] if reading.things else None
    if last and said.link == "mount":
        reading.things[-1] = replace(last, mount=noun)
    elif last and said.link == "held" and known.size(noun) < LARGEST_HELD:
        reading.things[-1] = replace(last, held=noun)
    else:
        count = said.count or 1
        if plural and count == 1:
            count = SEVERAL
        room = MOST_THINGS - sum(thing.count for thing in reading.things)
        if room > 0:
            reading.things.append(Thing(noun, min(count, MOST_OF_A_KIND, room), said.colour, said.scale))


def _noun(words: list[str]) -> str | None:
    """The thing that a phrase names, in the singular or the plural."""
    for last in (words[-1], *_singulars(words[-1])):
        found = _exact_noun(" ".join([*words[:-1], last]))
        if found:
            return found
    return None


@cache
def _exact_noun(phrase: str) -> str | None:
    if phrase in known.NO_NOUNS:
        return None
    name = known.ALIASES.get(phrase, phrase)
    if name in known.DRAWN:
        return name
    dashed = name.replace(" ", "-")
    return dashed if dashed in icons.bodies() and dashed not in known.SCENES else None


def _singulars(word: str) -> list[str]:
    if word in known.IRREGULAR:
        return [known.IRREGULAR[word]]
    if not word.endswith("s") or word.endswith("ss"):
        return []
    found = [word[:-1]]
    if word.endswith("es"):
        found.append(word[:-2])
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    return found


def _note_unread(reading: Reading, word: str) -> None:
    if word not in known.LITTLE and word not in reading.unread and word.isalpha():
        reading.unread.append(word)
