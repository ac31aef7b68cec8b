"""Speakers: whose words a quotation gives, chosen among the phrases around it that can name one.

A phrase has features (its words, what is beside it, its place and its clause's) whose weights add
up; the phrase with the highest sum is the source, or nobody is. Weights come with those of `chain`.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from press_coverage.annotation.quotes.clauses import WORD, Clause, Words, enclosed, vocabulary
from press_coverage.codebooks.reading import words


def _either_case(language: str, *lists: str) -> str:
    """The words of the lists as one pattern, each in small letters or with a capital."""
    forms = sorted(word for name in lists for word in words("quotes", name, language))
    grouped = [
        (first, [form[1:] for form in group]) for first, group in groupby(forms, itemgetter(0))
    ]
    return "|".join(f"[{first.upper()}{first}](?:{'|'.join(rests)})" for first, rests in grouped)


_DETERMINERS = vocabulary("determiners")
# determiners and pronouns of a language, for its pattern
_DER, _THE = _either_case("de", "determiners"), _either_case("en", "determiners")
_ER, _HE = (_either_case(code, "persons", "demonstratives", "quantities") for code in ("de", "en"))
_SPEAKERS = "|".join(words("quotes", "speakers") + words("quotes", "relatives"))
_CAPITAL = r"(?:[A-ZÄÖÜ][\w’'&-]+|[A-ZÄÖÜ]\b\.?)"
_NAME = rf"{_CAPITAL}(?:(?:\s(?:{'|'.join(words('quotes', 'name_links'))})){{0,2}}\s{_CAPITAL})*"
_PHRASE = {
    "de": re.compile(rf"""(?x)
        \b (?: (?:{_DER})\s                                                     # the
            (?: [a-zäöüß][\w-]*e[rnsm]?\s (?!(?:{_DER})\s) ){{0,3}} )?          # adjectives
            {_NAME} (?: \s\([^)\n]{{1,20}}\) )?                                 # noun (party)
        | \b (?:{_ER}) \b
    """),
    "en": re.compile(rf"""(?x)
        \b (?: (?:{_THE})\s (?:[a-z][\w-]*\s){{0,3}}? )?                        # the, adjectives
            (?: {_NAME} (?:\s(?:{_SPEAKERS})\b)? | (?:{_SPEAKERS})\b )          # name and noun
        | \b (?:{_THE})\s [a-z][\w-]+ \b                                        # any other noun
        | \b (?:{_HE}) \b
    """),
}
# words that begin a sentence in capitals and name nobody
_OPENINGS = frozenset(words("quotes", "openings"))
_NAMELESS = _OPENINGS | _DETERMINERS | {word.capitalize() for word in _DETERMINERS}
_PREPOSITIONS = vocabulary("prepositions")
_ACCOUNTS = words("quotes", "accounts")
_ARTICLES = words("quotes", "account_articles")
_ACCOUNT = re.compile(rf"\b(?:{'|'.join(_ACCOUNTS)})\W+(?:(?:{'|'.join(_ARTICLES)}) )?$", re.I)
# the words that an account can end with
_BEFORE_ACCOUNT = {form.lower().split()[-1] for form in _ACCOUNTS} | set(_ARTICLES)
_KINDS = vocabulary("persons", "demonstratives", "relatives")
_ACCOUNT_LENGTH = 40  # characters
_FAR = 99  # words
_CACHED = 20_000  # groups of names that are remembered

Span = tuple[int, int, bool]  # start, end, and whether it is direct
Source = tuple[int, int] | None
Option = tuple[Source, list[tuple[str, ...]]]  # a source, and the names of its features in groups


class Phrase(NamedTuple):
    """A phrase that can name a speaker.

    Offsets, its clause and sentence, its place among the phrases of the sentence, and what is known
    of it for any quotation.
    """

    start: int
    end: int
    clause: int
    sentence: int
    order: int
    flags: tuple[str, ...]
    names: tuple[str, ...]


class _Quotation(NamedTuple):
    """A quotation: offsets, whether it is direct, the clauses beside it, its sentences.

    `around` says whether it is direct, and whether words of saying introduce and follow it.
    """

    start: int
    end: int
    direct: bool
    beside: tuple[int, int]
    first: int
    last: int
    around: str


def phrases(text: str, clauses: Sequence[Clause], located: Words, language: str) -> list[Phrase]:
    """The phrases of a text that can name a speaker, in its order."""
    starts, saying = [clause.start for clause in clauses], frozenset(located.clause)
    kept, orders = list[Phrase](), Counter[int]()
    for match in _PHRASE[language].finditer(text):
        start, end = _opened(text, *match.span()), match.end()
        at = bisect_right(starts, start) - 1
        if at < 0 or text[start:end] in _NAMELESS:
            continue
        first, behind = bisect_left(located.starts, start), bisect_left(located.starts, end)
        before = located.low[first - 1] if first else "^"
        following = located.low[behind] if behind < len(located.low) else "$"
        flags = {
            "first": not text[clauses[at].start : start].strip(),
            **_cues(located.cues, first, behind),
            "prep": before in _PREPOSITIONS,
            "account": before in _BEFORE_ACCOUNT
            and _ACCOUNT.search(text, max(0, start - _ACCOUNT_LENGTH), start),
            "said": at in saying,
        }
        names = _names(text[start:end], before, following)
        sentence = clauses[at].sentence
        raised = tuple(flag for flag, holds in flags.items() if holds)
        kept.append(Phrase(start, end, at, sentence, orders[sentence], raised, names))
        orders[sentence] += 1
    return kept


def covering(spans: Sequence[Span], known: Sequence[Phrase]) -> dict[int, list[Span]]:
    """The spans, in their order, that each phrase is in, by the phrase's start."""
    places = [phrase.start for phrase in known]
    covered: dict[int, list[Span]] = {}
    for span in spans:
        for place in places[bisect_left(places, span[0]) : bisect_left(places, span[1])]:
            covered.setdefault(place, []).append(span)
    return covered


