"""Frames: under which heading a matter is put, found from the frames codebook; the spaCy component `press_frames`.

Dictionary terms, each a hit; negation is not read yet. A term's voice is the outlet's unless it stands in a quotation: then it is
the innermost quotation's.
"""

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from press_coverage import codebook
from press_coverage.actors import as_spans
from press_coverage.quotes import NESTED, Quote

COMPONENT = "press_frames"

if not Doc.has_extension("press_frames"):
    Doc.set_extension("press_frames", default=())


class Frame(NamedTuple):
    """A frame's term found: character offsets, the frame, the codebook term's first form, and in whose voice it stands."""

    start: int
    end: int
    frame: str
    term: str
    voice: str


def find_frames(text: str, language: str, quotes: tuple[Quote, ...] = ()) -> list[Frame]:
    """Terms of the frames codebook in a text, in its order; case is ignored, whole words only.

    `voice` is 'outlet', the quoted actor's id, or 'unknown' inside a quotation whose speaker is not identified.

    >>> [(f.frame, f.term) for f in find_frames("The sanctions stay in place.", "en")]
    [('sanctions_pressure', 'sanctions')]
    """
    found = []
    for hit in codebook.matcher("frames", language).find(text):
        before = bisect_right(quotes, hit.start, key=attrgetter("start"))
        inside = next((q for q in reversed(quotes[max(0, before - NESTED) : before]) if hit.end <= q.end), None)
        voice = "outlet" if inside is None else inside.actor.actor_id if inside.actor else "unknown"
        found.append(Frame(hit.start, hit.end, hit.row.label, codebook.forms(hit.row.term)[0], voice))
    return found


@Language.factory(COMPONENT, requires=["doc._.press_quotes"])
def make_component(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Sets `doc._.press_frames` and `doc.spans["frames"]`; stands behind `press_quotes`."""
    return partial(_annotate, language=str(nlp.lang))


def _annotate(doc: Doc, language: str) -> Doc:
    doc._.press_frames = tuple(find_frames(doc.text, language, doc._.press_quotes))
    doc.spans["frames"] = as_spans(doc, [(f.start, f.end, f.frame) for f in doc._.press_frames])
    return doc
