"""Quotes: who is quoted, directly and in indirect, reported and free indirect speech; the spaCy component `press_quotes`.

Stretches in quotation marks are told from titles and words held at a distance by a logit, other quotations are found by a
chain over clauses (`voice`), sources by a logit over the phrases around them (`sources`); form and mood follow from rules.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter, itemgetter
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from press_coverage import voice
from press_coverage.actors import Mention, as_spans
from press_coverage.clauses import WORD, Clause, clauses, quoted
from press_coverage.roles import Role
from press_coverage.sources import Phrase, options, phrases

if not Doc.has_extension("press_quotes"):
    Doc.set_extension("press_quotes", default=())

COMPONENT = "press_quotes"
NESTED = 6  # quotations that may begin within one that is still open
LEAST = math.log(0.35 / 0.65)  # a stretch in quotation marks is a quotation where that is at least 35 % likely
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


def find_quotes(text: str, language: str, mentions: tuple[Mention, ...], roles: Sequence[Role] = ()) -> list[Quote]:
    """Quotations with their sources, in the order of the text. A direct one has its marks with it, an indirect one its `dass`.

    `actor` is the person named in the source, or the holder of an office that it gives (`roles`), or another actor named in it; where
    the source is a pronoun, the one person named in its sentence before it, or
    in the sentence before that one, and nobody where there are two. `language` is 'de' or 'en'.

    >>> from press_coverage.actors import find_actors
    >>> text = "„Wir warten“, sagte Pompeo. Er hoffe, dass Pjöngjang antworte."
    >>> quotes = find_quotes(text, "de", tuple(find_actors(text, "de")))
    >>> [(text[q.start : q.end], q.form, q.mood, q.actor and q.actor.actor_id) for q in quotes][0]
    ('„Wir warten“', 'direct', 'indicative', 'mike_pompeo')
    """
    model = voice.weights(language)
    marked = quoted(text)
    found = clauses(text, marked, model.cuts)
    if not found:
        return []
    spans = [(found[a].start, found[b].end, False) for a, b in voice.contents(found, model)]
    sure = [span for span in marked if _sum(voice.direct(text, span, model.cues), model.direct) > LEAST or text[span[1] - 2] == ","]
    heads = [start for start, _ in sure]
    spans = [s for s in spans if not any(_same(s, o) for o in sure[bisect_left(heads, 2 * s[0] - s[1]) : bisect_left(heads, s[1])])] + [
        (*span, True) for span in sure
    ]
    spans.sort(key=lambda span: (span[0], -span[1]))
    known = phrases(text, found, language, model.cues) if spans else []
    held = [Mention(role.start, role.end, role.actor_id, "person", role.country) for role in roles if role.actor_id] if spans else []
    quotes, previous = list[Quote](), None
    for span in spans:
        source = _source(span, found, known, previous, spans, model)
        previous = source or previous
        span = _without_frame(span, source, found)
        cue = _cue(text, span, found, model.cues, source)
        inner = found[_first(found, span[0]) : bisect_left(found, span[1], key=attrgetter("start"))]
        mood = _mood(inner) if language == "de" else "indicative"
        form = "direct" if span[2] else _form(span, cue, mood)
        quotes.append(Quote(span[0], span[1], form, mood, cue, source, _actor(text, source, mentions, found, held)))
    return quotes


def _same(a: Sequence[int], b: Sequence[int]) -> bool:
    return (min(a[1], b[1]) - max(a[0], b[0])) >= 0.8 * (max(a[1], b[1]) - min(a[0], b[0]))


def _sum(names: Sequence[str], weights: dict[int, float]) -> float:
    return sum(weights.get(voice.hashed(name), 0.0) for name in names)


def _source(
    span: tuple[int, int, bool],
    found: Sequence[Clause],
    known: Sequence[Phrase],
    previous: tuple[int, int] | None,
    spans: Sequence[tuple[int, int, bool]],
    model: voice.Weights,
) -> tuple[int, int] | None:
    def inside(place: int) -> bool:
        before = bisect_right(spans, place, key=itemgetter(0))
        return any(place < b for a, b, _ in spans[max(0, before - NESTED) : before] if (a, b) != span[:2])

    offered = options(span, found, known, previous, inside)
    return max(offered, key=lambda option: _sum(option[1], model.source))[0] if offered else None


def _without_frame(span: tuple[int, int, bool], source: tuple[int, int] | None, found: Sequence[Clause]) -> tuple[int, int, bool]:
    """A stretch without its last clause, where that names the source: it says who speaks, not what."""
    first, last = _first(found, span[0]), bisect_left(found, span[1], key=attrgetter("start")) - 1
    if span[2] or source is None or first >= last:
        return span
    return (span[0], found[last - 1].end, False) if found[last].start <= source[0] < span[1] else span


def _first(found: Sequence[Clause], place: int) -> int:
    return bisect_right(found, place, key=attrgetter("end"))


def _cue(
    text: str, span: tuple[int, int, bool], found: Sequence[Clause], cues: frozenset[str], source: tuple[int, int] | None
) -> tuple[int, int] | None:
    """The word of saying in the content's sentences nearest to the source, or to the content; outside the content where there is one."""
    first, last = _first(found, span[0]), bisect_left(found, span[1], key=attrgetter("start")) - 1
    sentences = {found[min(first, len(found) - 1)].sentence, found[max(last, 0)].sentence}
    near = [clause for clause in found[max(0, first - 6) : last + 7] if clause.sentence in sentences and not clause.quoted]
    said = [word.span() for clause in near for word in WORD.finditer(text, clause.start, clause.end) if word[0].lower() in cues]
    outside = [word for word in said if not span[0] <= word[0] < span[1]]
    return min(outside or said, key=lambda word: _apart(word, source or span), default=None)


