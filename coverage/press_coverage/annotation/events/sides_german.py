"""Sides in German: by clause and preposition.

The actor without a preposition that comes first acts; the next one, or the one behind mit, gegen,
an, is acted upon; of what follows von in the passive it is the other way round.
"""

from collections.abc import Mapping, Sequence

from press_coverage.annotation.actors import Mention
from press_coverage.annotation.events.items import (
    NONE,
    Item,
    Parties,
    adjective,
    first_of,
    word_at,
)
from press_coverage.codebooks.reading import words

Actors = tuple[Mention, ...]

_MARKS = frozenset(',;:–—()[]"“”„»«.!?…')
_PREPOSITION = {word: case for case in ("by", "with", "aside") for word in words("events", case)}
_CASE = dict.fromkeys(words("events", "object"), "object") | _PREPOSITION
_TITLES = frozenset(words("events", "offices", "de"))
_ATTRIBUTES = _TITLES | frozenset(words("events", "attributes"))
_ARTICLES = words("events", "articles")
_PASSIVE, _RELATIVE = frozenset(words("events", "passive")), words("events", "relative")
_JOINING = words("events", "joining")


def german(items: Sequence[Item], at: int, kind: str, earlier: Actors, person: Actors) -> Parties:
    """As `english`, by clause and preposition."""
    first = first_of(items, range(at - 1, -1, -1), _MARKS, -1) + 1
    last = first_of(items, range(at + 1, len(items)), _MARKS, len(items))
    if kind.endswith("noun"):
        return _noun(items, at, last, mutual=kind == "mutualnoun")
    phrases = _phrases(items, first, last)
    bare = phrases["bare"]
    texts = {item.text for item in items[first:last]}
    if phrases["by"] and texts & _PASSIVE:
        return Parties(phrases["by"][0], _first(bare + phrases["object"]))
    if not bare:
        bare = [_meant(items, first, texts, earlier, person)]
    if len(bare) > 1 and kind in ("mutual", "act") and _coordinated(items, first, last):
        return Parties(bare[0], bare[1], True)
    others = phrases["object"] + bare[1:] + phrases["with"] + phrases["by"]
    return Parties(bare[0], _first(others), kind == "mutual")


def _first(actors: Sequence[Actors]) -> Actors:
    return actors[0] if actors else ()


def _noun(items: Sequence[Item], at: int, last: int, *, mutual: bool) -> Parties:
    """Parties of an act put as a noun: Trumps Brief an Kim, das Treffen zwischen Kim und Moon."""
    behind = [item.actors for item in items[at + 1 : min(last, at + 9)] if _names(item)]
    if "zwischen" in items[at].text:
        return Parties(behind[0], behind[1][-1:], True) if len(behind) > 1 else NONE
    genitive = word_at(items, at - 1).endswith("s") and items[at - 1].end < items[at].start
    owner = items[at - 1].actors[-1:] if genitive else ()
    return Parties(owner, behind[0][-1:], mutual) if owner and behind else NONE


def _phrases(items: Sequence[Item], first: int, last: int) -> Mapping[str, list[Actors]]:
    """The actors of a clause by what leads up to their names."""
    cases = ("by", "with", "aside", "object", "bare")
    phrases: dict[str, list[Actors]] = {case: [] for case in cases}
    for k in range(first, last):
        item = items[k]
        if _names(item) and not _attribute(items, k, last):
            phrases[_CASE.get(_lead(items, k, first), "bare")].append(item.actors[-1:])
    return phrases


def _names(item: Item) -> bool:
    return bool(item.actors) and not adjective(item.text)


def _attribute(items: Sequence[Item], k: int, last: int) -> bool:
    """Whether a name only leads to another: der nordkoreanische Machthaber Kim; Trumps Brief."""
    behind = items[k + 1 : last]
    if not behind:
        return False
    if items[k].text.endswith("s") and behind[0].capital and not behind[0].actors:
        return True
    named = next((item.actors for item in behind[:4] if item.text not in _TITLES), ())
    return _is_person(named) and not _is_person(items[k].actors)


def _is_person(actors: Actors) -> bool:
    return bool(actors) and actors[0].kind == "person"


def _lead(items: Sequence[Item], k: int, first: int) -> str:
    """The preposition or article before an actor's name, its titles and attributes."""
    back = k - 1
    while back >= first and (items[back].text in _ATTRIBUTES or items[back].actors):
        back -= 1
    if back < first:
        return ""
    if items[back].text in _ARTICLES and back > first and items[back - 1].text in _PREPOSITION:
        return items[back - 1].text
    return items[back].text


def _meant(
    items: Sequence[Item], first: int, texts: set[str], earlier: Actors, person: Actors
) -> Actors:
    """Who acts in a clause that names no one: whom a relative clause or a pronoun is about."""
    if first > 1 and items[first].text in _RELATIVE and items[first - 2].actors:
        return items[first - 2].actors[-1:]
    if texts & {"er", "sie"}:
        return person
    return earlier if items[first].text in _JOINING else ()


def _coordinated(items: Sequence[Item], first: int, last: int) -> bool:
    """Whether two actors are joined by `und`."""
    return any(
        items[k].text == "und" and items[k - 1].actors and items[k + 1].actors
        for k in range(first + 1, last - 1)
    )
