"""Readers: what a file is, by its content, and the rows of the tables that researchers hold."""

import csv
import hashlib
import io
import json
import re
import warnings
from datetime import datetime

import dateparser
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
            raise UnreadableError(f"the file is {what}, not text; take it out or convert it", "binary")
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and sum(b < 32 and b not in b"\t\n\r\f\x1b" for b in head) > len(head) / 20:
        raise UnreadableError("the file is binary, not text; take it out or convert it", "binary")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if (start.startswith(b"<") and _TAG.search(head)) or suffixes.endswith((".html", ".htm", ".xhtml")):
        return "html"
    if suffixes.endswith((".jsonl", ".ndjson")) or re.match(rb'\{\s*"', start):
        return "json" if suffixes.endswith(".json") else "jsonl"
    if re.match(rb"\[\s*\{", start):
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
        frame = _parse(kind, data, notes)
    except (ValueError, csv.Error, OSError) as problem:
        raise UnreadableError(f"the {kind} table cannot be parsed ({problem}); repair it or export it again", kind) from None
    has = ", ".join(str(c) for c in frame.columns if c != "row") or "none"
    frame.columns = _columns([str(c) for c in frame.columns], notes)
    pages = "html" in frame and "body" not in frame
    if pages:
        frame["body"] = frame.pop("html")
    if "body" not in frame:
        raise UnreadableError(f"no column holds the text (columns: {has}); rename it to 'body'", "columns")
    rows = frame.pop("row")
    blank = frame["body"].isna() | (frame["body"].astype(str).str.strip() == "")
    for row in rows[blank]:
        notes.append({"action": "empty", "reason": "the cell 'body' is empty", "rule": "body", "row": row})
    frame["body"] = frame["body"].astype(object).where(~blank, None)
    if "publisher" in frame:  # {"id": ..., "name": ...}, as services answer
        frame["publisher"] = [v.get("name") if isinstance(v, dict) else v for v in frame["publisher"].to_list()]
    if "authors" in frame:
        frame["authors"] = ["; ".join(map(str, a)) if isinstance(a, list) else a for a in frame["authors"].to_list()]
    for column, convert, want in (
        ("language", _language, "a language such as 'de'"),
        ("country", _country, "two letters such as 'US'"),
        ("publishing_date", parse_date, "a date such as 2018-05-31T16:42:00+02:00"),
    ):
        if column in frame:
            values = [_converted(v, r, column, convert, want, notes) for v, r in zip(frame[column], rows, strict=True)]
            frame[column] = pd.Series(values, index=frame.index, dtype=object)
    given = frame["doc_id"] if "doc_id" in frame else pd.Series([None] * len(frame), index=frame.index)
    frame["doc_id"] = [str(i) if i is not None and i == i and i != "" else f"{name}:{row}" for i, row in zip(given, rows, strict=True)]
    ids = dict(zip(rows, frame["doc_id"], strict=True))
    for note in notes:
        note["doc_id"] = ids.get(note.get("row"))
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
    return _utc(pd.Timestamp(found)) if found else None


def _utc(time: pd.Timestamp) -> pd.Timestamp:
    return (time.tz_localize("UTC") if time.tzinfo is None else time.tz_convert("UTC")).as_unit("us")


def _parse(kind: str, data: str | bytes, notes: Notes) -> pd.DataFrame:
    """The table as strings, with a column `row` as a spreadsheet counts."""
    if isinstance(data, bytes):
        frame = pd.read_parquet(io.BytesIO(data))
        return frame.assign(row=range(2, len(frame) + 2))
    if kind == "csv":
        return _parse_csv(data, notes)
    records: list[dict[str, object]] = []
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
            except json.JSONDecodeError as problem:
                notes.append(
                    {"action": "not_read", "reason": f"row {row} is not JSON ({problem}); repair the line", "rule": "row", "row": row}
                )
    for row, item in items:
        if isinstance(item, dict):
            records.append({**item, "row": row})
        else:
            notes.append({"action": "not_read", "reason": f"row {row} is not an object with fields", "rule": "row", "row": row})
    if not records:
        raise ValueError("no row is an object with fields")
    return pd.DataFrame(records)


def _parse_csv(text: str, notes: Notes) -> pd.DataFrame:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    header = next(reader, [])
    records = []
    for row, cells in enumerate(reader, start=2):
        if len(cells) == len(header):
            records.append([cell if cell else None for cell in cells] + [row])
        elif cells:
            reason = f"row {row} has {len(cells)} cells, the header {len(header)}; is a quotation mark or a {delimiter!r} not escaped?"
            notes.append({"action": "not_read", "reason": reason, "rule": "row", "row": row, "text": delimiter.join(cells)})
    return pd.DataFrame(records, columns=[*header, "row"], dtype=object)


def _columns(names: list[str], notes: Notes) -> list[str]:
    """Our names for the columns we know; the first of two that mean the same wins."""
    plain = [re.sub(r"[\W_]", "", name.lower()) for name in names]
    best = {}
    for field, aliases in ALIASES.items():
        for alias in aliases.split():
            if alias in plain and field not in best:
                best[field] = plain.index(alias)
    renamed = {at: field for field, at in best.items()}
    out = [renamed.get(at, name) for at, name in enumerate(names)]
    for at, name in enumerate(names):
        if at not in renamed and _FIELD.get(plain[at]):
            kept = names[best[_FIELD[plain[at]]]]
            reason = f"column {name!r} was not used for {_FIELD[plain[at]]!r}, column {kept!r} was; it keeps its name"
            notes.append({"action": "repaired", "reason": reason, "rule": "columns"})
            out[at] = name if name not in ALIASES else f"{name}_2"
    return out


def _converted(value: object, row: int, column: str, convert, want: str, notes: Notes) -> object:  # type: ignore[no-untyped-def]
    if value is None or value != value or not str(value).strip():
        return None
    result = convert(str(value).strip())
    if result is None:
        reason = f"column {column!r}: {str(value)[:80]!r} was not understood and left empty; write {want}"
        notes.append({"action": "repaired", "reason": reason, "rule": column, "row": row})
    return result


def _language(value: str) -> str | None:
    low = value.lower()
    return _LANGUAGES.get(low) or (low[:2] if re.fullmatch(r"[a-z]{2}([-_].*)?", low) else None)


def _country(value: str) -> str | None:
    if value.upper() == "UK":
        return "GB"
    return value.upper() if re.fullmatch(r"[A-Za-z]{2}", value) else None