def options(
    quote: Span,
    clauses: Sequence[Clause],
    known: Sequence[Phrase],
    previous: Source,
    covered: Mapping[int, Sequence[Span]],
) -> list[Option]:
    """The spans that may name a quotation's source.

    Args:
        quote: start and end of the quotation, and whether it is direct.
        clauses: the text's clauses.
        known: the text's `phrases`.
        previous: the source of the quotation before, None for none.
        covered: which quotations each phrase is in, from `covering`.

    Returns:
        Each span with its features' names in groups; the last is None, for nobody. Nothing where
        the quotation has no clause.
    """
    start, end, direct = quote
    head, tail = enclosed(clauses, start, end)
    if head >= tail:
        return []
    first, last = clauses[head].sentence, clauses[tail - 1].sentence
    sentence = attrgetter("sentence")
    low = bisect_right(known, first - 3, key=sentence)
    near = known[low : bisect_right(known, last + 1, low, key=sentence)]
    around = _around(quote, [p for p in near if "said" in p.flags], first, last)
    quotation = _Quotation(start, end, direct, (head - 1, tail), first, last, around)
    chosen: list[Option] = [
        ((p.start, p.end), _features(p, quotation, previous, covered.get(p.start, ())))
        for p in near
        if not (direct and start <= p.start < end)
    ]
    if previous and all(span != previous for span, _ in chosen):
        distance = max(0, start - previous[1]).bit_length()
        chosen.append((previous, [("PREV", f"PREV{around}", f"PREV~{distance}")]))
    opening = [f"NONE{word.lower()}" for word in clauses[head].words[:3]]
    return [*chosen, (None, [("NONE", f"NONE{around}", *opening)])]


def _opened(text: str, start: int, end: int) -> int:
    """Where a phrase starts behind the words that open its sentence."""
    while (word := WORD.match(text, start, end)) and word[0] in _OPENINGS and word.end() < end:
        start = end - len(text[word.end() : end].lstrip())
    return start


