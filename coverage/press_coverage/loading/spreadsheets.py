"""Readers: the rows of the tables that researchers hold, as articles."""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from press_coverage.codebooks.aliases import ALIASES, FIELDS
from press_coverage.codebooks.reading import read_rows
from press_coverage.loading.exports.common import count_of
from press_coverage.loading.notes import Articles, Note, Notes, Rows, note, unused
from press_coverage.loading.rows import FAULTS, Source, parse
from press_coverage.loading.streams import UnreadableError
from press_coverage.tables.columns import COPIES, FORMATS, TABLES
from press_coverage.text.dates import month_first, parse_date
from press_coverage.text.words import squeeze, whole_characters

_TEXTS = {*ALIASES, *(column.name for column in TABLES["articles"] if column.dtype == "str")}
_LANGUAGES = {row["name"]: row["language"] for row in read_rows("languages")}
_EITHER_FIRST = re.compile(r"\s*(\d{1,2})/(?!\1/)(?:0?\d|1[0-2])/")  # 5/6/2018, but not 5/5/2018
_DATE = "a date such as 2018-05-31T16:42:00+02:00"


def read_table(kind: str, source: Source, name: str) -> Articles:
    r"""The articles of a table, one a row, some at a time, with notes on what could not be used.

    `source` is the text of a csv, json or jsonl file in pieces that end with a row, or an open
    parquet or excel file. Columns are known by `ALIASES`; others stay under their own names. A
    column `html`, where there is no other text, holds pages. Raises UnreadableError where the table
    cannot be parsed, and where no column holds the text.

    >>> source = ["Titel;Datum;Text\nEin Brief;1. Juni 2018;Kim schreibt."]
    >>> [([(row, fields)], notes)] = read_table("csv", source, "a.csv")
    >>> row, fields["doc_id"], fields["title"], fields["body"], str(fields["publishing_date"])
    (2, 'a.csv:2', 'Ein Brief', 'Kim schreibt.', '2018-06-01 00:00:00+00:00')
    """
    notes: Notes = []
    noted: set[str] = set()
    try:
        for columns, rows in parse(kind, source, notes):
            names, doubts = _columns(columns)
            notes += [note("repaired", doubt, "columns") for doubt in doubts if doubt not in noted]
            noted.update(doubts)
            articles = _renamed(rows, columns, names)
            yield completed(articles, name, notes), list(notes)
            notes.clear()
    except FAULTS as problem:
        reason = f"the {kind} table cannot be parsed ({problem}); repair it or export it again"
        raise UnreadableError(reason, kind) from None


def _renamed(rows: Rows, columns: tuple[str, ...], names: tuple[str, ...]) -> Rows:
    """The rows under our names; where `html` is the only text, it becomes `raw`."""
    pages = "html" in names and "body" not in names
    if {"body", "url", "html"}.isdisjoint(names):
        has = ", ".join(columns) or "none"
        reason = f"no column holds the text (columns: {has}); rename it to 'body'"
        raise UnreadableError(reason, "columns")
    ours = dict(zip(columns, names, strict=True))
    if pages:
        ours[columns[names.index("html")]] = "raw"
    articles = [
        (row, {ours[column]: value for column, value in fields.items()}) for row, fields in rows
    ]
    for _, fields in articles if pages else ():
        fields["format"] = "html"
    return articles


def completed(rows: Rows, name: str, notes: Notes) -> Rows:
    """The rows as articles: cells as text, with id, hash, source_file, format and raw.

    Dates and codes are understood; what could not be is left empty, with a note. The rows are
    changed in place.

    >>> [(_, article)] = completed([(2, {"body": "x", "language": "Deutsch"})], "a.csv", [])
    >>> article["doc_id"], article["language"], article["format"]
    ('a.csv:2', 'de', 'table')
    """
    texts = any(fields.keys() & {"body", "raw"} for _, fields in rows)
    for row, fields in rows:
        _make_text(fields)
        if fields["raw"] is None and texts:
            notes.append(note("empty", "the cell 'body' is empty", "body", row=row))
        notes += _coded(row, fields)
        fields["doc_id"] = fields.get("doc_id") or f"{name}:{row}"
        fields["sha256"] = hashlib.sha256((fields["raw"] or "").encode()).hexdigest()
        fields["source_file"] = name
        fields["format"] = fields.get("format") or "table"
    _dated([(row, fields) for row, fields in rows if fields.get("publishing_date")], notes)
    return rows


