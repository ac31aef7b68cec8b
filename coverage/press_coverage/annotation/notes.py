"""Annotate: cleaned articles become tables of who is named, who is quoted, under which frames, who acts on whom."""

from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import spacy
from spacy.language import Language

from press_coverage.annotation import actors, roles
from press_coverage.annotation import checkpoints as pieces
from press_coverage.annotation.events import acts as events
from press_coverage.annotation.frames import dictionary as frames
from press_coverage.annotation.quotes import quotations as quotes
from press_coverage.codebooks import terms as codebook
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

PIECE = 200  # articles after which what was found is written, where it is written at all
# each table with the codebook that says in which languages it can be filled, and its component
CODEBOOKS = {
    "mentions": "actors",
    "roles": "roles",
    "quotes": "cues",
    "frames": "frames",
    "events": "events",
}
COMPONENTS = dict(
    zip(CODEBOOKS, (m.COMPONENT for m in (actors, roles, quotes, frames, events)), strict=True)
)
_PLAIN = {"ko": "spacy.Tokenizer.v1"}  # spaCy's own tokenizer for Korean needs a further library


class Notes(NamedTuple):
    """The annotation: stand-off tables, offsets into `body`; `ledger` tells what was not looked for in which articles, and why."""

    mentions: pd.DataFrame
    roles: pd.DataFrame
    quotes: pd.DataFrame
    frames: pd.DataFrame
    events: pd.DataFrame
    ledger: pd.DataFrame

    @property
    def unread(self) -> "pd.Series[str]":
        """The doc_id of each article in which nothing was looked for."""
        return self.ledger.loc[self.ledger["action"] == "not_read", "doc_id"]


def annotate(
    articles: pd.DataFrame, *, out: str | Path | None = None, progress: bool = True
) -> Notes:
    """Find actors, roles, quotations, frames and events in German and English articles; actors alone in Korean, with frames in Russian.

    `articles` needs doc_id, body and language; titles, where there are any, help to tell whose surname it is, and publishing_date
    who held an office. An article in another language, or without a body, gets a row in the ledger, and so does one in which not
    all was looked for. With `out`, a folder, the tables are also written there as Parquet, every 200 articles; a run that was
    stopped goes on with the articles that are missing or have changed, and begins anew where the program or a codebook has.

    Returns Notes(mentions, roles, quotes, frames, events, ledger), see `press_coverage.tables.schema.describe`.

    >>> notes = annotate(pd.DataFrame({"doc_id": ["a"], "language": ["en"], "body": ["Kim Jong Un wrote to Donald Trump."]}))
    >>> notes.mentions[["start", "end", "actor_id", "kind", "country"]].values.tolist()
    [[0, 11, 'kim_jong_un', 'person', 'KP'], [21, 33, 'donald_trump', 'person', 'US']]
    """
    articles = schema.check(articles, "articles")
    usable, ledger = readable(articles, codebook.languages("actors"), "no codebook covers")
    records = articles[usable].to_dict("records")
    ledger += [
        _partly(record, lacks) for record in records if (lacks := _lacks(record["language"]))
    ]
    keys = {record["doc_id"]: pieces.key(record) for record in records} if out else {}
    found, done = pieces.read(Path(out), keys, list(CODEBOOKS)) if out else ([], set())
    todo = [record for record in records if record["doc_id"] not in done]
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in CODEBOOKS}
    for at, record in enumerate(bar(todo, "annotate", "article", show=progress), 1):
        _collect(record, rows)
        if out and (at % PIECE == 0 or at == len(todo)):
            found.append({name: schema.table(rows[name], name) for name in CODEBOOKS})
            written = todo[at - 1 - (at - 1) % PIECE : at]
            pieces.write(
                Path(out), found[-1], {one["doc_id"]: keys[one["doc_id"]] for one in written}
            )
            rows = {name: [] for name in CODEBOOKS}
    if not out:
        tables = {name: schema.table(rows[name], name) for name in CODEBOOKS}
    else:
        order = {record["doc_id"]: at for at, record in enumerate(records)}
        tables = {
            name: _joined([tables[name] for tables in found], order, name) for name in CODEBOOKS
        }
        pieces.write(Path(out), tables, keys, piece=False)
    return Notes(**tables, ledger=schema.table(ledger, "ledger"))


