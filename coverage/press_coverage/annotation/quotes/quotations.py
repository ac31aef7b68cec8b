"""Quotes: who is quoted, directly and in indirect, reported and free indirect speech; the spaCy component `press_quotes`.

Stretches in quotation marks are told from titles and words held at a distance by a logit, other quotations are found by a
chain over clauses (`voice`), sources by a logit over the phrases around them (`sources`); form and mood follow from rules.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from press_coverage.annotation.actors import Mention
from press_coverage.annotation.quotes import chain as voice
from press_coverage.annotation.quotes.clauses import Clause, Words, clauses, plain, quoted, words
from press_coverage.annotation.quotes.features import SUBJUNCTIVE, direct
from press_coverage.annotation.quotes.speakers import Span, covering, options, phrases
from press_coverage.annotation.roles import Role

NESTED = 6  # quotations that may begin within one that is still open
# a stretch in quotation marks is a quotation where that is at least 35 % likely, or 10 % where the chain takes it for direct speech
LEAST, LEAST_DIRECT = math.log(0.35 / 0.65), math.log(0.1 / 0.9)
_SECOND = re.compile(
    r"(?:hätten?|würden?|könnten?|müssten?|dürften?|wären?|gäben?|ginge|kämen?|stünden?|läge|bliebe|fände|ließe|nähmen?|hielte|sähen?"
    r"|brächten?|bräuchten?|wüssten?|gälten?|trüge|hieße|bestünden?|sollten?|wollten?|spräche|träfe|begänne)"
)
# between a source's first word and a name: the name is another's, who is of it, in it or for it
_BELONGS = re.compile(r"(?<=\s)(?:von|vom|des|der|of|from|for|für|aus|in|im|at|to|bei|zu)\s")
_PERSONAL = frozenset("er he sie she".split())


class Quote(NamedTuple):
    """A quotation: offsets of content, cue and source, None where not found; its form and mood; the source's actor, where known."""

    start: int
    end: int
    form: str
    mood: str
    cue: tuple[int, int] | None
    source: tuple[int, int] | None
    actor: Mention | None


def find_quotes(
    text: str, language: str, mentions: tuple[Mention, ...], roles: Sequence[Role] = ()
) -> list[Quote]:
    """Quotations with their sources, in the order of the text. A direct one has its marks with it, an indirect one its `dass`.

    `actor` is the person named in the source, or the holder of an office that it gives (`roles`), or another actor named in it; where
    the source is a pronoun, the one person named in its sentence before it, or
    in the sentence before that one, and nobody where there are two. `language` is 'de' or 'en'.

    >>> from press_coverage.annotation.actors import find_actors
    >>> text = "„Wir warten“, sagte Pompeo. Er hoffe, dass Pjöngjang antworte."
    >>> quotes = find_quotes(text, "de", tuple(find_actors(text, "de")))
    >>> [(text[q.start : q.end], q.form, q.mood, q.actor and q.actor.actor_id) for q in quotes][0]
    ('„Wir warten“', 'direct', 'indicative', 'mike_pompeo')
    """
    model, written = voice.weights(language), text
    text = plain(text)
    marked = quoted(text)
    found = clauses(text, marked, model.cuts)
    if not found:
        return []
    chain = voice.labels(found, model)
    spans = [(found[a].start, found[b].end, False) for a, b in voice.contents(chain)]
    sure = [
        span
        for at, span in enumerate(marked)
        if _is_quotation(text, marked, at, found, chain, model)
    ]
    heads = [start for start, _ in sure]
    spans = [
        s
        for s in spans
        if not any(
            _same(s, o)
            for o in sure[bisect_left(heads, 2 * s[0] - s[1]) : bisect_left(heads, s[1])]
        )
    ] + [(*span, True) for span in sure]
    if not spans:
        return []
    spans.sort(key=lambda span: (span[0], -span[1]))
    held = [
        Mention(role.start, role.end, role.actor_id, "person", role.country)
        for role in roles
        if role.actor_id
    ]
    seen = words(text, found, model.cues)
    known = phrases(text, found, seen, language)
    covered = covering(spans, known)
    quotes, previous = list[Quote](), None
    for span in spans:
        offered = options(span, found, known, previous, covered)
        source = (
            max(offered, key=lambda option: model.source.sum(option[1]))[0] if offered else None
        )
        previous = source or previous
        span = _without_frame(span, source, found)
        cue = _cue(seen, span, found, source)
        inner = found[_first(found, span[0]) : bisect_left(found, span[1], key=attrgetter("start"))]
        mood = _mood(inner) if language == "de" else "indicative"
        form = "direct" if span[2] else _form(span, cue, mood)
        start, end = (
            span[0] - (written[span[0] - 1 : span[0] + 1] == "''"),
            span[1] + (written[span[1] - 1 : span[1] + 1] == "''"),
        )
        quotes.append(
            Quote(start, end, form, mood, cue, source, _actor(text, source, mentions, found, held))
        )
    return quotes


