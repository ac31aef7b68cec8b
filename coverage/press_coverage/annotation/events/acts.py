"""Events: who does what to whom, in PLOVER's sixteen categories.

Acts are found from the events codebook, both sides from the words around them (`sides`), without
a parser: an act whose sides are not plain to see is left out.

Source: Halterman and others 2023, "PLOVER and POLECAT", https://osf.io/preprints/socarxiv/rm5dw.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, product
from operator import attrgetter
from typing import NamedTuple, TypeVar

from press_coverage.annotation.actors import Mention
from press_coverage.annotation.events.items import (
    Act,
    Actors,
    Items,
    Parties,
    first_of,
    sentence_items,
)
from press_coverage.annotation.events.sides import HYPOTHETICAL, NEGATED, english
from press_coverage.annotation.events.sides_german import german
from press_coverage.codebooks import terms
from press_coverage.codebooks.terms import Hit, Matcher, Row, forms
from press_coverage.tables.columns import QUADS
from press_coverage.text.sentences import sentence_ends
from press_coverage.text.words import lower

_SIDES = {"en": english, "de": german}
_BOTH = ("CONSULT", "COOPERATE", "AGREE")
_CLAUSE = (",", ";", ":")  # what parts clauses
_REACH = 7  # words behind an English act among which one that it needs is looked for
_Placed = TypeVar("_Placed", Mention, Hit)


class Event(NamedTuple):
    """An act: offsets from its first word to its last, sides included.

    `target_actor` is '' where it has none.
    """

    start: int
    end: int
    source_actor: str
    category: str
    target_actor: str
    quad: str
    negated: bool
    hypothetical: bool


def find_events(
    text: str, language: str, mentions: Sequence[Mention], ends: Sequence[int] | None = None
) -> list[Event]:
    """Events between the actors named in a text, in the order of their acts.

    Negated ones and those only announced, demanded or possible are told apart, not left out.

    Args:
        text: the body of an article.
        language: 'de' or 'en'.
        mentions: its actors, in its order.
        ends: where its sentences end, in characters, the text's end last; by default as
            `text.sentences` has it.

    Returns:
        The events.

    Examples:
        >>> from press_coverage.annotation.actors import find_actors
        >>> text = "Trump praised Kim Jong Un but would not meet Lavrov."
        >>> for e in find_events(text, "en", find_actors(text, "en")):
        ...     print(e.source_actor, e.category, e.target_actor, e.negated, e.hypothetical)
        donald_trump SUPPORT kim_jong_un False False
        donald_trump CONSULT sergey_lavrov True True
    """
    matcher, rows = _acts(language)
    hits = matcher.find(text) if mentions else []
    if not hits:
        return []
    ends = sentence_ends(text) if ends is None else ends
    events: list[Event] = []
    person: Actors = ()
    sentences = zip(pairwise([0, *ends]), _parted(mentions, ends), _parted(hits, ends), strict=True)
    for span, named, acts in sentences:
        if named and acts:
            items = sentence_items(text, span, named, acts)
            events += _sentence(items, language, rows, person)
        person = _person(named)
    return list(dict.fromkeys(events))


def _parted(placed: Sequence[_Placed], ends: Sequence[int]) -> Iterator[Sequence[_Placed]]:
    """Mentions or hits by the sentence in which they start."""
    first = 0
    for end in ends:
        last = bisect_left(placed, end, lo=first, key=attrgetter("start"))
        yield placed[first:last]
        first = last


def _person(mentions: Iterable[Mention], before: Actors = ()) -> Actors:
    """The one person among mentions; `before` where there is none, nobody where there are two."""
    people = tuple({m.actor_id: m for m in mentions if m.kind == "person"}.values()) or before
    return people if len(people) == 1 else ()


def _sentence(
    items: Items, language: str, rows: Mapping[str, Sequence[Row]], before: Actors
) -> Iterator[Event]:
    """The events of a sentence; `before` is the one person named in the sentence before."""
    earlier: Actors = ()
    for at, item in enumerate(items):
        candidates = rows[item.text] if item.act else ()
        row = next((row for row in candidates if _fits(items, at, row, language)), None)
        if row is None:
            continue
        person = _person((mention for i in items[:at] for mention in i.actors), before)
        act = Act(items, at, row.kind, earlier, person)
        sides = _SIDES[language](act)
        if not act.noun:
            earlier = sides.sources or earlier
        if sides.targets or row.kind in ("act", "actnoun"):
            yield from _events(act, row, sides, language)


def _events(act: Act, row: Row, sides: Parties, language: str) -> Iterator[Event]:
    """An event for each pair of an act's sources and targets."""
    start, end, *_ = act.items[act.at]
    for source, target in product(sides.sources, sides.targets or (None,)):
        other = target or source
        if target and _within(source, target, both=row.label in _BOTH):
            continue
        yield Event(
            min(start, source.start, other.start),
            max(end, source.end, other.end),
            source.actor_id,
            row.label,
            target.actor_id if target else "",
            QUADS[row.label],
            *_mode(act, source, row.needs.lstrip("…"), language),
        )


def _within(source: Mention, target: Mention, *, both: bool) -> bool:
    """Whether an actor acts on itself, a country on its own capital, or meets its own leader.

    That is hardly ever what is meant.
    """
    if source.actor_id == target.actor_id:
        return True
    if source.country != target.country or not source.country:
        return False
    if both:
        return (source.kind == "person") != (target.kind == "person")
    return target.kind != "person"


def _mode(act: Act, source: Mention, particle: str, language: str) -> tuple[bool, bool]:
    """Negated, hypothetical: from the words between source and act; in German from the clause."""
    items, at = act.items, act.at
    first, last = first_of(items, range(at - 1, -1, -1), _CLAUSE, -1) + 1, at
    if language == "de":
        last = first_of(items, range(at + 1, len(items)), (*_CLAUSE, "."), len(items))
    elif source.end <= items[at].start:
        named = next((k for k in range(at, -1, -1) if source in items[k].actors), first)
        first = max(first, named - 2)
    words = {word for item in items[first:last] for word in item.text.split()} - {particle}
    return bool(words & NEGATED[language]), bool(words & HYPOTHETICAL[language])


def _fits(items: Items, at: int, row: Row, language: str) -> bool:
    """Whether one of the words that a row needs follows its act (German: is in its clause).

    A particle, written with …, must end the clause.
    """
    if not row.needs:
        return True
    end = first_of(items, range(at + 1, len(items)), (*_CLAUSE, ".", "!", "?"), len(items))
    words = [word for item in items[at + 1 : end] for word in item.text.split()]
    if row.needs.startswith("…"):
        return words[-1:] == [row.needs[1:]]
    if language == "de":
        start = first_of(items, range(at, -1, -1), _CLAUSE, 0)
        words += [item.text for item in items[start:at]]
    else:
        words = words[:_REACH]
    return not {word.lower() for word in row.needs.split()}.isdisjoint(words)


@cache
def _acts(language: str) -> tuple[Matcher, dict[str, list[Row]]]:
    """The matcher of a language's acts, and the rows of each form.

    There are several where a particle or an object decides.
    """
    rows = [row for row in terms.read("events") if row.language == language]
    known: dict[str, list[Row]] = {}
    for row in rows:
        for form in forms(row.term):
            known.setdefault(lower(form), []).append(row)
    return Matcher(rows, names=False), known
