"""Roles: an office that stands for who holds it ("the North Korean leader", "der US-Präsident"); the spaCy component `press_roles`.

A role is resolved where it is certain: by the day, where one person held the office of that country on it, or by the article, where
one of those named in it has held the office. A role beside its holder's name is left out: the name is a mention already.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from press_coverage.annotation.actors import Mention, as_spans
from press_coverage.codebooks import offices
from press_coverage.codebooks import terms as codebook

COMPONENT = "press_roles"

if not Doc.has_extension("press_roles"):
    Doc.set_extension("press_roles", default=())
    Doc.set_extension("press_date", default=None)

_OTHERS = re.compile(  # of another time, rank or nobody in particular
    r"(?:\b(?:an?|no|any|every|another|former|then|next|future|late|deputy|vice|assistant|under|first|second|last|previous|sitting"
    r"|incumbent|founding|acting|designated|incoming|outgoing|as|new|of|is|was|(?:be|become|became|being)(?: the)?"
    r"|(?:nominee|candidate|pick|choice|run|running) for"
    r"|ein|eine[mnrs]?|kein|keine[mnrs]?|jede[mnrs]?|als|(?:ehemalige|frühere|einstige|damalige|künftige|nächste|stellvertretende|amtierende"
    r"|designierte|erste|letzte|neue|geschäftsführende)[mnrs]?)[ \u00a0]|(?:ex|vize|then|post|pre)-)$",
    re.I,
)
_BEHIND = re.compile(r"[ \u00a0](?:[A-ZÄÖÜ]\w|of\b|for\b|von\b|vom\b|des\b|der\b)")
_ANOTHER = re.compile(
    r"-\w|[ \u00a0](?:elect|spokes|advis|aide|candidate|nominee|designate)"
)  # president-elect, Pentagon chief spokesperson
_WEEKDAY = re.compile(r"[ \u00a0](?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_TO_NAME = re.compile(r"(?:,? (?:[A-ZÄÖÜ][\w.]* )?|[’']s? )?")
_FROM_NAME = re.compile(r", (?:the |der |die |dem |den |des )?")


class Role(NamedTuple):
    """A role: offsets, office, its country ('' where not known), the holder ('' where open) and how found: 'date', 'named' or ''."""

    start: int
    end: int
    office: str
    country: str
    actor_id: str
    resolved: str


def find_roles(
    text: str, language: str, mentions: Sequence[Mention], day: date | None = None
) -> list[Role]:
    """Roles in a text, in its order; `day` is the day of publishing, `mentions` are its actors. `language` is 'de' or 'en'.

    >>> from press_coverage.annotation.actors import find_actors
    >>> text = "The US secretary of state flew home. Kim Jong Un waited; the supreme leader was in no hurry."
    >>> roles = find_roles(text, "en", find_actors(text, "en"), date(2018, 5, 9))
    >>> [(text[r.start : r.end], r.actor_id, r.resolved) for r in roles]
    [('US secretary of state', 'mike_pompeo', 'date'), ('the supreme leader', 'kim_jong_un', 'date')]
    """
    hits = codebook.matcher("roles", language).find(text)
    if not hits:
        return []
    people = [m for m in mentions if m.kind == "person"]
    named = {m.actor_id for m in people}
    roles = []
    for start, end, row in hits:
        if (
            _OTHERS.search(text, max(0, start - 20), start)
            or _ANOTHER.match(text, end)
            or any(_beside(text, start, end, person) for person in people)
        ):
            continue
        behind = _BEHIND.match(text, end)
        if (
            behind
            and language == "en"
            and behind[0][-1:].isalpha()
            and behind[0][1].isupper()
            and not _WEEKDAY.match(text, end)
        ):
            continue  # the name of one whom the codebook does not know
        known = not row.needs or bool(named & set(row.needs.split()))
        sure = known and (
            not behind
            or bool(_WEEKDAY.match(text, end))
            or bool(row.country and behind[0][1:2].islower())
        )
        actor_id, how = _holder(row.label, row.country, named, day) if sure else ("", "")
        country = row.country if known else ""
        roles.append(
            Role(
                start,
                end,
                row.label,
                country or offices.country(row.label, actor_id),
                actor_id,
                how,
            )
        )
    return roles


def _holder(office: str, country: str, named: set[str], day: date | None) -> tuple[str, str]:
    if day and not offices.COVERED[0] <= day <= offices.COVERED[1]:
        return "", ""
    there = named & offices.ever(office, country)
    if country and day:
        now = set(offices.holders(office, country, day))
        if len(now) == 1 and (
            now & there or not there
        ):  # where another holder is named, it may be about the past
            return now.pop(), "date"
        there &= now
    elif day:
        there &= {
            term.actor_id
            for term in offices.terms()
            if term.office == office and term.start <= day <= term.end
        }
    return (there.pop(), "named") if len(there) == 1 else ("", "")


def _beside(text: str, start: int, end: int, person: Mention) -> bool:
    """Whether a role only says who a person is: US President Donald Trump; Kim Jong Un, the North Korean leader, ..."""
    if end <= person.start <= end + 24:
        return bool(_TO_NAME.fullmatch(text, end, person.start))
    if start - 8 <= person.end <= start:
        return (
            bool(_FROM_NAME.fullmatch(text, person.end, start))
            and not text[end : end + 2].strip(" ,.;)—–").strip()
        )
    return person.start < end and start < person.end


@Language.factory(COMPONENT, requires=["doc._.press_mentions"])
def make_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.press_roles` and `doc.spans["roles"]`, with `doc._.press_date` in mind; stands behind `press_actors`."""
    return partial(_annotate, language=str(nlp.lang))


def _annotate(doc: Doc, language: str) -> Doc:
    doc._.press_roles = tuple(
        find_roles(doc.text, language, doc._.press_mentions, doc._.press_date)
    )
    doc.spans["roles"] = as_spans(doc, [(r.start, r.end, r.office) for r in doc._.press_roles])
    return doc