def _is_quotation(
    text: str,
    marked: Sequence[tuple[int, int]],
    at: int,
    found: Sequence[Clause],
    chain: Sequence[str],
    model: voice.Weights,
) -> bool:
    start, end = marked[at]
    clause = bisect_left(found, start, key=attrgetter("start"))
    least = LEAST_DIRECT if chain[clause : clause + 1] and chain[clause].endswith("D") else LEAST
    return text[end - 2] == "," or model.direct.sum(direct(text, marked, at, model.cues)) > least


def _same(a: Sequence[int], b: Sequence[int]) -> bool:
    return (min(a[1], b[1]) - max(a[0], b[0])) >= 0.8 * (max(a[1], b[1]) - min(a[0], b[0]))


def _without_frame(span: Span, source: tuple[int, int] | None, found: Sequence[Clause]) -> Span:
    """A stretch without its last clause, where that names the source: it says who speaks, not what."""
    first, last = _first(found, span[0]), bisect_left(found, span[1], key=attrgetter("start")) - 1
    if span[2] or source is None or first >= last:
        return span
    return (
        (span[0], found[last - 1].end, False) if found[last].start <= source[0] < span[1] else span
    )


def _first(found: Sequence[Clause], place: int) -> int:
    return bisect_right(found, place, key=attrgetter("end"))


def _cue(
    seen: Words, span: Span, found: Sequence[Clause], source: tuple[int, int] | None
) -> tuple[int, int] | None:
    """The word of saying in the content's sentences nearest to the source, or to the content; outside the content where there is one."""
    first, last = _first(found, span[0]), bisect_left(found, span[1], key=attrgetter("start")) - 1
    sentences = {found[min(first, len(found) - 1)].sentence, found[max(last, 0)].sentence}
    near = range(bisect_left(seen.clause, first - 6), bisect_right(seen.clause, last + 6))
    free = [
        seen.said[k]
        for k in near
        if (clause := found[seen.clause[k]]).sentence in sentences and not clause.quoted
    ]
    said = [(seen.starts[at], seen.ends[at]) for at in free]
    outside = [word for word in said if not span[0] <= word[0] < span[1]]
    return min(outside or said, key=lambda word: _apart(word, source or span), default=None)


def _apart(a: Sequence[int], b: Sequence[int]) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)


def _actor(
    text: str,
    source: tuple[int, int] | None,
    mentions: Sequence[Mention],
    found: Sequence[Clause],
    held: Sequence[Mention],
) -> Mention | None:
    """Who the source is: the person named or meant in it, or else the first actor; for a pronoun the one person named just before."""
    if source is None:
        return None
    first, behind = (bisect_left(mentions, place, key=attrgetter("start")) for place in source)
    within = [*mentions[first:behind], *(m for m in held if source[0] <= m.start < source[1])]
    named = [
        m
        for m in within
        if not _BELONGS.search(text, source[0] + 1, m.start)
        and text[m.end : m.end + 2] not in ("'s", "’s")
    ]
    if named or text[slice(*source)].lower() not in _PERSONAL:
        return min(named, key=lambda m: (m.kind != "person", m.start), default=None)
    at = min(_first(found, source[0]), len(found) - 1)
    for sentence in (found[at].sentence, found[at].sentence - 1):
        starts = [
            clause.start
            for clause in found[max(0, at - 40) : at + 1]
            if clause.sentence == sentence
        ]
        last = max(
            (
                clause.end
                for clause in found[max(0, at - 40) : at + 1]
                if clause.sentence == sentence
            ),
            default=0,
        )
        before = [
            m
            for m in mentions
            if starts and m.kind == "person" and starts[0] <= m.start < min(last, source[0])
        ]
        if before:
            return before[-1] if len({m.actor_id for m in before}) == 1 else None
    return None


def _mood(inner: Sequence[Clause]) -> str:
    """The mood of the first finite verb that shows one; Konjunktiv I before II."""
    small = [
        word
        for clause in inner
        for word in clause.words
        if word[0].islower() and SUBJUNCTIVE.fullmatch(word)
    ]
    if any(not _SECOND.fullmatch(word) for word in small):
        return "subjunctive_1"
    return "subjunctive_2" if small else "indicative"


def _form(span: Span, cue: tuple[int, int] | None, mood: str) -> str:
    if cue is None:
        return "indirect_free_indirect" if mood != "indicative" else "free_indirect"
    return "reported" if span[0] <= cue[0] < span[1] else "indirect"