def _apart(a: Sequence[int], b: Sequence[int]) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)


def _actor(
    text: str, source: tuple[int, int] | None, mentions: Sequence[Mention], found: Sequence[Clause], held: Sequence[Mention]
) -> Mention | None:
    """Who the source is: the person named or meant in it, or else the first actor; for a pronoun the one person named just before."""
    if source is None:
        return None
    first, behind = (bisect_left(mentions, place, key=attrgetter("start")) for place in source)
    within = [*mentions[first:behind], *(m for m in held if source[0] <= m.start < source[1])]
    named = [m for m in within if not _BELONGS.search(text, source[0] + 1, m.start) and text[m.end : m.end + 2] not in ("'s", "’s")]
    if named or text[slice(*source)].lower() not in _PERSONAL:
        return min(named, key=lambda m: (m.kind != "person", m.start), default=None)
    at = min(_first(found, source[0]), len(found) - 1)
    for sentence in (found[at].sentence, found[at].sentence - 1):
        starts = [clause.start for clause in found[max(0, at - 40) : at + 1] if clause.sentence == sentence]
        last = max((clause.end for clause in found[max(0, at - 40) : at + 1] if clause.sentence == sentence), default=0)
        before = [m for m in mentions if starts and m.kind == "person" and starts[0] <= m.start < min(last, source[0])]
        if before:
            return before[-1] if len({m.actor_id for m in before}) == 1 else None
    return None


def _mood(inner: Sequence[Clause]) -> str:
    """The mood of the first finite verb that shows one; Konjunktiv I before II."""
    small = [word for clause in inner for word in clause.words if word[0].islower() and voice.SUBJUNCTIVE.fullmatch(word)]
    if any(not _SECOND.fullmatch(word) for word in small):
        return "subjunctive_1"
    return "subjunctive_2" if small else "indicative"


def _form(span: tuple[int, int, bool], cue: tuple[int, int] | None, mood: str) -> str:
    if cue is None:
        return "indirect_free_indirect" if mood != "indicative" else "free_indirect"
    return "reported" if span[0] <= cue[0] < span[1] else "indirect"


@Language.factory(COMPONENT, requires=["doc._.press_mentions", "doc._.press_roles"])
def make_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.press_quotes` and `doc.spans["quotes"]`; stands behind `press_actors` and `press_roles`."""
    return partial(_annotate, language=str(nlp.lang))


def _annotate(doc: Doc, language: str) -> Doc:
    doc._.press_quotes = tuple(find_quotes(doc.text, language, doc._.press_mentions, doc._.press_roles))
    doc.spans["quotes"] = as_spans(doc, [(q.start, q.end, q.form) for q in doc._.press_quotes])
    return doc
