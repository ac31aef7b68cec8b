"""Readers: what a file is, by its content, and the rows of the tables that researchers hold."""

import csv
import hashlib
import io
import json
import re
import warnings
from datetime import datetime
from typing import Any

import dateparser
import numpy as np
import pandas as pd

Notes = list[dict[str, object]]

# The usual column names, without case, blanks and marks; Fundus' names first.
ALIASES = {
    "doc_id": "docid id documentid articleid uid guid",
    "publisher": "publisher outlet newspaper source sourcename publication zeitung medium quelle",
    "country": "country land",
    "language": "language lang sprache",
    "title": "title headline heading titel überschrift schlagzeile",
    "body": "body text content storytext artikel articletext fulltext article maintext plaintext volltext artikeltext inhalt",
    "authors": "authors author byline autor autoren verfasser",
    "publishing_date": "publishingdate date published publishedat publicationdate datepublished publishdate datum "
    "erscheinungsdatum veröffentlicht",
    "section": "section ressort rubrik desk",
    "url": "url link canonicalurl weburl adresse",
}
_FIELD = {alias: field for field, aliases in ALIASES.items() for alias in aliases.split()}
_LANGUAGES = {"german": "de", "deutsch": "de", "english": "en", "englisch": "en", "russian": "ru", "korean": "ko", "french": "fr"}
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"%PDF": "a PDF",
    b"GIF8": "a GIF image",
    b"PK\x03\x04": "a ZIP archive",
    b"{\\rtf": "RTF",
    b"MIME-Version:": "MHTML",
    b"From: <Saved by": "MHTML",
}
_TAG = re.compile(rb"<(!doctype\s+html|html|head|body|meta|title|article|div|p|script)\b", re.I)


class UnreadableError(Exception):
    """A file that cannot be read; the message says why and what to do."""

    def __init__(self, reason: str, rule: str) -> None:
        super().__init__(reason)
        self.rule = rule


def sniff(head: bytes, name: str) -> str:
    """What the first bytes are: 'html', 'text', 'csv', 'json', 'jsonl' or 'parquet'. Raises UnreadableError for binaries.

    >>> sniff(b"<!DOCTYPE html><title>x", "page.txt"), sniff(b'{"title": "x"}', "a.jsonl"), sniff(b"Title", "a.txt")
    ('html', 'jsonl', 'text')
    """
    suffixes = name.lower().removesuffix(".gz")
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise UnreadableError(f"the file is {what}, which is not read yet; take it out or convert it", "binary")
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and sum(b < 32 and b not in b"\t\n\r\f\x1b" for b in head) > len(head) / 20:
        raise UnreadableError("the file is binary, not text; take it out or convert it", "binary")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if (start.startswith(b"<") and _TAG.search(head)) or suffixes.endswith((".html", ".htm", ".xhtml")):
        return "html"
    if suffixes.endswith((".jsonl", ".ndjson")) or re.match(rb'\{\s*"', start):
        return "json" if suffixes.endswith(".json") else "jsonl"
    if re.match(rb"\[\s*\{", start) or suffixes.endswith(".json"):
        return "json"
    return "csv" if suffixes.endswith((".csv", ".tsv", ".tab")) else "text"


def read_records(kind: str, data: str | bytes, name: str) -> tuple[pd.DataFrame, Notes]:
    """The articles of a table, one a row, with notes on each row or value that could not be used.

    Columns are known by `ALIASES`; others stay under their own names. A column `html`, where there is no other text,
    holds pages. Raises UnreadableError where no column holds the
    text.

    >>> rows, notes = read_records("csv", "Titel;Datum;Text\\nEin Brief;1. Juni 2018;Kim schreibt.", "a.csv")
    >>> rows[["doc_id", "title", "publishing_date", "body"]].astype(str).values.tolist()
    [['a.csv:2', 'Ein Brief', '2018-06-01 00:00:00+00:00', 'Kim schreibt.']]
    """
    notes: Notes = []
    try:
        frame = _parse(kind, data, notes)  # its index counts rows as a spreadsheet does
    except (ValueError, csv.Error, OSError, RecursionError) as problem:
        raise UnreadableError(f"the {kind} table cannot be parsed ({problem}); repair it or export it again", kind) from None
    has = ", ".join(map(str, frame.columns)) or "none"
    frame.columns = _columns([str(c) for c in frame.columns], notes)
    pages = "html" in frame and "body" not in frame
    if pages:
        frame = frame.rename(columns={"html": "body"})
    if "body" not in frame:
        raise UnreadableError(f"no column holds the text (columns: {has}); rename it to 'body'", "columns")
    for column in frame.columns.intersection([*ALIASES]):
        values = [_plain(v, "\n" if column == "body" else "; ") for v in frame[column]]
        frame[column] = pd.Series(values, index=frame.index, dtype=object)
    for row in frame.index[frame["body"].isna()]:
        notes.append({"action": "empty", "reason": "the cell 'body' is empty", "rule": "body", "row": row})
    for column, convert, want in (
        ("language", _language, "a language such as 'de'"),
        ("country", _country, "two letters such as 'US'"),
        ("publishing_date", parse_date, "a date such as 2018-05-31T16:42:00+02:00"),
    ):
        for row, value in frame[column].dropna().items() if column in frame else ():
            frame.at[row, column] = result = convert(value.strip())
            if result is None:
                reason = f"column {column!r}: {value[:80]!r} was not understood and left empty; write {want}"
                notes.append({"action": "repaired", "reason": reason, "rule": column, "row": row})
    given = frame["doc_id"] if "doc_id" in frame else pd.Series(None, index=frame.index, dtype=object)
    frame["doc_id"] = given.fillna(pd.Series([f"{name}:{row}" for row in frame.index], index=frame.index, dtype=object))
    frame["sha256"] = [hashlib.sha256((b or "").encode()).hexdigest() for b in frame["body"]]
    frame = frame.assign(source_file=name, format="html" if pages else "table", raw=frame["body"])
    return frame.assign(body=None) if pages else frame, notes


