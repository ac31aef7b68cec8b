"""Actors: who is named, found from the actors codebook."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from press_coverage.codebooks import terms
from press_coverage.codebooks.reading import words

_BEFORE = re.compile(r"(?:(?:\w+|(?:\w\.)+)-)+$")
_AFTER = re.compile(r"(?:-(?:(?:\w\.)+|\w+))+")
_SURNAME_FIRST = ("KP", "KR")
# named beside Kim Jong Un, whose surname alone is hardly theirs
_FOREBEARS = frozenset(words("annotation", "forebears"))
_TITLES = frozenset(words("events", "offices"))
_SYLLABLE = r"""(?i:   # of a Korean given name
    (?: (?:[cptk]?h|[bcdgjklmnprstv])? (?:[yw]? (?:ae|eo|[aeiou]) | eu|oe|oo|ee|ui) )
    (?:ng|ck|[kgnltmpbh])? (?!\w)
)"""
# two syllables behind a surname name somebody else: Kim Won Hong, Ким Вон Хон;
# but not the words of a headline, Kim To Meet
_GIVEN = re.compile(
    rf"""
    [ -] (?=[A-Z]) (?! (?:{"|".join(words("annotation", "headline_words"))}) \b )
    {_SYLLABLE} (?: - | [ ](?=[A-Z]) ) {_SYLLABLE}
    | [ -] [А-ЯЁ][а-яё]{{1,4}} (?: - | [ ](?=[А-ЯЁ]) ) [А-ЯЁа-яё][а-яё]{{0,4}} (?!\w)
    """,
    re.VERBOSE,
)


class Mention(NamedTuple):
    """An actor named: character offsets, the codebook's id, kind and country ('' for none)."""

    start: int
    end: int
    actor_id: str
    kind: str
    country: str


class _Stranger(NamedTuple):
    """The full name of a person that is not in the codebook: offsets and words."""

    start: int
    end: int
    name: list[str]


class _Known(NamedTuple):
    """Who is named without condition in a text and its title, and the strangers."""

    names: list[tuple[str, terms.Row]]
    ids: set[str]
    strangers: list[_Stranger]


def find_actors(
    text: str, language: str, *, title: str = "", persons: Sequence[tuple[int, int]] = ()
) -> list[Mention]:
    """Mentions of the codebook's actors in a text, in its order.

    Case counts. A name inside a hyphen compound stands for the whole of it (`Kim-Trump-Treffen`
    names two). A row with `needs` (a surname alone, `the North`) counts only where one of the
    actors it needs is named without condition in the text or its title. Where others of a surname
    are named and its usual bearer is not, it is the other's, or nobody's where there are several.

    Args:
        text: the body of an article.
        language: 'de', 'en', 'ko' or 'ru'.
        title: of the article.
        persons: names of persons that another program found, as character offsets. A surname
            within a full name that is not in the codebook names nobody; neither does it elsewhere
            in the text, where its usual bearer is not named in full.

    Returns:
        The mentions.

    Raises:
        KeyError: another language.

    Examples:
        >>> text = "Kim Jong Un empfing Lawrow; das Weiße Haus wartet auf Kims Brief."
        >>> [(text[m.start : m.end], m.actor_id) for m in find_actors(text, "de")][-2:]
        [('Weiße Haus', 'white_house'), ('Kims', 'kim_jong_un')]
    """
    matcher = terms.matcher("actors", language)
    hits = list(matcher.find_all(text))
    names = [*_names(text, hits), *_names(title, matcher.find_all(title))]
    strangers = list(_strangers(text, persons, hits))
    known = _Known(names, {row.label for _, row in names}, strangers)
    kept = []
    for hit in hits:
        row = _bearer(text, hit, known) if hit.row.needs else hit.row
        if row and row.label:
            kept.append(hit._replace(row=row))
    return list(dict.fromkeys(_mentions(text, kept)))


def _names(text: str, hits: Iterable[terms.Hit]) -> Iterator[tuple[str, terms.Row]]:
    """The names in a text that need no other actor beside them."""
    for hit in hits:
        if hit.row.label and not hit.row.needs:
            yield text[hit.start : hit.end], hit.row


def _strangers(
    text: str, persons: Iterable[tuple[int, int]], hits: Sequence[terms.Hit]
) -> Iterator[_Stranger]:
    """Full names of persons, titles apart, that hold no name which the codebook knows for sure."""
    for start, end in persons:
        name = [word for word in text[start:end].split() if word.lower() not in _TITLES]
        within = [hit for hit in hits if hit.start < end and start < hit.end]
        if len(name) > 1 and not list(_names(text, within)):
            yield _Stranger(start, end, name)


def _bearer(text: str, hit: terms.Hit, known: _Known) -> terms.Row | None:
    """Whom a name with a condition stands for; None for nobody that the codebook knows."""
    row = hit.row
    if row.kind == "person" and _strange(hit, known):
        return None
    if row.kind == "person" and row.country in _SURNAME_FIRST:
        if _GIVEN.match(text, hit.end):
            return None
        if row.label not in known.ids and (others := _namesakes(row, known.names)):
            return others[0] if len(others) == 1 else None
    return row if known.ids & set(row.needs.split()) else None


def _strange(hit: terms.Hit, known: _Known) -> bool:
    """Whether a surname is a stranger's: within the full name, or where its bearer has none."""
    for stranger in known.strangers:
        unclaimed = hit.row.label not in known.ids and _surname(hit.row) in stranger.name
        if unclaimed or stranger.start <= hit.start < stranger.end:
            return True
    return False


def _namesakes(row: terms.Row, names: Iterable[tuple[str, terms.Row]]) -> list[terms.Row]:
    """Other actors named whose name begins with a surname."""
    surname = _surname(row)
    found = {
        other.label: other
        for name, other in names
        if other.label not in _FOREBEARS and name.startswith((f"{surname} ", f"{surname}-"))
    }
    return list(found.values())


def _surname(row: terms.Row) -> str:
    return terms.forms(row.term)[0]


def _mentions(text: str, hits: Sequence[terms.Hit]) -> Iterator[Mention]:
    """Hits with the compounds around them."""
    for at, hit in enumerate(hits):
        start, end = _compound(text, hit)
        if at and hits[at - 1].end > start:  # it begins within the name before: White House-Kremlin
            start = min(start, hits[at - 1].start)
        if at + 1 < len(hits) and hits[at + 1].start < end:  # U.S.-North Korea
            end = max(end, hits[at + 1].end)
        yield Mention(start, end, hit.row.label, hit.row.kind, hit.row.country)


def _compound(text: str, hit: terms.Hit) -> tuple[int, int]:
    before = _BEFORE.search(text, max(0, hit.start - 60), hit.start)
    after = _AFTER.match(text, hit.end)
    return (before.start() if before else hit.start), (after.end() if after else hit.end)
