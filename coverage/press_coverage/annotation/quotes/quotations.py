"""Quotations: who is quoted, directly and in indirect, reported and free indirect speech.

The spaCy component is `press_quotes`. Stretches in quotation marks are told from titles and words
held at a distance by a logit, other quotations are found by a chain over clauses (`chain`), sources
by a logit over the phrases around them (`speakers`); form and mood follow from rules.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from press_coverage.annotation.actors import Mention
from press_coverage.annotation.quotes import chain
from press_coverage.annotation.quotes.clauses import (
    Clause,
    Words,
    cut_clauses,
    enclosed,
    locate_words,
    plain,
    quoted,
)
from press_coverage.annotation.quotes.features import SUBJUNCTIVE, direct
from press_coverage.annotation.quotes.speakers import Source, Span, covering, options, phrases
from press_coverage.annotation.roles import Role
from press_coverage.codebooks.reading import words

NESTED = 6  # quotations that may begin within one that is still open
# a stretch in quotation marks is a quotation where that is at least 35 % likely,
# or 10 % where the chain takes it for direct speech
LEAST, LEAST_DIRECT = math.log(0.35 / 0.65), math.log(0.1 / 0.9)
_SAME = 0.8  # of two stretches is in both, where they are one quotation
_SECOND = frozenset(words("quotes", "subjunctive_2"))
# between a source's first word and a name: the name is another's, who is of it, in it or for it
_BELONGS = re.compile(rf"(?<=\s)(?:{'|'.join(words('quotes', 'belonging'))})\s")
_PRONOUNS = frozenset(words("quotes", "third_person"))
_CLAUSES_BACK = 40  # clauses before a pronoun in which the person is looked for
_CUE_REACH = 6  # clauses around a quotation in which its word of saying is looked for


class Quote(NamedTuple):
    """A quotation.

    Offsets of content, cue and source, None where not found; its form and mood; the source's actor,
    where known.
    """

    start: int
    end: int
    form: str
    mood: str
    cue: tuple[int, int] | None
    source: Source
    actor: Mention | None


class _Text(NamedTuple):
    """What is known of a text before its quotations are read.

    `text` has its quotation marks, `written` may have two apostrophes instead; `holders` are the
    actors whose offices are named.
    """

    text: str
    written: str
    language: str
    clauses: list[Clause]
    words: Words
    mentions: tuple[Mention, ...]
    holders: list[Mention]


def find_quotes(
    text: str, language: str, mentions: tuple[Mention, ...], roles: Sequence[Role] = ()
) -> list[Quote]:
    """Quotations with their sources.

    A direct one has its marks with it, an indirect one its `dass`. `actor` is the person named in
    the source, or the holder of an office that it gives, or another actor named in it; where the
    source is a pronoun, the one person named in its sentence before it, or in the sentence before
    that one, and nobody where there are two.

    Args:
        text: an article's body.
        language: 'de' or 'en'.
        mentions: the actors named in the text, from `find_actors`.
        roles: the offices named in it, from `find_roles`.

    Returns:
        The quotations in the order of the text.

    Examples:
        >>> from press_coverage.annotation.actors import find_actors
        >>> text = "„Wir warten“, sagte Pompeo. Er hoffe, dass Pjöngjang antworte."
        >>> quote = find_quotes(text, "de", tuple(find_actors(text, "de")))[0]
        >>> text[quote.start : quote.end], quote.form, quote.mood, quote.actor.actor_id
        ('„Wir warten“', 'direct', 'indicative', 'mike_pompeo')
    """
    model, written, text = chain.weights(language), text, plain(text)
    marked = quoted(text)
    clauses = cut_clauses(text, marked, model.cuts)
    spans = _spans(text, marked, clauses, model) if clauses else []
    if not spans:
        return []
    located = locate_words(text, clauses, model.cues)
    known = phrases(text, clauses, located, language)
    covered = covering(spans, known)
    named = [role for role in roles if role.actor_id]
    holders = [Mention(r.start, r.end, r.actor_id, "person", r.country) for r in named]
    read = _Text(text, written, language, clauses, located, mentions, holders)
    quotes, previous = list[Quote](), None
    for span in spans:
        offered = options(span, clauses, known, previous, covered)
        source = max(offered, key=lambda option: model.source.sum(option[1]), default=(None,))[0]
        previous = source or previous
        quotes.append(_quote(span, source, read))
    return quotes


def _spans(
    text: str, marked: Sequence[tuple[int, int]], clauses: Sequence[Clause], model: chain.Weights
) -> list[Span]:
    """The stretches that are quotations: those in quotation marks, and the chain's others."""
    labels = chain.labels(clauses, model)
    sure = list[tuple[int, int]]()
    for at, (start, end) in enumerate(marked):
        clause = bisect_left(clauses, start, key=attrgetter("start"))
        speech = any(label.endswith("D") for label in labels[clause : clause + 1])
        least = LEAST_DIRECT if speech else LEAST
        if text[end - 2] == "," or model.direct.sum(direct(text, marked, at, model.cues)) > least:
            sure.append((start, end))
    heads = [start for start, _ in sure]
    spans: list[Span] = [(*span, True) for span in sure]
    for first, last in chain.contents(labels):
        start, end = clauses[first].start, clauses[last].end
        near = sure[bisect_left(heads, 2 * start - end) : bisect_left(heads, end)]
        if not any(_same((start, end), other) for other in near):
            spans.append((start, end, False))
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _same(a: Sequence[int], b: Sequence[int]) -> bool:
    return (min(a[1], b[1]) - max(a[0], b[0])) >= _SAME * (max(a[1], b[1]) - min(a[0], b[0]))