def parse_date(text: str) -> pd.Timestamp | None:
    """A date as printed in English, German, Russian or Korean, in UTC; None where it is not understood.

    Without a zone the time is taken as UTC. `31.05.2018` and `31/5/2018` are day first, `5/31/2018` month first.

    >>> print(parse_date("2018-05-31T16:42:00+02:00"), parse_date("31.05.2018"), parse_date("gestern mittag"))
    2018-05-31 14:42:00+00:00 2018-05-31 00:00:00+00:00 None
    """
    try:
        if re.match(r"\d{4}-?\d\d-?\d\d", text):
            return _utc(pd.Timestamp(text))
        if re.fullmatch(r"\d{1,2}\.\d{1,2}\.(\d\d|\d{4})", text):
            return _utc(pd.Timestamp(datetime.strptime(text, "%d.%m.%Y" if len(text.rsplit(".")[-1]) == 4 else "%d.%m.%y")))
    except ValueError:
        return None
    if not re.search(r"\d{4}", text):  # "today", "3 hours ago": not a date without the day it was said
        return None
    order = "MDY" if re.match(r"\d{1,2}/(1[3-9]|2\d|3[01])/", text) else "DMY"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateparser warns of its own use of pytz
        found = dateparser.parse(
            text, languages=["en", "de", "ru", "ko"], settings={"DATE_ORDER": order, "REQUIRE_PARTS": ["day", "month", "year"]}
        )
    return _utc(pd.Timestamp(found)) if found and str(found.year) in text and 1600 < found.year < 2200 else None


def _utc(time: pd.Timestamp) -> pd.Timestamp:
    return (time.tz_localize("UTC") if time.tzinfo is None else time.tz_convert("UTC")).as_unit("us")


def _parse(kind: str, data: str | bytes, notes: Notes) -> pd.DataFrame:
    if isinstance(data, bytes):
        frame = pd.read_parquet(io.BytesIO(data))
        frame = frame.reset_index() if any(frame.index.names) else frame
        return frame.set_axis(range(2, len(frame) + 2))
    if kind == "csv":
        return _parse_csv(data, notes)
    if kind == "json":
        whole = json.loads(data)
        lists = [v for v in whole.values() if isinstance(v, list) and v and isinstance(v[0], dict)] if isinstance(whole, dict) else []
        whole = lists[0] if len(lists) == 1 else whole  # {"articles": [...]}, as services answer
        items = list(enumerate(whole if isinstance(whole, list) else [whole], start=1))
    else:
        items = []
        for row, line in enumerate(data.split("\n"), start=1):
            try:
                items += [(row, json.loads(line))] if line.strip() else []
            except (json.JSONDecodeError, RecursionError) as problem:
                reason = f"row {row} is not JSON ({problem}); repair the line"
                notes.append({"action": "not_read", "reason": reason, "rule": "row", "row": row})
    good = {row: item for row, item in items if isinstance(item, dict)}
    for row in {row for row, _ in items} - set(good):
        notes.append({"action": "not_read", "reason": f"row {row} is not an object with fields", "rule": "row", "row": row})
    if not good:
        raise ValueError("no row is an object with fields")
    return pd.DataFrame(list(good.values()), index=list(good), dtype=object)


def _parse_csv(text: str, notes: Notes) -> pd.DataFrame:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(2**31 - 1)
    header, *lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    good = {row: cells for row, cells in enumerate(lines, start=2) if len(cells) == len(header)}
    for row, cells in enumerate(lines, start=2):
        if cells and row not in good:
            reason = f"row {row} has {len(cells)} cells, the header {len(header)}; is a quotation mark or a {delimiter!r} not escaped?"
            notes.append({"action": "not_read", "reason": reason, "rule": "row", "row": row, "text": delimiter.join(cells)})
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as problem:
        reason = f"a quotation mark is opened and not closed, or not doubled ({problem}); rows behind it may have run into one"
        notes.append({"action": "partly_read", "reason": reason, "rule": "quotes"})
    return pd.DataFrame(list(good.values()), index=list(good), columns=header, dtype=object)


def _columns(names: list[str], notes: Notes) -> list[str]:
    """Our names for the columns we know; the first of two that mean the same wins, and no name stands twice."""
    plain = [re.sub(r"[\W_]", "", name.lower()) for name in names]
    best: dict[str, int] = {}
    for field, aliases in ALIASES.items():
        for alias in aliases.split():
            if alias in plain and field not in best:
                best[field] = plain.index(alias)
    renamed = {at: field for field, at in best.items()}
    out: list[str] = []
    taken = {*ALIASES, *renamed.values()}
    for at, name in enumerate(names):
        wanted = _FIELD.get(plain[at])
        if at not in renamed and wanted:
            reason = f"column {name!r} was not used for {wanted!r}, column {names[best[wanted]]!r} was; it stays a column of its own"
            notes.append({"action": "repaired", "reason": reason, "rule": "columns"})
        own, count = name, 2
        while at not in renamed and own in taken:
            own, count = f"{name}_{count}", count + 1
        taken.add(own)
        out.append(renamed.get(at, own))
    return out


def _plain(value: Any, joint: str) -> str | None:
    """A cell as text; None for a gap. Lists and what holds lists are joined, {"id": ..., "name": ...} is its name."""
    if isinstance(value, dict):
        value = [value["name"]] if "name" in value else list(value.values())
    if isinstance(value, list | tuple | np.ndarray):
        return joint.join(filter(None, (_plain(v, joint) for v in value))) or None
    if value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value))):
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
