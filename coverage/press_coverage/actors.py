"""Actors: who is named, found from the actors codebook; the spaCy component `press_actors`."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from press_coverage import codebook

COMPONENT = "press_actors"

if not Doc.has_extension("press_title"):
    Doc.set_extension("press_title", default="")
    Doc.set_extension("press_mentions", default=())

_BEFORE = re.compile(r"(?:(?:\w+|(?:\w\.)+)-)+$")
_AFTER = re.compile(r"(?:-(?:(?:\w\.)+|\w+))+")


class Mention(NamedTuple):
    """An actor named: character offsets into the text, the codebook's id, kind and country ('' for none)."""

    start: int
    end: int
    actor_id: str
    kind: str
    country: str


def find_actors(text: str, language: str, *, title: str = "") -> list[Mention]:
    """Mentions of the codebook's actors in a text, in its order.

    Case counts. A name inside a hyphen compound stands for the whole of it (`Kim-Trump-Treffen` names two). A row
    with `needs` (a surname alone, `the North`) counts only where one of the actors it needs is named without
    condition in the text or its title. `language` is 'de' or 'en'; KeyError for others.

    >>> text = "Kim Jong Un empfing Lawrow in Pjöngjang; das Weiße Haus wartet auf Kims Brief."
    >>> [(text[m.start : m.end], m.actor_id) for m in find_actors(text, "de")][-2:]
    [('Weiße Haus', 'white_house'), ('Kims', 'kim_jong_un')]
    """
    matcher = codebook.matcher("actors", language)
    hits = matcher.find(text)
    named = {hit.row.label for hit in [*hits, *matcher.find(title)] if not hit.row.needs}
    kept = [hit for hit in hits if not hit.row.needs or named & set(hit.row.needs.split())]
    mentions = []
    for at, hit in enumerate(kept):
        start, end = _compound(text, hit)
        if at and kept[at - 1].end > start:  # the compound begins within the name before: White House-Kremlin
            start = min(start, kept[at - 1].start)
        if at + 1 < len(kept) and kept[at + 1].start < end:  # U.S.-North Korea
            end = max(end, kept[at + 1].end)
        mentions.append(Mention(start, end, hit.row.label, hit.row.kind, hit.row.country))
    return list(dict.fromkeys(mentions))


@Language.factory(COMPONENT)
def make_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.press_mentions` (exact offsets) and `doc.spans["actors"]` (whole tokens), with `doc._.press_title` in mind."""
    return partial(_annotate, language=str(nlp.lang))


def _annotate(doc: Doc, language: str) -> Doc:
    doc._.press_mentions = tuple(find_actors(doc.text, language, title=doc._.press_title))
    doc.spans["actors"] = as_spans(doc, [(m.start, m.end, m.actor_id) for m in doc._.press_mentions])
    return doc


def as_spans(doc: Doc, found: Sequence[tuple[int, int, str]]) -> list[Span]:
    """Character spans as token spans, widened to whole tokens, none overlapping: for display."""
    spans = (doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in found)
    return filter_spans(span for span in spans if span is not None)


def _compound(text: str, hit: codebook.Hit) -> tuple[int, int]:
    before, after = _BEFORE.search(text, max(0, hit.start - 60), hit.start), _AFTER.match(text, hit.end)
    return (before.start() if before else hit.start), (after.end() if after else hit.end)