def _cues(cues: Sequence[int], first: int, behind: int) -> dict[str, bool]:
    """How near a word of saying is before a phrase's first word, and from the word behind it on."""
    earlier, later = bisect_left(cues, first) - 1, bisect_left(cues, behind)
    before = first - cues[earlier] if earlier >= 0 else _FAR
    after = cues[later] - behind if later < len(cues) else _FAR
    near = {"cue<": before == 1, "cue<<": 1 < before <= 4}
    return {**near, "cue>": after == 0, "cue>>": 0 < after < 6}


def _names(phrase: str, before: str, following: str) -> tuple[str, ...]:
    """What is known of a phrase from its words and those beside it."""
    low = phrase.lower().split()
    leads = low[0] in _KINDS or (len(low) > 1 and low[0] in _DETERMINERS)
    kind = low[0] if leads else "name"
    last = low[-1]
    names = (f"p={before}", f"z={following}", f"k={kind}", f"h={last}", f"s={last[-4:]}")
    return (*names, f"n={min(len(low), 5)}", *(f"in={word}" for word in low))


def _around(quote: Span, saying: Sequence[Phrase], first: int, last: int) -> str:
    """Whether a quotation is direct, and its sentences have clauses of saying before and behind."""
    start, end, direct = quote
    lead = any(p.end <= start and p.sentence == first for p in saying)
    trail = any(p.start >= end and p.sentence == last for p in saying)
    return f"{'D' if direct else 'N'}{'<' * lead}{'>' * trail}"


def _features(
    phrase: Phrase, quotation: _Quotation, previous: Source, covering: Sequence[Span]
) -> list[tuple[str, ...]]:
    """The names of a phrase's features for a quotation, in groups whose weights are remembered."""
    flags, kind = phrase.flags, phrase.names[2]
    if phrase.clause in quotation.beside:
        flags += ("beside",)
    if covering and (len(covering) > 1 or covering[0][:2] != quotation[:2]):
        flags += ("quoted",)
    if previous and phrase.start < previous[1] and previous[0] < phrase.end:
        flags += ("previous",)
    place = _place(phrase, quotation)
    distance = min(_distance(phrase, quotation), 255).bit_length()
    groups = [phrase.names, _flagged(place, flags, kind), _worded(place, *phrase.names[:2])]
    groups.append(_placed(place, quotation.around, kind))
    return [*groups, _counted(place, min(phrase.order, 4), distance)]


def _place(phrase: Phrase, quotation: _Quotation) -> str:
    """Where a phrase is: in the quotation, in its sentences, or how many sentences away."""
    if quotation.start <= phrase.start < quotation.end:
        return "in"
    if phrase.sentence == quotation.first and phrase.end <= quotation.start:
        return "<"
    if phrase.sentence == quotation.last:
        return ">"
    return str(phrase.sentence - quotation.first)


def _distance(phrase: Phrase, quotation: _Quotation) -> int:
    """Characters between a phrase and a quotation, or from the quotation's start to it."""
    start, end = quotation.start, quotation.end
    if phrase.end <= start:
        return start - phrase.end
    return phrase.start - (end if phrase.start >= end else start)


@lru_cache(_CACHED)
def _flagged(place: str, flags: tuple[str, ...], kind: str) -> tuple[str, ...]:
    each = [f"{place}:{flag}" for flag in flags]
    both = [f"{name}:{kind}" for name in each]
    return (place, f"{place}{kind}", f"{place}:{','.join(flags)}", *each, *both)


@lru_cache(_CACHED)
def _worded(place: str, before: str, behind: str) -> tuple[str, ...]:
    return f"{place}{before}", f"{place}{behind}"


@lru_cache(_CACHED)
def _placed(place: str, around: str, kind: str) -> tuple[str, ...]:
    return f"{place}|{around}", f"{around}{place}{kind}"


@lru_cache(_CACHED)
def _counted(place: str, order: int, distance: int) -> tuple[str, ...]:
    return f"{place}#{order}", f"{place}~{distance}"
