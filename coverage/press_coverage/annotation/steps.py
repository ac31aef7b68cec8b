"""The steps of an annotation, each named once.

`annotate` makes its tables of them, `spacy_components` the components.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from spacy.tokens import Doc

from press_coverage.annotation.actors import find_actors
from press_coverage.annotation.events.acts import find_events
from press_coverage.annotation.frames.dictionary import find_frames
from press_coverage.annotation.quotes.quotations import Quote, find_quotes
from press_coverage.annotation.roles import find_roles
from press_coverage.codebooks.terms import languages

_PERSONS = ("PERSON", "PER")  # labels of English and of the other models
Spans = tuple[Any, ...]


@dataclass(slots=True)
class Article:
    """What the steps read: a text with what is known of it, and the spans of earlier steps.

    `parsed` is the text as a spaCy pipeline read it, with sentences, entities and lemmas where
    the pipeline has them.
    """

    text: str
    language: str
    title: str = ""
    day: date | None = None
    parsed: Doc | None = None
    spans: dict[str, Spans] = field(default_factory=dict)

    @property
    def persons(self) -> list[tuple[int, int]]:
        """Where the pipeline found names of persons, in characters."""
        entities = self.parsed.ents if self.parsed else ()
        return [(e.start_char, e.end_char) for e in entities if e.label_ in _PERSONS]

    @property
    def sentence_ends(self) -> list[int] | None:
        """Where sentences end by the pipeline, and where lines do; None where it has none."""
        if self.parsed is None or not self.parsed.has_annotation("SENT_START"):
            return None
        lines = {line.end() for line in re.finditer(r"\n+", self.text)}
        starts = {sentence.start_char for sentence in self.parsed.sents} - {0}
        return sorted(lines | starts | {len(self.text)})


class Step(NamedTuple):
    """One kind of span: its table, its component, and how it is found.

    `codebook` says in which languages it is looked for, `needs` which earlier tables it reads,
    `label` which of a span's fields names it, `row` how a span becomes a row of the table.
    """

    table: str
    component: str
    codebook: str
    label: str
    needs: tuple[str, ...]
    find: Callable[[Article], Iterable[Any]]
    row: Callable[[Any], dict[str, object]]


def _row(span: Any) -> dict[str, object]:
    """A span's fields, empty ones as None."""
    return {name: None if value == "" else value for name, value in span._asdict().items()}


def _quote_row(quote: Quote) -> dict[str, object]:
    start, end, form, mood, cue, source, actor = quote
    row: dict[str, object] = {"start": start, "end": end, "form": form, "mood": mood}
    row["cue_start"], row["cue_end"] = cue or (None, None)
    row["source_start"], row["source_end"] = source or (None, None)
    if actor:
        row |= {"actor_id": actor.actor_id, "country": actor.country or None}
    return row


def _mentions(article: Article) -> Iterable[Any]:
    return find_actors(article.text, article.language, title=article.title, persons=article.persons)


def _roles(article: Article) -> Iterable[Any]:
    return find_roles(article.text, article.language, article.spans["mentions"], article.day)


def _quotes(article: Article) -> Iterable[Any]:
    spans = article.spans
    return find_quotes(article.text, article.language, spans["mentions"], spans["roles"])


def _frames(article: Article) -> Iterable[Any]:
    return find_frames(article.text, article.language, article.spans["quotes"])


def _events(article: Article) -> Iterable[Any]:
    ends = article.sentence_ends
    return find_events(article.text, article.language, article.spans["mentions"], ends)


STEPS = (
    Step("mentions", "press_actors", "actors", "actor_id", (), _mentions, _row),
    Step("roles", "press_roles", "roles", "office", ("mentions",), _roles, _row),
    Step("quotes", "press_quotes", "cues", "form", ("mentions", "roles"), _quotes, _quote_row),
    Step("frames", "press_frames", "frames", "frame", ("quotes",), _frames, _row),
    Step("events", "press_events", "events", "category", ("mentions",), _events, _row),
)
TABLES = tuple(step.table for step in STEPS)


@cache
def steps(language: str) -> tuple[Step, ...]:
    """The steps that have a codebook in a language.

    >>> [step.table for step in steps("ru")]
    ['mentions', 'frames']
    """
    return tuple(step for step in STEPS if language in languages(step.codebook))


def find_spans(article: Article) -> Mapping[str, Spans]:
    """All spans of an article by table, in the steps' order; () where a step has no codebook.

    >>> spans = find_spans(Article("Kim Jong Un wrote to Donald Trump.", "en"))
    >>> [len(spans[table]) for table in TABLES]
    [2, 0, 1, 0, 1]
    """
    article.spans = dict.fromkeys(TABLES, ())
    for step in steps(article.language):
        article.spans[step.table] = tuple(step.find(article))
    return article.spans
