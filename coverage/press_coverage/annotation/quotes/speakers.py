"""Sources: whose words a quotation gives, chosen among the phrases around it that can name a speaker.

A phrase has attributes (its words, what stands beside it, its place and its clause's) whose weights add up; the phrase with the
highest sum is the source, or nobody is. Weights come with those of `voice`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from press_coverage.annotation.quotes.clauses import WORD, Clause, Words

_CAPITAL = r"(?:[A-ZÄÖÜ][\w’'&-]+|[A-ZÄÖÜ]\b\.?)"
_GERMAN = (
    r"(?:[Dd](?:er|ie|as|em|en|es)|[Ee]in(?:e[rnms]?)?|[Ss]ein(?:e[rnms]?)?|[Ii]hr(?:e[rnms]?)?|[Ee]inige|[Mm]ehrere|[Vv]iele|[Ww]eitere"
    r"|[Aa]ndere|[Bb]eide|[Zz]wei|[Kk]ein(?:e[rn]?)?|[Dd]iese[rsmn]?|[Jj]ene[rs]?)"
)
_ENGLISH = (
    r"(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Oo]ur|[Mm]y|[Ss]ome|[Mm]any|[Mm]ost|[Ss]everal|[Tt]wo|[Oo]ther|[Aa]nother"
    r"|[Tt]h(?:ese|ose|is|at)|[Nn]o)"
)
_ROLES = (
    r"(?:officials?|critics|analysts?|experts?|aides?|sources?|spokes(?:man|woman|person|men)|advis[eo]rs?|lawmakers?|reports?|diplomats?"
    r"|authorities|leaders?|supporters|opponents|polls?|researchers?|scientists|people|others|voters"
    r"|reporters|candidates?|members|senators?"
    r"|politicians|observers|activists|lawyers|commentators|pundits|journalists|studies|survey|statement"
    r"|president|campaign|agency|who|which)"
)
_LINKED = r"(?:\s(?:von|van|der|de|al|bin|für|und|des|vom|im|in|aus|am|of|for|and|at|the)){0,2}\s"
_PHRASE = {
    "de": re.compile(
        rf"\b(?:{_GERMAN}\s(?:[a-zäöüß][\w-]*e[rnsm]?\s(?!{_GERMAN}\s)){{0,3}})?{_CAPITAL}(?:{_LINKED}{_CAPITAL})*(?:\s\([^)\n]{{1,20}}\))?"
        r"|\b(?:[Ee]r|[Ss]ie|[Mm]an|[Ee]s|[Dd]ieser|[Dd]iese|[Ww]ir|[Ii]ch|[Bb]eide|[Ll]etzterer|[Ee]inige|[Vv]iele)\b"
    ),
    "en": re.compile(
        rf"\b(?:{_ENGLISH}\s(?:[a-z][\w-]*\s){{0,3}}?)?(?:{_CAPITAL}(?:{_LINKED}{_CAPITAL})*(?:\s{_ROLES}\b)?|{_ROLES}\b)"
        rf"|\b{_ENGLISH}\s[a-z][\w-]+\b|\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Ww]e|I|[Yy]ou|[Oo]ne|[Mm]any|[Ss]ome)\b"
    ),
}
# words that begin a sentence in capitals and name nobody
_OPENING = frozenset(
    "Am Im In An Auf Bei Beim Nach Laut Gemäß Für Mit Zu Zum Zur Vor Seit Während Wegen Trotz Gegen Gegenüber Angesichts "
    "Aufgrund Je Wie Wenn Dass Ob Da Weil Aber Und Doch So Auch Dabei Damit Dann Dort Hier Heute Gestern Nun Jetzt Als Bis "
    "Bisher Danach Darüber Daraufhin Dadurch Deshalb Dennoch Jedoch Allerdings Zudem Außerdem Zuvor Zunächst Später Weiter "
    "Weiterhin Ferner Insgesamt Nachdem Obwohl Ohne Oder Sollte Soll Statt Um Unter Über Von Vom Was Welche Wer Wo Zwischen "
    "Durch Ebenso Noch Nur Schon Sogar Trotzdem Unterdessen Inzwischen Mittlerweile Dazu Davon Dafür Dagegen Dies Etwa Erst "
    "Aus Ab Ursprünglich Nicht Möglicherweise Offenbar Angeblich But And At On For From By As After Before While When If "
    "Although Though Because Since With Without However Still Yet Then There Here Now Also According To Or So Even Just Not "
    "What How Why Where Monday Tuesday Wednesday Thursday Friday Saturday Sunday Last Meanwhile Earlier Later Asked Speaking "
    "Despite".split()
)
_BARE = re.compile(rf"{_GERMAN}|{_ENGLISH}")
_PREPOSITIONS = frozenset(
    "mit bei beim in im an am auf aus zu zum zur für gegen über um unter vor durch ohne nach seit bis"
    " zwischen während wegen trotz gegenüber von"
    " vom ins ans of at on to with from about against over under into for between during behind".split()
)
_ACCOUNT = re.compile(
    r"\b(?:laut|nach|gemäß|so|zufolge|angaben|aussagen?|meinung|ansicht|auskunft|darstellung|worten|bericht(?:en|s)?|informationen"
    r"|einschätzung|auffassung|mitteilung|sicht|according to|per|words of|view of|in the eyes of)\W+(?:von |vom |der |des |the )?$",
    re.I,
)
_BEFORE_ACCOUNT = frozenset(
    "laut nach gemäß so zufolge angaben aussage aussagen meinung ansicht auskunft darstellung worten bericht berichten berichts "
    "informationen einschätzung auffassung mitteilung sicht to per of von vom der des the".split()
)  # what it can end with
_FAR = 99  # words
_CACHED = 20_000  # groups of attributes that are remembered
_SMALL = frozenset(
    "er sie es man wir ich dieser diese beide he she they it we i you one who which".split()
)


Span = tuple[int, int, bool]  # start, end, and whether it is direct


class Phrase(NamedTuple):
    """A phrase that can name a speaker: offsets, the clause and sentence it stands in, and what is known of it for any quotation."""

    start: int
    end: int
    clause: int
    sentence: int
    order: int
    flags: tuple[str, ...]
    names: tuple[str, ...]


def phrases(text: str, found: Sequence[Clause], seen: Words, language: str) -> list[Phrase]:
    """The phrases of a text that can name a speaker, in its order."""
    starts, kept, said = [clause.start for clause in found], list[Phrase](), frozenset(seen.clause)
    counts: dict[int, int] = {}
    for match in _PHRASE[language].finditer(text):
        start, end = match.span()
        while (word := WORD.match(text, start, end)) and word[0] in _OPENING and word.end() < end:
            start = word.end() + len(text[word.end() : end]) - len(text[word.end() : end].lstrip())
        whole = text[start:end]
        at = bisect_right(starts, start) - 1
        if at < 0 or whole in _OPENING or _BARE.fullmatch(whole):
            continue
        sentence = found[at].sentence
        order = counts[sentence] = counts.get(sentence, -1) + 1
        kept.append(_phrase(text, (start, end), at, found[at], order, seen, at in said))
    return kept


def _phrase(
    text: str, span: tuple[int, int], at: int, clause: Clause, order: int, seen: Words, said: bool
) -> Phrase:
    start, end = span
    low = text[start:end].lower().split()
    first, behind = bisect_left(seen.starts, start), bisect_left(seen.starts, end)
    last, following = (
        (seen.low[first - 1] if first else "^"),
        (seen.low[behind] if behind < len(seen.low) else "$"),
    )
    earlier, later = bisect_left(seen.said, first) - 1, bisect_left(seen.said, behind)
    before = first - seen.said[earlier] if earlier >= 0 else _FAR
    after = seen.said[later] - behind if later < len(seen.said) else _FAR
    flags = ["first"] if start == clause.start or not text[clause.start : start].strip() else []
    if before <= 4:
        flags.append("cue<" if before == 1 else "cue<<")
    if after < 6:
        flags.append("cue>" if after == 0 else "cue>>")
    if last in _PREPOSITIONS:
        flags.append("prep")
    if last in _BEFORE_ACCOUNT and _ACCOUNT.search(text, max(0, start - 40), start):
        flags.append("account")
    if said:
        flags.append("said")
    kind = low[0] if low[0] in _SMALL or (len(low) > 1 and _BARE.fullmatch(low[0])) else "name"
    names = (
        f"p={last}",
        f"z={following}",
        f"k={kind}",
        f"h={low[-1]}",
        f"s={low[-1][-4:]}",
        f"n={min(len(low), 5)}",
    )
    return Phrase(
        start, end, at, clause.sentence, order, tuple(flags), (*names, *(f"in={w}" for w in low))
    )


def covering(spans: Sequence[Span], known: Sequence[Phrase]) -> dict[int, list[Span]]:
    """The spans, in their order, that each phrase stands in, by its start."""
    places = [phrase.start for phrase in known]
    held: dict[int, list[Span]] = {}
    for span in spans:
        for place in places[bisect_left(places, span[0]) : bisect_left(places, span[1])]:
            held.setdefault(place, []).append(span)
    return held


def options(
    quote: Span,
    found: Sequence[Clause],
    known: Sequence[Phrase],
    previous: tuple[int, int] | None,
    covered: Mapping[int, Sequence[Span]],
) -> list[tuple[tuple[int, int] | None, list[tuple[str, ...]]]]:
    """The spans that may name a quotation's source, each with its attributes in groups; None stands for nobody.

    `quote` has start, end and whether it is direct, `previous` is the source of the quotation before, and `covered` tells
    which quotations a place stands in.
    """
    start, end, direct = quote
    head, tail = (
        bisect_right(found, start, key=attrgetter("end")),
        bisect_left(found, end, key=attrgetter("start")),
    )
    if head >= tail:
        return []
    first, last = found[head].sentence, found[tail - 1].sentence
    form = "D" if direct else "N"
    chosen: list[tuple[tuple[int, int] | None, list[tuple[str, ...]]]] = []
    sentence = attrgetter("sentence")
    near = known[
        bisect_right(known, first - 3, key=sentence) : bisect_right(known, last + 1, key=sentence)
    ]
    said = [p for p in near if "said" in p.flags]
    lead = any(p.end <= start and p.sentence == first for p in said)
    trail = any(p.start >= end and p.sentence == last for p in said)
    around = f"{form}{'<' if lead else ''}{'>' if trail else ''}"
    for p in near:
        within = start <= p.start < end
        if within and direct:
            continue
        place = (
            "in"
            if within
            else "<"
            if p.sentence == first and p.end <= start
            else ">"
            if p.sentence == last
            else str(p.sentence - first)
        )
        flags = p.flags
        if p.clause in (head - 1, tail):
            flags += ("beside",)
        if (held := covered.get(p.start)) and (len(held) > 1 or held[0][:2] != (start, end)):
            flags += ("quoted",)
        if previous and p.start < previous[1] and previous[0] < p.end:
            flags += ("previous",)
        distance = (
            start - p.end
            if p.end <= start
            else p.start - end
            if p.start >= end
            else p.start - start
        )
        kind = p.names[2]
        groups = [
            p.names,
            _flagged(place, flags, kind),
            _worded(place, p.names[0], p.names[1]),
            _placed(place, around, kind),
            _counted(place, min(p.order, 4), min(distance, 255).bit_length()),
        ]
        chosen.append(((p.start, p.end), groups))
    if previous and all(span != previous for span, _ in chosen):
        chosen.append(
            (
                previous,
                [("PREV", f"PREV{around}", f"PREV~{max(0, start - previous[1]).bit_length()}")],
            )
        )
    return [
        *chosen,
        (
            None,
            [("NONE", f"NONE{around}", *(f"NONE{word.lower()}" for word in found[head].words[:3]))],
        ),
    ]


@lru_cache(_CACHED)
def _flagged(place: str, flags: tuple[str, ...], kind: str) -> tuple[str, ...]:
    each = [f"{place}:{flag}" for flag in flags]
    return (
        place,
        f"{place}{kind}",
        f"{place}:{','.join(flags)}",
        *each,
        *(f"{name}:{kind}" for name in each),
    )


@lru_cache(_CACHED)
def _worded(place: str, before: str, behind: str) -> tuple[str, ...]:
    return f"{place}{before}", f"{place}{behind}"


@lru_cache(_CACHED)
def _placed(place: str, around: str, kind: str) -> tuple[str, ...]:
    return f"{place}|{around}", f"{around}{place}{kind}"


@lru_cache(_CACHED)
def _counted(place: str, order: int, distance: int) -> tuple[str, ...]:
    return f"{place}#{order}", f"{place}~{distance}"