def _quote(span: Span, source: Source, read: _Text) -> Quote:
    span = _without_frame(span, source, read.clauses)
    start, end, is_direct = span
    first, behind = enclosed(read.clauses, start, end)
    cue = _cue(span, source, read)
    mood = _mood(read.clauses[first:behind]) if read.language == "de" else "indicative"
    form = "direct" if is_direct else _form(span, cue, mood)
    # two apostrophes are one quotation mark
    start -= read.written[start - 1 : start + 1] == "''"
    end += read.written[end - 1 : end + 1] == "''"
    return Quote(start, end, form, mood, cue, source, _actor(source, read))


def _without_frame(span: Span, source: Source, clauses: Sequence[Clause]) -> Span:
    """A stretch without its last clause where that names the source: it says who, not what."""
    start, end, is_direct = span
    first, behind = enclosed(clauses, start, end)
    if is_direct or source is None or behind - first < 2:
        return span
    names = clauses[behind - 1].start <= source[0] < end
    return (start, clauses[behind - 2].end, False) if names else span


def _cue(span: Span, source: Source, read: _Text) -> tuple[int, int] | None:
    """The word of saying in the content's sentences that is nearest to the source.

    Outside the content where there is one; nearest to the content where there is no source.
    """
    clauses, located = read.clauses, read.words
    first, behind = enclosed(clauses, span[0], span[1])
    ends = min(first, len(clauses) - 1), max(behind - 1, 0)
    sentences = {clauses[at].sentence for at in ends}
    low = bisect_left(located.clause, first - _CUE_REACH)
    high = bisect_right(located.clause, behind - 1 + _CUE_REACH)
    cues = [
        (located.starts[word], located.ends[word])
        for word, at in zip(located.cues[low:high], located.clause[low:high], strict=True)
        if clauses[at].sentence in sentences and not clauses[at].quoted
    ]
    outside = [cue for cue in cues if not span[0] <= cue[0] < span[1]]
    return min(outside or cues, key=lambda cue: _apart(cue, source or span), default=None)


def _apart(a: Sequence[int], b: Sequence[int]) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)


def _actor(source: Source, read: _Text) -> Mention | None:
    """Who the source is: the person named or meant in it, or else its first actor."""
    if source is None:
        return None
    start, end = source
    first, behind = (bisect_left(read.mentions, at, key=attrgetter("start")) for at in source)
    holders = [holder for holder in read.holders if start <= holder.start < end]
    named = [
        mention
        for mention in (*read.mentions[first:behind], *holders)
        if not _BELONGS.search(read.text, start + 1, mention.start)
        and read.text[mention.end : mention.end + 2] not in ("'s", "’s")
    ]
    if not named and read.text[start:end].lower() in _PRONOUNS:
        return _antecedent(source, read)
    return min(named, key=lambda mention: (mention.kind != "person", mention.start), default=None)


def _antecedent(pronoun: tuple[int, int], read: _Text) -> Mention | None:
    """The one person named before a pronoun in its sentence, or else in the sentence before."""
    at = min(enclosed(read.clauses, *pronoun)[0], len(read.clauses) - 1)
    sentence, near = read.clauses[at].sentence, read.clauses[max(0, at - _CLAUSES_BACK) : at + 1]
    for number in (sentence, sentence - 1):
        inside = [clause for clause in near if clause.sentence == number]
        start, end = (inside[0].start, min(inside[-1].end, pronoun[0])) if inside else (0, 0)
        persons = [m for m in read.mentions if m.kind == "person" and start <= m.start < end]
        if persons:
            return persons[-1] if len({person.actor_id for person in persons}) == 1 else None
    return None


def _mood(clauses: Sequence[Clause]) -> str:
    """The mood that finite verbs show; Konjunktiv I before II."""
    verbs = [word for clause in clauses for word in clause.words if word in SUBJUNCTIVE]
    if not _SECOND.issuperset(verbs):
        return "subjunctive_1"
    return "subjunctive_2" if verbs else "indicative"


def _form(span: Span, cue: tuple[int, int] | None, mood: str) -> str:
    if cue is None:
        return "indirect_free_indirect" if mood != "indicative" else "free_indirect"
    return "reported" if span[0] <= cue[0] < span[1] else "indirect"
