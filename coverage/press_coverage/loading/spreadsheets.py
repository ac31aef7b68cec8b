"""Readers: the rows of the tables that researchers hold, as articles."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import pandas as pd
import python_calamine

from press_coverage.codebooks.aliases import ALIASES, FIELDS
from press_coverage.loading.exports.common import count_of
from press_coverage.loading.rows import Notes, Rows, parse
from press_coverage.loading.streams import UnreadableError
from press_coverage.tables.columns import COPIES, FORMATS, TABLES
from press_coverage.text.dates import month_first, parse_date

_OURS = {*ALIASES, *(column.name for column in TABLES["articles"] if column.dtype == "str")}
_LANGUAGES = {  # as databases name them, in English and German
    "german": "de", "deutsch": "de", "english": "en", "englisch": "en", "russian": "ru", "russisch": "ru", "korean": "ko",
    "koreanisch": "ko", "french": "fr", "französisch": "fr", "spanish": "es", "spanisch": "es", "italian": "it", "italienisch": "it",
    "dutch": "nl", "niederländisch": "nl", "polish": "pl", "polnisch": "pl", "portuguese": "pt", "portugiesisch": "pt",
    "japanese": "ja", "japanisch": "ja", "chinese": "zh", "chinesisch": "zh", "arabic": "ar", "arabisch": "ar", "turkish": "tr",
    "türkisch": "tr", "ukrainian": "uk", "ukrainisch": "uk",
}  # fmt: skip


def read_table(
    kind: str, source: Iterable[str] | io.BufferedIOBase, name: str
) -> Iterator[tuple[Rows, Notes]]:
    """The articles of a table, one a row, some at a time, with notes on each row or value that could not be used.

    `source` is the text of a csv, json or jsonl file in pieces that end with a row, or an open parquet or excel file.
    Columns are known by `ALIASES`; others stay under their own names. A column `html`, where there is no other text,
    holds pages. Raises UnreadableError where the table cannot be parsed, and where no column holds the text.

    >>> [(rows, notes)] = read_table("csv", ["Titel;Datum;Text\\nEin Brief;1. Juni 2018;Kim schreibt."], "a.csv")
    >>> [(row, one["doc_id"], one["title"], str(one["publishing_date"]), one["body"]) for row, one in rows]
    [(2, 'a.csv:2', 'Ein Brief', '2018-06-01 00:00:00+00:00', 'Kim schreibt.')]
    """
    notes: Notes = []
    told: set[str] = set()
    try:
        for columns, rows in parse(kind, source, notes):
            names, doubts = _columns(columns)
            notes += [
                {"action": "repaired", "reason": reason, "rule": "columns"}
                for reason in doubts
                if reason not in told
            ]
            told.update(doubts)
            pages = "html" in names and "body" not in names
            if not pages and not {"body", "url"} & set(names):
                has = ", ".join(columns) or "none"
                raise UnreadableError(
                    f"no column holds the text (columns: {has}); rename it to 'body'", "columns"
                )
            ours = {
                column: "raw" if pages and name == "html" else name
                for column, name in zip(columns, names, strict=True)
            }
            found: Rows = [
                (row, {ours[column]: value for column, value in fields.items()})
                for row, fields in rows
            ]
            for _, fields in found if pages else ():
                fields["format"] = "html"
            yield completed(found, name, notes), list(notes)
            notes.clear()
    except (
        ValueError,
        csv.Error,
        OSError,
        RecursionError,
        python_calamine.CalamineError,
    ) as problem:
        raise UnreadableError(
            f"the {kind} table cannot be parsed ({problem}); repair it or export it again", kind
        ) from None


def completed(rows: Rows, name: str, notes: Notes) -> Rows:
    """The rows as articles: cells as text, dates and codes understood, with id, hash, source_file, format and raw.

    The rows are changed in place. What could not be understood is left empty, with a note.

    >>> rows = completed([(2, {"body": "Kim schreibt.", "language": "Deutsch"})], "a.csv", [])
    >>> [(one["doc_id"], one["language"], one["format"]) for _, one in rows]
    [('a.csv:2', 'de', 'table')]
    """
    listed = not any("body" in fields or "raw" in fields for _, fields in rows)
    for row, fields in rows:
        for column in fields.keys() & _OURS:
            fields[column] = _plain(fields[column], "\n" if column in ("body", "raw") else "; ")
        text = fields["raw"] = fields.get("raw") or fields.get("body")
        if text is None and not listed:
            notes.append(
                {
                    "action": "empty",
                    "reason": "the cell 'body' is empty",
                    "rule": "body",
                    "row": row,
                }
            )
        for column, convert, want in _CODES:
            if value := _plain(fields.get(column), "; "):
                fields[column] = convert(value.strip())
                if fields[column] is None:
                    notes.append(_odd(column, value, want, row))
        fields["doc_id"] = fields.get("doc_id") or f"{name}:{row}"
        fields["sha256"] = hashlib.sha256((text or "").encode()).hexdigest()
        fields["source_file"] = name
        fields["format"] = fields.get("format") or "table"
    _dated([(row, fields) for row, fields in rows if fields.get("publishing_date")], notes)
    return rows


def _dated(rows: Rows, notes: Notes) -> None:
    """Dates as instants, with the zone that they were printed with; whether a column puts the month first, all of it tells."""
    printed = [(row, fields["publishing_date"]) for row, fields in rows]
    american = month_first(value for _, value in printed)
    if american is None and (
        unclear := [
            value
            for _, value in printed
            if re.match(r"\s*(\d{1,2})/(?!\1/)(?:0?\d|1[0-2])/", value)
        ]
    ):
        reason = f"{len(unclear)} dates such as {unclear[0]!r} may be day first or month first; they were read day first"
        notes.append({"action": "repaired", "reason": reason, "rule": "month_first"})
    for row, fields in rows:
        value = fields["publishing_date"]
        found = parse_date(value.strip(), month_first=bool(american))
        fields["publishing_date"], zone = found or (None, None)
        if zone and "time_zone" not in fields:
            fields["time_zone"] = zone
        if found is None:
            notes.append(
                _odd("publishing_date", value, "a date such as 2018-05-31T16:42:00+02:00", row)
            )


def _odd(column: str, value: str, want: str, row: object) -> dict[str, object]:
    reason = f"column {column!r}: {value[:80]!r} was not understood and left empty; write {want}"
    return {"action": "repaired", "reason": reason, "rule": column, "row": row}


@lru_cache(maxsize=1000)  # a folder of files with one article each asks the same again and again
def _columns(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Our names for the columns we know, and doubts: the first of two that mean the same wins, and no name stands twice."""
    plain = [re.sub(r"[\W_]", "", name.lower()) for name in names]
    best: dict[str, int] = {}
    for field, aliases in ALIASES.items():
        for alias in aliases:
            if alias in plain and field not in best:
                best[field] = plain.index(alias)
    renamed = {at: field for field, at in best.items()}
    out: list[str] = []
    doubts: list[str] = []
    taken = {*ALIASES, *renamed.values(), "source_file", "sha256"}
    for at, name in enumerate(names):
        wanted = FIELDS.get(plain[at])
        if at not in renamed and wanted:
            used = names[best[wanted]]
            doubts.append(
                f"column {name!r} was not used for {wanted!r}, column {used!r} was; it stays a column of its own"
            )
        own, count = name, 2
        while at not in renamed and own in taken:
            own, count = f"{name}_{count}", count + 1
        taken.add(own)
        out.append(renamed.get(at, own))
    return tuple(out), tuple(doubts)


