"""Roles: an office that stands for who holds it ("the North Korean leader", "der US-Präsident").

A role is resolved where it is certain: by the day, where one person held the office of that
country on it, or by the article, where one of those named in it has held the office. A role beside
its holder's name is left out: the name is a mention already.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from press_coverage.annotation.actors import Mention
from press_coverage.codebooks import offices
from press_coverage.codebooks import terms as codebook
from press_coverage.codebooks.reading import pattern

_OTHER_HOLDER = pattern("annotation", "other_holder", re.I)  # another time's, or nobody's
_OTHER_RANK = pattern("annotation", "other_rank")  # president-elect, Pentagon chief spokesperson
_WEEKDAY = pattern("annotation", "weekday")
_BEHIND = re.compile(  # a name, or what the office is of
    r"[ \u00a0](?:[A-ZÄÖÜ]\w|of\b|for\b|von\b|vom\b|des\b|der\b)"
)
_TO_NAME = re.compile(r"(?:,? (?:[A-ZÄÖÜ][\w.]* )?|[’']s? )?")  # at most one word between
_FROM_NAME = re.compile(r", (?:the |der |die |dem |den |des )?")
_NOBODY = ("", "")


class Role(NamedTuple):
    """A role: offsets, office, its country ('' where not known) and the holder ('' where open).

    `resolved` says how the holder is known: 'date', 'named' or ''.
    """

    start: int
    end: int
    office: str
    country: str
    actor_id: str
    resolved: str


def find_roles(
    text: str, language: str, mentions: Sequence[Mention], day: date | None = None
) -> list[Role]:
    """Roles in a text, in its order.

    Args:
        text: the body of an article.
        language: 'de' or 'en'.
        mentions: its actors.
        day: of publishing.

    Returns:
        The roles.

    Examples:
        >>> from press_coverage.annotation.actors import find_actors
        >>> text = "The US secretary of state flew. Kim Jong Un waited; the supreme leader smiled."
        >>> roles = find_roles(text, "en", find_actors(text, "en"), date(2018, 5, 9))
        >>> [(text[r.start : r.end], r.actor_id, r.resolved) for r in roles]
        [('US secretary of state', 'mike_pompeo', 'date'), ('the supreme leader', 'kim_jong_un', 'date')]
    """  # noqa: E501
    people = [mention for mention in mentions if mention.kind == "person"]
    named = {mention.actor_id for mention in people}
    return [
        _role(text, hit, named, day)
        for hit in codebook.matcher("roles", language).find(text)
        if not (
            _another(text, hit, language)
            or any(_beside(text, hit.start, hit.end, person) for person in people)
        )
    ]


def _another(text: str, hit: codebook.Hit, language: str) -> bool:
    """Whether the words around a role make it another's: of another time, rank or name."""
    if _OTHER_HOLDER.search(text, max(0, hit.start - 20), hit.start):
        return True
    if _OTHER_RANK.match(text, hit.end):
        return True
    behind = _BEHIND.match(text, hit.end)
    if behind is None or language != "en" or _WEEKDAY.match(text, hit.end):
        return False
    return behind[0][-1].isalpha() and behind[0][1].isupper()  # a name not in the codebook


def _role(text: str, hit: codebook.Hit, named: set[str], day: date | None) -> Role:
    row, behind = hit.row, _BEHIND.match(text, hit.end)
    known = not row.needs or not named.isdisjoint(row.needs.split())
    plain = behind is None or (row.country and behind[0][1].islower())
    sure = known and (plain or _WEEKDAY.match(text, hit.end))
    actor_id, how = _holder(row.label, row.country, named, day) if sure else _NOBODY
    country = (row.country if known else "") or offices.country(row.label, actor_id)
    return Role(hit.start, hit.end, row.label, country, actor_id, how)


def _holder(office: str, country: str, named: set[str], day: date | None) -> tuple[str, str]:
    """Who holds an office, and how that is known."""
    candidates = named & offices.ever(office, country)
    if day:
        if not offices.COVERED[0] <= day <= offices.COVERED[1]:
            return _NOBODY
        today = _on_day(office, country, day)
        # where another holder is named, it may be about the past
        if country and len(today) == 1 and (today & candidates or not candidates):
            return today.pop(), "date"
        candidates &= today
    return (candidates.pop(), "named") if len(candidates) == 1 else _NOBODY


def _on_day(office: str, country: str, day: date) -> set[str]:
    """Who held an office on a day; of any country where it is not known."""
    if country:
        return set(offices.holders(office, country, day))
    terms = (term for term in offices.terms() if term.office == office)
    return {term.actor_id for term in terms if term.start <= day <= term.end}


def _beside(text: str, start: int, end: int, person: Mention) -> bool:
    """Whether a role only says who a person is.

    US President Donald Trump; Kim Jong Un, the North Korean leader, ...
    """
    if end <= person.start <= end + 24:
        return bool(_TO_NAME.fullmatch(text, end, person.start))
    if start - 8 <= person.end <= start:
        alone = not text[end : end + 2].strip(" ,.;)—–").strip()
        return alone and bool(_FROM_NAME.fullmatch(text, person.end, start))
    return person.start < end and start < person.end
