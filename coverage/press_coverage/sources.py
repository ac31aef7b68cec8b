"""Sources: whose words a quotation gives, chosen among the phrases around it that can name a speaker.

A phrase has attributes (its words, what stands beside it, its place and its clause's) whose weights add up; the phrase with the
highest sum is the source, or nobody is. Weights come with those of `voice`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple

from press_coverage.clauses import WORD, Clause

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
_SMALL = frozenset("er sie es man wir ich dieser diese beide he she they it we i you one who which".split())


class Phrase(NamedTuple):
    """A phrase that can name a speaker: offsets, the clause and sentence it stands in, and what is known of it for any quotation."""

    start: int
    end: int
    clause: int
    sentence: int
    order: int
    flags: tuple[str, ...]
    names: tuple[str, ...]


def phrases(text: str, found: Sequence[Clause], language: str, cues: frozenset[str]) -> list[Phrase]:
    """The phrases of a text that can name a speaker, in its order."""
    starts, kept = [clause.start for clause in found], list[Phrase]()
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
        kept.append(_phrase(text, (start, end), at, found[at], order, cues))
    return kept


def _phrase(text: str, span: tuple[int, int], at: int, clause: Clause, order: int, cues: frozenset[str]) -> Phrase:
    start, end = span
    low = text[start:end].lower().split()
    before, behind = WORD.findall(text[max(0, start - 45) : start].lower()), WORD.findall(text[end : end + 60].lower())
    last, following = (before[-1] if before else "^"), (behind[0] if behind else "$")
    flags = [
        *(["first"] if not text[clause.start : start].strip() else []),
        *(["cue<"] if last in cues else ["cue<<"] if any(word in cues for word in before[-4:]) else []),
        *(["cue>"] if following in cues else ["cue>>"] if any(word in cues for word in behind[:6]) else []),
        *(["prep"] if last in _PREPOSITIONS else []),
        *(["account"] if _ACCOUNT.search(text, max(0, start - 40), start) else []),
        *(["said"] if any(word.lower() in cues for word in clause.words) else []),
    ]
    kind = low[0] if low[0] in _SMALL or (len(low) > 1 and _BARE.fullmatch(low[0])) else "name"
    names = [
        f"p={last}",
        f"z={following}",
        f"k={kind}",
        f"h={low[-1]}",
        f"s={low[-1][-4:]}",
        f"n={min(len(low), 5)}",
        *(f"in={w}" for w in low),
    ]
    return Phrase(start, end, at, clause.sentence, order, tuple(flags), tuple(names))


def options(
    quote: tuple[int, int, bool],
    found: Sequence[Clause],
    known: Sequence[Phrase],
    previous: tuple[int, int] | None,
    inside: Callable[[int], bool],
) -> list[tuple[tuple[int, int] | None, list[str]]]:
    """The spans that may name a quotation's source, each with its attributes; None stands for nobody.

    `quote` has start, end and whether it is direct, `previous` is the source of the quotation before, and `inside` tells
    whether a place stands within another quotation.
    """
    start, end, direct = quote
    head, tail = bisect_right(found, start, key=attrgetter("end")), bisect_left(found, end, key=attrgetter("start"))
    own = range(head, tail)
    if not own:
        return []
    first, last = found[own[0]].sentence, found[own[-1]].sentence
    form = "D" if direct else "N"
    chosen: list[tuple[tuple[int, int] | None, list[str]]] = []
    near = known[bisect_right(known, first - 3, key=lambda p: p.sentence) : bisect_right(known, last + 1, key=lambda p: p.sentence)]
    lead = any("said" in p.flags and p.end <= start and p.sentence == first for p in near)
    trail = any("said" in p.flags and p.start >= end and p.sentence == last for p in near)
    around = f"{form}{'<' if lead else ''}{'>' if trail else ''}"
    for p in near:
        within = start <= p.start < end
        if within and direct:
            continue
        place = (
            "in" if within else "<" if p.sentence == first and p.end <= start else ">" if p.sentence == last else str(p.sentence - first)
        )
        beside = p.clause in (own[0] - 1, own[-1] + 1)
        flags = [*p.flags, *(["beside"] if beside else []), *(["quoted"] if inside(p.start) else [])]
        flags += ["previous"] if previous and p.start < previous[1] and previous[0] < p.end else []
        distance = start - p.end if p.end <= start else p.start - end if p.start >= end else p.start - start
        names = [
            place,
            f"{place}:{','.join(flags)}",
            f"{place}|{around}",
            f"{place}#{min(p.order, 4)}",
            f"{place}~{min(distance, 255).bit_length()}",
        ]
        names += [f"{place}:{flag}" for flag in flags] + [f"{place}:{flag}:{p.names[2]}" for flag in flags]
        names += [*p.names, f"{place}{p.names[0]}", f"{place}{p.names[1]}", f"{place}{p.names[2]}", f"{around}{place}{p.names[2]}"]
        chosen.append(((p.start, p.end), names))
    if previous and all(span != previous for span, _ in chosen):
        chosen.append((previous, ["PREV", f"PREV{around}", f"PREV~{max(0, start - previous[1]).bit_length()}"]))
    return [*chosen, (None, ["NONE", f"NONE{around}", *(f"NONE{word.lower()}" for word in found[own[0]].words[:3])])]
