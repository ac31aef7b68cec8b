"""Events: who does what to whom, in PLOVER's sixteen categories; the spaCy component `press_events`.

Acts are found from the events codebook, both sides from the words around them (`parties`), without a parser: an act whose sides are
not plain to see is left out. Source: Halterman and others 2023, "PLOVER and POLECAT", https://osf.io/preprints/socarxiv/rm5dw.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from press_coverage.annotation.actors import Mention, as_spans
from press_coverage.annotation.events.sides import HYPOTHETICAL, NEGATED, Item, Parties, english
from press_coverage.annotation.events.sides_german import german
from press_coverage.codebooks import terms
from press_coverage.codebooks.terms import Hit, Matcher, Row, forms
from press_coverage.tables.columns import QUADS
from press_coverage.text.sentences import sentence_ends
from press_coverage.text.words import lower

COMPONENT = "press_events"

if not Doc.has_extension("press_events"):
    Doc.set_extension("press_events", default=())

_TOKEN = re.compile(r"['’]s\b|n['’]t\b|\w+(?:[-.&]\w+)*|[^\w\s]")
_SIDES = {"en": english, "de": german}
_BOTH = ("CONSULT", "COOPERATE", "AGREE")


class Event(NamedTuple):
    """An act: offsets from its first word to its last, sides included; `target_actor` is '' where it has none."""

    start: int
    end: int
    source_actor: str
    category: str
    target_actor: str
    quad: str
    negated: bool
    hypothetical: bool


def find_events(text: str, language: str, mentions: Sequence[Mention]) -> list[Event]:
    """Events between the actors named in a text, in the order of their acts. `language` is 'de' or 'en'.

    Negated ones and those only announced, demanded or possible are told apart, not left out.

    >>> from press_coverage.annotation.actors import find_actors
    >>> text = "Trump praised Kim Jong Un but would not meet Lavrov."
    >>> [(e.source_actor, e.category, e.target_actor, e.negated, e.hypothetical) for e in find_events(text, "en", find_actors(text, "en"))]
    [('donald_trump', 'SUPPORT', 'kim_jong_un', False, False), ('donald_trump', 'CONSULT', 'sergey_lavrov', True, True)]
    """
    matcher, rows = _acts(language)
    hits = matcher.find(text) if mentions else []
    ends = sentence_ends(text)[:-1] if hits else []
    found: list[Event] = []
    person: tuple[Mention, ...] = ()
    at = named = 0
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        acts = []
        while at < len(hits) and hits[at].start < end:
            acts.append(hits[at])
            at += 1
        first = named
        named = bisect_left(mentions, end, key=attrgetter("start"))
        here = mentions[first:named]
        if here and acts:
            found += _sentence(text, (start, end), here, acts, language, rows, person)
        people = {m.actor_id: m for m in here if m.kind == "person"}
        person = tuple(people.values()) if len(people) == 1 else ()
    return list(dict.fromkeys(found))


def _sentence(
    text: str,
    span: tuple[int, int],
    mentions: Sequence[Mention],
    acts: Sequence[Hit],
    language: str,
    rows: dict[str, list[Row]],
    before: tuple[Mention, ...],
) -> Iterator[Event]:
    items = _items(text, span, mentions, acts)
    earlier: tuple[Mention, ...] = ()
    for at, item in enumerate(items):
        if not item.act:
            continue
        people = {m.actor_id: m for i in items[:at] for m in i.actors if m.kind == "person"}
        person = tuple(people.values()) if len(people) == 1 else () if people else before
        row = next((row for row in rows[item.text] if _has(items, at, row, language)), None)
        if row is None:
            continue
        sides = _SIDES[language](items, at, row.kind, earlier, person)
        earlier = earlier if row.kind.endswith("noun") else sides.sources or earlier
        yield from _events(items, at, row, sides, language)


def _events(
    items: Sequence[Item], at: int, row: Row, sides: Parties, language: str
) -> Iterator[Event]:
    if not sides.targets and row.kind not in ("act", "actnoun"):
        return
    for source in sides.sources:
        for target in sides.targets or (None,):
            if target and (
                target.actor_id == source.actor_id or _own(source, target, row.label in _BOTH)
            ):
                continue
            places = [
                items[at].start,
                items[at].end,
                *(p for m in (source, target) if m for p in (m.start, m.end)),
            ]
            negated, hypothetical = _mode(items, at, source, row.needs.lstrip("…"), language)
            name = target.actor_id if target else ""
            yield Event(
                min(places),
                max(places),
                source.actor_id,
                row.label,
                name,
                QUADS[row.label],
                negated,
                hypothetical,
            )


def _own(source: Mention, target: Mention, both: bool) -> bool:
    """Whether a country acts on its own capital, or meets its own leader: hardly ever what is meant."""
    if source.country != target.country or not source.country:
        return False
    return (
        (source.kind == "person") != (target.kind == "person") if both else target.kind != "person"
    )


def _mode(
    items: Sequence[Item], at: int, source: Mention, particle: str, language: str
) -> tuple[bool, bool]:
    """Negated, hypothetical: from the words between the source and the act; in German from the act's clause."""
    first = next((k for k in range(at - 1, -1, -1) if items[k].text in (",", ";", ":")), -1) + 1
    last = at
    if language == "de":
        last = next(
            (k for k in range(at + 1, len(items)) if items[k].text in (",", ";", ":", ".")),
            len(items),
        )
    elif source.end <= items[at].start:
        first = max(
            first, next((k for k in range(at, -1, -1) if source in items[k].actors), first) - 2
        )
    words = {word for item in items[first:last] for word in item.text.split()} - {particle}
    return bool(words & NEGATED[language]), bool(words & HYPOTHETICAL[language])


