"""Frames: under which heading a matter is put, found from the frames codebook; the spaCy component `press_frames`.

Dictionary terms, each a hit. A term is negated where a word such as "no" or "ohne" stands before it, with at most two words between;
negation behind it ("will die Sanktionen nicht lockern") is mostly another word's. A term's voice is the outlet's unless it
stands in a quotation: then it is the innermost quotation's.
"""

import re
from bisect import bisect_right
from operator import attrgetter
from typing import NamedTuple

from press_coverage.annotation.quotes.quotations import NESTED, Quote
from press_coverage.codebooks import terms


# between a negation and its term; not what takes the negation to itself: not only, no doubt, не исключает
_ITSELF = "nur|only|just|merely|allein|bloß|doubt|Zweifel|matter|längst|länger|только|сомнения|сомнений|исключ[а-яё]+|препятств[а-яё]+"
_BETWEEN = rf"(?![ \u00a0]+(?:{_ITSELF})\b)(?:[ \u00a0]+[^\W\d_][\w-]*){{0,2}}[ \u00a0]+$"
_NEGATED = {
    "de": re.compile(rf"\b(?:kein(?:e[mnrs]?)?|nicht|nie|niemals|ohne|weder){_BETWEEN}", re.I),
    "ru": re.compile(
        rf"\b(?:не|нет|без|никак(?:ой|ая|ое|ие|ого|их|им|ими|ому|ую)|ни){_BETWEEN}", re.I
    ),
    "en": re.compile(rf"(?:\b(?:no|not|never|without|neither|nor|cannot)|n['’]t){_BETWEEN}", re.I),
}
_BACK = 60  # characters before a term in which its negation is looked for


class Frame(NamedTuple):
    """A frame's term found: character offsets, the frame, the term's first form, in whose voice it stands, whether it is negated."""

    start: int
    end: int
    frame: str
    term: str
    voice: str
    negated: bool = False


def find_frames(text: str, language: str, quotes: tuple[Quote, ...] = ()) -> list[Frame]:
    """Terms of the frames codebook in a text, in its order; case is ignored, whole words only.

    `voice` is 'outlet', the quoted actor's id, or 'unknown' inside a quotation whose speaker is not identified; '' in a language whose
    quotations are not found.

    >>> [(f.frame, f.term) for f in find_frames("The sanctions stay in place.", "en")]
    [('sanctions_pressure', 'sanctions')]
    >>> [f.negated for f in find_frames("There will be no new sanctions; the old sanctions stay.", "en")]
    [True, False]
    """
    found, outlet = [], "outlet" if language in terms.languages("cues") else ""
    for hit in terms.matcher("frames", language).find(text):
        before = bisect_right(quotes, hit.start, key=attrgetter("start"))
        inside = next(
            (q for q in reversed(quotes[max(0, before - NESTED) : before]) if hit.end <= q.end),
            None,
        )
        voice = outlet if inside is None else inside.actor.actor_id if inside.actor else "unknown"
        negated = bool(_NEGATED[language].search(text, max(0, hit.start - _BACK), hit.start))
        found.append(
            Frame(hit.start, hit.end, hit.row.label, terms.forms(hit.row.term)[0], voice, negated)
        )
    return found
