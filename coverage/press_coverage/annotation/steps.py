"""The steps of an annotation, each named once.

`annotate` makes its tables of them, `spacy_components` the components.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from press_coverage.annotation.actors import find_actors
from press_coverage.annotation.events.acts import find_events
from press_coverage.annotation.frames.dictionary import find_frames
from press_coverage.annotation.quotes.quotations import Quote, find_quotes
from press_coverage.annotation.roles import find_roles
from press_coverage.codebooks.terms import languages

if TYPE_CHECKING:
    from spacy.tokens import Doc

_PERSONS = ("PERSON", "PER")  # labels of English and of the other models
Spans = tuple[Any, ...]


def _row(span: Any) -> dict[str, object]:
    """A span's fields, empty ones as None."""
    return {name: None if value == "" else value for name, value in span._asdict().items()}


def _quote_row(quote: Quote) -> dict[str, object]:
    row = dict(zip(quote._fields[:4], quote[:4], strict=True))
    row["cue_start"], row["cue_end"] = quote.cue or (None, None)
    row["source_start"], row["source_end"] = quote.source or (None, None)
    if quote.actor:
        row |= {"actor_id": quote.actor.actor_id, "country": quote.actor.country or None}
    return row


class Step(NamedTuple):
    """One kind of span: its table, its component, and how it is found.

    `codebook` says in which languages it is looked for, `label` which field names a span, `reads`
    what `find` takes beside text and language: of `context`, and tables of earlier steps; `row`
    makes a row of a span.
    """

    table: str
    component: str
    codebook: str
    label: str
    find: Callable[..., list[Any]]
    reads: tuple[str, ...]
    row: Callable[[Any], dict[str, object]] = _row

    def spans(self, text: str, language: str, known: Mapping[str, Any]) -> Spans:
        """What the step finds in a text, with what is known before."""
        return tuple(self.find(text, language, **{name: known[name] for name in self.reads}))


STEPS = (
    Step("mentions", "press_actors", "actors", "actor_id", find_actors, ("title", "persons")),
    Step("roles", "press_roles", "roles", "office", find_roles, ("mentions", "day")),
    Step("quotes", "press_quotes", "cues", "form", find_quotes, ("mentions", "roles"), _quote_row),
    Step("frames", "press_frames", "frames", "frame", find_frames, ("quotes",)),
    Step("events", "press_events", "events", "category", find_events, ("mentions", "ends")),
)
TABLES = tuple(step.table for step in STEPS)


@cache
def steps(language: str) -> tuple[Step, ...]:
    """The steps that have a codebook in a language.

    >>> [step.table for step in steps("ru")]
    ['mentions', 'frames']
    """
    return tuple(step for step in STEPS if language in languages(step.codebook))


def context(
    title: str = "", day: date | None = None, parsed: "Doc | None" = None
) -> dict[str, object]:
    """What the steps may read beside a text.

    Args:
        title: of the article.
        day: of publishing.
        parsed: the text as a spaCy pipeline read it.

    Returns:
        title, day, parsed, and what is taken from `parsed`: persons, as character offsets, and
        ends of sentences, None where it has none.
    """
    entities = parsed.ents if parsed else ()
    persons = [(e.start_char, e.end_char) for e in entities if e.label_ in _PERSONS]
    ends = _ends(parsed) if parsed and parsed.has_annotation("SENT_START") else None
    return {"title": title, "day": day, "parsed": parsed, "persons": persons, "ends": ends}


def _ends(parsed: "Doc") -> list[int]:
    """Where sentences end, and where lines do."""
    lines = {line.end() for line in re.finditer(r"\n+", parsed.text)}
    starts = {sentence.start_char for sentence in parsed.sents} - {0}
    return sorted(lines | starts | {len(parsed.text)})


def find_spans(text: str, language: str, known: Mapping[str, object]) -> dict[str, Spans]:
    """All spans of a text by table; () where a step has no codebook in its language.

    >>> spans = find_spans("Kim Jong Un wrote to Donald Trump.", "en", context())
    >>> [len(spans[table]) for table in TABLES]
    [2, 0, 1, 0, 1]
    """
    spans: dict[str, Spans] = dict.fromkeys(TABLES, ())
    for step in steps(language):
        spans[step.table] = step.spans(text, language, {**known, **spans})
    return spans