def _plain(value: Any, joint: str) -> str | None:
    """A cell as text; None for a gap. Lists and what holds lists are joined, {"id": ..., "name": ...} is its name."""
    if isinstance(value, dict):
        value = [value["name"]] if "name" in value else list(value.values())
    if isinstance(value, list | tuple):
        return joint.join(filter(None, (_plain(v, joint) for v in value))) or None
    if value is None or (isinstance(value, float) and value != value):
        return None
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    text = str(whole).encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written
    return text if text.strip() else None


def _language(value: str) -> str | None:
    low = value.lower()
    return _LANGUAGES.get(low) or (low[:2] if re.fullmatch(r"[a-z]{2}([-_].*)?", low) else None)


def _country(value: str) -> str | None:
    if value.upper() == "UK":
        return "GB"
    return value.upper() if re.fullmatch(r"[A-Za-z]{2}", value) else None


def _count(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,9}", value) else count_of(value)


def _instant(value: str) -> "pd.Timestamp | None":
    found = parse_date(value)
    return found[0] if found else None


def _share(value: str) -> float | None:
    return float(value) if re.fullmatch(r"0?\.\d+|[01](?:\.0*)?", value) else None


_CODES: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("language", _language, "a language such as 'de'"),
    ("country", _country, "two letters such as 'US'"),
    ("length", _count, "a number of words"),
    ("retrieved", _instant, "a date such as 2018-05-31T16:42:00+02:00"),
    ("dup_share", _share, "a number from 0 to 1"),
    ("format", lambda value: value if value in FORMATS else None, "one of " + ", ".join(FORMATS)),
    ("dup_kind", lambda value: value if value in COPIES else None, "one of " + ", ".join(COPIES)),
)
