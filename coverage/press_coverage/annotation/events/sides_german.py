"""Sides in German: by clause and preposition.

The actor without a preposition that comes first acts; the next one, or the one behind mit, gegen,
an, is acted upon; of what follows von in the passive it is the other way round.
"""

from collections.abc import Mapping, Sequence

from press_coverage.annotation.events.items import (
    NONE,
    Act,
    Actors,
    Items,
    Parties,
    first_of,
)
from press_coverage.codebooks.reading import words

_MARKS = frozenset(',;:–—()[]"“”„»«.!?…')
_PREPOSITION = {word: case for case in ("by", "with", "aside") for word in words("events", case)}
_CASE = dict.fromkeys(words("events", "object"), "object") | _PREPOSITION
_TITLES = frozenset(words("events", "offices", "de"))
_ATTRIBUTES = _TITLES | frozenset(words("events", "attributes"))
_ARTICLES = words("events", "articles")
_PASSIVE, _RELATIVE = frozenset(words("events", "passive")), words("events", "relative")
_JOINING = words("events", "joining")


def german(act: Act) -> Parties:
    """As `english`, by clause and preposition."""
    items = act.items
    first = first_of(items, range(act.at - 1, -1, -1), _MARKS, -1) + 1
    last = first_of(items, range(act.at + 1, len(items)), _MARKS, len(items))
    if act.noun:
        return _noun(act, last)
    phrases = _phrases(items, first, last)
    texts = {item.text for item in items[first:last]}
    if phrases["by"] and texts & _PASSIVE:
        return Parties(phrases["by"][0], _first(phrases["bare"] + phrases["object"]))
    bare = phrases["bare"] or [_meant(act, first, texts)]
    if len(bare) > 1 and act.kind in ("mutual", "act") and _coordinated(items, first, last):
        return Parties(bare[0], bare[1])
    others = phrases["object"] + bare[1:] + phrases["with"] + phrases["by"]
    return Parties(bare[0], _first(others))


def _first(actors: Sequence[Actors]) -> Actors:
    return actors[0] if actors else ()


def _noun(act: Act, last: int) -> Parties:
    """Parties of an act put as a noun: Trumps Brief an Kim, das Treffen zwischen Kim und Moon."""
    near = act.items[act.at + 1 : min(last, act.at + 9)]
    behind = [item.actors for item in near if item.naming]
    if "zwischen" in act.text:
        return Parties(behind[0], behind[1][-1:]) if len(behind) > 1 else NONE
    owner = _genitive(act)
    return Parties(owner, behind[0][-1:]) if owner and behind else NONE


def _genitive(act: Act) -> Actors:
    """The actors right before a noun, in the genitive."""
    before = act.items[act.at - 1]
    near = act.at > 0 and before.end < act.items[act.at].start
    return before.actors[-1:] if near and before.text.endswith("s") else ()


def _phrases(items: Items, first: int, last: int) -> Mapping[str, list[Actors]]:
    """The actors of a clause by what leads up to their names."""
    cases = ("by", "with", "aside", "object", "bare")
    phrases: dict[str, list[Actors]] = {case: [] for case in cases}
    for k in range(first, last):
        item = items[k]
        if item.naming and not _attribute(items, k, last):
            phrases[_CASE.get(_lead(items, k, first), "bare")].append(item.actors[-1:])
    return phrases


def _attribute(items: Items, k: int, last: int) -> bool:
    """Whether a name only leads to another: der nordkoreanische Machthaber Kim; Trumps Brief."""
    behind = items[k + 1 : last]
    if not behind:
        return False
    if items[k].text.endswith("s") and behind[0].capital and not behind[0].actors:
        return True
    named = next((item for item in behind[:4] if item.text not in _TITLES), items[k])
    return named.person and not items[k].person


def _lead(items: Items, k: int, first: int) -> str:
    """The preposition or article before an actor's name, its titles and attributes."""
    back = k - 1
    while back >= first and (items[back].text in _ATTRIBUTES or items[back].actors):
        back -= 1
    if back < first:
        return ""
    if items[back].text in _ARTICLES and back > first and items[back - 1].text in _PREPOSITION:
        return items[back - 1].text
    return items[back].text


def _meant(act: Act, first: int, texts: set[str]) -> Actors:
    """Who acts in a clause that names no one: whom a relative clause or a pronoun is about."""
    opening, before = act.items[first].text, act.items[first - 2]
    if first > 1 and opening in _RELATIVE and before.actors:
        return before.actors[-1:]
    if texts & {"er", "sie"}:
        return act.person
    return act.earlier if opening in _JOINING else ()


def _coordinated(items: Items, first: int, last: int) -> bool:
    """Whether two actors are joined by `und`."""
    return any(
        items[k].text == "und" and items[k - 1].actors and items[k + 1].actors
        for k in range(first + 1, last - 1)
    )
