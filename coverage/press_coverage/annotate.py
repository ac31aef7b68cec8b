"""Annotate: cleaned articles become tables of who is named, who is quoted, under which frames, who acts on whom."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import pandas as pd
import spacy
from spacy.language import Language

from press_coverage import actors, codebook, events, frames, quotes, schema
from press_coverage.progress import bar

COMPONENTS = (actors.COMPONENT, quotes.COMPONENT, frames.COMPONENT, events.COMPONENT)


class Notes(NamedTuple):
    """The annotation: stand-off tables, offsets into `body`; `ledger` tells which articles were left out and why."""

    mentions: pd.DataFrame
    quotes: pd.DataFrame
    frames: pd.DataFrame
    events: pd.DataFrame
    ledger: pd.DataFrame


def annotate(articles: pd.DataFrame, *, progress: bool = True) -> Notes:
    """Find actors, quotations, frames and events in German and English articles.

    `articles` needs doc_id, body and language; titles, where there are any, help to tell whose surname it is. An
    article in another language, or without a body, gets a row in the ledger.

    Returns Notes(mentions, quotes, frames, events, ledger), see `press_coverage.schema.describe`.

    >>> notes = annotate(pd.DataFrame({"doc_id": ["a"], "language": ["en"], "body": ["Kim Jong Un wrote to Donald Trump."]}))
    >>> notes.mentions[["start", "end", "actor_id", "kind", "country"]].values.tolist()
    [[0, 11, 'kim_jong_un', 'person', 'KP'], [21, 33, 'donald_trump', 'person', 'US']]
    """
    articles = schema.check(articles, "articles")
    rows: dict[str, list[dict[str, object]]] = {"mentions": [], "quotes": [], "frames": [], "events": [], "ledger": []}
    usable, rows["ledger"] = readable(articles, codebook.languages("actors"), "no codebook covers")
    chosen = articles[usable]
    for record in bar(chosen.to_dict("records"), "annotate", "article", show=progress):
        _collect(record["doc_id"], record["body"], record["language"], record["title"], rows)
    return Notes(**{name: schema.table(found, name) for name, found in rows.items()})


def readable(articles: pd.DataFrame, languages: Sequence[str], why: str) -> "tuple[pd.Series[bool], list[dict[str, object]]]":
    """Which of the checked articles have a body in one of the languages, and a row of the ledger for each of the others."""
    usable = articles["body"].fillna("").str.strip().ne("") & articles["language"].isin(languages)
    rows: list[dict[str, object]] = []
    for record in articles[~usable].to_dict("records"):
        language = record["language"]
        known = (
            f"{why} language {language!r}, only {', '.join(languages)}"
            if isinstance(language, str)
            else "its language is not known; clean the articles first, or fill the column"
        )
        reason = known if isinstance(record["body"], str) and record["body"].strip() else "it has no body"
        where = {"doc_id": record["doc_id"], "source_file": record["source_file"]}
        rows.append({"step": "annotate", "action": "not_read", "reason": reason, "rule": "language", **where})
    return usable, rows


@cache
def pipeline(language: str) -> Language:
    """A blank spaCy pipeline with the package's components, for your own use, too.

    >>> pipeline("de").pipe_names
    ['press_actors', 'press_quotes', 'press_frames', 'press_events']
    """
    nlp = spacy.blank(language)
    nlp.max_length = 2**31 - 1  # nothing here needs memory beyond the tokens
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


def _collect(doc_id: str, text: str, language: str, title: object, rows: dict[str, list[dict[str, object]]]) -> None:
    """What the pipeline's components find, without its tokens: they would take more time than all that is found."""
    mentions = tuple(actors.find_actors(text, language, title=title if isinstance(title, str) else ""))
    found = tuple(quotes.find_quotes(text, language, mentions))
    for mention in mentions:
        rows["mentions"].append({"doc_id": doc_id, **mention._asdict(), "country": mention.country or None})
    for quote in found:
        row = {"doc_id": doc_id, "start": quote.start, "end": quote.end, "form": quote.form, "mood": quote.mood}
        if quote.cue:
            row |= {"cue_start": quote.cue[0], "cue_end": quote.cue[1]}
        if quote.source:
            row |= {"source_start": quote.source[0], "source_end": quote.source[1]}
        if quote.actor:
            row |= {"actor_id": quote.actor.actor_id, "country": quote.actor.country or None}
        rows["quotes"].append(row)
    rows["frames"] += [{"doc_id": doc_id, **frame._asdict()} for frame in frames.find_frames(text, language, found)]
    acts = events.find_events(text, language, mentions)
    rows["events"] += [{"doc_id": doc_id, **event._asdict(), "target_actor": event.target_actor or None} for event in acts]
