"""Frames: under which heading a matter is put; the spaCy component `press_frames`.

Terms of the frames codebook, each a hit. A term is negated where a word such as "no" or "ohne"
occurs before it, with at most two words between; negation behind it ("will die Sanktionen nicht
lockern") is mostly another word's. A term's voice is the outlet's unless it is in a quotation: then
it is the innermost quotation's.
"""

import re
from bisect import bisect_right
from operator import attrgetter
from typing import NamedTuple

from press_coverage.annotation.quotes.quotations import NESTED, Quote
from press_coverage.codebooks import terms
from press_coverage.codebooks.reading import pattern, words

# what takes a negation to itself: not only, no doubt, не исключает
_ITSELF = pattern("quotes", "not_negating").pattern
_NEGATED = {
    language: re.compile(rf"""(?xi)
        (?: \b(?:{"|".join(words("quotes", "negations", language))}) {contracted} )
        (?! [ \u00a0]+ (?:{_ITSELF})\b )
        (?: [ \u00a0]+ [^\W\d_][\w-]* ){{0,2}}      # words between
        [ \u00a0]+ $                                # up to the term
    """)
    for language, contracted in (("de", ""), ("en", "|n['’]t"), ("ru", ""))
}
_BACK = 60  # characters before a term in which its negation is looked for


class Frame(NamedTuple):
    """A term of a frame.

    Character offsets, the frame, the term's first form, in whose voice it is, whether it is
    negated.
    """

    start: int
    end: int
    frame: str
    term: str
    voice: str
    negated: bool = False


def find_frames(text: str, language: str, quotes: tuple[Quote, ...] = ()) -> list[Frame]:
    """Terms of the frames codebook in a text; case is ignored, whole words only.

    Args:
        text: an article's body.
        language: a language of the frames codebook, such as 'en'.
        quotes: the text's quotations, from `find_quotes`.

    Returns:
        The terms in the order of the text. `voice` is 'outlet', the quoted actor's id, or 'unknown'
        in a quotation whose speaker is not identified; '' in a language whose quotations are not
        found.

    Examples:
        >>> [(f.frame, f.term) for f in find_frames("The sanctions stay in place.", "en")]
        [('sanctions_pressure', 'sanctions')]
        >>> text = "There will be no new sanctions; the old sanctions stay."
        >>> [f.negated for f in find_frames(text, "en")]
        [True, False]
    """
    frames, outlet = list[Frame](), "outlet" if language in terms.languages("cues") else ""
    for hit in terms.matcher("frames", language).find(text):
        start, end, label, term = hit.start, hit.end, hit.row.label, terms.forms(hit.row.term)[0]
        negated = _NEGATED[language].search(text, max(0, start - _BACK), start) is not None
        voice = _voice(start, end, quotes) or outlet
        frames.append(Frame(start, end, label, term, voice, negated))
    return frames


def _voice(start: int, end: int, quotes: tuple[Quote, ...]) -> str:
    """The actor of the innermost quotation around a term, 'unknown' for nobody; '' outside."""
    before = bisect_right(quotes, start, key=attrgetter("start"))
    for quote in reversed(quotes[max(0, before - NESTED) : before]):
        if end <= quote.end:
            return quote.actor.actor_id if quote.actor else "unknown"
    return ""
