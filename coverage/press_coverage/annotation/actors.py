"""Actors: who is named, found from the actors codebook; the spaCy component `press_actors`."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from press_coverage.codebooks import terms

COMPONENT = "press_actors"

if not Doc.has_extension("press_title"):
    Doc.set_extension("press_title", default="")
    Doc.set_extension("press_mentions", default=())

_BEFORE = re.compile(r"(?:(?:\w+|(?:\w\.)+)-)+$")
_AFTER = re.compile(r"(?:-(?:(?:\w\.)+|\w+))+")
_SURNAME_FIRST = ("KP", "KR")
_FOREBEARS = (
    "kim_il_sung",
    "kim_jong_il",
)  # named beside Kim Jong Un, whose surname alone is hardly theirs
_SYLLABLE = r"(?:[cptk]?h|[bcdgjklmnprstv])?(?:[yw]?(?:ae|eo|[aeiou])|eu|oe|oo|ee|ui)(?:ng|ck|[kgnltmpbh])?(?!\w)"  # of a Korean given name
# two of them behind a surname name somebody else: Kim Won Hong, Ким Вон Хон; but not the words of a headline, Kim To Meet
_GIVEN = re.compile(
    rf"[ -](?=[A-Z])(?!(?:To|On|In|At|He|Is|Has|Had|No|Not|So|Can|Do|Go|My|Up|By|Hat|Will|Im|Am|Zu|An|Was|Let|Set|Get)\b)(?i:{_SYLLABLE})"
    rf"(?:-| (?=[A-Z]))(?i:{_SYLLABLE})|[ -][А-ЯЁ][а-яё]{{1,4}}(?:-| (?=[А-ЯЁ]))[А-ЯЁа-яё][а-яё]{{0,4}}(?!\w)"
)


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
    condition in the text or its title. Where others of a surname are named and its usual bearer is not, it is the other's,
    or nobody's where there are several. `language` is 'de', 'en', 'ko' or 'ru'; KeyError for others.

    >>> text = "Kim Jong Un empfing Lawrow in Pjöngjang; das Weiße Haus wartet auf Kims Brief."
    >>> [(text[m.start : m.end], m.actor_id) for m in find_actors(text, "de")][-2:]
    [('Weiße Haus', 'white_house'), ('Kims', 'kim_jong_un')]
    """
    matcher = terms.matcher("actors", language)
    hits, full = list(matcher.find_all(text)), list[tuple[str, terms.Row]]()
    for words, found in ((text, hits), (title, list(matcher.find_all(title)))):
        full += [
            (words[hit.start : hit.end], hit.row)
            for hit in found
            if hit.row.label and not hit.row.needs
        ]
    named = {row.label for _, row in full}
    kept = []
    for hit in hits:
        row = _bearer(text, hit, full, named) if hit.row.needs else hit.row
        if row and row.label:
            kept.append(hit._replace(row=row))
    mentions = []
    for at, hit in enumerate(kept):
        start, end = _compound(text, hit)
        if (
            at and kept[at - 1].end > start
        ):  # the compound begins within the name before: White House-Kremlin
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
    doc.spans["actors"] = as_spans(
        doc, [(m.start, m.end, m.actor_id) for m in doc._.press_mentions]
    )
    return doc


def as_spans(doc: Doc, found: Sequence[tuple[int, int, str]]) -> list[Span]:
    """Character spans as token spans, widened to whole tokens, none overlapping: for display."""
    spans = (
        doc.char_span(start, end, label=label, alignment_mode="expand")
        for start, end, label in found
    )
    return filter_spans(span for span in spans if span is not None)


def _bearer(
    text: str, hit: terms.Hit, full: Sequence[tuple[str, terms.Row]], named: set[str]
) -> terms.Row | None:
    """Whom a name with a condition stands for in this article; None for nobody that the codebook knows."""
    row = hit.row
    if row.country in _SURNAME_FIRST and row.kind == "person":
        if _GIVEN.match(text, hit.end):
            return None
        if row.label not in named:
            surname = terms.forms(row.term)[0]
            others = {
                other.label: other
                for words, other in full
                if words.startswith((f"{surname} ", f"{surname}-"))
            }
            others = {label: other for label, other in others.items() if label not in _FOREBEARS}
            if others:
                return next(iter(others.values())) if len(others) == 1 else None
    return row if named & set(row.needs.split()) else None


def _compound(text: str, hit: terms.Hit) -> tuple[int, int]:
    before, after = (
        _BEFORE.search(text, max(0, hit.start - 60), hit.start),
        _AFTER.match(text, hit.end),
    )
    return (before.start() if before else hit.start), (after.end() if after else hit.end)