def _make_text(fields: dict[str, Any]) -> None:
    for column in fields.keys() & _TEXTS:
        fields[column] = _plain(fields[column], "\n" if column in ("body", "raw") else "; ")
    fields["raw"] = fields.get("raw") or fields.get("body")


def _coded(row: int, fields: dict[str, Any]) -> Iterator[Note]:
    """Cells as codes, in place, with a note on each that is none."""
    for column, (convert, want) in _CODES.items():
        if value := _plain(fields.get(column), "; "):
            fields[column] = convert(value.strip())
            if fields[column] is None:
                yield _odd(column, value, want, row)


def _dated(rows: Rows, notes: Notes) -> None:
    """Dates as instants, with their printed zone; all of a column tells if the month is first."""
    printed = [fields["publishing_date"] for _, fields in rows]
    american = month_first(printed)
    unclear = list(filter(_EITHER_FIRST.match, printed)) if american is None else []
    if unclear:
        dates = f"{len(unclear)} dates such as {unclear[0]!r}"
        reason = f"{dates} may be day first or month first; they were read day first"
        notes.append(note("repaired", reason, "month_first"))
    for row, fields in rows:
        value = fields["publishing_date"]
        moment = parse_date(value.strip(), month_first=bool(american))
        fields["publishing_date"], zone = moment or (None, None)
        fields.setdefault("time_zone", zone)
        if moment is None:
            notes.append(_odd("publishing_date", value, _DATE, row))


def _odd(column: str, value: str, want: str, row: int) -> Note:
    reason = f"column {column!r}: {value[:80]!r} was not understood and left empty; write {want}"
    return note("repaired", reason, column, row=row)


@lru_cache(maxsize=1000)  # a folder of files with one article each asks the same again and again
def _columns(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Our names for the columns that we know, and doubts; no name occurs twice.

    Of two columns that mean the same, the one whose alias is the first in the codebook counts.
    """
    keys = [squeeze(name) for name in names]
    # from the last alias to the first, which is left
    place = {FIELDS[alias]: keys.index(alias) for alias in reversed(FIELDS) if alias in keys}
    ours = {at: field for field, at in place.items()}
    used = {*ALIASES, "source_file", "sha256"}
    renamed: list[str] = []
    doubts: list[str] = []
    for at, (key, name) in enumerate(zip(keys, names, strict=True)):
        if at not in ours and key in FIELDS:
            use = f"used for {FIELDS[key]!r}, column {names[place[FIELDS[key]]]!r} was"
            doubts.append(f"column {name!r} was not {use}; it stays a column of its own")
        new = name if at in ours else unused(name, used)
        used.add(new)
        renamed.append(ours.get(at, new))
    return tuple(renamed), tuple(doubts)


def _plain(value: Any, joint: str) -> str | None:
    """A cell as text; None for a gap. Lists are joined; {"id": ..., "name": ...} is its name."""
    if isinstance(value, dict):
        value = [value["name"]] if "name" in value else list(value.values())
    if isinstance(value, list | tuple):
        return joint.join(filter(None, (_plain(v, joint) for v in value))) or None
    text = "" if value is None or value != value else whole_characters(_printed(value))
    return text if text.strip() else None


def _printed(value: object) -> str:
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _language(value: str) -> str | None:
    low = value.lower()
    return _LANGUAGES.get(low) or (low[:2] if re.fullmatch(r"[a-z]{2}([-_].*)?", low) else None)


def _country(value: str) -> str | None:
    code = value.upper()
    return "GB" if code == "UK" else code if re.fullmatch(r"[A-Za-z]{2}", value) else None


def _count(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,9}", value) else count_of(value)


def _instant(value: str) -> object:
    moment = parse_date(value)
    return moment[0] if moment else None


def _share(value: str) -> float | None:
    return float(value) if re.fullmatch(r"0?\.\d+|[01](?:\.0*)?", value) else None


_CODES: dict[str, tuple[Callable[[str], object], str]] = {
    "language": (_language, "a language such as 'de'"),
    "country": (_country, "two letters such as 'US'"),
    "length": (_count, "a number of words"),
    "retrieved": (_instant, _DATE),
    "dup_share": (_share, "a number from 0 to 1"),
    "format": ({code: code for code in FORMATS}.get, "one of " + ", ".join(FORMATS)),
    "dup_kind": ({code: code for code in COPIES}.get, "one of " + ", ".join(COPIES)),
}