def _has(items: Sequence[Item], at: int, row: Row, language: str) -> bool:
    """Whether one of the words that a row needs stands behind its act (German: in its clause), or its particle ends the clause."""
    if not row.needs:
        return True
    end = next(
        (k for k in range(at + 1, len(items)) if items[k].text in (",", ";", ":", ".", "!", "?")),
        len(items),
    )
    words = [word for item in items[at + 1 : end] for word in item.text.split()]
    if row.needs.startswith("…"):
        return row.needs[1:] in words[-1:]
    start = (
        next((k for k in range(at, -1, -1) if items[k].text in (",", ";", ":")), 0)
        if language == "de"
        else at
    )
    reach = words if language == "de" else words[:7]
    return not {word.lower() for word in row.needs.split()}.isdisjoint(
        [*reach, *(item.text for item in items[start:at])]
    )


def _items(
    text: str, span: tuple[int, int], mentions: Sequence[Mention], acts: Sequence[Hit]
) -> list[Item]:
    """Words, marks, actors and acts of a sentence, in its order."""
    actors: dict[tuple[int, int], list[Mention]] = {}
    for mention in mentions:
        actors.setdefault((mention.start, mention.end), []).append(mention)
    units = [
        Item(a, b, lower(text[a:b]), tuple(own), capital=True) for (a, b), own in actors.items()
    ]
    units += [
        Item(hit.start, hit.end, lower(text[hit.start : hit.end]), act=True)
        for hit in acts
        if not any(unit.start < hit.end and hit.start < unit.end for unit in units)
    ]
    units.sort()
    items, place = [], span[0]
    for unit in [*units, None]:
        for token in _TOKEN.finditer(text, place, unit.start if unit else span[1]):
            items.append(Item(*token.span(), lower(token[0]), capital=token[0][0].isupper()))
        if unit:
            items.append(unit)
            place = max(place, unit.end)
    return items


@cache
def _acts(language: str) -> tuple[Matcher, dict[str, list[Row]]]:
    """The matcher of a language's acts, and the rows of each form: several where a particle or an object decides."""
    rows = [row for row in terms.read("events") if row.language == language]
    known: dict[str, list[Row]] = {}
    for row in rows:
        for form in forms(row.term):
            known.setdefault(lower(form), []).append(row)
    return Matcher(rows, names=False), known


@Language.factory(COMPONENT, requires=["doc._.press_mentions"])
def make_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.press_events` and `doc.spans["events"]`; stands behind `press_actors`."""
    return partial(_annotate, language=str(nlp.lang))


def _annotate(doc: Doc, language: str) -> Doc:
    doc._.press_events = tuple(find_events(doc.text, language, doc._.press_mentions))
    doc.spans["events"] = as_spans(doc, [(e.start, e.end, e.category) for e in doc._.press_events])
    return doc