def _joined(parts: Sequence[pd.DataFrame], order: Mapping[str, int], name: str) -> pd.DataFrame:
    """Tables of parts of the articles as one, in the articles' order."""
    full = [part for part in parts if not part.empty]
    if not full:
        return schema.table([], name)
    whole = pd.concat(full)
    return schema.check(
        whole.sort_values("doc_id", key=lambda ids: ids.map(order), kind="stable"), name
    )


@cache
def _lacks(language: str) -> tuple[str, ...]:
    """The tables that stay empty in a language, for want of a codebook."""
    return tuple(
        table for table, name in CODEBOOKS.items() if language not in codebook.languages(name)
    )


def _partly(record: Mapping[Hashable, Any], lacks: Sequence[str]) -> dict[str, object]:
    reason = (
        f"{', '.join(lacks)}: not looked for, no codebook covers language {record['language']!r}"
    )
    where = {"doc_id": record["doc_id"], "source_file": record["source_file"]}
    return {
        "step": "annotate",
        "action": "partly_read",
        "reason": reason,
        "rule": "language",
        **where,
    }


def readable(
    articles: pd.DataFrame, languages: Sequence[str], why: str
) -> "tuple[pd.Series[bool], list[dict[str, object]]]":
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
        reason = (
            known
            if isinstance(record["body"], str) and record["body"].strip()
            else "it has no body"
        )
        where = {"doc_id": record["doc_id"], "source_file": record["source_file"]}
        rows.append(
            {
                "step": "annotate",
                "action": "not_read",
                "reason": reason,
                "rule": "language",
                **where,
            }
        )
    return usable, rows


@cache
def pipeline(language: str) -> Language:
    """A blank spaCy pipeline with the package's components, for your own use, too; those that the language has a codebook for.

    >>> pipeline("de").pipe_names
    ['press_actors', 'press_roles', 'press_quotes', 'press_frames', 'press_events']
    >>> pipeline("ko").pipe_names
    ['press_actors']
    """
    plain = {"nlp": {"tokenizer": {"@tokenizers": _PLAIN[language]}}} if language in _PLAIN else {}
    nlp = spacy.blank(language, config=plain)
    nlp.max_length = 2**31 - 1  # nothing here needs memory beyond the tokens
    for table, component in COMPONENTS.items():
        if table not in _lacks(language):
            nlp.add_pipe(component)
    return nlp


def _collect(record: Mapping[Hashable, Any], rows: dict[str, list[dict[str, object]]]) -> None:
    """What the pipeline's components find, without its tokens: they would take more time than all that is found."""
    doc_id, text, language, title, stamp = (
        record[name] for name in ("doc_id", "body", "language", "title", "publishing_date")
    )
    lacks = _lacks(language)
    mentions = tuple(
        actors.find_actors(text, language, title=title if isinstance(title, str) else "")
    )
    held = (
        []
        if "roles" in lacks
        else roles.find_roles(text, language, mentions, None if pd.isna(stamp) else stamp.date())
    )
    found = () if "quotes" in lacks else tuple(quotes.find_quotes(text, language, mentions, held))
    for mention in mentions:
        rows["mentions"].append(
            {"doc_id": doc_id, **mention._asdict(), "country": mention.country or None}
        )
    for role in held:
        rows["roles"].append(
            {
                "doc_id": doc_id,
                **{name: value or None for name, value in role._asdict().items()},
                "start": role.start,
            }
        )
    for quote in found:
        row = {
            "doc_id": doc_id,
            "start": quote.start,
            "end": quote.end,
            "form": quote.form,
            "mood": quote.mood,
        }
        if quote.cue:
            row |= {"cue_start": quote.cue[0], "cue_end": quote.cue[1]}
        if quote.source:
            row |= {"source_start": quote.source[0], "source_end": quote.source[1]}
        if quote.actor:
            row |= {"actor_id": quote.actor.actor_id, "country": quote.actor.country or None}
        rows["quotes"].append(row)
    if "frames" not in lacks:
        rows["frames"] += [
            {"doc_id": doc_id, **frame._asdict(), "voice": frame.voice or None}
            for frame in frames.find_frames(text, language, found)
        ]
    if "events" not in lacks:
        acts = events.find_events(text, language, mentions)
        rows["events"] += [
            {"doc_id": doc_id, **event._asdict(), "target_actor": event.target_actor or None}
            for event in acts
        ]
