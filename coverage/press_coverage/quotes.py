"""Quotes: who is quoted directly; the spaCy component `press_quotes`.

First version: direct speech alone, which is a fifth of all quotation in German news. Indirect, reported and free
indirect speech are not found yet, so words given in them count as the outlet's own.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from press_coverage import codebook
from press_coverage.actors import Mention, as_spans

if not Doc.has_extension("press_quotes"):
    Doc.set_extension("press_quotes", default=())

S = TypeVar("S", bound=tuple[Any, ...])

COMPONENT = "press_quotes"
REACH = 120  # characters from a quotation to the words that say whose it is
NAME = 60  # characters from the word of saying to the speaker's name

_MARKS = re.compile(r"„[^„“”\n]+[“”]|“[^“”\n]+”|»[^»«\n]+«|«[^»«\n]+»|(?<!\w)‘(?:[^‘’\n]|(?<=\w)’(?=\w))+’(?!\w)|(?<!\w)\"[^\"\n]+\"(?!\w)")

# between a name and the word of saying: somebody or something else speaks, or another clause begins
_OTHER = re.compile(
    r"[,;:()–—]| - |\b(ein|eine|einer|eines|a|an|one|two|zwei|manche|some|that|dass|and|und"
    r"|of|from|in|for|to|at|on|with|by|about|before|after|von|vom|aus|im|zu|zum|zur|mit|bei|beim|über|nach|für|vor|an|am|auf|um|gegenüber|des)\b",
    re.I,
)


class Quote(NamedTuple):
    """A direct quotation with its marks, its cue and its source: character offsets, None where not found."""

    start: int
    end: int
    cue: tuple[int, int] | None
    source: Mention | None


def find_quotes(text: str, language: str, mentions: tuple[Mention, ...]) -> list[Quote]:
    """Direct quotations, with the word of saying nearest to each and the actor named nearest to that word.

    Cue and source stand in the same sentence, outside quotation marks, at most `REACH` characters away.

    >>> from press_coverage.actors import find_actors
    >>> text = "„Wir warten“, sagte Pompeo. Er lächelte."
    >>> find_quotes(text, "de", tuple(find_actors(text, "de")))[0].source.actor_id
    'mike_pompeo'
    """
    spans = [m.span() for m in _MARKS.finditer(text)]
    free = _blank(text, spans)
    cues = [(hit.start, hit.end) for hit in codebook.matcher("cues", language).find(free)]
    quotes = []
    for start, end in spans:
        first, last = _sentence(free, start, end)
        near = [c for c in _between(cues, first, last) if c[1] <= last]
        cue = min(near, key=lambda c: _distance(c, (start, end)), default=None)
        source = None
        if cue is not None:
            known = [m for m in _between(mentions, first, last) if m.end <= last and _speaks(free, m, cue)]
            source = min(known, key=lambda m: _distance(m[:2], cue), default=None)
        quotes.append(Quote(start, end, cue, source))
    return quotes


@Language.factory(COMPONENT, requires=["doc._.press_mentions"])
def make_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.press_quotes` and `doc.spans["quotes"]`; stands behind `press_actors`."""
    return partial(_annotate, language=str(nlp.lang))


def _annotate(doc: Doc, language: str) -> Doc:
    doc._.press_quotes = tuple(find_quotes(doc.text, language, doc._.press_mentions))
    doc.spans["quotes"] = as_spans(doc, [(q.start, q.end, "direct") for q in doc._.press_quotes])
    return doc


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, free = [], 0
    for start, end in spans:
        pieces += [text[free:start], " " * (end - start)]
        free = end
    return "".join([*pieces, text[free:]])


def _between(spans: Sequence[S], first: int, last: int) -> Sequence[S]:
    """Those of the sorted spans that start between two places."""
    return spans[bisect_left(spans, first, key=itemgetter(0)) : bisect_left(spans, last, key=itemgetter(0))]


def _sentence(free: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a quotation, in a text whose quotations are blanked."""
    before = re.split(r"[.!?]\s+|\n", free[max(0, start - REACH) : start])[-1]
    after = re.split(r"(?<=[.!?])\s|\n", free[end : end + REACH])[0]
    return start - len(before), end + len(after)


def _speaks(free: str, mention: Mention, cue: tuple[int, int]) -> bool:
    """Whether nothing but a title stands between a name and the word of saying: the name is its subject."""
    first, second = sorted([mention[:2], cue])
    between = free[first[1] : second[0]]
    named = mention.kind != "country" and free[mention.start : mention.end].strip() != ""
    return named and len(between) <= NAME and not _OTHER.search(between)


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)
