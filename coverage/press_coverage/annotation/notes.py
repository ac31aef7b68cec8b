"""Annotate: cleaned articles become tables of who is named and quoted, of frames and of acts."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

import pandas as pd

from press_coverage.annotation import checkpoints
from press_coverage.annotation.steps import STEPS, TABLES, context, find_spans, steps
from press_coverage.codebooks import terms
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

if TYPE_CHECKING:
    from spacy.language import Language

PIECE = 200  # articles after which the tables are written, where they are written at all
Parsers = Mapping[str, "Language"]


class Notes(NamedTuple):
    """The annotation: stand-off tables, whose offsets count characters of `body`.

    `ledger` tells what was not looked for in which articles, and why.
    """

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
    articles: pd.DataFrame,
    *,
    out: str | Path | None = None,
    progress: bool = True,
    nlp: "Language | Parsers | None" = None,
) -> Notes:
    """Find actors, roles, quotations, frames and events in German and English articles.

    In Korean actors alone are found, in Russian actors and frames. An article in another language,
    or without a body, gets a row in the ledger, and so does one in which not all was looked for.

    Args:
        articles: doc_id, body and language; titles, where there are any, help to tell whose
            surname it is, and publishing_date who held an office.
        out: a folder where the tables are also written as Parquet, every 200 articles. A run that
            was stopped goes on with the articles that are missing or have changed, and begins anew
            where the program, a codebook or `nlp` has.
        progress: whether to show a bar.
        nlp: a spaCy pipeline that you have loaded, for the articles of its language, or several by
            language. Two things are taken from it: the ends of sentences, for events, and names of
            persons (entities PERSON or PER), so that a surname is not taken for an actor's where
            it is a stranger's. The whole of it, lemmas too, is there for a further step (`parsed`
            in `steps.context`); none of today's reads more. Quotations keep their own clauses.

    Returns:
        Notes(mentions, roles, quotes, frames, events, ledger), see
        `press_coverage.tables.schema.describe`.

    Raises:
        SchemaError: a value of `articles` is not what it should be.
        TypeError: `nlp` is neither a pipeline nor a dictionary of them.

    Examples:
        >>> body = "Kim Jong Un wrote to Donald Trump."
        >>> notes = annotate(pd.DataFrame({"doc_id": ["a"], "language": ["en"], "body": [body]}))
        >>> notes.mentions[["start", "end", "actor_id", "kind", "country"]].values.tolist()
        [[0, 11, 'kim_jong_un', 'person', 'KP'], [21, 33, 'donald_trump', 'person', 'US']]
    """
    articles = schema.check(articles, "articles")
    parsers = _parsers(nlp)
    usable, ledger = readable(articles, terms.languages("actors"), "no codebook covers")
    records = articles[usable].to_dict("records")
    ledger += [_partly_read(record) for record in records if steps(record["language"]) != STEPS]
    if out is None:
        tables = _tables(bar(records, "annotate", "article", show=progress), parsers)
    else:
        tables = _resumed(records, parsers, Path(out), progress)
    return Notes(**tables, ledger=schema.table(ledger, "ledger"))


def _parsers(nlp: "Language | Parsers | None") -> Parsers:
    """Pipelines by language."""
    parsers = {str(nlp.lang): nlp} if _is_pipeline(nlp) else nlp or {}
    if isinstance(parsers, Mapping) and all(map(_is_pipeline, parsers.values())):
        return parsers
    raise TypeError(
        f"annotate: nlp is {nlp!r}; give a loaded pipeline, as spacy.load gives it, "
        "or a dictionary from language to pipeline"
    )


def _tables(records: Iterable[Mapping[Hashable, Any]], parsers: Parsers) -> checkpoints.Tables:
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in TABLES}
    for record in records:
        _collect(record, rows, parsers)
    return {table: schema.table(rows[table], table) for table in TABLES}


def _collect(
    record: Mapping[Hashable, Any], rows: Mapping[str, list[dict[str, object]]], parsers: Parsers
) -> None:
    """Add the rows of an article.

    The package's own components are not used: their tokens would take more time than the rest.
    """
    text, language, title = record["body"], record["language"], record["title"]
    day = None if pd.isna(record["publishing_date"]) else record["publishing_date"].date()
    parsed = parsers[language](text) if language in parsers else None
    known = context(title if isinstance(title, str) else "", day, parsed)
    spans = find_spans(text, language, known)
    for step in STEPS:
        found = ({"doc_id": record["doc_id"], **step.row(span)} for span in spans[step.table])
        rows[step.table].extend(found)


def _resumed(
    records: Sequence[Mapping[Hashable, Any]], parsers: Parsers, folder: Path, progress: bool
) -> checkpoints.Tables:
    """The tables of the articles, of which a folder may hold a part; there they are written."""
    marks = {language: _digest(parser) for language, parser in parsers.items()}
    keys = {r["doc_id"]: checkpoints.key(r, marks.get(r["language"], "")) for r in records}
    parts, done = checkpoints.read(folder, keys, TABLES)
    todo = [record for record in records if record["doc_id"] not in done]
    shown = iter(bar(todo, "annotate", "article", show=progress))
    for first in range(0, len(todo), PIECE):
        parts.append(_tables(islice(shown, PIECE), parsers))
        written = {r["doc_id"]: keys[r["doc_id"]] for r in todo[first : first + PIECE]}
        checkpoints.write(folder, parts[-1], written)
    tables = {table: checkpoints.joined(parts, list(keys), table) for table in TABLES}
    checkpoints.write(folder, tables, keys, piece=False)
    return tables


def _is_pipeline(nlp: object) -> TypeGuard["Language"]:
    """Whether it is a spaCy pipeline, without an import of spaCy, which is an extra."""
    return callable(nlp) and hasattr(nlp, "pipe_names")


def _digest(parser: "Language") -> str:
    """What stands for a pipeline: its settings and weights, without the words it has seen."""
    return hashlib.sha256(parser.to_bytes(exclude=["vocab"])).hexdigest()


def readable(
    articles: pd.DataFrame, languages: Sequence[str], why: str
) -> "tuple[pd.Series[bool], list[dict[str, object]]]":
    """Which articles have a body in one of the languages, and ledger rows for the others.

    Args:
        articles: checked.
        languages: of two letters.
        why: how the reason begins where a language is not among them.

    Returns:
        True for each article that can be read, and a row for each of the others.
    """
    usable = articles["body"].fillna("").str.strip().ne("") & articles["language"].isin(languages)
    rows = []
    for record in articles[~usable].to_dict("records"):
        if not isinstance(record["body"], str) or not record["body"].strip():
            reason = "it has no body"
        elif isinstance(record["language"], str):
            reason = f"{why} language {record['language']!r}, only {', '.join(languages)}"
        else:
            reason = "its language is not known; clean the articles first, or fill the column"
        rows.append(_ledger_row(record, "not_read", reason))
    return usable, rows


def _partly_read(record: Mapping[Hashable, Any]) -> dict[str, object]:
    """A row of the ledger about the tables that stay empty for want of a codebook."""
    language = record["language"]
    lacks = ", ".join(step.table for step in STEPS if step not in steps(language))
    reason = f"{lacks}: not looked for, no codebook covers language {language!r}"
    return _ledger_row(record, "partly_read", reason)


def _ledger_row(record: Mapping[Hashable, Any], action: str, reason: str) -> dict[str, object]:
    row = {"step": "annotate", "action": action, "reason": reason, "rule": "language"}
    return row | {name: record[name] for name in ("doc_id", "source_file")}
